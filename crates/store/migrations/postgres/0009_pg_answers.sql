-- What was measured of a project's PG, as JSON; NULL: nothing.
ALTER TABLE project ADD COLUMN pg_answers text;
