-- Which PG a project goes through, and the PG's own ids of what the merchant was given.
ALTER TABLE project ADD COLUMN pg TEXT NOT NULL DEFAULT 'nicepay';
ALTER TABLE project ADD COLUMN pg_url TEXT;
-- Sealed: opened with the installation's key only.
ALTER TABLE project ADD COLUMN pg_credentials TEXT;
ALTER TABLE project ADD COLUMN pg_absence_proven_after_ms INTEGER;

-- A receipt by the id that its PG gave it, where that is what the merchant knows it by.
CREATE TABLE receipt_alias (
    project_id TEXT NOT NULL,
    alias      TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    PRIMARY KEY (project_id, alias)
) STRICT, WITHOUT ROWID;
