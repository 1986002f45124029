-- Which database this is, how far it has come, and whether debits are held because it was restored from a backup.

CREATE TABLE installation (
    only_one      INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
    -- Of this database and every copy of it.
    id            TEXT    NOT NULL,
    -- Grows while the database is written to. A file beside it remembers the highest: less is an older copy.
    beat          INTEGER NOT NULL,
    beat_at_ms    INTEGER,
    -- Since when debits are held, and since when what happened is not in it; NULL: nothing is held.
    held_at_ms    INTEGER,
    gap_from_ms   INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO installation (only_one, id, beat) VALUES (1, lower(hex(randomblob(8))), 0);

-- The second guard behind order_claim: of one order, one payment at most may have moved money or may still do so.
CREATE UNIQUE INDEX payment_live ON payment (project_id, order_id) WHERE state NOT IN ('declined', 'voided');
