-- Where the customer decides, at a PG that calls nobody.
ALTER TABLE issuance ADD COLUMN consent_url text;
