-- Cash receipts whose outcome is open: when a worker finds out. What an older program left open is found out at once.

ALTER TABLE cash_receipt ADD COLUMN due_at_ms INTEGER;
UPDATE cash_receipt SET due_at_ms = requested_at_ms WHERE state IN ('intended', 'cancelling');
CREATE INDEX cash_receipt_due ON cash_receipt (due_at_ms) WHERE due_at_ms IS NOT NULL;
