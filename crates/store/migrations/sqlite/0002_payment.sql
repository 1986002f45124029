-- Payments, their verdict ladder, cancels, reserves, cash receipts, and the webhook outbox.

ALTER TABLE project ADD COLUMN webhook_url TEXT;
-- Signing secrets are derived from the installation's key and this number; the one before stays valid until the time.
ALTER TABLE project ADD COLUMN webhook_secret_number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE project ADD COLUMN webhook_secret_overlap_until_ms INTEGER;

-- Who has an order id: one payment or one waiting reserve. Freed only when it is certain that no money moved.
CREATE TABLE order_claim (
    project_id TEXT NOT NULL,
    order_id   TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('payment', 'reserve')),
    holder     TEXT NOT NULL,
    PRIMARY KEY (project_id, order_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_key (
    project_id  TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    receipt_id  TEXT NOT NULL,
    PRIMARY KEY (project_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE payment (
    receipt_id         TEXT    NOT NULL PRIMARY KEY,
    project_id         TEXT    NOT NULL,
    billing_key        TEXT    NOT NULL,
    bid                TEXT    NOT NULL,
    source             TEXT    NOT NULL CHECK (source IN ('charge', 'reserve', 'publish')),
    source_id          TEXT,
    seq                INTEGER NOT NULL,
    state              TEXT    NOT NULL,
    order_id           TEXT    NOT NULL,
    order_name         TEXT    NOT NULL,
    price              INTEGER NOT NULL CHECK (price > 0),
    tax_free           INTEGER NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    metadata           TEXT    NOT NULL,
    items              TEXT    NOT NULL,
    user               TEXT    NOT NULL,
    feedback_url       TEXT,
    content_type       TEXT    NOT NULL,
    bank_code          TEXT    NOT NULL,
    account_masked     TEXT    NOT NULL,
    holder_masked      TEXT    NOT NULL,
    fingerprint        BLOB    NOT NULL,
    requested_at_ms    INTEGER NOT NULL,
    -- When the verdict ladder goes on; NULL once there is a verdict. A worker that claims the row moves it forward.
    verdict_due_at_ms  INTEGER,
    tid                TEXT,
    approve_no         TEXT,
    receipt_url        TEXT,
    paid_at_ms         INTEGER,
    failure_code       TEXT,
    failure_pg_code    TEXT,
    failure_pg_text    TEXT,
    decline_reason     TEXT,
    cancelled_price    INTEGER NOT NULL DEFAULT 0 CHECK (cancelled_price BETWEEN 0 AND price),
    cancelled_tax_free INTEGER NOT NULL DEFAULT 0 CHECK (cancelled_tax_free BETWEEN 0 AND tax_free),
    cancelled_at_ms    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_by_order ON payment (project_id, order_id, receipt_id);
CREATE INDEX payment_verdict_due ON payment (verdict_due_at_ms) WHERE verdict_due_at_ms IS NOT NULL;

CREATE TABLE verdict_rung (
    receipt_id TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    act        TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    outcome    TEXT    NOT NULL,
    tid        TEXT,
    approve_no TEXT,
    receipt_url TEXT,
    paid_at_ms INTEGER,
    pg_code    TEXT,
    pg_text    TEXT,
    PRIMARY KEY (receipt_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE cancel (
    id              TEXT    NOT NULL PRIMARY KEY,
    receipt_id      TEXT    NOT NULL,
    cancel_id       TEXT    NOT NULL,
    price           INTEGER NOT NULL CHECK (price > 0),
    tax_free        INTEGER NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    username        TEXT    NOT NULL,
    message         TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    requested_at_ms INTEGER NOT NULL,
    due_at_ms       INTEGER,
    pg_code         TEXT,
    pg_text         TEXT,
    UNIQUE (receipt_id, cancel_id)
) STRICT, WITHOUT ROWID;
-- One cancel of a payment at a time: its amount is certain before the next is decided.
CREATE UNIQUE INDEX cancel_under_way ON cancel (receipt_id) WHERE state = 'intended';
CREATE INDEX cancel_due ON cancel (due_at_ms) WHERE due_at_ms IS NOT NULL;

CREATE TABLE reserve (
    reserve_id      TEXT    NOT NULL PRIMARY KEY,
    project_id      TEXT    NOT NULL,
    billing_key     TEXT    NOT NULL,
    order_id        TEXT    NOT NULL,
    order_name      TEXT    NOT NULL,
    price           INTEGER NOT NULL CHECK (price > 0),
    tax_free        INTEGER NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    metadata        TEXT    NOT NULL,
    items           TEXT    NOT NULL,
    user            TEXT    NOT NULL,
    feedback_url    TEXT,
    content_type    TEXT    NOT NULL,
    fingerprint     BLOB    NOT NULL,
    seq             INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    requested_at_ms INTEGER NOT NULL,
    execute_at_ms   INTEGER NOT NULL,
    due_at_ms       INTEGER NOT NULL,
    -- As verdict_due_at_ms: when a worker may claim it.
    claim_at_ms     INTEGER,
    started_at_ms   INTEGER,
    finished_at_ms  INTEGER,
    revoked_at_ms   INTEGER,
    receipt_id      TEXT,
    failure_code    TEXT,
    failure_pg_code TEXT,
    failure_pg_text TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX reserve_claim ON reserve (claim_at_ms) WHERE claim_at_ms IS NOT NULL;
CREATE INDEX reserve_waiting ON reserve (billing_key) WHERE state = 'waiting';

CREATE TABLE delivery (
    receipt_id      TEXT    NOT NULL,
    sequence        INTEGER NOT NULL,
    id              TEXT    NOT NULL UNIQUE,
    project_id      TEXT    NOT NULL,
    url             TEXT    NOT NULL,
    content_type    TEXT    NOT NULL,
    webhook_type    TEXT    NOT NULL,
    payload         TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_at_ms      INTEGER NOT NULL,
    last_result     TEXT    NOT NULL DEFAULT '',
    created_at_ms   INTEGER NOT NULL,
    delivered_at_ms INTEGER,
    PRIMARY KEY (receipt_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (next_at_ms) WHERE state = 'pending';
CREATE INDEX delivery_recent ON delivery (project_id, created_at_ms);

CREATE TABLE cash_receipt (
    receipt_id      TEXT    NOT NULL PRIMARY KEY,
    project_id      TEXT    NOT NULL,
    order_id        TEXT    NOT NULL,
    order_name      TEXT    NOT NULL,
    price           INTEGER NOT NULL CHECK (price > 0),
    tax_free        INTEGER NOT NULL,
    purpose         TEXT    NOT NULL,
    seq             INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    pg_order_id     TEXT    NOT NULL,
    tid             TEXT,
    approve_no      TEXT,
    pg_code         TEXT,
    pg_text         TEXT,
    requested_at_ms INTEGER NOT NULL,
    issued_at_ms    INTEGER,
    cancelled_at_ms INTEGER
) STRICT, WITHOUT ROWID;
