-- When a cancel without an outcome was last sent again; NULL: only with its request.
ALTER TABLE cancel ADD COLUMN sent_at_ms INTEGER;
