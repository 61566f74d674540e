-- What the live feed hears beside bars, each row under the source that said it.

-- Fixings: a log. Of the rows of one series and one date the last holds; a revision is a new row.
CREATE TABLE fixing_series (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    series TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (feed, series, source)
);

CREATE TABLE fixing (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES fixing_series (id),
    time_ns INTEGER NOT NULL,
    value REAL NOT NULL,
    known_at_ns INTEGER NOT NULL
);
CREATE INDEX fixing_of_series ON fixing (series, time_ns);

CREATE TRIGGER fixing_stays_1 BEFORE UPDATE ON fixing BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER fixing_stays_2 BEFORE DELETE ON fixing BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- A perpetual at one venue. Before `thinned_until_ns` its open interest is one reading an hour.
CREATE TABLE perpetual (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    instrument TEXT NOT NULL,
    venue TEXT NOT NULL,
    thinned_until_ns INTEGER NOT NULL DEFAULT 0,
    UNIQUE (feed, instrument, venue)
);

CREATE TABLE funding (
    perpetual INTEGER NOT NULL REFERENCES perpetual (id),
    time_ns INTEGER NOT NULL,
    rate REAL NOT NULL,
    interval_h REAL NOT NULL,
    PRIMARY KEY (perpetual, time_ns)
) WITHOUT ROWID;

CREATE TABLE open_interest (
    perpetual INTEGER NOT NULL REFERENCES perpetual (id),
    time_ns INTEGER NOT NULL,
    coin REAL,
    usd REAL,
    PRIMARY KEY (perpetual, time_ns)
) WITHOUT ROWID;

-- Forced orders. `number` tells those of one instant apart, from 0 on. `side`: 1 a long was liquidated, -1 a short.
-- `coverage`, how much the venue published then: 0 not known, 1 all, 2 at most one a second, 3 sampled.
CREATE TABLE liquidation (
    perpetual INTEGER NOT NULL REFERENCES perpetual (id),
    time_ns INTEGER NOT NULL,
    number INTEGER NOT NULL,
    side INTEGER NOT NULL CHECK (side IN (-1, 1)),
    coverage INTEGER NOT NULL CHECK (coverage IN (0, 1, 2, 3)),
    price REAL,
    coin REAL,
    usd REAL,
    PRIMARY KEY (perpetual, time_ns, number)
) WITHOUT ROWID;

-- From when to when the stream of forced orders was heard without a gap: no row inside means no forced order.
CREATE TABLE liquidation_span (
    perpetual INTEGER NOT NULL REFERENCES perpetual (id),
    since_ns INTEGER NOT NULL,
    until_ns INTEGER NOT NULL CHECK (until_ns >= since_ns),
    coverage INTEGER NOT NULL CHECK (coverage IN (0, 1, 2, 3)),
    PRIMARY KEY (perpetual, since_ns)
) WITHOUT ROWID;
