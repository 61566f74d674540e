-- What each evaluation rests on, in full; NULL for those made before it was kept.
ALTER TABLE evaluation ADD COLUMN explanation TEXT;

-- The light between two closes: the looks at which something changed. It holds until the next row.
CREATE TABLE intraday_light (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    session TEXT NOT NULL,
    face TEXT NOT NULL,
    ceiling TEXT NOT NULL,
    reason TEXT NOT NULL,
    score REAL,
    score_low REAL,
    score_up REAL,
    coverage REAL NOT NULL,
    state TEXT NOT NULL,
    inputs TEXT NOT NULL,
    UNIQUE (feed, rule_set, at_ns)
);

CREATE TRIGGER intraday_light_stays_1 BEFORE UPDATE ON intraday_light BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER intraday_light_stays_2 BEFORE DELETE ON intraday_light BEGIN SELECT RAISE(ABORT, 'append only'); END;
