//! What can be wrong with a PostgreSQL server or its database, in words for whoever must mend it.

/// A server or database that the store cannot use.
#[derive(Debug, thiserror::Error)]
pub enum PostgresFault {
    #[error("the URL of the PostgreSQL database cannot be used: {0}")]
    Url(String),
    #[error("PostgreSQL cannot be reached at {place}: {reason}. Is it running, and may this machine connect to it?")]
    Unreachable { place: String, reason: String },
    #[error("PostgreSQL at {place} refuses the password of the user `{user}`")]
    Password { place: String, user: String },
    #[error("PostgreSQL at {place} does not admit the user `{user}`: {reason}. See its pg_hba.conf")]
    NotAdmitted {
        place: String,
        user: String,
        reason: String,
    },
    #[error("PostgreSQL at {place} has no database `{database}`: create it, then run `jadong db migrate`")]
    NoDatabase { place: String, database: String },
    #[error(
        "no TLS connection to PostgreSQL at {place}: {reason}. `sslmode` and `sslrootcert` in the URL say what is wanted"
    )]
    Tls { place: String, reason: String },
    #[error(
        "PostgreSQL at {place} takes no writes: it is a standby, or set to read-only. Name the primary in the URL, or all \
         servers of the cluster: host1:5432,host2:5432"
    )]
    ReadOnly { place: String },
    #[error("PostgreSQL at {place} is version {found}; 15 or newer is needed")]
    TooOld { place: String, found: u32 },
    #[error(
        "PostgreSQL at {place} confirms a commit before a standby has it (synchronous_standby_names is empty): a failover may \
         forget debits. Configure a synchronous standby, or set allow_asynchronous_replication = true to take that risk, \
         as with a single server"
    )]
    Asynchronous { place: String },
    #[error(
        "PostgreSQL at {place} has {setting} = off: a power cut may damage or lose what was confirmed. Set it to on"
    )]
    Unsynced { place: String, setting: &'static str },
    #[error(
        "PostgreSQL at {place} has {setting} = {found} in this session though it was set otherwise: is there a pooler between \
         that does not keep a session's settings? Connect directly, or use its session mode"
    )]
    Forgetful {
        place: String,
        setting: &'static str,
        found: String,
    },
    #[error("the database `{database}` has no tables of jadong: run `jadong db migrate`")]
    NotMigrated { database: String },
    #[error(
        "the database `{database}` has schema {found}, this program needs {known}: run `jadong db migrate` of this program"
    )]
    Older { database: String, found: u32, known: u32 },
    #[error(
        "the database `{database}` is served by program {min_program} or newer only, this is {program}: use a newer jadong"
    )]
    NewerOnly {
        database: String,
        min_program: u32,
        program: u32,
    },
    #[error("migration {number} was changed after it was applied to `{database}`; use the program it belongs to")]
    Changed { database: String, number: u32 },
    #[error("migration {number} of `{database}` failed: {reason}")]
    Migration {
        database: String,
        number: u32,
        reason: String,
    },
    #[error("another program has been migrating `{database}` for a while; wait for its end")]
    Migrating { database: String },
    #[error(
        "PostgreSQL at {place} was replaced as the primary (it is on timeline {timeline}, there is a {newest}) and does not know it: \
         it must be stopped. Where the cluster was made anew, restart jadong"
    )]
    Replaced { place: String, timeline: u32, newest: u32 },
    #[error(
        "an installation is being moved into `{database}`: nobody serves from it until `jadong db move` has ended. If that was \
         interrupted, run it again; it goes on where it was"
    )]
    Moving { database: String },
    #[error(
        "the database `{database}` is no Citus cluster's: there is no extension `citus` in it. One server needs no `jadong db distribute`"
    )]
    NoCitus { database: String },
    #[error("the database `{database}` is being served from (`jadong nodes` lists who does): stop every node first")]
    Served { database: String },
    #[error("PostgreSQL at {place} failed: {reason}")]
    Engine { place: String, reason: String },
}
