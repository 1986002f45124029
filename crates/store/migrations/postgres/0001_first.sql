-- Everything. Times are milliseconds since the epoch, but for the engine's own. No column holds an account, identity or full
-- telephone number. Ids and what lists are ordered by are compared byte by byte.
--
-- A project's rows are in one of 256 buckets, and every key of theirs begins with it: so the same schema can be spread over
-- machines. What there may be only one of is a row of a small table that is not partitioned (order_claim, open_subscription,
-- cash_claim); the big tables are partitioned by the time that ids begin with, and keep the history. Partitions are made by
-- whoever migrates. No triggers and no sequences.

-- What the projects share ------------------------------------------------------------------------------------------------

-- Which database this is, how far it has come, whether debits are held, and from which program on it may be served.
CREATE TABLE installation (
    only_one    integer PRIMARY KEY CHECK (only_one = 1),
    min_program integer NOT NULL,
    id          text    NOT NULL,
    beat        bigint  NOT NULL,
    beat_at_ms  bigint,
    held_at_ms  bigint,
    gap_from_ms bigint
);
INSERT INTO installation (only_one, min_program, id, beat)
    VALUES (1, 1, left(replace(gen_random_uuid()::text, '-', ''), 16), 0);

CREATE TABLE project (
    project_id                      text COLLATE "C" PRIMARY KEY,
    name                            text   NOT NULL UNIQUE,
    company_name                    text   NOT NULL,
    application_id                  text   NOT NULL UNIQUE,
    client_key                      text   NOT NULL UNIQUE,
    issued_status                   bigint NOT NULL CHECK (issued_status IN (1, 11)),
    allowed_ips                     text   NOT NULL,
    created_at_ms                   bigint NOT NULL,
    guard                           text   NOT NULL DEFAULT 'notice' CHECK (guard IN ('notice', 'refuse')),
    webhook_url                     text,
    webhook_secret_number           bigint NOT NULL DEFAULT 1,
    webhook_secret_overlap_until_ms bigint
);
CREATE TABLE project_secret (
    project_id    text COLLATE "C" NOT NULL REFERENCES project (project_id),
    kind          text COLLATE "C" NOT NULL CHECK (kind IN ('secret_key', 'private_key')),
    hash          bytea NOT NULL,
    expires_at_ms bigint,
    PRIMARY KEY (project_id, kind, hash)
);
CREATE TABLE access_token (
    token_hash    bytea PRIMARY KEY,
    project_id    text COLLATE "C" NOT NULL REFERENCES project (project_id),
    nonce         bytea  NOT NULL,
    issued_at_ms  bigint NOT NULL,
    expires_at_ms bigint NOT NULL
);
CREATE INDEX access_token_newest ON access_token (project_id, issued_at_ms);

CREATE TABLE console_user (
    name          text COLLATE "C" PRIMARY KEY,
    role          text   NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    password_hash text   NOT NULL,
    created_at_ms bigint NOT NULL
);
CREATE TABLE console_session (
    token_hash    bytea PRIMARY KEY,
    name          text COLLATE "C" NOT NULL REFERENCES console_user (name) ON DELETE CASCADE,
    created_at_ms bigint NOT NULL,
    expires_at_ms bigint NOT NULL
);
CREATE INDEX console_session_of ON console_session (name);
CREATE INDEX console_session_expiry ON console_session (expires_at_ms);
CREATE TABLE console_act (
    number  bigint PRIMARY KEY,
    at_ms   bigint NOT NULL,
    person  text   NOT NULL,
    role    text   NOT NULL,
    act     text   NOT NULL,
    object  text   NOT NULL,
    outcome text   NOT NULL,
    note    text   NOT NULL,
    address text   NOT NULL
);

-- A row only where a sandbox project's clock was moved.
CREATE TABLE sandbox_clock (
    project_id text COLLATE "C" PRIMARY KEY,
    ahead_ms   bigint NOT NULL CHECK (ahead_ms > 0)
);

-- What there may be one of -----------------------------------------------------------------------------------------------

