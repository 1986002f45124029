//! `jadong project set`

use anyhow::bail;
use domain::project::{Guard, ProjectPg};
use serde_json::json;
use store::{CommitError, CommitRefused, Store};

use super::pg::PgOptions;
use super::rotate::named;
use crate::open_store::StoreOptions;
use crate::output::{Output, print_json};

/// What is to be otherwise.
pub struct Wanted {
    pub guard: Option<Guard>,
    pub pg: PgOptions,
}

pub async fn set(
    place: &StoreOptions,
    store: &Store,
    name: &str,
    wanted: Wanted,
    output: Output,
) -> anyhow::Result<()> {
    let mut project = named(store, name).await?;
    // The one that may be refused comes first.
    if wanted.pg.is_given() {
        project.pg = wanted.pg.over(&project.pg, project.id, &place.pepper(store).await?)?;
        match store.set_pg(project.id, &project.pg).await {
            Err(CommitError::Refused(CommitRefused::LostRace)) => bail!(
                "{name} has asked its PG for billing keys, which are of that PG only: make another project for another PG"
            ),
            other => other?,
        }
    }
    if let Some(guard) = wanted.guard {
        store.set_guard(project.id, guard).await?;
        project.guard = guard;
    }
    match output {
        Output::Json => {
            let mut told = json!({ "name": name, "guard": project.guard.name() });
            told["pg"] = shown(&project.pg);
            print_json(&told)?;
        }
        Output::Text => {
            println!("{name}: guard = {}", project.guard.name());
            println!("{name}: pg = {}", place_of(&project.pg));
        }
    }
    Ok(())
}

/// A PG and where it is, in words.
pub fn place_of(pg: &ProjectPg) -> String {
    match pg::url(pg) {
        "" => pg.name.name().to_owned(),
        url => format!("{} ({url})", pg.name.name()),
    }
}

/// The same as JSON; of the credentials only that there are some.
pub fn shown(pg: &ProjectPg) -> serde_json::Value {
    json!({ "name": pg.name.name(), "url": pg::url(pg), "has_credentials": pg.credentials.is_some() })
}
