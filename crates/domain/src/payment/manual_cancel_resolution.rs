//! A person's word on a cancel that has no answer.

use std::borrow::Cow;

use super::manual_resolution::{ManualResolutionForm, Precedence};
use super::{Cancel, Payment, cancelled};
use crate::error::{ErrorCode, PgMessage, Refusal};
use crate::payment::PaymentTransition;
use crate::time::EpochMs;
use crate::transition::Actor;

/// The code of a refusal that is a person's word and not the PG's.
const BY_PERSON: &str = "PERSON";

/// What became of it, by the PG's back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray, strum::EnumString)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ClaimedCancelOutcome {
    GivenBack,
    NotGivenBack,
}

named!(ClaimedCancelOutcome);

/// Who says so, and whether against the PG.
#[derive(Debug, Clone)]
pub struct ManualCancelResolution {
    pub claimed: ClaimedCancelOutcome,
    who: String,
    note: String,
    precedence: Precedence,
}

impl ManualResolutionForm {
    /// `None` where the verdict is none on a cancel. Errors: `FIELD_INVALID`.
    pub fn read_of_cancel(&self, believe: Precedence) -> Result<Option<ManualCancelResolution>, Refusal> {
        let named = |finding: &ClaimedCancelOutcome| Some(finding.name()) == self.verdict.as_deref();
        let Some(finding) = ClaimedCancelOutcome::ALL.iter().copied().find(named) else {
            return Ok(None);
        };
        let (who, note) = self.who_and_note()?;
        Ok(Some(ManualCancelResolution {
            claimed: finding,
            who,
            note,
            precedence: believe,
        }))
    }
}

/// What the merchant is told of why a cancel came to nothing: the PG's words, and not a person's note, which is the operator's.
#[must_use]
pub fn refusal_for_merchant(pg: &PgMessage) -> PgMessage {
    if pg.code == BY_PERSON {
        PgMessage::new(BY_PERSON, "운영자가 PG에서 취소되지 않은 것을 확인했습니다.")
    } else {
        pg.clone()
    }
}

impl ManualCancelResolution {
    /// Decides whether it holds; `pg` is what the PG has found: `None` without a usable answer.
    ///
    /// Errors: `SETTLE_CONTRADICTED` when the PG says otherwise and is to be believed.
    pub fn check(&self, payment: &Payment, pg: Option<ClaimedCancelOutcome>) -> Result<(), Refusal> {
        match pg {
            Some(found) if found != self.claimed && self.precedence == Precedence::Pg => {
                Err(Refusal::new(ErrorCode::SettleContradicted, "verdict")
                    .hint(found.name())
                    .receipt(payment.receipt_id))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The payment after the money was given back.
    #[must_use]
    pub fn given_back(&self, payment: &Payment, cancel: &Cancel, now: EpochMs) -> PaymentTransition {
        let mut step = cancelled(payment, cancel, Actor::Person, now);
        step.note = Cow::Owned(self.sentence());
        step
    }

    /// Why the cancel came to nothing, kept with it.
    #[must_use]
    pub fn refused(&self) -> PgMessage {
        PgMessage::new(BY_PERSON, &self.sentence())
    }

    fn sentence(&self) -> String {
        format!("{}: {}", self.who, self.note)
    }
}