-- The last row of each transaction of a lane: by it, a commit whose answer was lost is told from one that was not made.
CREATE TABLE commit_mark (
    bucket    smallint    NOT NULL,
    lane      bytea       NOT NULL,
    batch     bigint      NOT NULL,
    -- Written by whoever asked: the batch was not committed, and cannot be any more.
    is_fence  boolean     NOT NULL,
    looked_at integer     NOT NULL DEFAULT 0,
    made_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bucket, lane, batch)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Who has an order id: one payment or one waiting reserve. Freed only when it is certain that no money moved.
CREATE TABLE order_claim (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    order_id   text COLLATE "C" NOT NULL,
    kind       text     NOT NULL CHECK (kind IN ('payment', 'reserve')),
    holder     text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, project_id, order_id)
);
CREATE TABLE idempotency_key (
    bucket      smallint NOT NULL,
    project_id  text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    fingerprint bytea    NOT NULL,
    receipt_id  text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, project_id, key)
);
-- The issuance of a subscription that is open.
CREATE TABLE open_subscription (
    bucket          smallint NOT NULL,
    project_id      text COLLATE "C" NOT NULL,
    subscription_id text COLLATE "C" NOT NULL,
    receipt_id      text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, project_id, subscription_id)
);
-- The cash receipt of an order that stands alone and has not failed.
CREATE TABLE cash_claim (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    order_id   text COLLATE "C" NOT NULL,
    receipt_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, project_id, order_id)
);
CREATE TABLE billing_key (
    bucket              smallint NOT NULL,
    project_id          text COLLATE "C" NOT NULL,
    billing_key         text COLLATE "C" NOT NULL,
    receipt_id          text COLLATE "C" NOT NULL,
    bid                 text     NOT NULL,
    bank_code           text     NOT NULL,
    account_masked      text     NOT NULL,
    holder_masked       text     NOT NULL,
    issued_at_ms        bigint   NOT NULL,
    destroyed_at_ms     bigint,
    expired_at_pg_at_ms bigint,
    PRIMARY KEY (bucket, project_id, billing_key)
);
-- Work that is done later: one small row for each piece of it. Whoever leases a row puts its time to the end of the lease and
-- writes a number of its own; big rows are not rewritten by it, and old partitions not looked into.
CREATE TABLE due (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    object     text COLLATE "C" NOT NULL,
    at_ms      bigint   NOT NULL,
    lease      bigint,
    queue      text     NOT NULL DEFAULT '',
    PRIMARY KEY (bucket, project_id, kind, object)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX due_at ON due (kind, at_ms, project_id, queue);
CREATE TABLE counted (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    hour       bigint   NOT NULL,
    what       text COLLATE "C" NOT NULL,
    why        text COLLATE "C" NOT NULL,
    count      bigint   NOT NULL CHECK (count > 0),
    PRIMARY KEY (bucket, project_id, hour, what, why)
);

-- What grows -------------------------------------------------------------------------------------------------------------

CREATE TABLE issuance (
    bucket                  smallint NOT NULL,
    project_id              text COLLATE "C" NOT NULL,
    receipt_id              text COLLATE "C" NOT NULL,
    subscription_id         text COLLATE "C" NOT NULL,
    subscription_id_as_sent text,
    seq                     bigint   NOT NULL,
    state                   text     NOT NULL,
    is_open                 bigint   NOT NULL CHECK (is_open IN (0, 1)),
    order_name              text     NOT NULL,
    price                   bigint   NOT NULL CHECK (price >= 0),
    tax_free                bigint   NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    auth_type               text     NOT NULL,
    bank_code               text     NOT NULL,
    account_masked          text     NOT NULL,
    holder_masked           text     NOT NULL,
    phone_masked            text     NOT NULL,
    cash_receipt_type       text,
    cash_receipt_print      bytea,
    metadata                text     NOT NULL,
    fingerprint             bytea    NOT NULL,
    requested_at_ms         bigint   NOT NULL,
    consent_expires_at_ms   bigint   NOT NULL,
    published_at_ms         bigint,
    pg_tid                  text,
    failure_code            text,
    failure_pg_code         text,
    failure_pg_text         text,
    billing_key             text COLLATE "C",
    issued_by               text,
    PRIMARY KEY (bucket, project_id, receipt_id)
) PARTITION BY RANGE (receipt_id);
CREATE INDEX issuance_open ON issuance (bucket, project_id, subscription_id) WHERE is_open = 1;
CREATE INDEX issuance_by_subscription ON issuance (bucket, project_id, subscription_id, receipt_id);

-- Append-only. The primary key lets only one transition leave any state: of two nodes, one wins.
CREATE TABLE transition (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    object     text COLLATE "C" NOT NULL,
    seq        bigint   NOT NULL,
    from_state text     NOT NULL,
    to_state   text     NOT NULL,
    at_ms      bigint   NOT NULL,
    actor      text     NOT NULL,
    detail     text     NOT NULL,
    PRIMARY KEY (bucket, project_id, object, seq)
) PARTITION BY RANGE (object);

CREATE TABLE payment (
    bucket             smallint NOT NULL,
    project_id         text COLLATE "C" NOT NULL,
    receipt_id         text COLLATE "C" NOT NULL,
    billing_key        text COLLATE "C" NOT NULL,
    bid                text     NOT NULL,
    source             text     NOT NULL CHECK (source IN ('charge', 'reserve', 'publish')),
    source_id          text COLLATE "C",
    seq                bigint   NOT NULL,
    state              text     NOT NULL,
    order_id           text COLLATE "C" NOT NULL,
    order_id_as_sent   text,
    order_name         text     NOT NULL,
    price              bigint   NOT NULL CHECK (price > 0),
    tax_free           bigint   NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    metadata           text     NOT NULL,
    items              text     NOT NULL,
    "user"             text     NOT NULL,
    feedback_url       text,
    content_type       text     NOT NULL,
    bank_code          text     NOT NULL,
    account_masked     text     NOT NULL,
    holder_masked      text     NOT NULL,
    fingerprint        bytea    NOT NULL,
    requested_at_ms    bigint   NOT NULL,
    tid                text,
    approve_no         text,
    receipt_url        text,
    paid_at_ms         bigint,
    failure_code       text,
    failure_pg_code    text,
    failure_pg_text    text,
    decline_reason     text,
    cancelled_price    bigint   NOT NULL DEFAULT 0 CHECK (cancelled_price BETWEEN 0 AND price),
    cancelled_tax_free bigint   NOT NULL DEFAULT 0 CHECK (cancelled_tax_free BETWEEN 0 AND tax_free),
    cancelled_at_ms    bigint,
    PRIMARY KEY (bucket, project_id, receipt_id)
) PARTITION BY RANGE (receipt_id);
CREATE INDEX payment_by_order ON payment (bucket, project_id, order_id, receipt_id);
CREATE INDEX payment_by_key ON payment (bucket, project_id, billing_key, receipt_id);
CREATE INDEX payment_needs_person ON payment (bucket, project_id, receipt_id) WHERE state = 'needs_person';
CREATE INDEX payment_open_of_key ON payment (bucket, project_id, billing_key, price)
    WHERE state IN ('intended', 'in_doubt', 'needs_person');

CREATE TABLE verdict_rung (
    bucket      smallint NOT NULL,
    project_id  text COLLATE "C" NOT NULL,
    receipt_id  text COLLATE "C" NOT NULL,
    number      bigint   NOT NULL,
    act         text     NOT NULL,
    at_ms       bigint   NOT NULL,
    outcome     text     NOT NULL,
    tid         text,
    approve_no  text,
    receipt_url text,
    paid_at_ms  bigint,
    pg_code     text,
    pg_text     text,
    reason      text,
    PRIMARY KEY (bucket, project_id, receipt_id, number)
) PARTITION BY RANGE (receipt_id);

CREATE TABLE cancel (
    bucket          smallint NOT NULL,
    project_id      text COLLATE "C" NOT NULL,
    receipt_id      text COLLATE "C" NOT NULL,
    id              text COLLATE "C" NOT NULL,
    cancel_id       text COLLATE "C" NOT NULL,
    price           bigint   NOT NULL CHECK (price > 0),
    tax_free        bigint   NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    username        text     NOT NULL,
    message         text     NOT NULL,
    state           text     NOT NULL,
    requested_at_ms bigint   NOT NULL,
    pg_code         text,
    pg_text         text,
    PRIMARY KEY (bucket, project_id, receipt_id, id),
    UNIQUE (bucket, project_id, receipt_id, cancel_id)
) PARTITION BY RANGE (receipt_id);
-- One cancel of a payment at a time: its amount is certain before the next is decided.
CREATE UNIQUE INDEX cancel_under_way ON cancel (bucket, project_id, receipt_id) WHERE state = 'intended';
CREATE INDEX cancel_by_id ON cancel (bucket, project_id, id);

CREATE TABLE reserve (
    bucket           smallint NOT NULL,
    project_id       text COLLATE "C" NOT NULL,
    reserve_id       text COLLATE "C" NOT NULL,
    billing_key      text COLLATE "C" NOT NULL,
    order_id         text COLLATE "C" NOT NULL,
    order_id_as_sent text,
    order_name       text     NOT NULL,
    price            bigint   NOT NULL CHECK (price > 0),
    tax_free         bigint   NOT NULL CHECK (tax_free BETWEEN 0 AND price),
    metadata         text     NOT NULL,
    items            text     NOT NULL,
    "user"           text     NOT NULL,
    feedback_url     text,
    content_type     text     NOT NULL,
    fingerprint      bytea    NOT NULL,
    seq              bigint   NOT NULL,
    state            text     NOT NULL,
    requested_at_ms  bigint   NOT NULL,
    execute_at_ms    bigint   NOT NULL,
    due_at_ms        bigint   NOT NULL,
    started_at_ms    bigint,
    finished_at_ms   bigint,
    revoked_at_ms    bigint,
    receipt_id       text COLLATE "C",
    failure_code     text,
    failure_pg_code  text,
    failure_pg_text  text,
    PRIMARY KEY (bucket, project_id, reserve_id)
) PARTITION BY RANGE (reserve_id);
CREATE INDEX reserve_waiting ON reserve (bucket, project_id, billing_key) WHERE state = 'waiting';
CREATE INDEX reserve_by_day ON reserve (bucket, project_id, due_at_ms, reserve_id);

CREATE TABLE delivery (
    bucket          smallint NOT NULL,
    project_id      text COLLATE "C" NOT NULL,
    receipt_id      text COLLATE "C" NOT NULL,
    sequence        bigint   NOT NULL,
    id              text COLLATE "C" NOT NULL,
    url             text     NOT NULL,
    origin          text     NOT NULL,
    content_type    text     NOT NULL,
    webhook_type    text     NOT NULL,
    payload         text     NOT NULL,
    state           text     NOT NULL,
    attempts        bigint   NOT NULL DEFAULT 0,
    next_at_ms      bigint   NOT NULL,
    last_result     text     NOT NULL DEFAULT '',
    created_at_ms   bigint   NOT NULL,
    delivered_at_ms bigint,
    PRIMARY KEY (bucket, project_id, receipt_id, sequence)
) PARTITION BY RANGE (receipt_id);
CREATE INDEX delivery_by_id ON delivery (bucket, project_id, id);
CREATE INDEX delivery_recent ON delivery (created_at_ms);

CREATE TABLE cash_receipt (
    bucket           smallint NOT NULL,
    project_id       text COLLATE "C" NOT NULL,
    receipt_id       text COLLATE "C" NOT NULL,
    order_id         text COLLATE "C" NOT NULL,
    order_id_as_sent text,
    order_name       text     NOT NULL,
    price            bigint   NOT NULL CHECK (price > 0),
    tax_free         bigint   NOT NULL,
    purpose          text     NOT NULL,
    origin           text     NOT NULL,
    fingerprint      bytea,
    metadata         text     NOT NULL,
    purchased_at_ms  bigint,
    seq              bigint   NOT NULL,
    state            text     NOT NULL,
    pg_order_id      text     NOT NULL,
    tid              text,
    approve_no       text,
    pg_code          text,
    pg_text          text,
    requested_at_ms  bigint   NOT NULL,
    issued_at_ms     bigint,
    cancelled_at_ms  bigint,
    due_at_ms        bigint,
    PRIMARY KEY (bucket, project_id, receipt_id)
) PARTITION BY RANGE (receipt_id);
CREATE INDEX cash_receipt_by_order ON cash_receipt (bucket, project_id, order_id)
    WHERE origin = 'alone' AND state <> 'failed';
