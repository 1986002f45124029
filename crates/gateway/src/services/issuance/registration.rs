//! Recording what the PG said of a registration: its key with the intent of its first payment, that there is none, or that it is in
//! doubt. A key that only the PG knows of is the worst to lose, so its word is kept until it is on disk.

use std::sync::Arc;

use domain::change::Decision;
use domain::issuance::{self, Issuance, Registered, Registration};
use domain::transition::Actor;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId};
use pg::Ids;
use store::{CommitError, CommitRefused};

use super::first_payment::{self, Intent};
use crate::services::Services;
use crate::services::kept_outcomes::PgOutcome;
use crate::support::InFlightGuard;

pub struct RegistrationEnd {
    /// As it was when the PG was asked.
    issuance: Arc<Issuance>,
    said: Registration,
    registered: Registered,
    /// Of a try that may have been made: the first payment that was to come with it.
    in_doubt: Option<Option<Intent>>,
}

/// What is on disk.
pub enum RecordedRegistration {
    /// What the PG said; the first payment is still to be taken.
    Ours(Arc<Issuance>, Option<Intent>),
    /// Somebody else has moved it.
    OutOfOurHands,
}

impl RegistrationEnd {
    /// `None` where what the PG said decides nothing.
    pub fn new(services: &Services, issuance: Arc<Issuance>, said: Registration, actor: Actor) -> Option<Self> {
        let registered = decide(services, &issuance, said.clone(), actor)?;
        Some(Self {
            issuance,
            said,
            registered,
            in_doubt: None,
        })
    }

    /// What is recorded after its publish was answered as in doubt is told to the next one.
    fn decide_for_nobody(&mut self, services: &Services) {
        let anew = decide(services, &self.issuance, self.said.clone(), Actor::Worker);
        self.registered = anew.unwrap_or_else(|| self.registered.clone());
    }

    /// The issuance on disk, where that is what this has made of it: with the very key, if there is one.
    async fn made(&self, services: &Services) -> Result<Option<Arc<Issuance>>, CommitError> {
        let found = services
            .store()
            .issuance(self.issuance.project_id, self.issuance.receipt_id);
        let now = found.await.map_err(|error| CommitError::NotDone(error.to_string()))?;
        let step = &self.registered.step;
        let is_ours = |now: &Issuance| (now.seq, now.state) == (step.seq, step.to) && now.issued == step.issued;
        Ok(now.filter(is_ours).map(Arc::new))
    }
}

impl PgOutcome for RegistrationEnd {
    type Recorded = RecordedRegistration;

    async fn record(&mut self, services: &Arc<Services>) -> Result<RecordedRegistration, CommitError> {
        if self.in_doubt.is_some() {
            let made = self.made(services).await?;
            let intent = self.in_doubt.take().flatten();
            if let Some(now) = made {
                return Ok(RecordedRegistration::Ours(now, intent));
            }
            self.decide_for_nobody(services);
        }
        let Decision { next, changes } = Decision::registered(&self.issuance, &self.registered);
        // Of this moment: an earlier one would be too old to be sent.
        let mut intent = first_payment::intend(services, &self.issuance, self.registered.key.as_ref());
        match first_payment::commit(services, &next, changes, &mut intent).await {
            Ok(()) => Ok(RecordedRegistration::Ours(Arc::new(next), intent)),
            Err(CommitError::Refused(CommitRefused::LostRace)) => Ok(RecordedRegistration::OutOfOurHands),
            Err(error) => {
                if matches!(error, CommitError::InDoubt(_)) {
                    self.in_doubt = Some(intent);
                } else {
                    self.decide_for_nobody(services);
                }
                Err(error)
            }
        }
    }

    fn of(&self) -> (&'static str, ReceiptId) {
        ("key", self.issuance.receipt_id)
    }

    /// Whoever waits for a publish does so for `publish_wait` only.
    fn let_waiters_go(&self) {}
}

fn decide(services: &Services, issuance: &Issuance, said: Registration, actor: Actor) -> Option<Registered> {
    let now = services.now_of(issuance.project_id);
    let id = key_id(services, issuance.project_id, &said, now);
    issuance::registered(issuance, said, actor, id, now)
}

/// The PG's own, where that is what the merchant is given.
fn key_id(services: &Services, project: ProjectId, said: &Registration, now: EpochMs) -> BillingKeyId {
    let ours = || services.ids.billing_key(project, now);
    match said {
        Registration::Registered { bid } if services.capabilities(project).ids == Ids::OfThePg => {
            bid.parse().unwrap_or_else(|_| {
                tracing::error!("the PG's key is no id that can be given on: the merchant gets one of this gateway");
                ours()
            })
        }
        _ => ours(),
    }
}

/// Shows it to those who wait, and takes the first payment.
pub async fn finish(
    services: &Arc<Services>,
    guard: InFlightGuard<Issuance>,
    moved: Arc<Issuance>,
    intent: Option<Intent>,
) {
    guard.finish(moved);
    first_payment::take(services, intent).await;
}
