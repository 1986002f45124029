//! What happened, from every table that knows of it.

use domain::payment::{Cancel, CancelState, Payment};
use domain::webhook_delivery::{Delivery, DeliveryState};
use domain::{ProjectId, ReceiptId};
use store::{HistoryRow, ReadError, Store};

use super::labels::{actor_word, state_word};
use super::{Severity, TimelineEvent, event, resolution_steps, say};
use crate::support::language::Language;

/// The transitions of anything, those of its cash receipt, and its webhooks.
pub async fn of_any(
    store: &Store,
    project: ProjectId,
    id: ReceiptId,
    language: Language,
) -> Result<Vec<TimelineEvent>, ReadError> {
    let history = store.history(project, id.to_string()).await?;
    let mut events: Vec<TimelineEvent> = history.iter().map(|row| transition(row, language)).collect();
    let cash_receipt = store.cash_receipt_history(project, id).await?;
    events.extend(cash_receipt.iter().map(|row| TimelineEvent {
        what: "receipt",
        ..transition(row, language)
    }));
    let deliveries = store.deliveries_of(project, id).await?;
    events.extend(in_turn(deliveries.iter().map(|delivery| webhook(delivery, language))));
    Ok(events)
}

/// Webhooks of one receipt go out one after the other, whenever each was last tried: none stands before the one before it.
fn in_turn(webhooks: impl Iterator<Item = TimelineEvent>) -> impl Iterator<Item = TimelineEvent> {
    let mut last = i64::MIN;
    webhooks.map(move |event| {
        last = last.max(event.at_ms);
        TimelineEvent { at_ms: last, ..event }
    })
}

/// A payment's debit, steps and cancels.
pub async fn of_payment(store: &Store, payment: &Payment, language: Language) -> Result<Vec<TimelineEvent>, ReadError> {
    let mut events = Vec::new();
    if let Some(debit) = &payment.debit {
        let told = match language {
            Language::Korean => format!("출금됨: tid {}, 승인번호 {}", debit.tid, debit.approve_no),
            Language::English => format!("debited: tid {}, approval {}", debit.tid, debit.approve_no),
        };
        let told = event(debit.paid_at, "pg", told, Severity::Good);
        // The PG tells whole seconds: what it did in the second of the request came after it.
        let at_ms = told.at_ms.max(payment.requested_at.0);
        events.push(TimelineEvent { at_ms, ..told });
    }
    let steps = store.resolution_steps(payment.project_id, payment.receipt_id).await?;
    events.extend(steps.iter().map(|step| resolution_steps::step(step, language)));
    let cancels = store.cancels(payment.project_id, payment.receipt_id).await?;
    events.extend(cancels.iter().map(|cancel| given_back(cancel, language)));
    Ok(events)
}

fn transition(row: &HistoryRow, language: Language) -> TimelineEvent {
    let from = if row.from.is_empty() {
        String::new()
    } else {
        format!("{} → ", state(&row.from, language))
    };
    let detail = if row.detail.is_empty() {
        String::new()
    } else {
        format!(" · {}", row.detail)
    };
    let tone = match row.to.as_str() {
        "paid" | "issued" | "partly_cancelled" | "done" => Severity::Good,
        "declined" | "failed" | "refused" => Severity::Bad,
        "in_doubt" | "needs_person" => Severity::Open,
        _ => Severity::Calm,
    };
    let (to, actor) = (state(&row.to, language), actor_word(&row.actor, language));
    let told = match language {
        Language::Korean => format!("{from}{to} ({actor}){detail}"),
        Language::English => format!("{from}{to} (by {actor}){detail}"),
    };
    let told = event(row.at, "commit", told, tone);
    // The first of a life: nothing of its millisecond was before it.
    let rank = if row.from.is_empty() { 0 } else { told.rank };
    TimelineEvent {
        rank,
        from: Some(row.from.clone()).filter(|from| !from.is_empty()),
        to: Some(row.to.clone()),
        ..told
    }
}

