//! A command's look into the database.

use std::path::Path;

use anyhow::{Context, bail};
use store::{OpenMode, SqliteOptions, Store};

/// Opens the database beside the gateway that may be serving from it; that gateway sees changes within a second.
pub fn open_beside(data: &Path) -> anyhow::Result<Store> {
    if !has_database(data) {
        bail!(
            "there is no database in {}; name the folder with --data",
            data.display()
        );
    }
    let options = SqliteOptions {
        mode: OpenMode::Shared,
        ..SqliteOptions::in_folder(data)
    };
    Store::open_sqlite(&options).with_context(|| format!("cannot open {}", data.display()))
}

/// Whether there is one.
pub fn has_database(data: &Path) -> bool {
    data.join("jadong.db").exists()
}
