//! `GET /console/doubts/{id}/settle`: a person's verdict on a debit of which nobody knows, in two steps: what was found out, and
//! once more what that will do.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::payment::{ManualResolutionForm, Payment, PaymentState, Precedence};
use domain::{ErrorCode, ReceiptId};
use gateway::{InDoubt, Role};
use http::StatusCode;
use serde::Deserialize;

use super::in_doubt::{DoubtRow, shown};
use crate::format::{filters, kst};
use crate::layout::{Frame, Section};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::words::{Money, Settling};

/// One outcome that can be chosen, and what choosing it does.
#[derive(Clone, Copy)]
struct Choice {
    name: &'static str,
    label: &'static str,
    effect: &'static str,
}

fn choices(visit: &PageContext) -> [Choice; 3] {
    let (w, s) = (Money::of(visit.language()), Settling::of(visit.language()));
    let choice = |name, label, effect| Choice { name, label, effect };
    [
        choice("paid", w.settle_paid, s.paid_does),
        choice("declined", w.settle_declined, s.declined_does),
        choice("voided", w.settle_voided, s.voided_does),
    ]
}

#[derive(Template)]
#[template(path = "settle.html")]
struct Settle {
    frame: Frame,
    w: &'static Money,
    s: &'static Settling,
    doubt: DoubtRow,
    choices: [Choice; 3],
}

/// The form.
pub async fn form(visit: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    let doubt = undecided(&visit, &id).await?;
    let w = Money::of(visit.language());
    Ok(page(&Settle {
        frame: Frame::of(&visit, Some(Section::Doubts), w.settle),
        w,
        s: Settling::of(visit.language()),
        doubt: shown(&doubt, &visit),
        choices: choices(&visit),
    }))
}

/// The payment that a person must decide; else a page that says why there is nothing to decide.
async fn undecided(visit: &PageContext, id: &str) -> Result<InDoubt, PageError> {
    visit.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(visit))?;
    let refused = |refusal| PageError::refused(visit, &refusal);
    if let Some(doubt) = visit.operator.needs_review(visit.project, id).await.map_err(refused)? {
        return Ok(doubt);
    }
    match visit.operator.payment(visit.project, id).await.map_err(refused)? {
        Some(payment) => Err(nothing_to_settle(visit, &payment).await),
        None => Err(PageError::elsewhere(visit, &id.to_string()).await),
    }
}

async fn nothing_to_settle(visit: &PageContext, payment: &Payment) -> PageError {
    let s = Settling::of(visit.language());
    let text = match payment.state {
        PaymentState::Intended | PaymentState::InDoubt => {
            let open = visit.operator.in_doubt(visit.project).await.unwrap_or_default().0;
            let its = open.iter().find(|doubt| doubt.payment.receipt_id == payment.receipt_id);
            let next = its.and_then(|doubt| doubt.next_at).map(|at| kst(&at.to_wire()));
            next.map_or_else(
                || s.still_asked.to_owned(),
                |next| format!("{} {}: {next}", s.still_asked, s.next_at),
            )
        }
        state => format!("{} {}", s.decided, gateway::state_word(state.name(), visit.language())),
    };
    let title = Money::of(visit.language()).settle;
    PageError::message(visit, StatusCode::CONFLICT, title, text)
}

/// What a person found out.
#[derive(Deserialize)]
pub struct ResolvableItem {
    verdict: String,
    note: String,
    #[serde(default)]
    tid: String,
    /// Present when the person is to be believed against the PG.
    force: Option<String>,
}

#[derive(Template)]
#[template(path = "settle_review.html")]
struct Review {
    frame: Frame,
    w: &'static Money,
    s: &'static Settling,
    doubt: DoubtRow,
    choice: Choice,
    note: String,
    tid: String,
    force: bool,
}

/// `POST /console/doubts/{id}/settle/review`: says what will happen, and asks once more. Changes nothing.
pub async fn review(
    visit: PageContext,
    Path(id): Path<String>,
    Form(found): Form<ResolvableItem>,
) -> Result<Response, PageError> {
    let doubt = undecided(&visit, &id).await?;
    let chosen = choices(&visit).into_iter().find(|choice| choice.name == found.verdict);
    let (w, s) = (Money::of(visit.language()), Settling::of(visit.language()));
    // The same rules as when it counts: nobody confirms what is refused then.
    let read = fields(&found).read(believe(&found));
    let (Some(choice), Ok(said)) = (chosen, read) else {
        let refusal = fields(&found).read(believe(&found)).err();
        let refusal = refusal.unwrap_or_else(|| domain::Refusal::new(ErrorCode::FieldInvalid, "verdict"));
        return Err(PageError::refused(&visit, &refusal));
    };
    Ok(page(&Review {
        frame: Frame::of(&visit, Some(Section::Doubts), w.settle),
        w,
        s,
        doubt: shown(&doubt, &visit),
        choice,
        note: said.note,
        tid: found.tid.trim().to_owned(),
        force: found.force.is_some(),
    }))
}

fn fields(found: &ResolvableItem) -> ManualResolutionForm {
    ManualResolutionForm {
        verdict: Some(found.verdict.clone()),
        who: Some("console".to_owned()),
        note: Some(found.note.clone()),
        tid: Some(found.tid.clone()),
    }
}

fn believe(found: &ResolvableItem) -> Precedence {
    if found.force.is_some() {
        Precedence::Person
    } else {
        Precedence::Pg
    }
}

/// `POST /console/doubts/{id}/settle`: it counts.
pub async fn settle(
    visit: PageContext,
    Path(id): Path<String>,
    Form(found): Form<ResolvableItem>,
) -> Result<Response, PageError> {
    visit.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(&visit))?;
    let settled = visit
        .operator
        .settle(&visit.person, visit.project, id, fields(&found), believe(&found))
        .await;
    settled.map_err(|refusal| PageError::refused(&visit, &refusal))?;
    Ok(visit.seen_after(&format!("/console/receipts/{id}")))
}
