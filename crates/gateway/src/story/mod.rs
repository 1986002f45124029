//! The life of a receipt or a reserve as a story: what the command line's `explain` and the console's timelines both tell.

mod events;
mod facts;
mod rungs;
mod subject;
mod verdict;
mod words;

use domain::{EpochMs, ProjectId, ReceiptId};
use serde::Serialize;
use store::{ReadError, Store};

use crate::http::language::Language;
use subject::Subject;

pub use rungs::step as step_of_rung;
pub use words::state_word;

/// A life.
#[derive(Debug, Serialize)]
pub struct Story {
    /// Of the receipt, or of the reserve.
    pub receipt_id: String,
    /// `payment`, `issuance`, `reserve` or `cash_receipt`.
    pub kind: &'static str,
    /// The answer to "was this customer debited?"
    pub verdict: String,
    pub tone: Tone,
    /// Names and values, in the order in which a person asks for them.
    pub facts: Vec<(String, String)>,
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Debug, Serialize)]
pub struct Event {
    pub at: String,
    #[serde(skip)]
    pub at_ms: i64,
    /// `commit`, `pg`, `verdict`, `cancel`, `receipt` or `webhook`.
    pub what: &'static str,
    pub told: String,
    #[serde(skip)]
    pub tone: Tone,
}

/// Whether it is good news; for colours, which never stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Calm,
    Good,
    Bad,
    /// Not decided yet.
    Open,
}

/// The story of `id`, of any project or of one; `None` when there is nothing with this id.
///
/// Errors: the store cannot be read.
pub async fn story(
    store: &Store,
    project: Option<ProjectId>,
    id: ReceiptId,
    language: Language,
) -> Result<Option<Story>, ReadError> {
    let Some(subject) = subject::find(store, project, id).await? else {
        return Ok(None);
    };
    let mut events = events::of_any(store, id, language).await?;
    let (verdict, tone, facts) = match &subject {
        Subject::Payment(payment) => {
            events.extend(events::of_payment(store, payment, language).await?);
            (
                verdict::of_payment(payment, language),
                verdict::tone(payment.state),
                facts::of_payment(payment, language),
            )
        }
        Subject::Issuance(issuance) => (
            verdict::of_issuance(issuance, language),
            verdict::tone_of_issuance(issuance.state),
            facts::of_issuance(issuance, language),
        ),
        Subject::Reserve(reserve) => {
            let payment = subject::payment_of(store, reserve).await?;
            (
                verdict::of_reserve(reserve, payment.as_ref(), language),
                verdict::tone_of_reserve(reserve, payment.as_ref()),
                facts::of_reserve(reserve, language),
            )
        }
        Subject::CashReceipt(receipt) => (
            verdict::of_cash_receipt(receipt, language),
            verdict::tone_of_cash_receipt(receipt.state),
            facts::of_cash_receipt(receipt, language),
        ),
    };
    events.sort_by_key(|event| event.at_ms);
    Ok(Some(Story {
        receipt_id: id.to_string(),
        kind: subject.kind(),
        verdict,
        tone,
        facts,
        events,
    }))
}

fn event(at: EpochMs, what: &'static str, told: String, tone: Tone) -> Event {
    Event {
        at: at.to_wire(),
        at_ms: at.0,
        what,
        told,
        tone,
    }
}

/// One of two sentences.
pub(crate) fn say<'a>(language: Language, korean: &'a str, english: &'a str) -> &'a str {
    match language {
        Language::Korean => korean,
        Language::English => english,
    }
}
