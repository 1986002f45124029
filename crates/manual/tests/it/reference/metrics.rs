//! Every metric that the code counts is on the page, in both languages, and the page names no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::reference::{read, root};

/// Names in quotes, as the `metrics` crate takes them.
fn counted() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "tests" && name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                names.extend(names_of(&path));
            }
        }
    }
    assert!(names.len() > 5, "only {names:?} were found");
    names
}

fn names_of(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut names = Vec::new();
    for call in ["counter!(", "gauge!(", "histogram!("] {
        for rest in text.split(call).skip(1) {
            let name = rest
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next());
            names.extend(name.filter(|name| name.starts_with("jadong_")).map(str::to_owned));
        }
    }
    names
}

#[test]
fn the_page_has_the_metrics_of_the_code() {
    let counted = counted();
    for page in ["docs/reference/metrics.md", "docs/reference/metrics.ko.md"] {
        let text = read(page);
        let rows = text.lines().filter_map(|line| line.strip_prefix("| `jadong_"));
        let named: BTreeSet<String> = rows
            .filter(|row| row.contains("` | "))
            .filter_map(|row| row.split(['`', '{']).next())
            .map(|rest| format!("jadong_{rest}"))
            .filter(|name| !name.ends_with("_count"))
            .collect();
        let missing: Vec<_> = counted.difference(&named).collect();
        let unknown: Vec<_> = named.difference(&counted).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{page} lacks {missing:?} and names {unknown:?}"
        );
    }
}
