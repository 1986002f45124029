-- How far a sandbox project's clock is ahead of the machine's; a row only where it was moved.
CREATE TABLE sandbox_clock (
    project_id TEXT    NOT NULL PRIMARY KEY,
    ahead_ms   INTEGER NOT NULL CHECK (ahead_ms > 0)
) STRICT, WITHOUT ROWID;
