-- The processes that serve from this database. Of this kind of database there is one at a time.
CREATE TABLE node (
    node           INTEGER NOT NULL PRIMARY KEY,
    version        TEXT    NOT NULL,
    address        TEXT    NOT NULL,
    admin_address  TEXT    NOT NULL,
    started_at_ms  INTEGER NOT NULL,
    alive_until_ms INTEGER NOT NULL,
    is_draining    INTEGER NOT NULL
) STRICT;

-- What a node has leased: it gives all of it back when it stops.
CREATE INDEX due_leased ON due (lease) WHERE lease IS NOT NULL;

-- By which a key that is not the installation's is told, whose hashes would match nothing. NULL until it is served from.
ALTER TABLE installation ADD COLUMN pepper_print BLOB;
