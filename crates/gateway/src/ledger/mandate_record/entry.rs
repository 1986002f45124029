//! The entries of a record: what happened, as a JSON object. Nothing in it that may not be shown.

use domain::issuance::{Adoption, Issuance, IssuanceState, IssuanceTransition};
use domain::key::KeyDestroyed;
use domain::mandate::MandateAct;
use domain::project::Project;
use domain::transition::{Actor, Failure};
use domain::{EpochMs, bank};
use serde_json::{Value, json};

/// The merchant asks for consent.
pub fn requested(issuance: &Issuance, payee: Option<&Project>) -> Value {
    let (terms, shown) = (&issuance.terms, &issuance.terms.shown);
    let bank = bank::Bank::by_code(&shown.bank_code).map(|bank| &bank.name);
    json!({
        "event": "requested",
        "at": issuance.requested_at.to_wire(),
        "by": by(Actor::Api),
        "payee": payee.map(|project| &project.company_name),
        "pg": payee.map(|project| project.pg.name.name()),
        "subscription_id": terms.subscription_id,
        "product": terms.order_name,
        "first_payment": terms.price.get(),
        "amount": terms.mandate.amount,
        "cycle": terms.mandate.cycle,
        "wording": terms.mandate.wording,
        "channel": terms.auth_type.wire_name(),
        "payer": {
            "holder": shown.holder_masked,
            "bank": bank,
            "bank_code": shown.bank_code,
            "account": shown.account_masked,
            "phone": terms.phone_masked,
        },
        "answer_until": issuance.consent_expires_at.to_wire(),
    })
}

/// A key that its PG had issued is taken over.
pub fn adopted(adoption: &Adoption, payee: &Project, now: EpochMs) -> Value {
    let shown = &adoption.key.shown;
    let mut entry = told("adopted", now, Actor::Person);
    entry["payee"] = json!(payee.company_name);
    entry["pg"] = json!(payee.pg.name.name());
    entry["billing_key"] = json!(adoption.key.id.to_string());
    entry["issued_at_pg"] = json!(adoption.key.issued_at.to_wire());
    entry["receipt_at_pg"] = json!(adoption.receipt_at_pg);
    entry["payer"] = json!({
        "holder": shown.holder_masked,
        "bank_code": shown.bank_code,
        "account": shown.account_masked,
    });
    entry
}

/// One step from there to the key.
pub fn step(step: &IssuanceTransition) -> Value {
    let event = match (step.from, step.to) {
        (IssuanceState::Publishing | IssuanceState::InDoubt, IssuanceState::Consented) => "registration_not_sent",
        (_, IssuanceState::Consenting) => "asked",
        (_, IssuanceState::Consented) => "agreed",
        (_, IssuanceState::Publishing) => "confirmed",
        (_, IssuanceState::InDoubt) => "registration_unknown",
        (_, IssuanceState::Issued) => "registered",
        (_, IssuanceState::Refused) => "refused",
        (_, IssuanceState::Expired) => "expired",
        (_, IssuanceState::Failed) => "failed",
        (_, IssuanceState::Requested) => "requested",
    };
    let by = match (step.actor, event) {
        (Actor::Person, _) => by(Actor::Person),
        // As the PG has told.
        (_, "agreed") => "payer",
        (_, "registered" | "refused" | "failed") => "pg",
        (_, "confirmed") => by(Actor::Api),
        _ => by(Actor::Worker),
    };
    let mut entry = json!({ "event": event, "at": step.at.to_wire(), "by": by });
    let more = [
        ("pg_tid", json!(step.pg_tid)),
        ("by_link", json!(step.consent_url.as_ref().map(|_| true))),
        (
            "billing_key",
            json!(step.issued.map(|issued| issued.billing_key.to_string())),
        ),
        ("reason", step.failure.as_ref().map_or(Value::Null, failure)),
    ];
    for (name, value) in more {
        if !value.is_null() {
            entry[name] = value;
        }
    }
    entry
}

fn failure(failure: &Failure) -> Value {
    json!({
        "code": failure.code.name(),
        "pg_code": failure.pg.as_ref().map(|pg| &pg.code),
        "pg_text": failure.pg.as_ref().map(|pg| &pg.text),
    })
}

/// The key is dead: by the payer's word, or the merchant's.
pub fn ended(ended: &KeyDestroyed) -> Value {
    let by = ended.end.by;
    let Some(withdrawal) = &ended.end.withdrawal else {
        return told("ended", ended.at, by);
    };
    let mut entry = told("withdrawn", ended.at, by);
    entry["channel"] = json!(withdrawal.channel);
    entry["reason"] = json!(withdrawal.reason);
    entry
}

/// Something that the merchant did about it.
pub fn act(act: &MandateAct, at: EpochMs) -> Value {
    let (event, said) = match act {
        MandateAct::Notice(notice) => ("notice", json!(notice)),
        MandateAct::PriceChange(change) => ("price_change", json!(change)),
    };
    let mut entry = told(event, at, Actor::Api);
    for (name, value) in said.as_object().into_iter().flatten() {
        entry[name] = value.clone();
    }
    entry
}

fn told(event: &str, at: EpochMs, actor: Actor) -> Value {
    json!({ "event": event, "at": at.to_wire(), "by": by(actor) })
}

fn by(actor: Actor) -> &'static str {
    match actor {
        Actor::Api => "merchant",
        Actor::Worker => "gateway",
        Actor::Person => "operator",
    }
}
