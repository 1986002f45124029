-- The timeline of the server on which a node knew last that nothing acknowledged was missing. A server is on a newer one after a
-- failover, and after a recovery to a point in time, which forgets. NULL until it is served from.
ALTER TABLE installation ADD COLUMN timeline integer;
