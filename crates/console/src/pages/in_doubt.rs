//! `GET /console/doubts`: every payment of which nobody knows yet, its resolution, and what a person can do.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ReceiptId;
use domain::payment::PaymentState;
use gateway::{InDoubt, Language, PendingKind, PendingOperation, Role, UNRESOLVED_PER_PAGE};

use crate::badge::{self, Badge};
use crate::format::{filters, kst, won};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::timeline;
use crate::words::Money;

/// One payment.
pub struct DoubtRow {
    pub receipt: String,
    pub order: String,
    pub amount: String,
    pub since: String,
    pub badge: Badge,
    pub steps: Vec<timeline::TimelineSegment>,
    pub next: Option<String>,
    pub needs_person: bool,
}

#[derive(Template)]
#[template(path = "in_doubt.html")]
struct InDoubtPage {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    doubts: Vec<DoubtRow>,
    is_cut: bool,
    ends: Vec<End>,
    may_act: bool,
}

/// A cancel, a cash receipt or an issuance without an answer.
struct End {
    receipt: String,
    kind: &'static str,
    name: String,
    amount: String,
    since: String,
}

/// All of the project.
pub async fn list(context: PageContext) -> Result<Response, PageError> {
    let refused = |refusal| PageError::refused(&context, &refusal);
    let (doubts, is_cut) = context.operator.in_doubt(context.project).await.map_err(refused)?;
    let ends = context
        .operator
        .pending_operations(context.project)
        .await
        .map_err(refused)?;
    let w = Money::of(context.language());
    Ok(page(&InDoubtPage {
        frame: Frame::of(&context, Some(Section::Doubts), w.doubts),
        w,
        triggers: live::triggers(&[Kind::Payment, Kind::Cancel, Kind::CashReceipt, Kind::Issuance]),
        doubts: doubts.iter().map(|doubt| shown(doubt, &context)).collect(),
        is_cut,
        ends: ends.into_iter().map(|end| end_of(end, context.language())).collect(),
        may_act: context.person.role >= Role::Operator,
    }))
}

fn end_of(end: PendingOperation, language: Language) -> End {
    let w = Money::of(language);
    End {
        receipt: end.receipt_id.to_string(),
        kind: match end.kind {
            PendingKind::Cancel => w.loose_cancel,
            PendingKind::CashReceipt => w.loose_cash_receipt,
            PendingKind::Issuance => w.loose_issuance,
        },
        name: end.name,
        amount: won(end.price, language),
        since: kst(&end.since.to_wire()),
    }
}

/// A payment in doubt, as pages show it.
pub fn shown(doubt: &InDoubt, context: &PageContext) -> DoubtRow {
    let payment = &doubt.payment;
    DoubtRow {
        receipt: payment.receipt_id.to_string(),
        order: payment.order.order_id.clone(),
        amount: won(payment.order.price, context.language()),
        since: kst(&payment.requested_at.to_wire()),
        badge: badge::of_payment(payment.state, context.language()),
        steps: timeline::of_steps(&doubt.steps, context.language()),
        next: doubt.next_at.map(|at| kst(&at.to_wire())),
        needs_person: payment.state == PaymentState::NeedsReview,
    }
}

/// `POST /console/doubts/{id}/ask`: the next step now.
pub async fn ask(context: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let asked = context.operator.ask_again(&context.person, context.project, id).await;
    asked.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after("/console/doubts"))
}
