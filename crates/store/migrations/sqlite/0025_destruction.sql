-- What was destroyed because it was kept for long enough: how much of which kind on a day, and a hash over the ids.
CREATE TABLE destruction (
    project_id TEXT    NOT NULL,
    -- In Korea, as 2032-01-31.
    on_day     TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    years      INTEGER NOT NULL,
    count      INTEGER NOT NULL CHECK (count > 0),
    -- When the oldest and the newest of them were made.
    oldest_ms  INTEGER NOT NULL,
    newest_ms  INTEGER NOT NULL,
    ids_hash   TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    PRIMARY KEY (project_id, on_day, kind, years)
) STRICT, WITHOUT ROWID;
-- What belongs to a receipt goes with it.
CREATE INDEX idempotency_key_by_receipt ON idempotency_key (project_id, receipt_id);
CREATE INDEX receipt_alias_by_receipt ON receipt_alias (project_id, receipt_id);
-- A history goes only after what it is the history of.
DROP TRIGGER transition_is_append_only_delete;
CREATE TRIGGER transition_is_append_only_delete BEFORE DELETE ON transition
    WHEN EXISTS (SELECT 1 FROM payment WHERE receipt_id = OLD.object)
        OR EXISTS (SELECT 1 FROM issuance WHERE receipt_id = OLD.object)
        OR EXISTS (SELECT 1 FROM reserve WHERE reserve_id = OLD.object)
        OR EXISTS (SELECT 1 FROM billing_key WHERE billing_key = OLD.object)
        OR EXISTS (SELECT 1 FROM cash_receipt WHERE OLD.object LIKE 'cash:%' AND receipt_id = substr(OLD.object, 6))
    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
