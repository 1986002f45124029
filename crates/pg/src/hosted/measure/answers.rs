//! What is asked, how the answers are stored, and what the connector makes of them.

use std::time::Duration;

use domain::EpochMs;
use domain::pg_answers::{PgAnswer, PgAnswers};

use super::super::DOUBT_LASTS;
use super::super::answer::{KEY_DEAD, NOT_FOUND};
use super::Row;
use crate::capabilities::Measured;

/// Raised with every change of what an answer means.
pub const PROBE_VERSION: u32 = 1;

/// "Not there" is believed after so many times the longest time that it took a debit to be there, and never before no debit can come
/// any more.
const LONGEST_TIMES: u32 = 60;

/// Words of answers that are read again.
pub(super) const NEVER: &str = "never";
pub(super) const EMPTY_LIST: &str = "empty_list";
pub(super) const REFUSED: &str = "refused";
pub(super) const GIVES_ONCE: &str = "gives_once";
pub(super) const GIVES_AGAIN: &str = "gives_again";
pub(super) const LISTED: &str = "listed";

/// What is asked of the hosted API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Question {
    /// What the look-up of an order says that was never used.
    UnknownOrder,
    /// How a paid one is listed.
    PaidOrder,
    /// The longest time, in milliseconds, from sending a debit until the look-up shows it and goes on to.
    SeenAfterMs,
    /// How one that was refused is listed.
    RefusedOrder,
    /// Whether a refused debit has a receipt, and whether its refusal names it.
    RefusedReceipt,
    /// What a second debit under a used order id comes to.
    UsedOrderId,
    /// How long after a refund's answer, in milliseconds, the receipt's sum has moved.
    SumMovesAfterMs,
    /// What a refund does that is sent again under its id.
    RepeatedRefund,
    /// The same of two at the same moment.
    RepeatedRefundAtOnce,
    /// A refund of another sum under a used id.
    RefundOfAnotherPrice,
    /// A refund that is sent again when nothing is left.
    RefundAfterFull,
    /// Publish before anybody can have agreed.
    PublishAtOnce,
    /// The key's look-up by its receipt before the agreement.
    KeyLookupAt41,
    /// A second start under a used subscription id.
    SecondStart,
    /// Publish of what was published.
    PublishTwice,
    /// The key's look-up by its receipt after it.
    KeyByReceipt,
    /// Publish after the customer has refused.
    PublishRefused,
}

impl Question {
    /// The name under which its answer is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// The more careful of two answers, for what makes the gateway less careful; of the others the newer.
    fn keeps(self, old: &str, new: &str) -> bool {
        match self {
            Self::SeenAfterMs => {
                let ms = |says: &str| says.parse().unwrap_or(u64::MAX);
                ms(old) > ms(new)
            }
            Self::RepeatedRefund | Self::RepeatedRefundAtOnce => head(old) == GIVES_AGAIN && head(new) == GIVES_ONCE,
            // Refused for want of money, say: which code it has otherwise is known.
            Self::UsedOrderId => used_code(old).is_some() && used_code(new).is_none(),
            _ => false,
        }
    }
}

/// What is read again of an answer: all before the first colon.
fn head(says: &str) -> &str {
    says.split(':').next().unwrap_or(says)
}

/// What was stored, with what was seen now. An answer that makes the gateway more careful stays until all is forgotten.
#[must_use]
pub fn merged(was: Option<&PgAnswers>, rows: &[Row], now: EpochMs) -> Option<PgAnswers> {
    let mut answers = was.map(PgAnswers::list).unwrap_or_default();
    for row in rows {
        let Some(says) = row.measured() else { continue };
        let new = PgAnswer {
            of: row.question.name().to_owned(),
            says: says.to_owned(),
            measured_at: now.to_wire(),
            probe: PROBE_VERSION,
        };
        match answers.iter_mut().find(|answer| answer.of == new.of) {
            Some(old) if old.probe == PROBE_VERSION && row.question.keeps(&old.says, says) => {}
            Some(old) => *old = new,
            None => answers.push(new),
        }
    }
    PgAnswers::of(&answers)
}

/// From when on "there is no such debit" is believed. `None`: never, as it was not seen that the look-up has an answer for an order that
/// is not there, and lists one that is.
#[must_use]
pub fn absence_proven_after(answers: Option<&PgAnswers>) -> Option<Duration> {
    let answers = answers?.list();
    let says = |question| says(&answers, question);
    let nothing = says(Question::UnknownOrder)?;
    let is_told = nothing == EMPTY_LIST || refused_with(nothing) == Some(NOT_FOUND);
    let is_listed = says(Question::PaidOrder).map(head) == Some(LISTED);
    let longest = Duration::from_millis(says(Question::SeenAfterMs)?.parse().ok()?);
    (is_told && is_listed).then(|| (longest * LONGEST_TIMES).max(DOUBT_LASTS))
}

/// What else the connector goes by.
pub fn measured(answers: Option<&PgAnswers>) -> Measured {
    let answers = answers.map(PgAnswers::list).unwrap_or_default();
    let says = |question| says(&answers, question);
    let repeated = [Question::RepeatedRefund, Question::RepeatedRefundAtOnce];
    let gives_again = repeated.into_iter().any(|of| says(of).map(head) == Some(GIVES_AGAIN));
    Measured {
        absence_proven_after: None,
        gives_again,
        used_order_id: says(Question::UsedOrderId).and_then(used_code).map(str::to_owned),
    }
}

fn says(answers: &[PgAnswer], question: Question) -> Option<&str> {
    let mut known = answers.iter().filter(|answer| answer.probe <= PROBE_VERSION);
    let answer = known.find(|answer| answer.of == question.name())?;
    Some(&answer.says)
}

/// The code of `refused CODE: text`.
fn refused_with(says: &str) -> Option<&str> {
    head(says).strip_prefix(REFUSED)?.strip_prefix(' ')
}

/// The code that refuses a used order id. One that refuses other debits too would make declines of them all unknown.
fn used_code(says: &str) -> Option<&str> {
    refused_with(says).filter(|code| !is_of_other_refusals(code))
}

fn is_of_other_refusals(code: &str) -> bool {
    [
        KEY_DEAD,
        NOT_FOUND,
        "RC_NOT_SUBSCRIBE",
        "RC_CONFIRM_FAILED",
        "RC_REQUEST_FAILED",
    ]
    .contains(&code)
}

#[cfg(test)]
mod tests;
