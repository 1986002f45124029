//! A person's word on a cancel that has no answer.

use std::borrow::Cow;

use super::person::{Believe, PersonFields};
use super::{Cancel, Payment, cancelled};
use crate::change::{Actor, MovePayment};
use crate::error::{ErrorCode, PgWords, Refusal};
use crate::time::EpochMs;

/// The code of a refusal that is a person's word and not the PG's.
const BY_PERSON: &str = "PERSON";

/// What became of it, by the PG's back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelFinding {
    GivenBack,
    NotGivenBack,
}

impl CancelFinding {
    pub const ALL: [Self; 2] = [Self::GivenBack, Self::NotGivenBack];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GivenBack => "given_back",
            Self::NotGivenBack => "not_given_back",
        }
    }
}

/// Who says so, and whether against the PG.
#[derive(Debug, Clone)]
pub struct CancelSaid {
    pub finding: CancelFinding,
    who: String,
    note: String,
    believe: Believe,
}

impl PersonFields {
    /// `None` where the verdict is none on a cancel. Errors: `FIELD_INVALID`.
    pub fn read_of_cancel(&self, believe: Believe) -> Result<Option<CancelSaid>, Refusal> {
        let named = |finding: &CancelFinding| Some(finding.name()) == self.verdict.as_deref();
        let Some(finding) = CancelFinding::ALL.into_iter().find(named) else {
            return Ok(None);
        };
        let (who, note) = self.who_and_note()?;
        Ok(Some(CancelSaid {
            finding,
            who,
            note,
            believe,
        }))
    }
}

/// What the merchant is told of why a cancel came to nothing: the PG's words, and not a person's note, which is the operator's.
#[must_use]
pub fn told_of_refusal(pg: &PgWords) -> PgWords {
    if pg.code == BY_PERSON {
        PgWords::new(BY_PERSON, "운영자가 PG에서 취소되지 않은 것을 확인했습니다.")
    } else {
        pg.clone()
    }
}

impl CancelSaid {
    /// Decides whether it holds; `pg` is what the PG has found: `None` without a usable answer.
    ///
    /// Errors: `SETTLE_CONTRADICTED` when the PG says otherwise and is to be believed.
    pub fn check(&self, payment: &Payment, pg: Option<CancelFinding>) -> Result<(), Refusal> {
        match pg {
            Some(found) if found != self.finding && self.believe == Believe::Pg => {
                Err(Refusal::new(ErrorCode::SettleContradicted, "verdict")
                    .hint(found.name())
                    .receipt(payment.receipt_id))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The payment after the money was given back.
    #[must_use]
    pub fn given_back(&self, payment: &Payment, cancel: &Cancel, now: EpochMs) -> MovePayment {
        let mut step = cancelled(payment, cancel, Actor::Person, now);
        step.note = Cow::Owned(self.sentence());
        step
    }

    /// Why the cancel came to nothing, kept with it.
    #[must_use]
    pub fn refused(&self) -> PgWords {
        PgWords::new(BY_PERSON, &self.sentence())
    }

    fn sentence(&self) -> String {
        format!("{}: {}", self.who, self.note)
    }
}
