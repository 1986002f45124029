//! A person's verdict on a payment for which the resolution came to none.

use std::borrow::Cow;

use super::resolution::RECHECK_EVERY_MS;
use super::{Debit, Decline, Payment, PaymentState};
use crate::error::{ErrorCode, Refusal};
use crate::money::Won;
use crate::payment::PaymentTransition;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

const NOTE_CHARACTERS_MAX: usize = 500;
const WHO_CHARACTERS_MAX: usize = 100;
const TID_BYTES_MAX: usize = 64;

/// Of a payment; the last two of a cancel of it that has no answer.
const VERDICTS: &str = "paid, declined, voided; given_back, not_given_back";

/// What a person found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimedOutcome {
    /// The customer was debited, and it is kept.
    Paid,
    /// The bank said no.
    Declined,
    /// No money moved in the end.
    Voided,
}

impl ClaimedOutcome {
    pub const ALL: [Self; 3] = [Self::Paid, Self::Declined, Self::Voided];

    #[must_use]
    pub const fn name(self) -> &'static str {
        self.state().name()
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.name() == name)
    }

    #[must_use]
    const fn state(self) -> PaymentState {
        match self {
            Self::Paid => PaymentState::Paid,
            Self::Declined => PaymentState::Declined,
            Self::Voided => PaymentState::Voided,
        }
    }
}

/// Whose word counts when the PG says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    Pg,
    Person,
}

/// What a person says, as sent.
#[derive(Debug, Clone, Default)]
pub struct ManualResolutionForm {
    pub verdict: Option<String>,
    pub who: Option<String>,
    pub note: Option<String>,
    pub tid: Option<String>,
}

/// The same, once it passed the rules. Long numbers in its texts are hidden: they are kept.
#[derive(Debug, Clone)]
pub struct ManualResolution {
    pub claimed: ClaimedOutcome,
    pub who: String,
    pub note: String,
    pub tid: Option<String>,
    pub precedence: Precedence,
}

/// What the PG says when it is asked once more, by order id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PgReport {
    /// `balance` is what was not given back.
    Paid {
        debit: Debit,
        balance: Won,
    },
    Failed(Decline),
    Cancelled,
    Nothing,
    /// No answer that can be used.
    Silent,
}

impl ManualResolutionForm {
    /// Errors: `FIELD_INVALID`.
    pub fn read(&self, believe: Precedence) -> Result<ManualResolution, Refusal> {
        let finding = self.verdict.as_deref().and_then(ClaimedOutcome::from_name);
        let finding = finding.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "verdict").hint(VERDICTS))?;
        let tid = self.tid.as_deref().map(str::trim).filter(|tid| !tid.is_empty());
        if let Some(tid) = tid {
            // A number alone could be an account.
            let has_letter = tid.bytes().any(|byte| byte.is_ascii_alphabetic());
            let is_tid = tid.len() <= TID_BYTES_MAX && tid.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !is_tid || !has_letter {
                return Err(Refusal::new(ErrorCode::FieldInvalid, "tid").hint("UT0000113m01012111051714341073"));
            }
        }
        let (who, note) = self.who_and_note()?;
        Ok(ManualResolution {
            claimed: finding,
            who,
            note,
            tid: tid.map(str::to_owned),
            precedence: believe,
        })
    }

    /// Both are kept: long numbers in them are hidden. Errors: `FIELD_INVALID`.
    pub fn who_and_note(&self) -> Result<(String, String), Refusal> {
        Ok((
            text(&self.who, WHO_CHARACTERS_MAX, "who")?,
            text(&self.note, NOTE_CHARACTERS_MAX, "note")?,
        ))
    }
}

fn text(sent: &Option<String>, characters_max: usize, name: &'static str) -> Result<String, Refusal> {
    let text = sent.as_deref().map_or("", str::trim);
    if text.is_empty() || text.chars().count() > characters_max {
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint(format!("1–{characters_max}")));
    }
    Ok(crate::mask::free_text(text))
}

