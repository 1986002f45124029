//! `jadong project`: merchants' projects and their credentials.

mod create;
mod credentials;
mod list;
mod options;
mod rotate;
pub mod sandbox;
mod set;

use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::project::Guard;
use seams::OsEntropy;
use store::{OpenMode, SqliteOptions, Store};

pub use options::ProjectCommand;

use crate::open_store::open_beside;
use crate::output::Output;
use crate::pepper;

pub async fn run(data: PathBuf, command: ProjectCommand) -> anyhow::Result<()> {
    match command {
        ProjectCommand::Create {
            name,
            company_name,
            allow_ips,
            issued_status,
            guard,
            json,
        } => {
            let wanted = create::NewProject {
                name,
                company_name,
                allow_ips,
                issued_status,
                guard: Guard::from_name(&guard).unwrap_or_default(),
            };
            let pepper = pepper::prepare(&data, &OsEntropy)?;
            let store = open_or_make(&data)?;
            let pepper = pepper.keep(&data)?;
            closing(&store, create::create(&store, &pepper, wanted, Output::of(json))).await
        }
        ProjectCommand::Set { name, guard, json } => {
            let store = open_beside(&data)?;
            let guard = Guard::from_name(&guard).unwrap_or_default();
            closing(&store, set::set(&store, &name, guard, Output::of(json))).await
        }
        ProjectCommand::List { json } => {
            let store = open_beside(&data)?;
            closing(&store, list::list(&store, Output::of(json))).await
        }
        ProjectCommand::RotateKey { name, overlap, json } => {
            let (store, pepper) = (open_beside(&data)?, pepper::read(&data)?);
            let rotated = rotate::rotate(&store, &pepper, &name, &overlap, Output::of(json));
            closing(&store, rotated).await
        }
    }
}

async fn closing(store: &Store, act: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let done = act.await;
    store.close().await;
    done
}

/// Opens the folder beside a gateway that may be serving from it; that gateway sees changes within a second.
fn open_or_make(data: &Path) -> anyhow::Result<Store> {
    let options = SqliteOptions {
        mode: OpenMode::SharedOrNew,
        ..SqliteOptions::in_folder(data)
    };
    Store::open_sqlite(&options).with_context(|| format!("cannot open {}", data.display()))
}
