-- Whom the cash receipts of a key's debits are issued to, as a keyed fingerprint: an explicit request for the same is known by it.

ALTER TABLE issuance ADD COLUMN cash_receipt_print BLOB;
