//! A command's look into the database: the one in a data folder, or a PostgreSQL database.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use domain::fingerprint::Pepper;
use store::{OpenMode, PostgresOptions, SqliteOptions, Store};

use crate::pepper;

/// Where the database is.
#[derive(Args, Debug, Clone)]
pub struct StoreOptions {
    /// The gateway's data folder.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data", global = true)]
    pub data: PathBuf,
    #[command(flatten)]
    pub store: StoreUrl,
}

/// Which PostgreSQL database.
#[derive(Args, Debug, Clone)]
pub struct StoreUrl {
    /// The PostgreSQL database that the gateway serves from, postgres://…; without it the one in the data folder
    #[arg(
        long,
        env = "JADONG_STORE",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    store: Option<String>,
}

impl StoreUrl {
    /// The URL, where it is set to something.
    pub fn get(&self) -> Option<&str> {
        url(self.store.as_deref())
    }
}

impl StoreOptions {
    /// Where it is, for a sentence: the URL has a password.
    pub fn shown(&self) -> String {
        match self.store.get() {
            Some(_) => "the PostgreSQL database".to_owned(),
            None => self.data.display().to_string(),
        }
    }

    /// Opens the database beside the gateways that may be serving from it; they see changes within a second.
    pub async fn open(&self) -> anyhow::Result<Store> {
        match self.store.get() {
            Some(url) => Ok(Store::open_postgres(&of_command(url)).await?),
            None if has_database(&self.data) => open_file(&self.data, OpenMode::Shared),
            None => bail!(
                "there is no database in {}; name the folder with --data, or the PostgreSQL database with --store",
                self.data.display()
            ),
        }
    }

    /// The same; makes the file where there is none yet, with the key that belongs to it.
    pub async fn open_or_make(&self) -> anyhow::Result<(Store, Pepper)> {
        if self.store.get().is_some() {
            let store = self.open().await?;
            let pepper = self.pepper(&store).await?;
            return Ok((store, pepper));
        }
        let given = std::env::var(pepper::VARIABLE).unwrap_or_default();
        let prepared = pepper::prepare(&self.data, &given, &seams::OsEntropy)?;
        let store = open_file(&self.data, OpenMode::SharedOrNew)?;
        Ok((store, prepared.keep(&self.data)?))
    }

    /// The installation's key. Errors: there is none here, or another than the one that the database is served with.
    pub async fn pepper(&self, store: &Store) -> anyhow::Result<Pepper> {
        let pepper = pepper::given(&std::env::var(pepper::VARIABLE).unwrap_or_default(), &self.data)?;
        pepper::check(store, &pepper).await?;
        Ok(pepper)
    }
}

/// The URL, where it is set to something.
pub fn url(store: Option<&str>) -> Option<&str> {
    store.map(str::trim).filter(|url| !url.is_empty())
}

/// A command needs few connections, and does not judge the server: whoever serves does.
pub fn of_command(url: &str) -> PostgresOptions {
    PostgresOptions {
        lanes: 1,
        readers: 1,
        allow_asynchronous_replication: true,
        allow_unsynced: true,
        ..PostgresOptions::at(url)
    }
}

fn open_file(data: &Path, mode: OpenMode) -> anyhow::Result<Store> {
    let options = SqliteOptions {
        mode,
        ..SqliteOptions::in_folder(data)
    };
    Store::open_sqlite(&options).with_context(|| format!("cannot open {}", data.display()))
}

/// Whether there is a database in the folder.
pub fn has_database(data: &Path) -> bool {
    data.join("jadong.db").exists()
}
