-- While an installation is moved here from a file nobody serves from this database: from which installation, and how far that had
-- come when the move began.
ALTER TABLE installation ADD COLUMN moving_from text;
ALTER TABLE installation ADD COLUMN moving_beat bigint;
