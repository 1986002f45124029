//! `jadong keys adopt`: each key of a list is looked up at the PG, and written down here. Begun again, it goes on where it was.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use domain::fingerprint::Pepper;
use domain::issuance::AdoptedKey;
use domain::project::Project;
use domain::{EpochMs, ProjectId};
use gateway::{IdGenerator, adopting, claim_key, is_of_another, open_pg_credentials};
use pg::{CallTime, CallTimes, Connector, KeyLookup, Outcome, connector_of};
use seams::{Clock, OsEntropy, SystemClock};
use serde_json::json;
use store::{CommitError, CommitRefused, Store};

use super::AdoptOptions;
use super::list::{self, ListedKey};
use crate::output::print_json;
use crate::project::named;

/// A PG that does not answer says so soon; the key is looked up again by the next run.
const TIMES: CallTimes = CallTimes {
    connect_timeout: Duration::from_secs(5),
    read_timeout: Duration::from_secs(20),
    calls_max: 1,
    queue_wait: Duration::from_secs(30),
};
/// So many lines lie between two words on how far it is.
const TOLD_EVERY: usize = 100;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum Became {
    Adopted,
    /// Of a dry run.
    WouldBeAdopted,
    AlreadyHere,
    /// It was taken over before, and destroyed since.
    DestroyedHere,
    /// It was ended there: its customer must be asked again.
    DeadAtPg,
    /// The PG has no such key of this merchant.
    NotAtPg,
    /// Another project of this gateway has it: two of them have the same account at the PG.
    OfAnotherProject,
    /// Another open request here has its subscription id.
    SubscriptionTaken,
    /// The PG did not say; run it again.
    NoAnswer,
}

impl Became {
    /// Whether the key can be debited through this gateway, now or after the real run.
    fn is_good(self) -> bool {
        matches!(self, Self::Adopted | Self::WouldBeAdopted | Self::AlreadyHere)
    }
}

pub async fn adopt(store: &Store, pepper: &Pepper, wanted: &AdoptOptions) -> anyhow::Result<()> {
    let project = named(store, &wanted.project).await?;
    let keys = list::read(&wanted.csv)?;
    let sealed = project.pg.credentials.as_ref();
    let credentials = sealed.and_then(|sealed| open_pg_credentials(pepper, project.id, sealed));
    let connector = connector_of(&project.pg, credentials, TIMES, Arc::new(SystemClock))
        .with_context(|| format!("keys of {} cannot be looked up", wanted.project))?;
    let mut counts = BTreeMap::new();
    let all: Vec<_> = store.projects().await?.iter().map(|project| project.id).collect();
    let (mut lines, mut left) = (Vec::with_capacity(keys.len()), 0_usize);
    for (done, key) in keys.iter().enumerate() {
        if done > 0 && done % TOLD_EVERY == 0 {
            eprintln!("jadong: {done} of {} keys", keys.len());
        }
        let became = one(store, pepper, (&project, &all), connector.as_ref(), key, wanted.dry_run).await?;
        let name: &'static str = became.into();
        *counts.entry(name).or_insert(0_u64) += 1;
        left += usize::from(!became.is_good());
        if wanted.json {
            lines.push(json!({ "line": key.line, "billing_key": key.billing_key.to_string(), "became": name }));
        } else if became != Became::Adopted {
            println!("line {}: {}: {name}", key.line, key.billing_key);
        }
        // Whoever is refused there is refused for each of them.
        if became == Became::NoAnswer && done == 0 {
            tell(wanted, &lines, &counts)?;
            bail!(
                "the PG does not answer for the first key: see the address and the credentials of the project, and run it again"
            );
        }
    }
    tell(wanted, &lines, &counts)?;
    if left > 0 {
        bail!("{left} of {} keys were not taken over", keys.len());
    }
    Ok(())
}

fn tell(
    wanted: &AdoptOptions,
    lines: &[serde_json::Value],
    counts: &BTreeMap<&'static str, u64>,
) -> anyhow::Result<()> {
    if wanted.json {
        return print_json(&json!({ "lines": lines, "counts": counts }));
    }
    for (name, count) in counts {
        println!("{name}: {count}");
    }
    Ok(())
}

/// Errors: the store; what was done before stays done.
async fn one(
    store: &Store,
    pepper: &Pepper,
    (project, all): (&Project, &[ProjectId]),
    pg: &dyn Connector,
    key: &ListedKey,
    is_dry: bool,
) -> anyhow::Result<Became> {
    match store.billing_key(project.id, key.billing_key).await? {
        Some(known) if known.is_destroyed() => return Ok(Became::DestroyedHere),
        Some(_) => return Ok(Became::AlreadyHere),
        None => {}
    }
    let now = EpochMs(SystemClock.now_ms());
    let at = CallTime {
        project: Some(project.id),
        ..CallTime::of_machine(now)
    };
    let found = match pg.find_key(key.billing_key.to_string(), at).await {
        Outcome::Done(KeyLookup::Key(found)) => found,
        Outcome::Done(KeyLookup::Dead) => return Ok(Became::DeadAtPg),
        Outcome::Done(KeyLookup::Nothing) => return Ok(Became::NotAtPg),
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => return Ok(Became::NoAnswer),
    };
    if is_dry {
        return Ok(match is_of_another(store, project.id, all, key.billing_key).await? {
            true => Became::OfAnotherProject,
            false => Became::WouldBeAdopted,
        });
    }
    if !claim_key(store, project.id, all, key.billing_key).await? {
        return Ok(Became::OfAnotherProject);
    }
    let adopted = AdoptedKey {
        billing_key: key.billing_key,
        receipt_at_pg: key.receipt_id.clone(),
        subscription_id: key.subscription_id.clone(),
        shown: found.shown,
        issued_at: found.issued_at,
    };
    let receipt_id = IdGenerator::of_command(&OsEntropy).receipt(project.id, now);
    let changes = adopting(pepper, project, adopted, (receipt_id, now));
    match store.commit(project.id, changes).await {
        Ok(()) => Ok(Became::Adopted),
        Err(CommitError::Refused(CommitRefused::AlreadyOpen)) => Ok(Became::SubscriptionTaken),
        // Somebody else was faster with the same list.
        Err(CommitError::Refused(_)) => Ok(Became::AlreadyHere),
        Err(error) => Err(error).with_context(|| format!("line {}: run it again to go on", key.line)),
    }
}
