use rusqlite::Connection;

use super::*;
use crate::sqlite::{clocks, scoped};

fn newest() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    crate::sqlite::migrate::migrate(&mut connection, std::path::Path::new("memory")).unwrap();
    connection
}

fn plan(connection: &Connection, name: &str, sql: &str) -> String {
    let plan: Vec<String> = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .and_then(|mut statement| {
            // The plan does not depend on the values, but every parameter must have one.
            for parameter in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(parameter, 0)?;
            }
            let mut rows = statement.raw_query();
            let mut plan = Vec::new();
            while let Some(row) = rows.next()? {
                plan.push(row.get(3)?);
            }
            Ok(plan)
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    plan.join("; ")
}

fn assert_no_scan(connection: &Connection, name: &str, sql: &str, index: &str) {
    let plan = plan(connection, name, sql);
    // Not one whose name only begins like it.
    let uses = |index: &str| {
        let named = format!("INDEX {index}");
        plan.split("; ")
            .any(|step| step.ends_with(&named) || step.contains(&format!("{named} ")))
    };
    assert!(uses(index), "{name} does not use {index}: {plan}");
    let tables = ["reserve", "payment", "cancel", "delivery", "issuance", "d", "e", "p"];
    for table in tables {
        let scan = format!("SCAN {table}");
        let is_bare = plan.split("; ").any(|step| step == scan);
        assert!(!is_bare, "{name} scans {table}: {plan}");
    }
}

#[test]
fn every_statement_prepares_against_the_newest_schema() {
    let connection = newest();
    let by_whose = scoped::ALL
        .iter()
        .flat_map(|(name, by)| [(name, by.everyone), (name, by.unmoved), (name, by.of)]);
    let next_due = ("SELECT_NEXT_DUE", scoped::SELECT_NEXT_DUE);
    let all = ALL.iter().copied().chain(by_whose.map(|(name, sql)| (*name, sql)));
    for (name, sql) in all.chain([next_due]) {
        connection
            .prepare(sql)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

const WORKERS: &[(&scoped::ScopedSql, &str, &str)] = &[
    (&scoped::CLAIM_RESERVES, "reserve_claim", "reserve_claim_of_project"),
    (&scoped::SELECT_DUE_RESERVE, "reserve_claim", "reserve_claim_of_project"),
    (
        &scoped::CLAIM_VERDICTS,
        "payment_verdict_due",
        "payment_verdict_due_of_project",
    ),
    (&scoped::CLAIM_CANCELS, "cancel_due", "cancel_due"),
    (&scoped::CLAIM_CASH_RECEIPTS, "cash_receipt_due", "cash_receipt_due"),
    (&scoped::SELECT_DUE_CASH_RECEIPT, "cash_receipt_due", "cash_receipt_due"),
    (&scoped::CLAIM_DELIVERIES, "delivery_due", "delivery_due_of_project"),
    (&scoped::SELECT_DUE_DELIVERY, "delivery_due", "delivery_due_of_project"),
];

/// A million waiting reserves must cost the workers nothing: what is due is found by an index, never by a scan.
#[test]
fn what_is_due_is_found_without_a_scan() {
    let connection = newest();
    for (by, index, _) in WORKERS {
        assert_no_scan(&connection, by.everyone, by.everyone, index);
    }
    assert_no_scan(&connection, "COUNT_WAITING", COUNT_WAITING, "reserve_waiting");
    let unsettled = ("SELECT_UNSETTLED", SELECT_UNSETTLED);
    assert_no_scan(&connection, unsettled.0, unsettled.1, "payment_verdict_due");
    let by_order = ("SELECT_PAYMENTS_BY_ORDER", SELECT_PAYMENTS_BY_ORDER);
    assert_no_scan(&connection, by_order.0, by_order.1, "payment_by_order");
}

/// The same where clocks were moved: a project that is a year ahead does not walk over what the others have waiting.
#[test]
fn what_is_due_of_one_project_is_found_without_a_scan() {
    let connection = newest();
    connection.execute_batch(clocks::INDEXES).unwrap();
    for (by, index, of_project) in WORKERS {
        assert_no_scan(&connection, by.everyone, by.everyone, index);
        assert_no_scan(&connection, by.unmoved, by.unmoved, index);
        assert_no_scan(&connection, by.of, by.of, of_project);
    }
    for index in [
        "reserve_claim_of_project",
        "delivery_due_of_project",
        "payment_verdict_due_of_project",
        "cancel_due",
        "issuance_consent_expiry_of_project",
    ] {
        assert_no_scan(&connection, "SELECT_NEXT_DUE", scoped::SELECT_NEXT_DUE, index);
    }
}

#[test]
fn a_database_without_a_moved_clock_has_none_of_its_indexes() {
    let connection = newest();
    let count = "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%_of_project'";
    let count: i64 = connection.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0);
}
