-- What is due of one project. No migration: made when a clock is first moved, so that live mode does not pay for it.
CREATE INDEX IF NOT EXISTS reserve_claim_of_project ON reserve (project_id, claim_at_ms) WHERE claim_at_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS payment_verdict_due_of_project ON payment (project_id, verdict_due_at_ms)
    WHERE verdict_due_at_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS delivery_due_of_project ON delivery (project_id, next_at_ms) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS issuance_consent_expiry_of_project ON issuance (project_id, consent_expires_at_ms)
    WHERE is_open = 1;
