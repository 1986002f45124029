//! The workspace's crates and what each depends on, read from their `Cargo.toml`.

use crate::tree::File;
use toml::{Table, Value};

pub struct Crate {
    /// The folder that it lives in.
    pub folder: String,
    pub path: String,
    pub table: Table,
}

pub fn crates(files: &[File]) -> Vec<Crate> {
    let manifests = files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let found: Vec<Crate> = manifests.map(read).collect();
    assert!(found.len() > 5, "only {} crates were found", found.len());
    found
}

fn read(file: &File) -> Crate {
    let table = toml::from_str(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let folder = file.folder().rsplit('/').next().unwrap_or_default().to_owned();
    Crate {
        folder,
        path: file.path.clone(),
        table,
    }
}

impl Crate {
    /// What ends up in the shipped code: dependencies and build dependencies, for every platform. Test-only
    /// dependencies may cross the walls.
    pub fn dependencies(&self) -> Vec<String> {
        let mut names = section_names(&self.table);
        if let Some(Value::Table(platforms)) = self.table.get("target") {
            names.extend(platforms.values().filter_map(Value::as_table).flat_map(section_names));
        }
        names.sort();
        names
    }

    pub fn inherits_lints(&self) -> bool {
        let lints = self.table.get("lints").and_then(|lints| lints.get("workspace"));
        lints.and_then(Value::as_bool) == Some(true)
    }
}

fn section_names(table: &Table) -> Vec<String> {
    let sections = ["dependencies", "build-dependencies"];
    let tables = sections
        .iter()
        .filter_map(|section| table.get(*section))
        .filter_map(Value::as_table);
    tables
        .flat_map(Table::iter)
        .map(|(key, value)| package_name(key, value))
        .collect()
}

/// `short = { package = "long" }` counts as `long`, so that a new name is no way round a wall.
fn package_name(key: &str, value: &Value) -> String {
    value
        .get("package")
        .and_then(Value::as_str)
        .unwrap_or(key)
        .trim_start_matches("jadong-")
        .to_owned()
}
