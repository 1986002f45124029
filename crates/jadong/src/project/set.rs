//! `jadong project set`

use anyhow::bail;
use domain::pg_answers::{PgAnswer, PgAnswers};
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
        let was = project.pg;
        project.pg = wanted.pg.over(&was, project.id, &place.pepper(store).await?)?;
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
