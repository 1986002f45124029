//! The life of a receipt as a story: what the command line's `explain` and the console's timeline both tell.

mod events;
mod facts;
mod verdict;

use domain::issuance::Issuance;
use domain::payment::Payment;
use domain::{EpochMs, ProjectId, ReceiptId};
use serde::Serialize;
use store::{ReadError, Store};

use crate::http::language::Language;

pub use events::told_of_rung;

/// A receipt's life.
#[derive(Debug, Serialize)]
pub struct Story {
    pub receipt_id: String,
    /// `payment` or `issuance`.
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

/// What a story is about.
enum Subject {
    Payment(Box<Payment>),
    Issuance(Box<Issuance>),
}

/// The story of `id`, of any project or of one; `None` when there is no such receipt.
///
/// Errors: the store cannot be read.
pub async fn story(
    store: &Store,
    project: Option<ProjectId>,
    id: ReceiptId,
    language: Language,
) -> Result<Option<Story>, ReadError> {
    let Some(subject) = find(store, project, id).await? else {
        return Ok(None);
    };
    let mut events = events::of_receipt(store, id, language).await?;
    let story = match &subject {
        Subject::Payment(payment) => {
            events.extend(events::of_payment(store, payment, language).await?);
            Story {
                receipt_id: id.to_string(),
                kind: "payment",
                verdict: verdict::of_payment(payment, language),
                tone: verdict::tone(payment.state),
                facts: facts::of_payment(payment, language),
                events,
            }
        }
        Subject::Issuance(issuance) => Story {
            receipt_id: id.to_string(),
            kind: "issuance",
            verdict: verdict::of_issuance(issuance, language),
            tone: verdict::tone_of_issuance(issuance.state),
            facts: facts::of_issuance(issuance, language),
            events,
        },
    };
    Ok(Some(sorted(story)))
}

fn sorted(mut story: Story) -> Story {
    story.events.sort_by_key(|event| event.at_ms);
    story
}

async fn find(store: &Store, project: Option<ProjectId>, id: ReceiptId) -> Result<Option<Subject>, ReadError> {
    let payment = match project {
        Some(project) => store.payment(project, id).await?,
        None => store.payment_of_anyone(id).await?,
    };
    if let Some(payment) = payment {
        return Ok(Some(Subject::Payment(Box::new(payment))));
    }
    let projects = match project {
        Some(project) => vec![project],
        None => store.projects().await?.into_iter().map(|project| project.id).collect(),
    };
    for project in projects {
        if let Some(issuance) = store.issuance(project, id).await? {
            return Ok(Some(Subject::Issuance(Box::new(issuance))));
        }
    }
    Ok(None)
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
