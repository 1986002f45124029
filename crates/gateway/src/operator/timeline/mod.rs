//! The life of a receipt or a reserve as a timeline: what the command line's `explain` and the console's timelines both tell.

mod data;
mod details;
mod events;
mod labels;
mod resolution_steps;
mod subject;
mod summary;

use domain::{EpochMs, ProjectId, ReceiptId};
use serde::Serialize;
use store::{ReadError, Store};

use crate::support::language::Language;
use subject::TimelineSubject;

pub use labels::state_word;
pub use resolution_steps::step as step_of_resolution;

/// A life.
#[derive(Debug, Serialize)]
pub struct Timeline {
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
    pub tone: Severity,
    /// Names and values, in the order in which a person asks for them.
    pub facts: Vec<(String, String)>,
    /// The same for programs: names that stay, amounts as numbers.
    pub data: serde_json::Value,
    pub events: Vec<TimelineEvent>,
}

/// One thing that happened.
#[derive(Debug, Serialize)]
pub struct TimelineEvent {
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
    pub tone: Severity,
}

impl TimelineEvent {
    /// Where it stands in its timeline.
    fn place(&self) -> (i64, u8) {
        (self.at_ms, self.rank)
    }
}

/// Whether it is good news; for colours, which never stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Calm,
    Good,
    Bad,
    /// Not decided yet.
    Open,
}

/// What a project's PG has given this id to.
async fn by_its_pg(store: &Store, project: Option<ProjectId>, id: ReceiptId) -> Result<Option<ReceiptId>, ReadError> {
    let projects = match project {
        Some(project) => vec![project],
        None => store.projects().await?.into_iter().map(|project| project.id).collect(),
    };
    for project in projects {
        if let Some(own) = store.receipt_by_alias(project, &id.to_string()).await? {
            return Ok(Some(own));
        }
    }
    Ok(None)
}

/// The timeline of `id`, of any project or of one, by this gateway's id or by its PG's; `None` when there is nothing with this id.
///
/// Errors: the store cannot be read.
pub async fn timeline(
    store: &Store,
    project: Option<ProjectId>,
    id: ReceiptId,
    language: Language,
) -> Result<Option<Timeline>, ReadError> {
    let id = by_its_pg(store, project, id).await?.unwrap_or(id);
    let Some(subject) = subject::find(store, project, id).await? else {
        return Ok(None);
    };
    let mut events = events::of_any(store, subject.project(), id, language).await?;
    let (verdict, tone, facts) = match &subject {
        TimelineSubject::Payment(payment) => {
            events.extend(events::of_payment(store, payment, language).await?);
            (
                summary::of_payment(payment, language),
                summary::tone(payment.state),
                details::of_payment(payment, language),
            )
        }
        TimelineSubject::Issuance(issuance) => (
            summary::of_issuance(issuance, language),
            summary::tone_of_issuance(issuance.state),
            details::of_issuance(issuance, language),
        ),
        TimelineSubject::Reserve(reserve) => {
            let payment = subject::payment_of(store, reserve).await?;
            (
                summary::of_reserve(reserve, payment.as_ref(), language),
                summary::tone_of_reserve(reserve, payment.as_ref()),
                details::of_reserve(reserve, language),
            )
        }
        TimelineSubject::CashReceipt(receipt) => (
            summary::of_cash_receipt(receipt, language),
            summary::tone_of_cash_receipt(receipt.state),
            details::of_cash_receipt(receipt, language),
        ),
    };
    events.sort_by_key(TimelineEvent::place);
    Ok(Some(Timeline {
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

fn event(at: EpochMs, what: &'static str, told: String, tone: Severity) -> TimelineEvent {
    TimelineEvent {
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
