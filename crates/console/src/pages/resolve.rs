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
use crate::words::{Money, Resolving};

/// One outcome that can be chosen, and what choosing it does.
#[derive(Clone, Copy)]
struct Choice {
    name: &'static str,
    label: &'static str,
    effect: &'static str,
}

fn choices(context: &PageContext) -> [Choice; 3] {
    let (w, s) = (Money::of(context.language()), Resolving::of(context.language()));
    let choice = |name, label, effect| Choice { name, label, effect };
    [
        choice("paid", w.resolve_paid, s.paid_does),
        choice("declined", w.resolve_declined, s.declined_does),
        choice("voided", w.resolve_voided, s.voided_does),
    ]
}

#[derive(Template)]
#[template(path = "resolve.html")]
struct Resolve {
    frame: Frame,
    w: &'static Money,
    s: &'static Resolving,
    doubt: DoubtRow,
    choices: [Choice; 3],
}

/// The form.
pub async fn form(context: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    let doubt = undecided(&context, &id).await?;
    let w = Money::of(context.language());
    Ok(page(&Resolve {
        frame: Frame::of(&context, Some(Section::Doubts), w.resolve),
        w,
        s: Resolving::of(context.language()),
        doubt: shown(&doubt, &context),
        choices: choices(&context),
    }))
}

/// The payment that a person must decide; else a page that says why there is nothing to decide.
async fn undecided(context: &PageContext, id: &str) -> Result<InDoubt, PageError> {
    context.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(context))?;
    let refused = |refusal| PageError::refused(context, &refusal);
    if let Some(doubt) = context
        .operator
        .needs_review(context.project, id)
        .await
        .map_err(refused)?
    {
        return Ok(doubt);
    }
    match context.operator.payment(context.project, id).await.map_err(refused)? {
        Some(payment) => Err(nothing_to_resolve(context, &payment).await),
        None => Err(PageError::elsewhere(context, &id.to_string()).await),
    }
}

async fn nothing_to_resolve(context: &PageContext, payment: &Payment) -> PageError {
    let s = Resolving::of(context.language());
    let text = match payment.state {
        PaymentState::Intended | PaymentState::InDoubt => {
            let open = context.operator.in_doubt(context.project).await.unwrap_or_default().0;
            let its = open.iter().find(|doubt| doubt.payment.receipt_id == payment.receipt_id);
            let next = its.and_then(|doubt| doubt.next_at).map(|at| kst(&at.to_wire()));
            next.map_or_else(
                || s.still_asked.to_owned(),
                |next| format!("{} {}: {next}", s.still_asked, s.next_at),
            )
        }
        state => format!(
            "{} {}",
            s.decided,
            gateway::state_word(state.name(), context.language())
        ),
    };
    let title = Money::of(context.language()).resolve;
    PageError::message(context, StatusCode::CONFLICT, title, text)
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
#[template(path = "resolve_review.html")]
struct Review {
    frame: Frame,
    w: &'static Money,
    s: &'static Resolving,
    doubt: DoubtRow,
    choice: Choice,
    note: String,
    tid: String,
    force: bool,
}

/// `POST /console/doubts/{id}/settle/review`: says what will happen, and asks once more. Changes nothing.
pub async fn review(
    context: PageContext,
    Path(id): Path<String>,
    Form(found): Form<ResolvableItem>,
) -> Result<Response, PageError> {
    let doubt = undecided(&context, &id).await?;
    let chosen = choices(&context)
        .into_iter()
        .find(|choice| choice.name == found.verdict);
    let (w, s) = (Money::of(context.language()), Resolving::of(context.language()));
    // The same rules as when it counts: nobody confirms what is refused then.
    let read = fields(&found).read(believe(&found));
    let (Some(choice), Ok(said)) = (chosen, read) else {
        let refusal = fields(&found).read(believe(&found)).err();
        let refusal = refusal.unwrap_or_else(|| domain::Refusal::new(ErrorCode::FieldInvalid, "verdict"));
        return Err(PageError::refused(&context, &refusal));
    };
    Ok(page(&Review {
        frame: Frame::of(&context, Some(Section::Doubts), w.resolve),
        w,
        s,
        doubt: shown(&doubt, &context),
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
pub async fn resolve(
    context: PageContext,
    Path(id): Path<String>,
    Form(found): Form<ResolvableItem>,
) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let resolved = context
        .operator
        .resolve(&context.person, context.project, id, fields(&found), believe(&found))
        .await;
    resolved.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after(&format!("/console/receipts/{id}")))
}
