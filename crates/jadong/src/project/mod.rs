//! `jadong project`: merchants' projects and their credentials.

mod create;
mod credentials;
mod list;
mod rotate;
pub mod sandbox;

use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::fingerprint::Pepper;
use seams::OsEntropy;
use store::{SqliteOptions, Store, Tenancy};

use crate::cli::ProjectCommand;
use crate::output::Output;
use crate::pepper;

pub async fn run(data: PathBuf, command: ProjectCommand) -> anyhow::Result<()> {
    let (store, pepper) = open(&data)?;
    let done = match command {
        ProjectCommand::Create {
            name,
            company_name,
            allow_ips,
            issued_status,
            json,
        } => {
            let wanted = create::Wanted {
                name,
                company_name,
                allow_ips,
                issued_status,
            };
            create::create(&store, &pepper, wanted, Output::of(json)).await
        }
        ProjectCommand::List { json } => list::list(&store, Output::of(json)).await,
        ProjectCommand::RotateKey { name, overlap, json } => {
            rotate::rotate(&store, &pepper, &name, &overlap, Output::of(json)).await
        }
    };
    store.close().await;
    done
}

/// Opens the folder beside a gateway that may be serving from it; that gateway sees changes within a second.
pub fn open(data: &Path) -> anyhow::Result<(Store, Pepper)> {
    let pepper = pepper::read_or_make(data, &OsEntropy)?;
    let options = SqliteOptions {
        tenancy: Tenancy::Guest,
        ..SqliteOptions::in_folder(data)
    };
    let store = Store::open_sqlite(&options).with_context(|| format!("cannot open {}", data.display()))?;
    Ok((store, pepper))
}
