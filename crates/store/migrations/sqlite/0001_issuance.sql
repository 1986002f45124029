-- Projects, issuances, billing keys and the history of every transition.
-- Times are milliseconds since the epoch. No column holds an account, identity or full telephone number.

CREATE TABLE project (
    project_id     TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    company_name   TEXT    NOT NULL,
    application_id TEXT    NOT NULL UNIQUE,
    client_key     TEXT    NOT NULL UNIQUE,
    issued_status  INTEGER NOT NULL CHECK (issued_status IN (1, 11)),
    allowed_ips    TEXT    NOT NULL,
    created_at_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE project_secret (
    project_id    TEXT    NOT NULL REFERENCES project (project_id),
    kind          TEXT    NOT NULL CHECK (kind IN ('secret_key', 'private_key')),
    hash          BLOB    NOT NULL,
    expires_at_ms INTEGER,
    PRIMARY KEY (project_id, kind, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_token (
    token_hash    BLOB    NOT NULL PRIMARY KEY,
    project_id    TEXT    NOT NULL REFERENCES project (project_id),
    nonce         BLOB    NOT NULL,
    issued_at_ms  INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_newest ON access_token (project_id, issued_at_ms);

CREATE TABLE issuance (
    receipt_id            TEXT    NOT NULL PRIMARY KEY,
    project_id            TEXT    NOT NULL,
    subscription_id       TEXT    NOT NULL,
    seq                   INTEGER NOT NULL,
    state                 TEXT    NOT NULL,
    is_open               INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    order_name            TEXT    NOT NULL,
    price                 INTEGER NOT NULL CHECK (price >= 0),
    tax_free              INTEGER NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    auth_type             TEXT    NOT NULL,
    bank_code             TEXT    NOT NULL,
    account_masked        TEXT    NOT NULL,
    holder_masked         TEXT    NOT NULL,
    phone_masked          TEXT    NOT NULL,
    cash_receipt_type     TEXT,
    metadata              TEXT    NOT NULL,
    fingerprint           BLOB    NOT NULL,
    requested_at_ms       INTEGER NOT NULL,
    consent_expires_at_ms INTEGER NOT NULL,
    published_at_ms       INTEGER,
    pg_tid                TEXT,
    failure_code          TEXT,
    failure_pg_code       TEXT,
    failure_pg_text       TEXT,
    billing_key           TEXT,
    issued_by             TEXT
) STRICT, WITHOUT ROWID;
-- One open issuance per subscription: the database itself refuses a second.
CREATE UNIQUE INDEX issuance_open ON issuance (project_id, subscription_id) WHERE is_open = 1;

CREATE TABLE billing_key (
    billing_key         TEXT    NOT NULL PRIMARY KEY,
    project_id          TEXT    NOT NULL,
    receipt_id          TEXT    NOT NULL,
    bid                 TEXT    NOT NULL,
    bank_code           TEXT    NOT NULL,
    account_masked      TEXT    NOT NULL,
    holder_masked       TEXT    NOT NULL,
    issued_at_ms        INTEGER NOT NULL,
    destroyed_at_ms     INTEGER,
    expired_at_pg_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX billing_key_to_expire ON billing_key (destroyed_at_ms)
    WHERE destroyed_at_ms IS NOT NULL AND expired_at_pg_at_ms IS NULL;

-- Append-only. The primary key lets only one transition leave any state: of two nodes, one wins.
CREATE TABLE transition (
    object     TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    from_state TEXT    NOT NULL,
    to_state   TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    PRIMARY KEY (object, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER transition_is_append_only_update BEFORE UPDATE ON transition
    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER transition_is_append_only_delete BEFORE DELETE ON transition
    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
