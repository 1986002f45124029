//! Collecting everything that is known of a receipt, in the order in which it happened.

use domain::issuance::Issuance;
use domain::payment::{Payment, RungOutcome, Source, State};
use domain::{EpochMs, ReceiptId};
use serde::Serialize;
use store::Store;

/// A receipt's life.
#[derive(Serialize)]
pub struct Story {
    pub receipt_id: String,
    /// `payment` or `issuance`.
    pub kind: &'static str,
    /// The answer to "was this customer debited?"
    pub verdict: String,
    pub facts: Vec<(String, String)>,
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Serialize)]
pub struct Event {
    pub at: String,
    #[serde(skip)]
    pub at_ms: i64,
    /// `commit`, `pg`, `verdict`, `cancel` or `webhook`.
    pub what: &'static str,
    pub told: String,
}

fn event(at: EpochMs, what: &'static str, told: String) -> Event {
    Event {
        at: at.to_wire(),
        at_ms: at.0,
        what,
        told,
    }
}

/// The story of `id`; `None` when there is no such receipt.
pub async fn gather(store: &Store, id: ReceiptId) -> anyhow::Result<Option<Story>> {
    let (kind, verdict, facts, mut events) = if let Some(payment) = store.payment_of_anyone(id).await? {
        (
            "payment",
            verdict(&payment),
            payment_facts(&payment),
            payment_events(store, &payment).await?,
        )
    } else if let Some(issuance) = issuance_of_anyone(store, id).await? {
        let verdict = format!("{}: 발급 영수증 (an issuance; it debits nobody)", issuance.state.name());
        ("issuance", verdict, issuance_facts(&issuance), Vec::new())
    } else {
        return Ok(None);
    };
    for row in store.history(id.to_string()).await? {
        let from = if row.from.is_empty() {
            String::new()
        } else {
            format!("{} → ", row.from)
        };
        let detail = if row.detail.is_empty() {
            String::new()
        } else {
            format!(" · {}", row.detail)
        };
        events.push(event(
            row.at,
            "commit",
            format!("{from}{} (by {}){detail}", row.to, row.actor),
        ));
    }
    for delivery in store.deliveries_of(id).await? {
        let result = if delivery.last_result.is_empty() {
            "not tried yet"
        } else {
            delivery.last_result.as_str()
        };
        let told = format!(
            "{} #{} to {}: {} after {} tries, {result}",
            delivery.webhook_type,
            delivery.sequence,
            delivery.url,
            delivery.state.name(),
            delivery.attempts
        );
        events.push(event(
            delivery.delivered_at.unwrap_or(delivery.created_at),
            "webhook",
            told,
        ));
    }
    events.sort_by_key(|event| event.at_ms);
    Ok(Some(Story {
        receipt_id: id.to_string(),
        kind,
        verdict,
        facts,
        events,
    }))
}

async fn issuance_of_anyone(store: &Store, id: ReceiptId) -> anyhow::Result<Option<Issuance>> {
    for project in store.projects().await? {
        if let Some(issuance) = store.issuance(project.id, id).await? {
            return Ok(Some(issuance));
        }
    }
    Ok(None)
}

fn verdict(payment: &Payment) -> String {
    let price = payment.order.price.get();
    let back = payment.cancelled_price.get();
    match payment.state {
        State::Paid => format!("예: {price}원이 출금되었습니다 (yes: {price} won were debited)"),
        State::PartlyCancelled => {
            format!("예: {price}원 중 {back}원을 돌려주었습니다 (yes: {price} won, of which {back} were given back)")
        }
        State::Cancelled => format!("{price}원이 출금되었다가 모두 환불되었습니다 (debited, and all of it given back)"),
        State::Declined => "아니요: 은행이 거절했습니다 (no: declined)".to_owned(),
        State::Voided => "아니요: 남은 출금이 없습니다 (no: whatever happened was undone)".to_owned(),
        State::Intended => "진행 중: PG의 답을 기다립니다 (under way: waiting for the PG)".to_owned(),
        State::InDoubt => "아직 모릅니다: 판정 중입니다 (not known yet: the verdict ladder is being walked)".to_owned(),
        State::NeedsPerson => {
            "모릅니다: 사람이 PG에 확인해야 합니다 (not known: a person must ask the PG about the order below)"
                .to_owned()
        }
    }
}

fn payment_facts(payment: &Payment) -> Vec<(String, String)> {
    let source = match payment.source {
        Source::Charge => "POST /v2/subscribe/payment".to_owned(),
        Source::Reserve(id) => format!("reserve {id}"),
        Source::Publish(id) => format!("first payment of {id}"),
    };
    let shown = &payment.shown;
    vec![
        ("order_id".to_owned(), payment.order.order_id.clone()),
        ("price".to_owned(), format!("{} won", payment.order.price.get())),
        ("billing_key".to_owned(), payment.billing_key.to_string()),
        (
            "account".to_owned(),
            format!("{} {} {}", shown.bank_code, shown.account_masked, shown.holder_masked),
        ),
        ("asked by".to_owned(), source),
        ("PG order".to_owned(), payment.pg_order_id()),
    ]
}

fn issuance_facts(issuance: &Issuance) -> Vec<(String, String)> {
    let (terms, shown) = (&issuance.terms, &issuance.terms.shown);
    let mut facts = vec![
        ("subscription_id".to_owned(), terms.subscription_id.clone()),
        (
            "account".to_owned(),
            format!("{} {} {}", shown.bank_code, shown.account_masked, shown.holder_masked),
        ),
        (
            "called".to_owned(),
            format!("{} {}", terms.auth_type.wire_name(), terms.phone_masked),
        ),
        ("PG order".to_owned(), issuance.pg_order_id()),
    ];
    if let Some(issued) = issuance.issued {
        facts.push(("billing_key".to_owned(), issued.billing_key.to_string()));
    }
    if let Some(failure) = &issuance.failure {
        facts.push((
            "ended".to_owned(),
            format!("{} {}", failure.code.name(), failure.code.korean()),
        ));
    }
    facts
}

async fn payment_events(store: &Store, payment: &Payment) -> anyhow::Result<Vec<Event>> {
    let mut events = Vec::new();
    if let Some(debit) = &payment.debit {
        let told = format!("debited: tid {}, approval {}", debit.tid, debit.approve_no);
        events.push(event(debit.paid_at, "pg", told));
    }
    for rung in store.rungs(payment.receipt_id).await? {
        let said = match &rung.outcome {
            RungOutcome::Paid(debit) => format!("paid, tid {}", debit.tid),
            RungOutcome::Failed(words) | RungOutcome::Refused(words) => {
                format!("{} {} {}", rung.outcome.name(), words.code, words.text)
            }
            RungOutcome::Cancelled | RungOutcome::NotThere | RungOutcome::Unknown | RungOutcome::Sent => {
                rung.outcome.name().to_owned()
            }
        };
        events.push(event(
            rung.at,
            "verdict",
            format!("rung {}: {} → {said}", rung.number, rung.act.name()),
        ));
    }
    for cancel in store.cancels(payment.receipt_id).await? {
        let words = cancel
            .pg
            .as_ref()
            .map_or_else(String::new, |words| format!(" {} {}", words.code, words.text));
        let told = format!(
            "{} won, {}{words} (cancel_id {})",
            cancel.price.get(),
            cancel.state.name(),
            cancel.cancel_id
        );
        events.push(event(cancel.requested_at, "cancel", told));
    }
    Ok(events)
}