/// In English by its name, which the API, the metrics and the pictures of the manual share.
fn state(name: &str, language: Language) -> &str {
    match language {
        Language::Korean => state_word(name, language),
        Language::English => name,
    }
}

fn webhook(delivery: &Delivery, language: Language) -> TimelineEvent {
    let result = if delivery.last_result.is_empty() {
        say(language, "아직 시도하지 않음", "not tried yet")
    } else {
        delivery.last_result.as_str()
    };
    let (kind, number, url) = (&delivery.webhook_type, delivery.sequence, &delivery.url);
    let (state, tries) = (state(delivery.state.name(), language), delivery.attempts);
    let told = match language {
        Language::Korean => format!("{kind} #{number} → {url}: {state}, {tries}번 시도, {result}"),
        Language::English => format!("{kind} #{number} to {url}: {state} after {tries} tries, {result}"),
    };
    let tone = match delivery.state {
        DeliveryState::Delivered => Severity::Good,
        DeliveryState::Exhausted => Severity::Bad,
        DeliveryState::Pending => Severity::Open,
    };
    event(
        delivery.delivered_at.unwrap_or(delivery.created_at),
        "webhook",
        told,
        tone,
    )
}

fn cancelled(state: CancelState, language: Language) -> &'static str {
    let korean = match state {
        CancelState::Intended => "확인 중",
        CancelState::Done => "완료",
        CancelState::Refused => "거절",
    };
    say(language, korean, state.name())
}

fn given_back(cancel: &Cancel, language: Language) -> TimelineEvent {
    let words = cancel
        .pg
        .as_ref()
        .map_or_else(String::new, |words| format!(" {} {}", words.code, words.text));
    let told = format!(
        "{} {}, {}{words} (cancel_id {})",
        cancel.price.grouped(),
        say(language, "원", "won"),
        cancelled(cancel.state, language),
        cancel.cancel_id
    );
    let tone = match cancel.state {
        CancelState::Done => Severity::Calm,
        CancelState::Refused => Severity::Bad,
        CancelState::Intended => Severity::Open,
    };
    event(cancel.requested_at, "cancel", told, tone)
}

#[cfg(test)]
mod tests {
    use domain::EpochMs;

    use super::*;

    #[test]
    fn what_happened_in_one_moment_is_told_in_its_order() {
        let row = |from: &str, to: &str, at| HistoryRow {
            seq: 1,
            from: from.to_owned(),
            to: to.to_owned(),
            at: EpochMs(at),
            actor: "api".to_owned(),
            detail: String::new(),
        };
        let mut events = [
            event(EpochMs(1_200), "webhook", "#1".to_owned(), Severity::Calm),
            event(EpochMs(1_200), "cancel", "cancel".to_owned(), Severity::Calm),
            transition(&row("intended", "paid", 1_200), Language::English),
            event(EpochMs(1_200), "pg", "debited".to_owned(), Severity::Good),
            transition(&row("", "intended", 1_200), Language::English),
        ];
        events.sort_by_key(TimelineEvent::place);
        let told: Vec<&str> = events.iter().map(|event| event.told.as_str()).collect();
        assert_eq!(
            told,
            [
                "intended (by api)",
                "debited",
                "cancel",
                "intended → paid (by api)",
                "#1"
            ]
        );
    }

    #[test]
    fn webhooks_stand_in_their_sequence_whatever_their_times() {
        let told = [5_000, 6_000, 5_500, 4_900].map(|at| event(EpochMs(at), "webhook", at.to_string(), Severity::Calm));
        let mut events: Vec<TimelineEvent> = in_turn(told.into_iter()).collect();
        events.sort_by_key(TimelineEvent::place);
        let told: Vec<&str> = events.iter().map(|event| event.told.as_str()).collect();
        assert_eq!(told, ["5000", "6000", "5500", "4900"]);
    }
}
