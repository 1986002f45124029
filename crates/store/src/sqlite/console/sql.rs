//! The console's statements. A test prepares them all, and one looks at the plans of the lists.

use crate::sqlite::sql::{is_unsettled, issuance_columns, key_columns, payment_columns, reserve_columns};

/// How many rows one part of a list looks back over.
pub const LOOK_BACK: u32 = 10_000;

macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(pub const $name: &str = $sql;)*
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}

statements! {
    INSERT_USER = "INSERT INTO console_user (name, role, password_hash, created_at_ms) VALUES (?1, ?2, ?3, ?4)";
    DELETE_SESSIONS_OF = "DELETE FROM console_session WHERE name = ?1";
    DELETE_USER = "DELETE FROM console_user WHERE name = ?1";
    SET_PASSWORD = "UPDATE console_user SET password_hash = ?2 WHERE name = ?1";
    SELECT_USERS = "SELECT name, role, password_hash, created_at_ms FROM console_user ORDER BY name";
    FORGET_SESSIONS = "DELETE FROM console_session WHERE expires_at_ms <= ?1";
    INSERT_SESSION = "INSERT INTO console_session (token_hash, name, created_at_ms, expires_at_ms) VALUES (?1, ?2, ?3, ?4)";
    DELETE_SESSION = "DELETE FROM console_session WHERE token_hash = ?1";
    SELECT_SESSION = "SELECT s.token_hash, s.name, s.created_at_ms, s.expires_at_ms, u.role, u.password_hash, u.created_at_ms
        FROM console_session AS s JOIN console_user AS u ON u.name = s.name WHERE s.token_hash = ?1";
    INSERT_ACT = "INSERT INTO console_act (at_ms, person, role, act, object, outcome, note, address)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    SELECT_ACTS = "SELECT number, at_ms, person, role, act, object, outcome, note, address FROM console_act
        WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
    PAYMENT_EDGE = "SELECT receipt_id FROM payment WHERE receipt_id < ?1 ORDER BY receipt_id DESC LIMIT 1 OFFSET ?2";
    RECENT_PAYMENTS = concat!("SELECT ", payment_columns!(), " FROM payment WHERE receipt_id < ?1 AND receipt_id >= ?2
        AND +project_id = ?3 AND (?4 = '[]' OR state IN (SELECT value FROM json_each(?4)))
        ORDER BY receipt_id DESC LIMIT ?5");
    PAYMENTS_BY_KEY = concat!("SELECT ", payment_columns!(), " FROM payment WHERE receipt_id >= ?1
        AND +project_id = ?2 AND billing_key = ?3 ORDER BY receipt_id DESC LIMIT ?4");
    ISSUANCE_EDGE = "SELECT receipt_id FROM issuance WHERE receipt_id < ?1 ORDER BY receipt_id DESC LIMIT 1 OFFSET ?2";
    RECENT_ISSUANCES = concat!(issuance_columns!(), " WHERE receipt_id < ?1 AND receipt_id >= ?2 AND +project_id = ?3
        ORDER BY receipt_id DESC LIMIT ?4");
    KEY_EDGE = "SELECT billing_key FROM billing_key WHERE billing_key < ?1 ORDER BY billing_key DESC LIMIT 1 OFFSET ?2";
    RECENT_KEYS = concat!(key_columns!(), " WHERE billing_key < ?1 AND billing_key >= ?2 AND +project_id = ?3
        ORDER BY billing_key DESC LIMIT ?4");
    BY_SUBSCRIPTION = concat!(issuance_columns!(), " INDEXED BY issuance_by_subscription
        WHERE project_id = ?1 AND subscription_id = ?2 ORDER BY receipt_id DESC LIMIT ?3");
    WAITING_OF_KEY = concat!("SELECT ", reserve_columns!(), " FROM reserve
        WHERE billing_key = ?1 AND state = 'waiting' ORDER BY due_at_ms");
    RESERVES_BETWEEN = concat!("SELECT ", reserve_columns!(), " FROM reserve
        WHERE project_id = ?1 AND (due_at_ms, reserve_id) > (?2, ?5) AND due_at_ms < ?3
        ORDER BY due_at_ms, reserve_id LIMIT ?4");
    COUNT_RESERVES = "SELECT count(*) FROM (SELECT 1 FROM reserve
        WHERE project_id = ?1 AND due_at_ms >= ?2 AND due_at_ms < ?3 LIMIT ?4)";
    UNSETTLED_OF = concat!("SELECT ", payment_columns!(), ", verdict_due_at_ms
        FROM payment INDEXED BY payment_verdict_due
        WHERE verdict_due_at_ms IS NOT NULL AND +project_id = ?1 AND state <> 'intended' AND ", is_unsettled!(), "
        ORDER BY requested_at_ms, receipt_id LIMIT ?2");
    LOOSE_CANCELS = "SELECT c.receipt_id, p.order_id, c.price, c.requested_at_ms
        FROM cancel AS c INDEXED BY cancel_due JOIN payment AS p ON p.receipt_id = c.receipt_id
        WHERE c.due_at_ms IS NOT NULL AND p.project_id = ?1 AND c.requested_at_ms < ?2 LIMIT ?3";
    LOOSE_CASH_RECEIPTS = "SELECT receipt_id, order_id, price, requested_at_ms
        FROM cash_receipt INDEXED BY cash_receipt_due
        WHERE due_at_ms IS NOT NULL AND project_id = ?1 AND due_at_ms < ?2 LIMIT ?3";
    LOOSE_ISSUANCES = "SELECT receipt_id, subscription_id, price, requested_at_ms FROM issuance INDEXED BY issuance_open
        WHERE is_open = 1 AND project_id = ?1 AND state = 'in_doubt' AND requested_at_ms < ?2 LIMIT ?3";
    COUNT_OPEN_CONSENTS = "SELECT count(*) FROM issuance INDEXED BY issuance_open
        WHERE is_open = 1 AND project_id = ?1 AND state IN (?2, ?3)";
    HASTEN_VERDICT = "UPDATE payment SET verdict_due_at_ms = ?3 WHERE receipt_id = ?1 AND project_id = ?2
        AND state IN ('in_doubt', 'needs_person') AND verdict_due_at_ms IS NOT NULL";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> rusqlite::Connection {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        crate::sqlite::migrate::migrate(&mut connection, std::path::Path::new("memory")).unwrap();
        connection
    }

    #[test]
    fn every_statement_prepares_against_the_newest_schema() {
        let connection = fresh();
        for (name, sql) in ALL {
            connection
                .prepare(sql)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    /// A list is a walk along an index that ends, whatever is on disk: nothing is scanned, and nothing sorted.
    #[test]
    fn lists_are_walks_along_an_index() {
        // What is not settled is little, and the oldest is wanted first.
        let is_sorted = |name: &str| name == "UNSETTLED_OF";
        let connection = fresh();
        for (name, sql) in ALL.iter().filter(|(_, sql)| sql.contains("LIMIT")) {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            for parameter in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(parameter, 0).unwrap();
            }
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().unwrap() {
                let step: String = row.get(3).unwrap();
                let is_walk = !step.starts_with("SCAN")
                    || step.contains("json_each")
                    || step.starts_with("SCAN (subquery")
                    // All of an index that holds only what waits for a person.
                    || step.ends_with("USING INDEX payment_needs_person");
                assert!(
                    is_walk && (is_sorted(name) || !step.contains("TEMP B-TREE")),
                    "{name}: {step}"
                );
            }
        }
    }
}
