-- Open issuances are work too: whoever follows a consent or a registration holds its lease, and another gateway goes on with it when
-- that has run out. What nobody has is due at once; what waits for its merchant, when its time is over.
INSERT INTO due (kind, project_id, object, at_ms)
    SELECT 'consent', project_id, receipt_id, CASE state WHEN 'consented' THEN consent_expires_at_ms ELSE 0 END
    FROM issuance WHERE is_open = 1;
