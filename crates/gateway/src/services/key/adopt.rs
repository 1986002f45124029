//! A key that the project's PG has issued and that is not known here, taken over on its first use where the project wants that. It is
//! looked up there first, once for all who ask for it at this moment, and what is not there is not asked for again for a while: whoever
//! makes keys up makes no calls of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::change::Change;
use domain::fingerprint::Pepper;
use domain::issuance::{self, AdoptedKey};
use domain::key::BillingKey;
use domain::project::{Project, UnknownKeys};
use domain::{BillingKeyId, EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal};
use pg::{KeyLookup, KeyRecord, Outcome};
use store::{CommitError, CommitRefused, Store};

use super::by_key;
use crate::ledger::mandate_record::MandateRecords;
use crate::services::Services;
use crate::support::{InFlight, at_capacity};

/// Unknown keys that are looked up at once, of all projects.
const AT_ONCE: usize = 256;
/// How long one waits for its turn at the PG.
const TURN: Duration = Duration::from_secs(10);
/// How long the PG is not asked again for a key that it does not have.
const ABSENT_MS: u64 = 60_000;
/// So many of those are remembered; past it none that is older is.
const ABSENT_MAX: usize = 10_000;
/// How often somebody else's look-up of the same key is waited for.
const ROUNDS: usize = 3;

/// The unknown keys that are being looked up, and those that were in vain.
pub struct KeyLookups {
    under_way: Arc<InFlight<()>>,
    absent: Mutex<HashMap<(ProjectId, BillingKeyId), (Absent, EpochMs)>>,
}

/// Why a key cannot be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum Absent {
    NotAtPg,
    DeadAtPg,
    OfAnotherProject,
}

impl Default for KeyLookups {
    fn default() -> Self {
        Self {
            under_way: Arc::new(InFlight::new(AT_ONCE)),
            absent: Mutex::default(),
        }
    }
}

impl KeyLookups {
    fn remembered(&self, project: ProjectId, id: BillingKeyId, now: EpochMs) -> Option<Absent> {
        let absent = self.absent.lock().unwrap_or_else(PoisonError::into_inner);
        let (why, at) = absent.get(&(project, id))?;
        is_recent(*at, now).then_some(*why)
    }

    fn remember(&self, project: ProjectId, id: BillingKeyId, (why, now): (Absent, EpochMs)) {
        let mut absent = self.absent.lock().unwrap_or_else(PoisonError::into_inner);
        if absent.len() >= ABSENT_MAX {
            absent.retain(|_, (_, at)| is_recent(*at, now));
        }
        if absent.len() >= ABSENT_MAX {
            absent.clear();
        }
        absent.insert((project, id), (why, now));
    }
}

/// A clock that was set back makes nothing last longer.
fn is_recent(at: EpochMs, now: EpochMs) -> bool {
    now >= at && now.since_ms(at) < ABSENT_MS
}

/// The key with this id, taken over where the project wants that and its PG has it.
///
/// Errors: those of [`by_key`]; `SUBSCRIBE_BK_EXPIRED` for one that was ended at the PG; `PG_UNAVAILABLE` when the PG does not say, and
/// 503 where too much is looked up: then nothing has happened.
pub async fn by_key_or_adopted(
    services: &Arc<Services>,
    project: ProjectId,
    id: BillingKeyId,
) -> Result<BillingKey, Refusal> {
    if let Some(known) = services.store().billing_key(project, id).await? {
        return Ok(known);
    }
    let cached = services.ledger.projects.by_id(project);
    if let Some(cached) = cached.filter(|cached| adopts(&cached.project)) {
        adopt_unknown(services, &cached.project, id).await?;
    }
    by_key(services, project, id).await
}

fn adopts(project: &Project) -> bool {
    project.unknown_keys == UnknownKeys::Adopt && pg::finds_keys(&project.pg)
}

