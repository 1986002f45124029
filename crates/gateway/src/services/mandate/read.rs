//! Reading a record: what was signed when it happened, checked, with the debits under it.

use domain::fingerprint::Pepper;
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::mandate::MandateEvent;
use domain::payment::{Cancel, CancelState, DeclineReason, Payment};
use domain::project::Project;
use domain::retention::{Destruction, RecordKind};
use domain::{BillingKeyId, EpochMs, bank};
use serde_json::Value;
use serde_json::value::RawValue;
use store::{HistoryRow, PageRequest, PaymentFilter, ReadError, Store};

use super::record::{ConsentRecord, Debit, DebitsDestroyed, Event, Evidence, FORMAT, NOT_KEPT, Payer, Refund, Step};
use crate::ledger::mandate_record::{EVENT, MandateSeal, is_signed, next_hash};

/// So many debits are in one record, the newest.
const DEBITS_MAX: usize = 10_000;
const PAGE: u32 = 500;

/// The record of a key's mandate; `None` when the project has no such key. `now` is the project's time.
pub async fn consent_record(
    store: &Store,
    pepper: &Pepper,
    project: &Project,
    id: BillingKeyId,
    now: EpochMs,
) -> Result<Option<ConsentRecord>, ReadError> {
    let Some(key) = store.billing_key(project.id, id).await? else {
        return Ok(None);
    };
    let Some(issuance) = store.issuance(project.id, key.receipt_id).await? else {
        return Ok(None);
    };
    let events = store.mandate_events(project.id, key.receipt_id).await?;
    let entries: Vec<Value> = events
        .iter()
        .map(|event| serde_json::from_str(&event.entry).unwrap_or_default())
        .collect();
    let broken_at = broken_at(&events, &entries, id, &MandateSeal::new(pepper).public_key());
    let mut unrecorded = Vec::new();
    for object in [key.receipt_id.to_string(), key.id.to_string()] {
        let steps = store.history(project.id, object).await?;
        unrecorded.extend(steps.into_iter().filter(|step| !is_recorded(step, &entries)).map(step));
    }
    let is_withdrawn = entries.iter().any(|entry| entry["event"] == "withdrawn");
    let (debits, is_cut) = debits(store, &key).await?;
    let on_record = store.destructions(project.id).await?;
    let mut record = ConsentRecord {
        debits_destroyed: debits_destroyed(&on_record, &key),
        events: events.into_iter().map(event).collect(),
        broken_at,
        unrecorded,
        debits,
        is_cut,
        ..head(project, &issuance, &key, now)
    };
    if is_withdrawn {
        record.state = "withdrawn";
    }
    // What was signed when it happened, and not what the rows say now.
    if let Some(first) = entries.first().filter(|_| broken_at.is_none()) {
        record.as_signed(first);
    }
    Ok(Some(record))
}

/// The first event that does not follow from the one before, is not signed by this installation, or is of another key. Hashes alone
/// can be made anew by whoever changed the rows.
fn broken_at(events: &[MandateEvent], entries: &[Value], id: BillingKeyId, public_key: &str) -> Option<u32> {
    let mut before = "";
    for ((number, event), entry) in (1..).zip(events).zip(entries) {
        let hash = next_hash(&event.receipt_id.to_string(), number, before, &event.entry);
        let of_another = entry["billing_key"].as_str().is_some_and(|key| key != id.to_string());
        let is_signed = is_signed(public_key, (EVENT, hash.as_bytes()), &event.signature);
        if event.number != number || event.hash != hash || !is_signed || of_another || !entry.is_object() {
            return Some(number);
        }
        before = &event.hash;
    }
    None
}

/// Whether an event tells of this step of the history.
fn is_recorded(step: &HistoryRow, entries: &[Value]) -> bool {
    let at = step.at.to_wire();
    let names: &[&str] = match step.to.as_str() {
        "requested" => &["requested"],
        "consenting" => &["asked"],
        "consented" => &["agreed", "registration_not_sent"],
        "publishing" => &["confirmed"],
        "in_doubt" => &["registration_unknown"],
        "issued" => &["registered"],
        "destroyed" => &["ended", "withdrawn"],
        other => &[other],
    };
    // What was adopted has no steps of its own.
    let is_adopted = entries.first().is_some_and(|first| first["event"] == "adopted");
    let told = |entry: &Value| entry["at"] == at.as_str() && names.iter().any(|name| entry["event"] == *name);
    (is_adopted && step.to != "destroyed") || entries.iter().any(told)
}

fn event(event: MandateEvent) -> Event {
    let (number, hash, signature) = (event.number, event.hash, event.signature);
    // What is no JSON any more is shown as the text that it is.
    let as_text = |text: &str| serde_json::value::to_raw_value(text).unwrap_or_default();
    let entry = RawValue::from_string(event.entry.clone()).unwrap_or_else(|_| as_text(&event.entry));
    Event {
        number,
        entry,
        hash,
        signature,
    }
}

