-- What is claimed is shared by projects, and webhooks by origins too: who has enough is passed over without being read.
ALTER TABLE delivery ADD COLUMN origin TEXT NOT NULL DEFAULT '';
-- Of older ones each URL is taken for an origin: at worst they are claimed and given back.
UPDATE delivery SET origin = url WHERE state = 'pending';
DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (next_at_ms, project_id, origin) WHERE state = 'pending';
DROP INDEX reserve_claim;
CREATE INDEX reserve_claim ON reserve (claim_at_ms, project_id) WHERE claim_at_ms IS NOT NULL;