/// Takes the key over, or waits for whoever does. It is not there afterwards where the PG has no such key of the project's.
async fn adopt_unknown(services: &Arc<Services>, project: &Project, id: BillingKeyId) -> Result<(), Refusal> {
    let lookups = &services.key_lookups;
    let remembered = || lookups.remembered(project.id, id, services.clocks.machine_now());
    for _round in 0..ROUNDS {
        if let Some(why) = remembered() {
            return absent(why);
        }
        let place = lookups.under_way.reserve_slot(services.ledger.share_of(project.id));
        let place = place.map_err(|of| at_capacity(of, "unknown billing keys"))?;
        if let Some(guard) = lookups.under_way.register(ReceiptId(id.0), &Arc::new(())) {
            let _guard = guard.with_slot(place);
            // Whoever was at it before may have ended since that was asked.
            return match remembered() {
                Some(why) => absent(why),
                None => look_up(services, project, id).await,
            };
        }
        if let Some(mut other) = lookups.under_way.subscribe(ReceiptId(id.0)) {
            // Nothing is shown of it: that it is not registered any more is its end.
            let _ = other.wait_for(|_| false).await;
        }
        if services.store().billing_key(project.id, id).await?.is_some() {
            return Ok(());
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

fn absent(why: Absent) -> Result<(), Refusal> {
    match why {
        // As any key that is not known.
        Absent::NotAtPg | Absent::OfAnotherProject => Ok(()),
        Absent::DeadAtPg => Err(Refusal::new(ErrorCode::KeyExpired, "billing_key")),
    }
}

async fn look_up(services: &Arc<Services>, project: &Project, id: BillingKeyId) -> Result<(), Refusal> {
    let turn = tokio::time::timeout(TURN, services.pg.poll_budget.turn(project.id)).await;
    turn.map_err(|_| Refusal::of(ErrorCode::Overloaded))?;
    // The same of a key that was taken over.
    if services.store().billing_key(project.id, id).await?.is_some() {
        return Ok(());
    }
    let at = services.clocks.call_time(project.id);
    let why = match services.pg.connector.find_key(id.to_string(), at).await {
        Outcome::Done(KeyLookup::Key(found)) => match take_over(services, project, id, found).await? {
            Some(why) => why,
            None => return Ok(()),
        },
        Outcome::Done(KeyLookup::Nothing) => Absent::NotAtPg,
        Outcome::Done(KeyLookup::Dead) => Absent::DeadAtPg,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => {
            count("no_answer");
            let hint = "the key is not known here, and the PG did not say whether it has it: nothing was sent but that question";
            return Err(Refusal::new(ErrorCode::PgUnavailable, "billing_key").hint(hint));
        }
    };
    count(why.into());
    let now = services.clocks.machine_now();
    services.key_lookups.remember(project.id, id, (why, now));
    absent(why)
}

async fn take_over(
    services: &Arc<Services>,
    project: &Project,
    id: BillingKeyId,
    found: KeyRecord,
) -> Result<Option<Absent>, Refusal> {
    let now = services.now_of(project.id);
    let adopted = AdoptedKey {
        billing_key: id,
        receipt_at_pg: None,
        subscription_id: None,
        shown: found.shown,
        issued_at: found.issued_at,
    };
    let all = services.ledger.projects.all();
    let others: Vec<_> = all.iter().map(|other| other.project.id).collect();
    if !claim(services.store(), project.id, &others, id).await? {
        return Ok(Some(Absent::OfAnotherProject));
    }
    let receipt_id = services.ids.receipt(project.id, now);
    let changes = adopting(&services.pepper, project, adopted, (receipt_id, now));
    // What is told of the mandate is among the changes.
    match services.ledger.commit_told(project.id, changes, &[]).await {
        Ok(()) => {
            count("adopted");
            tracing::info!(billing_key = %id, "a key that the PG has issued is taken over on its first use");
            Ok(None)
        }
        // Somebody else was faster: another gateway, or a command.
        Err(CommitError::Refused(CommitRefused::LostRace | CommitRefused::AlreadyOpen)) => Ok(None),
        Err(error) => Err(Refusal::from(error)),
    }
}

fn count(became: &'static str) {
    metrics::counter!("jadong_unknown_keys_total", "became" => became).increment(1);
}

/// Whether the key is the project's from now on, and no other one's of `all`. Two projects may have the same account at their PG, and
/// then each of them finds the key there: it belongs to whoever took it first.
///
/// Errors: the store; nothing but the claim may have been written.
pub async fn claim(
    store: &Store,
    project: ProjectId,
    all: &[ProjectId],
    id: BillingKeyId,
) -> Result<bool, CommitError> {
    if is_of_another(store, project, all, id).await? {
        return Ok(false);
    }
    Ok(store.claim_adopted_key(project, id).await? == project)
}

/// The same, and nothing is claimed.
pub async fn is_of_another(
    store: &Store,
    project: ProjectId,
    all: &[ProjectId],
    id: BillingKeyId,
) -> Result<bool, CommitError> {
    let unread = |error: store::ReadError| CommitError::NotDone(error.to_string());
    let owner = store.adopted_key_owner(id).await.map_err(unread)?;
    if let Some(owner) = owner {
        return Ok(owner != project);
    }
    for other in all.iter().filter(|other| **other != project) {
        // One that was issued through this gateway.
        if store.billing_key(*other, id).await.map_err(unread)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What takes a key of the project over that was looked up at its PG, with what is told of its mandate: to be committed as it is.
#[must_use]
pub fn adopting(
    pepper: &Pepper,
    project: &Project,
    adopted: AdoptedKey,
    (receipt_id, now): (ReceiptId, EpochMs),
) -> Vec<Change> {
    let adoption = issuance::adopt(adopted, (project.id, receipt_id), pepper);
    let told = MandateRecords::new(pepper).adopted(project, &adoption, now);
    let mut changes = Change::adopting(adoption);
    changes.push(told);
    changes
}

#[cfg(test)]
mod tests {
    use domain::ids::ObjectId;

    use super::*;

    fn id(number: u32) -> ObjectId {
        ObjectId::from_parts(1, [0; 5], number)
    }

    #[test]
    fn what_is_not_there_is_remembered_for_a_minute_of_each_project() {
        let lookups = KeyLookups::default();
        let (one, other, key) = (ProjectId(id(1)), ProjectId(id(2)), BillingKeyId(id(3)));
        lookups.remember(one, key, (Absent::DeadAtPg, EpochMs(100_000)));
        let remembered = |of, at| lookups.remembered(of, key, EpochMs(at));
        assert_eq!(remembered(one, 159_999), Some(Absent::DeadAtPg));
        assert_eq!(remembered(one, 160_000), None);
        assert_eq!(remembered(other, 100_000), None);
        assert_eq!(remembered(one, 99_999), None, "the clock was set back");
    }

    #[test]
    fn a_flood_of_made_up_keys_takes_no_more_memory() {
        let lookups = KeyLookups::default();
        let project = ProjectId(id(1));
        let most = u32::try_from(ABSENT_MAX).unwrap();
        for number in 0..3 * most + 5 {
            let at = EpochMs(i64::from(number) * 10);
            lookups.remember(project, BillingKeyId(id(number)), (Absent::NotAtPg, at));
            assert!(lookups.absent.lock().unwrap().len() <= ABSENT_MAX);
        }
        let newest = BillingKeyId(id(3 * most + 4));
        let now = EpochMs(i64::from(3 * most + 4) * 10);
        assert_eq!(lookups.remembered(project, newest, now), Some(Absent::NotAtPg));
    }
}
