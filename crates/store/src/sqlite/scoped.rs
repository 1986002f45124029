//! What is due: the workers' statements, each in three kinds. The plain one is all that live mode has; the other two know
//! that some projects of a sandbox have a time of their own.

use rusqlite::types::Value;

use super::sql::{cancel_columns, cash_receipt_columns, delivery_columns, payment_columns, reserve_columns};
use crate::{ClockScope, LeaseRequest};

/// One statement, by whose rows it is about.
pub struct ScopedSql {
    pub everyone: &'static str,
    pub unmoved: &'static str,
    /// Its last parameter is the project.
    pub of: &'static str,
}

impl ScopedSql {
    pub fn of(&self, whose: ClockScope) -> &'static str {
        match whose {
            ClockScope::Everyone => self.everyone,
            ClockScope::AtMachineTime => self.unmoved,
            ClockScope::Of(_) => self.of,
        }
    }
}

/// `values`, and the project where the statement is about one.
pub fn with_project(mut values: Vec<Value>, whose: ClockScope) -> Vec<Value> {
    if let ClockScope::Of(project) = whose {
        values.push(project.to_string().into());
    }
    values
}

/// The parameters of a claim.
pub fn of_claim(claim: &LeaseRequest) -> Vec<Value> {
    vec![claim.now.0.into(), claim.until.0.into(), claim.limit.into()]
}

macro_rules! by_whose {
    ($($name:ident = [$($before:tt)*] $project:literal = $parameter:literal [$($after:tt)*];)*) => {
        $(pub const $name: ScopedSql = ScopedSql {
            everyone: concat!($($before)* $($after)*),
            unmoved: concat!($($before)* " AND ", $project, " NOT IN (SELECT project_id FROM sandbox_clock)", $($after)*),
            of: concat!($($before)* " AND ", $project, " = ", $parameter, $($after)*),
        };)*
        #[cfg(test)]
        pub const ALL: &[(&str, ScopedSql)] = &[$((stringify!($name), $name),)*];
    };
}

by_whose! {
    CLAIM_VERDICTS = ["UPDATE payment SET verdict_due_at_ms = ?2 WHERE receipt_id IN (SELECT receipt_id FROM payment
        WHERE (verdict_due_at_ms <= ?1 OR verdict_due_at_ms > ?4)",] "project_id" = "?5"
        [" ORDER BY verdict_due_at_ms LIMIT ?3) RETURNING ", payment_columns!()];
    SELECT_DUE_VERDICT = ["SELECT 1 FROM payment WHERE (verdict_due_at_ms <= ?1 OR verdict_due_at_ms > ?2)",]
        "project_id" = "?3" [" LIMIT 1"];
    CLAIM_CANCELS = ["UPDATE cancel SET due_at_ms = ?2 WHERE id IN (SELECT id FROM cancel WHERE due_at_ms <= ?1",]
        "(SELECT p.project_id FROM payment AS p WHERE p.receipt_id = cancel.receipt_id)" = "?4"
        [" ORDER BY due_at_ms LIMIT ?3) RETURNING ", cancel_columns!()];
    CLAIM_CASH_RECEIPTS = ["UPDATE cash_receipt SET due_at_ms = ?2 WHERE receipt_id IN (SELECT receipt_id FROM cash_receipt
        WHERE due_at_ms <= ?1",] "project_id" = "?4"
        [" ORDER BY due_at_ms LIMIT ?3) RETURNING ", cash_receipt_columns!()];
    SELECT_DUE_CASH_RECEIPT = ["SELECT 1 FROM cash_receipt WHERE due_at_ms <= ?1",] "project_id" = "?2" [" LIMIT 1"];
    CLAIM_RESERVES = ["UPDATE reserve SET claim_at_ms = ?2 WHERE reserve_id IN (SELECT reserve_id FROM reserve
        WHERE claim_at_ms <= ?1 AND project_id NOT IN (SELECT value FROM json_each(?4))",] "project_id" = "?5"
        [" ORDER BY claim_at_ms LIMIT ?3) RETURNING ", reserve_columns!()];
    SELECT_DUE_RESERVE = ["SELECT 1 FROM reserve WHERE claim_at_ms <= ?1
        AND project_id NOT IN (SELECT value FROM json_each(?2))",] "project_id" = "?3" [" LIMIT 1"];
    CLAIM_DELIVERIES = ["UPDATE delivery SET next_at_ms = ?2 WHERE (receipt_id, sequence) IN (
        SELECT receipt_id, sequence FROM delivery AS d WHERE d.state = 'pending' AND d.next_at_ms <= ?1
        AND d.project_id NOT IN (SELECT value FROM json_each(?4))
        AND d.project_id || ' ' || d.origin NOT IN (SELECT value FROM json_each(?5))
        AND NOT EXISTS (SELECT 1 FROM delivery AS e WHERE e.receipt_id = d.receipt_id AND e.sequence < d.sequence
        AND e.state = 'pending')",] "d.project_id" = "?6"
        [" ORDER BY d.next_at_ms LIMIT ?3) RETURNING ", delivery_columns!()];
    SELECT_DUE_DELIVERY = ["SELECT 1 FROM delivery AS d WHERE d.state = 'pending' AND d.next_at_ms <= ?1
        AND d.project_id NOT IN (SELECT value FROM json_each(?2))
        AND d.project_id || ' ' || d.origin NOT IN (SELECT value FROM json_each(?3))
        AND NOT EXISTS (SELECT 1 FROM delivery AS e WHERE e.receipt_id = d.receipt_id AND e.sequence < d.sequence
        AND e.state = 'pending')",] "d.project_id" = "?4" [" LIMIT 1"];
}

/// Of one project: a clock that is moved stops at each of these. A consent that is published or in doubt has no end.
pub const SELECT_NEXT_DUE: &str = "SELECT min(at_ms) FROM (
    SELECT min(claim_at_ms) AS at_ms FROM reserve WHERE project_id = ?1 AND claim_at_ms IS NOT NULL
    UNION ALL SELECT * FROM (SELECT d.next_at_ms FROM delivery AS d WHERE d.project_id = ?1 AND d.state = 'pending'
        AND NOT EXISTS (SELECT 1 FROM delivery AS e WHERE e.receipt_id = d.receipt_id AND e.sequence < d.sequence
        AND e.state = 'pending') ORDER BY d.next_at_ms LIMIT 1)
    UNION ALL SELECT min(verdict_due_at_ms) FROM payment WHERE project_id = ?1 AND verdict_due_at_ms IS NOT NULL
    UNION ALL SELECT min(due_at_ms) FROM cash_receipt WHERE project_id = ?1 AND due_at_ms IS NOT NULL
    UNION ALL SELECT min(due_at_ms) FROM cancel WHERE due_at_ms IS NOT NULL
        AND (SELECT p.project_id FROM payment AS p WHERE p.receipt_id = cancel.receipt_id) = ?1
    UNION ALL SELECT * FROM (SELECT consent_expires_at_ms FROM issuance WHERE project_id = ?1 AND is_open = 1
        AND state IN ('requested', 'consenting', 'consented') ORDER BY consent_expires_at_ms LIMIT 1))";
