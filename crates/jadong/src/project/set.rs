//! `jadong project set`

use anyhow::{bail, ensure};
use domain::pg_answers::{PgAnswer, PgAnswers};
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
        let was = std::mem::replace(&mut project.pg, pg);
        match store.set_pg(project.id, &was, &project.pg).await {
            Err(CommitError::Refused(CommitRefused::LostRace)) => {
                let is_as_read = named(store, name).await?.pg == was;
                bail!(if is_as_read {
                    format!(
                        "{name} has asked its PG for billing keys, which are of that PG only: make another project for another PG"
                    )
                } else {
                    format!(
                        "somebody else has changed the PG of {name} meanwhile, and nothing was changed here: run it again"
                    )
                })
            }
            other => other?,
        }
        if was.answers.is_some() && project.pg.answers.is_none() {
            eprintln!(
                "jadong: what was measured was of another account or address, and is forgotten: `jadong pg measure --project {name}`"
            );
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

/// What was measured there, for programs.
pub fn measured(pg: &ProjectPg) -> Vec<serde_json::Value> {
    let answers = pg.answers.as_ref().map(PgAnswers::list).unwrap_or_default();
    let row = |answer: PgAnswer| {
        json!({
            "answer": answer.of, "says": answer.says,
            "measured_at": answer.measured_at, "probe_version": answer.probe,
        })
    };
    answers.into_iter().map(row).collect()
}

/// The same as JSON; of the credentials only that there are some.
pub fn shown(pg: &ProjectPg) -> serde_json::Value {
    json!({ "name": pg.name.name(), "url": pg::url(pg), "has_credentials": pg.credentials.is_some(),
        "absence_proven_after_ms": pg.absence_proven_after_ms, "measured": measured(pg) })
}
