-- The first format. Instants are integer nanoseconds since 1970-01-01 UTC, days are ISO dates, missing is NULL.

PRAGMA application_id = 0x4241524F;

-- Bars. A series has one source, so that venues are never mixed; of the series of one instrument and interval
-- the one that was written last has the highest precedence.
CREATE TABLE bar_series (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    instrument TEXT NOT NULL,
    interval TEXT NOT NULL,
    source TEXT NOT NULL,
    precedence INTEGER NOT NULL,
    UNIQUE (feed, instrument, interval, source)
);

CREATE TABLE bar (
    series INTEGER NOT NULL REFERENCES bar_series (id),
    time_ns INTEGER NOT NULL,
    open REAL,
    high REAL,
    low REAL,
    close REAL NOT NULL,
    volume REAL,
    PRIMARY KEY (series, time_ns)
) WITHOUT ROWID;

-- Evaluations of the light.
CREATE TABLE evaluation (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    session TEXT NOT NULL,
    as_of_ns INTEGER NOT NULL,
    face TEXT NOT NULL,
    ceiling TEXT NOT NULL,
    underlying TEXT,
    score REAL,
    score_low REAL,
    score_up REAL,
    coverage REAL NOT NULL,
    state TEXT NOT NULL,
    inputs TEXT NOT NULL,
    UNIQUE (feed, rule_set, session)
);

-- Checklist sheets: logs of what the trader did, whose newest entry is what holds.
CREATE TABLE sheet (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    day TEXT NOT NULL,
    UNIQUE (feed, day)
);

CREATE TABLE command (
    id TEXT PRIMARY KEY NOT NULL CHECK (id <> '')
) WITHOUT ROWID;

CREATE TABLE step_tick (
    id INTEGER PRIMARY KEY,
    sheet INTEGER NOT NULL REFERENCES sheet (id),
    step TEXT NOT NULL CHECK (step IN ('macro', 'leadership', 'crypto', 'correlation', 'decision')),
    ticked INTEGER NOT NULL CHECK (ticked IN (0, 1)),
    elapsed_s REAL NOT NULL CHECK (elapsed_s >= 0),
    evidence TEXT,
    at_ns INTEGER NOT NULL,
    command TEXT NOT NULL UNIQUE REFERENCES command (id)
);
CREATE INDEX step_tick_of_sheet ON step_tick (sheet, step);

CREATE TABLE step_note (
    id INTEGER PRIMARY KEY,
    sheet INTEGER NOT NULL REFERENCES sheet (id),
    step TEXT NOT NULL CHECK (step IN ('macro', 'leadership', 'crypto', 'correlation', 'decision')),
    text TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    command TEXT NOT NULL UNIQUE REFERENCES command (id)
);
CREATE INDEX step_note_of_sheet ON step_note (sheet, step);

CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    sheet INTEGER NOT NULL REFERENCES sheet (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    action TEXT NOT NULL CHECK (action IN ('hedge', 'reduce', 'wait')),
    horizon TEXT NOT NULL CHECK (horizon IN ('hours', 'days_weeks', 'months')),
    reason TEXT NOT NULL,
    wrong_if TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    command TEXT NOT NULL UNIQUE REFERENCES command (id),
    UNIQUE (sheet, version)
);

-- What was written stays as it was, whatever a later program tries.
CREATE TRIGGER evaluation_stays_1 BEFORE UPDATE ON evaluation BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER evaluation_stays_2 BEFORE DELETE ON evaluation BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER step_tick_stays_1 BEFORE UPDATE ON step_tick BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER step_tick_stays_2 BEFORE DELETE ON step_tick BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER step_note_stays_1 BEFORE UPDATE ON step_note BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER step_note_stays_2 BEFORE DELETE ON step_note BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER decision_stays_1 BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER decision_stays_2 BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'append only'); END;
