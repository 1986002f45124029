-- What becomes of a billing key that is not known here: 'refuse', or 'adopt' where its PG has it.
ALTER TABLE project ADD COLUMN unknown_keys text COLLATE "C" NOT NULL DEFAULT 'refuse';
-- Of which number the token is made in the address that the project's PG sends its webhooks to.
ALTER TABLE project ADD COLUMN pg_webhook_number bigint NOT NULL DEFAULT 1;

-- Whose a key is that was issued elsewhere: the project's that first took it over, whatever another one's PG says of it. One for all
-- buckets, as the projects themselves: two projects are in two buckets.
CREATE TABLE adopted_key (
    billing_key text COLLATE "C" PRIMARY KEY,
    project_id  text COLLATE "C" NOT NULL
);
