//! The life of a receipt or a reserve as a story: what the command line's `explain` and the console's timelines both tell.

mod data;
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
    /// Where it stands, by the name that the API, the metrics and the manual share.
    pub state: &'static str,
    /// Of a payment: whether money was taken, given back or not; `None` while nobody knows, and of anything else.
    pub debited: Option<bool>,
    /// The answer to "was this customer debited?", for people.
    pub verdict: String,
    pub tone: Tone,
    /// Names and values, in the order in which a person asks for them.
    pub facts: Vec<(String, String)>,
    /// The same for programs: names that stay, amounts as numbers.
    pub data: serde_json::Value,
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Debug, Serialize)]
pub struct Event {
    pub at: String,
    pub at_ms: i64,
    /// What comes first of what happened in one millisecond.
    #[serde(skip)]
    rank: u8,
    /// `commit`, `pg`, `verdict`, `cancel`, `receipt` or `webhook`.
    pub what: &'static str,
    /// Of a `commit`: the states that it led from and to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    pub told: String,
    #[serde(skip)]
    pub tone: Tone,
}

impl Event {
    /// Where it stands in its story.
    fn place(&self) -> (i64, u8) {
        (self.at_ms, self.rank)
    }
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
    events.sort_by_key(Event::place);
    Ok(Some(Story {
        receipt_id: id.to_string(),
        kind: subject.kind(),
        state: subject.state(),
        debited: subject.was_debited(),
        data: data::of(&subject),
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
        rank: match what {
            "pg" => 1,
            "verdict" => 2,
            "cancel" => 3,
            "receipt" => 5,
            "webhook" => 6,
            _ => 4,
        },
        what,
        from: None,
        to: None,
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