impl ConsentRecord {
    /// Takes from the first event what it says.
    fn as_signed(&mut self, first: &Value) {
        let payer = &first["payer"];
        let fields = [
            (&mut self.payee, &first["payee"]),
            (&mut self.payer.holder, &payer["holder"]),
            (&mut self.payer.bank, &payer["bank"]),
            (&mut self.payer.account, &payer["account"]),
            (&mut self.payer.phone, &payer["phone"]),
            (&mut self.subscription_id, &first["subscription_id"]),
            (&mut self.product, &first["product"]),
        ];
        for (field, signed) in fields {
            if let Some(signed) = signed.as_str() {
                signed.clone_into(field);
            }
        }
    }
}

fn head(project: &Project, issuance: &Issuance, key: &BillingKey, now: EpochMs) -> ConsentRecord {
    let shown = &key.shown;
    let bank = bank::Bank::by_code(&shown.bank_code).map_or(&shown.bank_code, |bank| &bank.name);
    ConsentRecord {
        format: FORMAT,
        made_at: now.to_wire(),
        billing_key: key.id.to_string(),
        receipt_id: key.receipt_id.to_string(),
        state: if key.is_destroyed() { "ended" } else { "active" },
        payee: project.company_name.clone(),
        payer: Payer {
            holder: shown.holder_masked.clone(),
            bank: bank.clone(),
            account: shown.account_masked.clone(),
            phone: issuance.terms.phone_masked.clone(),
        },
        subscription_id: issuance.terms.subscription_id.clone(),
        product: issuance.terms.order_name.clone(),
        requested_at: issuance.requested_at.to_wire(),
        issued_at: key.issued_at.to_wire(),
        ended_at: key.destroyed_at.map(EpochMs::to_wire),
        evidence: Evidence {
            held_by_pg: project.pg.name.name(),
            pg_tid: issuance.pg_tid.clone(),
            not_kept_here: NOT_KEPT,
        },
        events: Vec::new(),
        broken_at: None,
        unrecorded: Vec::new(),
        debits: Vec::new(),
        is_cut: false,
        debits_destroyed: None,
    }
}

fn step(row: HistoryRow) -> Step {
    Step {
        at: row.at.to_wire(),
        from: row.from,
        to: row.to,
        by: row.actor,
    }
}

/// What was destroyed of the time since `key` was asked for.
fn debits_destroyed(on_record: &[Destruction], key: &BillingKey) -> Option<DebitsDestroyed> {
    let since = key.receipt_id.0.made_at();
    let its = on_record
        .iter()
        .filter(|row| row.kind == RecordKind::Payment && row.newest >= since);
    let (newest, last) = its.fold((EpochMs(0), None), |(newest, _), row| {
        (newest.max(row.newest), Some(row))
    });
    last.map(|last| DebitsDestroyed {
        asked_until: newest.to_wire(),
        last_on: last.day.clone(),
        years: last.years,
    })
}

/// The newest debits with `key`, oldest first, and whether there are more.
async fn debits(store: &Store, key: &BillingKey) -> Result<(Vec<Debit>, bool), ReadError> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let wanted = PageRequest {
            project: key.project_id,
            before,
            limit: PAGE,
        };
        let filter = PaymentFilter {
            key: Some(key.id),
            ..PaymentFilter::default()
        };
        let page = store.recent_payments(wanted, filter).await?;
        for payment in page.rows {
            let refunds = store.cancels(key.project_id, payment.receipt_id).await?;
            found.push(debit(&payment, refunds));
        }
        // Ids grow with time: what is older than the mandate is not under it.
        before = page.next.filter(|next| *next > key.receipt_id.to_string());
        if before.is_none() || found.len() >= DEBITS_MAX {
            break;
        }
    }
    let is_cut = before.is_some() || found.len() > DEBITS_MAX;
    found.truncate(DEBITS_MAX);
    found.reverse();
    Ok((found, is_cut))
}

fn debit(payment: &Payment, refunds: Vec<Cancel>) -> Debit {
    let refunds = refunds
        .into_iter()
        .filter(|cancel| cancel.state != CancelState::Refused);
    Debit {
        receipt_id: payment.receipt_id.to_string(),
        order_id: payment.order.order_id.clone(),
        order_name: payment.order.order_name.clone(),
        price: payment.order.price.get(),
        state: payment.state.name(),
        requested_at: payment.requested_at.to_wire(),
        paid_at: payment.debit.as_ref().map(|debit| debit.paid_at.to_wire()),
        pg_tid: payment.debit.as_ref().map(|debit| debit.tid.clone()),
        reason: payment.reason.map(DeclineReason::name),
        refunds: refunds.map(refund).collect(),
    }
}

fn refund(cancel: Cancel) -> Refund {
    Refund {
        price: cancel.price.get(),
        state: cancel.state.name(),
        requested_at: cancel.requested_at.to_wire(),
        cancel_id: cancel.cancel_id,
    }
}
