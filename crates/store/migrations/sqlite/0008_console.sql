-- The console: its people, their sessions, what they did; and what its search and its calendar are found by.

CREATE TABLE console_user (
    name          TEXT    NOT NULL PRIMARY KEY,
    role          TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    -- Argon2id, as PHC text.
    password_hash TEXT    NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE console_session (
    -- Of a random token that only the browser has.
    token_hash    BLOB    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL REFERENCES console_user (name) ON DELETE CASCADE,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX console_session_of ON console_session (name);
CREATE INDEX console_session_expiry ON console_session (expires_at_ms);

-- Append-only. What is about to be done is written before it is done, and its outcome in a row of its own.
CREATE TABLE console_act (
    number  INTEGER NOT NULL PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    person  TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    object  TEXT    NOT NULL,
    outcome TEXT    NOT NULL,
    note    TEXT    NOT NULL,
    address TEXT    NOT NULL
) STRICT;
CREATE TRIGGER console_act_is_append_only_update BEFORE UPDATE ON console_act
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER console_act_is_append_only_delete BEFORE DELETE ON console_act
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE INDEX issuance_by_subscription ON issuance (project_id, subscription_id, receipt_id);
CREATE INDEX reserve_by_day ON reserve (project_id, due_at_ms, reserve_id);
