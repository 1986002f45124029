//! What is moved: each table with the columns that its rows are told apart by, and what a file says otherwise than PostgreSQL does.

/// A table of PostgreSQL, and where its rows are in a file.
pub struct Table {
    pub name: &'static str,
    /// By which pages follow each other: the primary key, without bucket and project where ids are unique by themselves.
    pub key: &'static [&'static str],
    /// The table of the file, and which of its rows; mostly the same name and all of them.
    pub from: &'static str,
    /// Columns that the file does not have as they are: name and expression.
    pub otherwise: &'static [(&'static str, &'static str)],
    /// Its rows have a bucket.
    pub is_of_projects: bool,
}

const fn shared(name: &'static str, key: &'static [&'static str]) -> Table {
    Table {
        name,
        key,
        from: name,
        otherwise: &[],
        is_of_projects: false,
    }
}

const fn of_projects(name: &'static str, key: &'static [&'static str]) -> Table {
    Table {
        is_of_projects: true,
        ..shared(name, key)
    }
}

/// A payment's project; a file has one of each id.
const OF_PAYMENT: &[(&str, &str)] = &[(
    "project_id",
    "(SELECT p.project_id FROM payment AS p WHERE p.receipt_id = row.receipt_id)",
)];

/// Whose history it is: that of an issuance, a payment, a reserve, a key, or with a word before, a cash receipt.
const OF_OBJECT: &[(&str, &str)] = &[(
    "project_id",
    "coalesce((SELECT i.project_id FROM issuance AS i WHERE i.receipt_id = row.object),
        (SELECT p.project_id FROM payment AS p WHERE p.receipt_id = row.object),
        (SELECT r.project_id FROM reserve AS r WHERE r.reserve_id = row.object),
        (SELECT k.project_id FROM billing_key AS k WHERE k.billing_key = row.object),
        (SELECT c.project_id FROM cash_receipt AS c WHERE row.object = 'cash:' || c.receipt_id
            AND c.receipt_id = substr(row.object, 6)))",
)];

/// Those that others refer to come first. Nodes and marks of commits are of one database only.
pub const TABLES: &[Table] = &[
    shared("project", &["project_id"]),
    shared("project_secret", &["project_id", "kind", "hash"]),
    shared("access_token", &["token_hash"]),
    shared("adopted_key", &["billing_key"]),
    shared("console_user", &["name"]),
    shared("console_session", &["token_hash"]),
    shared("console_act", &["number"]),
    shared("sandbox_clock", &["project_id"]),
    of_projects("billing_key", &["billing_key"]),
    of_projects("issuance", &["receipt_id"]),
    of_projects("mandate_event", &["receipt_id", "number"]),
    of_projects("payment", &["receipt_id"]),
    Table {
        otherwise: OF_PAYMENT,
        ..of_projects("verdict_rung", &["receipt_id", "number"])
    },
    Table {
        otherwise: OF_PAYMENT,
        ..of_projects("cancel", &["receipt_id", "id"])
    },
    of_projects("reserve", &["reserve_id"]),
    of_projects("delivery", &["receipt_id", "sequence"]),
    of_projects("cash_receipt", &["receipt_id"]),
    Table {
        otherwise: OF_OBJECT,
        ..of_projects("transition", &["object", "seq"])
    },
    of_projects("order_claim", &["project_id", "order_id"]),
    of_projects("idempotency_key", &["project_id", "key"]),
    of_projects("receipt_alias", &["project_id", "alias"]),
    of_projects("destruction", &["project_id", "on_day", "kind", "years"]),
    of_projects("counted", &["project_id", "hour", "what", "why"]),
    // Who had leased it is gone.
    Table {
        otherwise: &[("lease", "NULL")],
        ..of_projects("due", &["kind", "project_id", "object"])
    },
    // Unique indexes of a file are tables of their own there.
    Table {
        from: "(SELECT * FROM issuance WHERE is_open = 1)",
        ..of_projects("open_subscription", &["project_id", "subscription_id"])
    },
    Table {
        from: "(SELECT * FROM cash_receipt WHERE origin = 'alone' AND state <> 'failed')",
        ..of_projects("cash_claim", &["project_id", "order_id"])
    },
];

/// The tables of PostgreSQL that nothing is moved to.
#[cfg(test)]
pub const OF_ONE_DATABASE: &[&str] = &["installation", "node", "commit_mark", "migration"];
