-- What happened, counted by project and hour, so that an overview needs no scan. A convenience: no decision reads it.

CREATE TABLE counted (
    project_id TEXT    NOT NULL,
    hour       INTEGER NOT NULL,
    what       TEXT    NOT NULL,
    why        TEXT    NOT NULL,
    count      INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (project_id, hour, what, why)
) STRICT, WITHOUT ROWID;
CREATE INDEX counted_by_hour ON counted (hour);