impl PgReport {
    /// For a reader.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Paid { debit, balance } => format!("paid, {} won not given back, tid {}", balance.get(), debit.tid),
            Self::Failed(Decline { pg, .. }) => format!("declined {} {}", pg.code, pg.text),
            Self::Cancelled => "debited, and all of it given back".to_owned(),
            Self::Nothing => "it knows no such order".to_owned(),
            Self::Silent => "no usable answer".to_owned(),
        }
    }

    /// Whether it says otherwise, of the money or of the debit's own number. Silence contradicts nobody.
    fn contradicts(&self, said: &ManualResolution, payment: &Payment) -> bool {
        match (said.claimed, self) {
            (_, Self::Silent) => false,
            (ClaimedOutcome::Paid, Self::Paid { debit, balance }) => {
                *balance != payment.order.price || said.tid.as_ref().is_some_and(|tid| *tid != debit.tid)
            }
            (ClaimedOutcome::Paid, _) | (_, Self::Paid { .. }) | (ClaimedOutcome::Declined, Self::Cancelled) => true,
            (ClaimedOutcome::Declined | ClaimedOutcome::Voided, Self::Failed(_) | Self::Nothing)
            | (ClaimedOutcome::Voided, Self::Cancelled) => false,
        }
    }
}

/// Decides on a person's verdict.
///
/// Errors: `SETTLE_NOT_NEEDED` for a payment in any other state; `SETTLE_CONTRADICTED` when the PG says otherwise and is to
/// be believed; `FIELD_INVALID` when it is paid and neither the PG nor the person has its `tid`.
pub fn resolve_manually(
    payment: &Payment,
    said: &ManualResolution,
    pg: &PgReport,
    now: EpochMs,
) -> Result<PaymentTransition, Refusal> {
    if payment.state != PaymentState::NeedsReview {
        return Err(Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
            .hint(payment.state.name())
            .receipt(payment.receipt_id));
    }
    let contradicts = pg.contradicts(said, payment);
    if contradicts && said.precedence == Precedence::Pg {
        return Err(Refusal::new(ErrorCode::SettleContradicted, "verdict")
            .hint(pg.sentence())
            .receipt(payment.receipt_id));
    }
    let mut step = match (said.claimed, pg) {
        (ClaimedOutcome::Paid, _) => payment.paid(debit(payment, said, pg)?, Actor::Person, now),
        (ClaimedOutcome::Declined, PgReport::Failed(decline)) => payment.declined(decline.clone(), Actor::Person, now),
        (ClaimedOutcome::Declined | ClaimedOutcome::Voided, _) => {
            payment.transition(said.claimed.state(), now, Actor::Person)
        }
    };
    if step.failure.is_none() && said.claimed != ClaimedOutcome::Paid {
        let code = match said.claimed {
            ClaimedOutcome::Declined => ErrorCode::ConfirmFailed,
            ClaimedOutcome::Paid | ClaimedOutcome::Voided => ErrorCode::ConfirmCritical,
        };
        step.failure = Some(Failure { code, pg: None });
    }
    // The PG's word is still to come, or what was sent before may change it; it agrees, or people are told.
    step.look_up_at = Some(now.plus_ms(RECHECK_EVERY_MS));
    let against = if contradicts { "against the PG" } else { "the PG" };
    step.note = Cow::Owned(format!("{}: {} ({against}: {})", said.who, said.note, pg.sentence()));
    Ok(step)
}

/// The PG's own record of the debit, else the number that the person has from its back office.
fn debit(payment: &Payment, said: &ManualResolution, pg: &PgReport) -> Result<Debit, Refusal> {
    match (pg, &said.tid) {
        (PgReport::Paid { debit, .. }, None) => Ok(debit.clone()),
        (PgReport::Paid { debit, .. }, Some(tid)) if *tid == debit.tid => Ok(debit.clone()),
        (_, Some(tid)) => Ok(Debit {
            tid: tid.clone(),
            approve_no: String::new(),
            receipt_url: String::new(),
            // Nobody knows it to the second; the debit was asked for then.
            paid_at: payment.requested_at,
            cash_receipt: None,
        }),
        (_, None) => Err(Refusal::new(ErrorCode::FieldInvalid, "tid")
            .hint(pg.sentence())
            .receipt(payment.receipt_id)),
    }
}

#[cfg(test)]
pub(super) mod tests;
