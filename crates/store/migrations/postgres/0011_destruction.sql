-- What was destroyed because it was kept for long enough: how much of which kind on a day, and a hash over the ids.
CREATE TABLE destruction (
    bucket     smallint NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    -- In Korea, as 2032-01-31.
    on_day     text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    years      bigint   NOT NULL,
    count      bigint   NOT NULL CHECK (count > 0),
    -- When the oldest and the newest of them were made.
    oldest_ms  bigint   NOT NULL,
    newest_ms  bigint   NOT NULL,
    ids_hash   text     NOT NULL,
    at_ms      bigint   NOT NULL,
    PRIMARY KEY (bucket, project_id, on_day, kind, years)
);
-- What belongs to a receipt goes with it. Where these tables are large, make them before, with CONCURRENTLY: nobody waits then.
CREATE INDEX IF NOT EXISTS idempotency_key_by_receipt ON idempotency_key (bucket, project_id, receipt_id);
CREATE INDEX IF NOT EXISTS receipt_alias_by_receipt ON receipt_alias (bucket, project_id, receipt_id);
