-- The record of what payers agreed to, and of what became of it. Rows are only ever added: each has the hash of the one before.
CREATE TABLE mandate_event (
    project_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    number     INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    entry      TEXT NOT NULL,
    hash       TEXT NOT NULL,
    signature  TEXT NOT NULL,
    PRIMARY KEY (project_id, receipt_id, number)
) STRICT, WITHOUT ROWID;
-- What the payer is asked to agree to, where the merchant says.
ALTER TABLE issuance ADD COLUMN mandate TEXT;
