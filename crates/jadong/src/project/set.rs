//! `jadong project set`

use anyhow::{bail, ensure};
use domain::project::{Guard, ProjectPg, UnknownKeys};
use serde_json::json;
use store::{CommitError, CommitRefused, Store};

use super::pg::PgOptions;
use super::rotate::named;
use crate::open_store::StoreOptions;
use crate::output::{Output, print_json};

/// What is to be otherwise.
pub struct Wanted {
    pub guard: Option<Guard>,
    pub unknown_keys: Option<UnknownKeys>,
    pub pg: PgOptions,
}

/// What `--adopt-on-first-use` asks for. Errors: nobody has confirmed that no reserve waits at the PG.
pub fn unknown_keys(adopts: Option<&str>, reserves_cancelled: bool) -> anyhow::Result<Option<UnknownKeys>> {
    match adopts {
        None => Ok(None),
        Some("on") => {
            ensure!(
                reserves_cancelled,
                "--adopt-on-first-use: cancel the reserves of the keys at the PG first, and confirm it with --reserves-cancelled: \
                 what it debits by itself, nobody here knows of"
            );
            Ok(Some(UnknownKeys::Adopt))
        }
        Some(_) => Ok(Some(UnknownKeys::Refuse)),
    }
}

pub async fn set(
    place: &StoreOptions,
    store: &Store,
    name: &str,
    wanted: Wanted,
    output: Output,
) -> anyhow::Result<()> {
    let mut project = named(store, name).await?;
    let pg = match wanted.pg.is_given() {
        true => wanted.pg.over(&project.pg, project.id, &place.pepper(store).await?)?,
        false => project.pg.clone(),
    };
    let unknown_keys = wanted.unknown_keys.unwrap_or(project.unknown_keys);
    ensure!(
        unknown_keys == UnknownKeys::Refuse || pg::finds_keys(&pg),
        "--adopt-on-first-use: keys cannot be looked up at {}; with another PG it is to be off",
        pg.name.name()
    );
    // The one that may be refused comes first.
    if wanted.pg.is_given() {
        project.pg = pg;
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
    if unknown_keys != project.unknown_keys {
        store.set_unknown_keys(project.id, unknown_keys).await?;
        project.unknown_keys = unknown_keys;
    }
    match output {
        Output::Json => {
            let mut told = json!({ "name": name, "guard": project.guard.name() });
            told["unknown_keys"] = project.unknown_keys.name().into();
            told["pg"] = shown(&project.pg);
            print_json(&told)?;
        }
        Output::Text => {
            println!("{name}: guard = {}", project.guard.name());
            println!("{name}: unknown keys = {}", project.unknown_keys.name());
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
