-- Which PG a project goes through, and the PG's own ids of what the merchant was given.
ALTER TABLE project ADD COLUMN pg text NOT NULL DEFAULT 'nicepay';
ALTER TABLE project ADD COLUMN pg_url text;
-- Sealed: opened with the installation's key only.
ALTER TABLE project ADD COLUMN pg_credentials text;
ALTER TABLE project ADD COLUMN pg_absence_proven_after_ms bigint;

-- A receipt by the id that its PG gave it, where that is what the merchant knows it by.
CREATE TABLE receipt_alias (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    alias      text COLLATE "C" NOT NULL,
    receipt_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, project_id, alias)
);
