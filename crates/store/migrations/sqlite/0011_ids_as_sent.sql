-- A merchant's id is compared in one spelling (NFC), and answered in the one it was sent in; null where the two are the same.
ALTER TABLE payment ADD COLUMN order_id_as_sent TEXT;
ALTER TABLE reserve ADD COLUMN order_id_as_sent TEXT;
ALTER TABLE cash_receipt ADD COLUMN order_id_as_sent TEXT;
ALTER TABLE issuance ADD COLUMN subscription_id_as_sent TEXT;
