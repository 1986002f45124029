-- Cash receipts: why there is one, what it was asked with, and one stand-alone receipt per order.

ALTER TABLE cash_receipt ADD COLUMN origin TEXT NOT NULL DEFAULT 'payment';
ALTER TABLE cash_receipt ADD COLUMN fingerprint BLOB;
ALTER TABLE cash_receipt ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
ALTER TABLE cash_receipt ADD COLUMN purchased_at_ms INTEGER;
CREATE UNIQUE INDEX cash_receipt_order ON cash_receipt (project_id, order_id)
    WHERE origin = 'alone' AND state <> 'failed';
