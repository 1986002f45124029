//! `GET /console/doubts`: every payment of which nobody knows yet, its ladder, and what a person can do.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ReceiptId;
use domain::payment::State;
use gateway::{DOUBTS_A_PAGE, Doubt, Language, LooseEnd, LooseKind, Role};

use crate::answer::{Stop, page};
use crate::frame::{Frame, Section};
use crate::live::{self, Kind};
use crate::show::{filters, kst, won};
use crate::state::{self, Badge};
use crate::timeline;
use crate::visit::Visit;
use crate::words::Money;

/// One payment.
pub struct Shown {
    pub receipt: String,
    pub order: String,
    pub amount: String,
    pub since: String,
    pub badge: Badge,
    pub rungs: Vec<timeline::Stretch>,
    pub next: Option<String>,
    pub needs_person: bool,
}

#[derive(Template)]
#[template(path = "doubts.html")]
struct Doubts {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    doubts: Vec<Shown>,
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
pub async fn list(visit: Visit) -> Result<Response, Stop> {
    let refused = |refusal| Stop::refused(&visit, &refusal);
    let (doubts, is_cut) = visit.desk.doubts(visit.project).await.map_err(refused)?;
    let ends = visit.desk.loose_ends(visit.project).await.map_err(refused)?;
    let w = Money::of(visit.language());
    Ok(page(&Doubts {
        frame: Frame::of(&visit, Some(Section::Doubts), w.doubts),
        w,
        triggers: live::triggers(&[Kind::Payment, Kind::Cancel, Kind::CashReceipt, Kind::Issuance]),
        doubts: doubts.iter().map(|doubt| shown(doubt, &visit)).collect(),
        is_cut,
        ends: ends.into_iter().map(|end| end_of(end, visit.language())).collect(),
        may_act: visit.person.role >= Role::Operator,
    }))
}

fn end_of(end: LooseEnd, language: Language) -> End {
    let w = Money::of(language);
    End {
        receipt: end.receipt_id.to_string(),
        kind: match end.kind {
            LooseKind::Cancel => w.loose_cancel,
            LooseKind::CashReceipt => w.loose_cash_receipt,
            LooseKind::Issuance => w.loose_issuance,
        },
        name: end.name,
        amount: won(end.price, language),
        since: kst(&end.since.to_wire()),
    }
}

/// A payment in doubt, as pages show it.
pub fn shown(doubt: &Doubt, visit: &Visit) -> Shown {
    let payment = &doubt.payment;
    Shown {
        receipt: payment.receipt_id.to_string(),
        order: payment.order.order_id.clone(),
        amount: won(payment.order.price, visit.language()),
        since: kst(&payment.requested_at.to_wire()),
        badge: state::of_payment(payment.state, visit.language()),
        rungs: timeline::of_rungs(&doubt.rungs, visit.language()),
        next: doubt.next_at.map(|at| kst(&at.to_wire())),
        needs_person: payment.state == State::NeedsPerson,
    }
}

/// `POST /console/doubts/{id}/ask`: the next rung now.
pub async fn ask(visit: Visit, Path(id): Path<String>) -> Result<Response, Stop> {
    visit.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| Stop::not_found(&visit))?;
    let asked = visit.desk.ask_again(&visit.person, visit.project, id).await;
    asked.map_err(|refusal| Stop::refused(&visit, &refusal))?;
    Ok(visit.seen_after("/console/doubts"))
}
