//! `docs/reference/errors.md` lists exactly the error codes that there are, with their numbers and HTTP statuses.

use std::collections::BTreeMap;

use jadong_domain::ErrorCode;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/errors.md");

/// The rows of the page's tables that begin with a code in capitals: name → (number, HTTP status) as written.
fn documented(page: &str) -> BTreeMap<String, (String, String)> {
    let mut rows = BTreeMap::new();
    let begins_with_code = |line: &&str| {
        let first_cell = line.strip_prefix("| `");
        first_cell.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    for line in page.lines().filter(begins_with_code) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, code, number, http, when, what_to_do, _] = cells.as_slice() else {
            panic!("a row needs five cells: {line}");
        };
        assert!(!when.is_empty() && !what_to_do.is_empty(), "an empty cell: {line}");
        let name = code.trim_matches('`').to_owned();
        let earlier = rows.insert(name, ((*number).to_owned(), (*http).to_owned()));
        assert!(earlier.is_none(), "listed twice: {line}");
    }
    rows
}

#[test]
fn every_error_code_is_documented_and_no_other() {
    let page = std::fs::read_to_string(PAGE).expect(PAGE);
    let mut rows = documented(&page);
    let mut faults = Vec::new();
    for code in ErrorCode::ALL {
        let number = code.number().map_or_else(String::new, |number| number.to_string());
        let expected = (number, code.http_status().to_string());
        match rows.remove(code.name()) {
            None => faults.push(format!("{} is missing: {expected:?}", code.name())),
            Some(written) if written != expected => {
                faults.push(format!("{}: {written:?} is written, {expected:?} is true", code.name()));
            }
            Some(_) => {}
        }
    }
    faults.extend(rows.keys().map(|name| format!("{name} is no error code")));
    assert!(
        faults.is_empty(),
        "docs/reference/errors.md:\n  {}\n",
        faults.join("\n  ")
    );
}
