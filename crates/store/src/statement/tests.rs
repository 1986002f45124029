use rusqlite::Connection;

use super::Statement;
use crate::engine::sqlite::migrate::migrate;

fn newest() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection, std::path::Path::new("memory")).unwrap();
    connection
}

/// Every statement of the store.
pub fn all() -> Vec<&'static Statement> {
    [
        crate::billing_keys::ALL,
        crate::cancels::ALL,
        crate::cash_receipts::ALL,
        crate::clocks::ALL,
        crate::console::ALL,
        crate::counts::ALL,
        crate::deliveries::ALL,
        crate::destroyed::ALL,
        crate::destruction::ALL,
        crate::due::ALL,
        crate::held::ALL,
        crate::history::ALL,
        crate::mandates::ALL,
        crate::aliases::ALL,
        crate::idempotency::ALL,
        crate::installation::ALL,
        crate::issuances::ALL,
        crate::lists::ALL,
        crate::nodes::ALL,
        crate::old_records::ALL,
        crate::orders::ALL,
        crate::payments::ALL,
        crate::pending::ALL,
        crate::projects::ALL,
        crate::reserves::ALL,
        crate::resolutions::ALL,
        crate::tokens::ALL,
    ]
    .concat()
}

/// The steps of a statement's plan.
fn plan(connection: &Connection, statement: &Statement) -> Vec<String> {
    let Some(sql) = statement.sqlite() else {
        return Vec::new();
    };
    let mut explained = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    // The plan does not depend on the values, but every parameter must have one.
    for parameter in 1..=explained.parameter_count() {
        explained.raw_bind_parameter(parameter, 0).unwrap();
    }
    let mut rows = explained.raw_query();
    let mut plan = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        plan.push(row.get(3).unwrap());
    }
    plan
}

#[test]
fn every_statement_prepares_against_the_newest_schema() {
    let connection = newest();
    let statements = all();
    for statement in &statements {
        if let Some(Err(error)) = statement.sqlite().map(|sql| connection.prepare(sql)) {
            panic!("{}: {error}", statement.name);
        }
    }
    // In every file that has some.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sources = files
        .filter(|path| path.is_file())
        .map(|path| std::fs::read_to_string(path).unwrap());
    let lists = sources.filter(|source| source.contains("\nstatements! {")).count();
    assert_eq!(lists, 27, "the list above has every file with statements");
}

/// A million waiting reserves must cost nobody anything: a statement walks an index or a key, and never over a table.
#[test]
fn no_statement_scans_a_table_that_grows() {
    let may_scan = [
        // One row, or one for each project, person or moved clock.
        ("SELECT_INSTALLATION", "SCAN installation"),
        ("BEAT", "SCAN installation"),
        ("TOUCH", "SCAN installation"),
        ("HOLD", "SCAN installation"),
        ("KEEP_PEPPER_PRINT", "SCAN installation"),
        ("HAS_PEPPER_PRINT", "SCAN installation"),
        ("RELEASE", "SCAN installation"),
        ("SELECT_PROJECTS", "SCAN p"),
        ("SELECT_USERS", "SCAN console_user"),
        ("SELECT_NODES", "SCAN node"),
        ("COUNT_ALIVE_NODES", "SCAN node"),
        ("FORGET_DEAD_NODES", "SCAN node"),
        ("SELECT_CLOCKS", "SCAN sandbox_clock"),
        // The newest by an index that only `doctor` and the page of webhooks ask for.
        ("SELECT_RECENT_DELIVERIES", "SCAN delivery"),
        // As many as were asked for, just found by the index.
        ("SELECT_DUE_RESERVES", "SCAN d"),
        ("FIND", "SCAN found"),
        ("COUNT_LATE", "SCAN found"),
        // Of a sandbox, when a clock is set right that was moved by mistake.
        ("HAS_NOTHING_LATER", "SCAN"),
    ];
    let connection = newest();
    for statement in all() {
        for step in plan(&connection, statement) {
            let is_bare = step.starts_with("SCAN")
                && !step.contains(" USING ")
                && !["SCAN CONSTANT ROW", "SCAN sandbox_clock", "SCAN leased"].contains(&step.as_str())
                && !step.contains("json_each")
                && !step.contains("subquery");
            let is_known = may_scan
                .iter()
                .any(|(name, scan)| *name == statement.name && step.starts_with(scan));
            assert!(!is_bare || is_known, "{}: {step}", statement.name);
        }
    }
}

/// A list is a walk along an index that ends, whatever is on disk: nothing is sorted that may be long.
#[test]
fn lists_are_not_sorted() {
    // What is not resolved, what waits of one key, what is due or an order's attempts are few, and the oldest is wanted first.
    let may_sort = |name: &str| {
        [
            "SELECT_UNRESOLVED",
            "SELECT_UNRESOLVED_OF",
            "SELECT_WAITING_OF_KEY",
            "SELECT_RECENT_DELIVERIES",
            "LEASE",
            "FIND",
            "SELECT_DUE_RESERVES",
        ]
        .contains(&name)
    };
    let connection = newest();
    for statement in all().iter().filter(|statement| statement.sql.contains("LIMIT")) {
        let plan = plan(&connection, statement);
        let is_sorted = plan.iter().any(|step| step.contains("TEMP B-TREE"));
        assert!(!is_sorted || may_sort(statement.name), "{}: {plan:?}", statement.name);
    }
}

/// What is due is found by the index of due times, and what it is about by its key.
#[test]
fn what_is_due_is_found_by_its_index() {
    let connection = newest();
    for statement in [
        &crate::due::FIND,
        &crate::due::LEASE,
        &crate::reserves::SELECT_DUE_RESERVES,
    ] {
        let plan = plan(&connection, statement).join("; ");
        assert!(plan.contains("INDEX due_at "), "{}: {plan}", statement.name);
    }
    let count = plan(&connection, &crate::reserves::INSERT_RESERVE).join("; ");
    assert!(count.contains("INDEX reserve_waiting"), "{count}");
}
