-- Work that is done later: one small row for each piece of it, beside the rows that it is about. Whoever leases a row puts its
-- time to the end of the lease and writes a number of its own, so that nobody else gets it before, and a write of somebody whose
-- lease has run out can be told from one of the present holder. Until now a column of each table said when.
CREATE TABLE due (
    kind       TEXT    NOT NULL,
    project_id TEXT    NOT NULL,
    object     TEXT    NOT NULL,
    -- By the clock of its project.
    at_ms      INTEGER NOT NULL,
    lease      INTEGER,
    -- Whom a piece of work goes to, where that may be slow: the origin of a webhook's endpoint.
    queue      TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (kind, project_id, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (kind, at_ms, project_id, queue);

INSERT INTO due (kind, project_id, object, at_ms)
    SELECT 'resolution', project_id, receipt_id, verdict_due_at_ms FROM payment WHERE verdict_due_at_ms IS NOT NULL;
INSERT INTO due (kind, project_id, object, at_ms)
    SELECT 'cancel', p.project_id, c.id, c.due_at_ms FROM cancel AS c JOIN payment AS p ON p.receipt_id = c.receipt_id
    WHERE c.due_at_ms IS NOT NULL;
INSERT INTO due (kind, project_id, object, at_ms)
    SELECT 'reserve', project_id, reserve_id, claim_at_ms FROM reserve WHERE claim_at_ms IS NOT NULL;
INSERT INTO due (kind, project_id, object, at_ms)
    SELECT 'cash_receipt', project_id, receipt_id, due_at_ms FROM cash_receipt WHERE due_at_ms IS NOT NULL;
INSERT INTO due (kind, project_id, object, at_ms, queue)
    SELECT 'webhook', project_id, receipt_id, next_at_ms, origin FROM delivery AS d
    WHERE state = 'pending' AND NOT EXISTS (SELECT 1 FROM delivery AS e
        WHERE e.receipt_id = d.receipt_id AND e.sequence < d.sequence AND e.state = 'pending');
INSERT INTO due (kind, project_id, object, at_ms)
    SELECT 'key_expiry', project_id, billing_key, destroyed_at_ms FROM billing_key
    WHERE destroyed_at_ms IS NOT NULL AND expired_at_pg_at_ms IS NULL;

DROP INDEX payment_verdict_due;
DROP INDEX cancel_due;
DROP INDEX reserve_claim;
DROP INDEX cash_receipt_due;
DROP INDEX delivery_due;
DROP INDEX billing_key_to_expire;
