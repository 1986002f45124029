-- Payments that wait for a person: few, listed by operators, and never found by scanning.

CREATE INDEX payment_needs_person ON payment (receipt_id) WHERE state = 'needs_person';
