-- The record of what payers agreed to, and of what became of it. Rows are only ever added: each has the hash of the one before.
CREATE TABLE mandate_event (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    receipt_id text COLLATE "C" NOT NULL,
    number     integer  NOT NULL,
    at_ms      bigint   NOT NULL,
    entry      text     NOT NULL,
    hash       text     NOT NULL,
    signature  text     NOT NULL,
    PRIMARY KEY (bucket, project_id, receipt_id, number)
);
-- What the payer is asked to agree to, where the merchant says.
ALTER TABLE issuance ADD COLUMN mandate text;
