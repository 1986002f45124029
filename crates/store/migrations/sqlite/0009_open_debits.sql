-- What a project wants of a charge while an earlier debit of the same key over the same amount has no outcome, and how that
-- one is found.

ALTER TABLE project ADD COLUMN guard TEXT NOT NULL DEFAULT 'notice' CHECK (guard IN ('notice', 'refuse'));
CREATE INDEX payment_open_of_key ON payment (billing_key, price) WHERE state IN ('intended', 'in_doubt', 'needs_person');

-- What waits for a person is looked up too, seldom; until now it was not.
UPDATE payment SET verdict_due_at_ms = requested_at_ms WHERE state = 'needs_person' AND verdict_due_at_ms IS NULL;
