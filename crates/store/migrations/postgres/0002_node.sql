-- The processes that serve from this database, by its own clock.
CREATE TABLE node (
    node           integer PRIMARY KEY,
    version        text    NOT NULL,
    address        text    NOT NULL,
    admin_address  text    NOT NULL,
    started_at_ms  bigint  NOT NULL,
    alive_until_ms bigint  NOT NULL,
    is_draining    integer NOT NULL
);
-- What a node has leased: it gives all of it back when it stops.
CREATE INDEX due_leased ON due (lease) WHERE lease IS NOT NULL;
-- By which a key that is not the installation's is told, whose hashes would match nothing. NULL until it is served from.
ALTER TABLE installation ADD COLUMN pepper_print bytea;
