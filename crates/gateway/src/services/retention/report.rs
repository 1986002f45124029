//! What a run has destroyed, as it is given out: counts, times and a hash over the ids, and nothing of anybody.

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::Project;
use domain::retention::{Destruction, RetentionYears};
use serde::Serialize;

use super::{Destroying, OldRecords, Retention};
use crate::ledger::mandate_record::MandateSeal;
use crate::services::mandate::sealed_file::sealed_json;

pub const REPORT_FORMAT: &str = "jadong-destruction-report/1";

/// A run over the projects of an installation.
#[derive(Debug, Serialize)]
pub struct DestructionReport {
    format: &'static str,
    made_at: String,
    /// Calendar years that records are kept for after the last thing that happened to them.
    years: u8,
    /// Nothing was destroyed: this would be.
    dry_run: bool,
    projects: Vec<OfProject>,
}

#[derive(Debug, Serialize)]
struct OfProject {
    project: String,
    /// What was over before this.
    before: String,
    kinds: Vec<OfKind>,
    /// Everything that was ever destroyed of the project's, this run's included.
    on_record: Option<Vec<OnRecord>>,
}

#[derive(Debug, Serialize)]
struct OfKind {
    kind: &'static str,
    count: u64,
    /// From before the limit too, and kept.
    kept: u64,
    /// When the oldest and the newest of them were made.
    oldest: Option<String>,
    newest: Option<String>,
    /// Over the ids, one after the other.
    ids_sha256: String,
}

#[derive(Debug, Serialize)]
struct OnRecord {
    day: String,
    kind: &'static str,
    years: u8,
    count: u64,
    oldest: String,
    newest: String,
    ids_sha256: String,
    at: String,
}

impl DestructionReport {
    /// Of no project yet. `now` is the machine's time.
    #[must_use]
    pub fn new(policy: RetentionYears, destroying: Destroying, now: EpochMs) -> Self {
        Self {
            format: REPORT_FORMAT,
            made_at: now.to_wire(),
            years: policy.get(),
            dry_run: destroying == Destroying::Dry,
            projects: Vec::new(),
        }
    }

    /// Adds what `done` came to, and what is on record now.
    pub fn add(&mut self, project: &Project, done: &Retention, on_record: Option<Vec<Destruction>>) {
        self.projects.push(OfProject {
            project: project.name.clone(),
            before: done.before.to_wire(),
            kinds: done.kinds.iter().map(of_kind).collect(),
            on_record: on_record.map(|rows| rows.into_iter().map(recorded).collect()),
        });
    }

    /// As JSON, signed. Errors: none that a report can have.
    pub fn to_json(&self, pepper: &Pepper) -> serde_json::Result<String> {
        let report = serde_json::to_string_pretty(self)?;
        Ok(sealed_json(&report, &MandateSeal::new(pepper)))
    }
}

fn of_kind(found: &OldRecords) -> OfKind {
    let destroyed = &found.destroyed;
    let some = |at: EpochMs| (destroyed.count > 0).then(|| at.to_wire());
    OfKind {
        kind: destroyed.kind.name(),
        count: destroyed.count,
        kept: found.kept,
        oldest: some(destroyed.oldest),
        newest: some(destroyed.newest),
        ids_sha256: destroyed.ids_hash.clone(),
    }
}

fn recorded(row: Destruction) -> OnRecord {
    OnRecord {
        day: row.day,
        kind: row.kind.name(),
        years: row.years,
        count: row.count,
        oldest: row.oldest.to_wire(),
        newest: row.newest.to_wire(),
        ids_sha256: row.ids_hash,
        at: row.at.to_wire(),
    }
}
