-- What each look between two closes rests on, in full; NULL for those made before it was kept.
ALTER TABLE intraday_light ADD COLUMN explanation TEXT;
