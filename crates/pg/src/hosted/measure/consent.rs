//! Consents that a person is asked for: what is said before the agreement, after it, and after a refusal.

use std::time::Duration;

use domain::issuance::AuthType;
use serde_json::Value;
use tokio::time::Instant;

use super::super::answer::text;
use super::super::consents::{PublishBody, StartBody};
use super::ask::Said;
use super::{Act, Desk, Found, Measuring, Plan, Probe, Progress, Question, Stopped, check_key_pair};
use crate::connector::StartConsentRequest;

pub(super) const QUESTIONS: &[Question] = &[
    Question::PublishAtOnce,
    Question::KeyLookupAt41,
    Question::SecondStart,
    Question::PublishTwice,
    Question::KeyByReceipt,
];

/// Between two looks whether a person has decided: not more often than the gateway asks.
const ASKS_EVERY: Duration = Duration::from_secs(2);
const PUBLISH: &str = "/v2/request/subscribe/automatic-transfer/publish";

impl Measuring {
    /// Both kinds of consent. Gives the key of one that was agreed to.
    pub(super) async fn consents(&self, plan: &mut Plan, desk: &dyn Desk) -> Result<Option<String>, Stopped> {
        let refused = &[Question::PublishRefused];
        let Some(payer) = plan.payer.take() else {
            let why = "nobody to ask: --payer";
            self.skipped(Probe::Consent, QUESTIONS, why);
            self.skipped(Probe::RefusedConsent, refused, why);
            return Ok(None);
        };
        let phone = payer.phone.masked();
        let mut order = StartConsentRequest {
            order_id: String::new(),
            order_name: "jadong measure".to_owned(),
            auth_type: AuthType::Ars,
            payer,
        };
        let mut key = None;
        let act = Act::Consent {
            phone: phone.clone(),
            times: 2,
        };
        if self.may(&act, desk).await? {
            key = self.agreed(&mut order, plan, desk).await?;
        } else {
            self.skipped(Probe::Consent, QUESTIONS, "consent is not allowed");
        }
        if self.may(&Act::RefusedConsent { phone }, desk).await? {
            self.refused(&mut order, plan, desk).await?;
        } else {
            self.skipped(Probe::RefusedConsent, refused, "refused-consent is not allowed");
        }
        Ok(key)
    }

    async fn agreed(
        &self,
        order: &mut StartConsentRequest,
        plan: &Plan,
        desk: &dyn Desk,
    ) -> Result<Option<String>, Stopped> {
        order.order_id = self.new_id();
        let started = self.start(order, plan).await?;
        let Some(receipt_id) = done_receipt(&started) else {
            let why = started.shown().unwrap_or_else(|why| why);
            for question in QUESTIONS {
                self.measured(Probe::Consent, *question, Err(why.clone()));
            }
            return Ok(None);
        };
        let by_receipt = format!("/v2/subscribe/billing_key/{receipt_id}");
        let looked_up = self.get(by_receipt.clone()).await?;
        let at_once = self.publish(&receipt_id).await?;
        // A sandbox may agree by itself: then nothing was seen of a consent that is open.
        let is_open = key_of(&at_once).is_none();
        let of_open = |said: &Said| {
            if is_open {
                said.shown()
            } else {
                Err("agreed before it was asked".to_owned())
            }
        };
        self.measured(
            Probe::Consent,
            Question::KeyLookupAt41,
            of_open(&looked_up).map(|says| with_status(says, &looked_up)),
        );
        self.measured(Probe::Consent, Question::PublishAtOnce, of_open(&at_once));
        self.second_start(order, &receipt_id, plan, is_open).await?;
        let key = match key_of(&at_once) {
            Some(key) => Some(key),
            None => self.wait_for_agreement(&receipt_id, plan, desk).await?,
        };
        let Some(key) = key else {
            let why = Found::Skipped("nobody has agreed in time".to_owned());
            self.found(Probe::Consent, Question::PublishTwice, why.clone());
            self.found(Probe::Consent, Question::KeyByReceipt, why);
            return Ok(None);
        };
        let twice = self.publish(&receipt_id).await?;
        self.measured(Probe::Consent, Question::PublishTwice, with_key(&twice, &key));
        let found = self.get(by_receipt).await?;
        self.measured(Probe::Consent, Question::KeyByReceipt, with_key(&found, &key));
        Ok(Some(key))
    }

    /// Starts a consent. It is on the ledger before anybody is called.
    async fn start(&self, order: &StartConsentRequest, plan: &Plan) -> Result<Said, Stopped> {
        self.ledger().asks(&order.order_id);
        let path = "/v2/request/subscribe/automatic-transfer";
        let said = self.post_held(path, &StartBody::new(order)).await;
        let (receipt_id, is_refused) = match &said {
            Ok(said) => (
                done_receipt(said),
                matches!(said, Said::Refused { .. } | Said::NotSent(_)),
            ),
            Err(_) => (None, true),
        };
        self.ledger().consent(&order.order_id, |consent| {
            (consent.receipt_id, consent.is_over) = (receipt_id, is_refused);
        });
        if let Ok(Said::Done(body)) = &said {
            check_key_pair(body, plan.key_pairs)?;
        }
        said
    }

    async fn second_start(
        &self,
        order: &StartConsentRequest,
        first: &str,
        plan: &Plan,
        is_open: bool,
    ) -> Result<(), Stopped> {
        self.pause(Duration::ZERO).await?;
        let second = self.start(order, plan).await?;
        let says = match done_receipt(&second) {
            Some(again) if again == first => Ok("same_receipt".to_owned()),
            Some(_) => Ok("another_receipt".to_owned()),
            None => second.shown(),
        };
        let after = if is_open {
            "while it is open"
        } else {
            "after the agreement"
        };
        self.measured(
            Probe::Consent,
            Question::SecondStart,
            says.map(|says| format!("{says}: {after}")),
        );
        Ok(())
    }

    /// The key, once somebody has agreed; `None`: nobody has.
    async fn wait_for_agreement(
        &self,
        receipt_id: &str,
        plan: &Plan,
        desk: &dyn Desk,
    ) -> Result<Option<String>, Stopped> {
        let until = Instant::now() + plan.waits.person;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            desk.tell(&Progress::WaitsForAgreement { left });
            self.pause(ASKS_EVERY.min(left)).await?;
            if let Some(key) = key_of(&self.publish(receipt_id).await?) {
                return Ok(Some(key));
            }
        }
    }

    /// A refusal is seen by another answer than the one before it. Where it never changes nobody may have refused.
    async fn refused(&self, order: &mut StartConsentRequest, plan: &Plan, desk: &dyn Desk) -> Result<(), Stopped> {
        order.order_id = self.new_id();
        let started = self.start(order, plan).await?;
        let says = match done_receipt(&started) {
            Some(receipt_id) => self.wait_for_refusal(&receipt_id, plan, desk).await?,
            // A held start tells the refusal itself.
            None => Err(started
                .shown()
                .map_or_else(|why| why, |said| format!("the start was {said}"))),
        };
        self.measured(Probe::RefusedConsent, Question::PublishRefused, says);
        Ok(())
    }

    async fn wait_for_refusal(
        &self,
        receipt_id: &str,
        plan: &Plan,
        desk: &dyn Desk,
    ) -> Result<Result<String, String>, Stopped> {
        let until = Instant::now() + plan.waits.person;
        let before = self.publish(receipt_id).await?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let shown = before.shown().unwrap_or_else(|why| why);
                return Ok(Err(format!(
                    "nobody refused in time, or it says the same of a refusal: {shown}"
                )));
            }
            desk.tell(&Progress::WaitsForRefusal { left });
            self.pause(ASKS_EVERY.min(left)).await?;
            let now = self.publish(receipt_id).await?;
            match (&before, &now) {
                (_, now) if key_of(now).is_some() => return Ok(Err("it was agreed to".to_owned())),
                (Said::Refused { code: was, .. }, Said::Refused { code, .. }) if was != code => return Ok(now.shown()),
                _ => {}
            }
        }
    }

    /// Asks for the key. One that came of it is on the ledger.
    pub(super) async fn publish(&self, receipt_id: &str) -> Result<Said, Stopped> {
        let said = self.post(PUBLISH, &PublishBody { receipt_id }).await?;
        if let Some(key) = key_of(&said) {
            let mut ledger = self.ledger();
            let mut consents = ledger.consents.iter_mut();
            let of = |consent: &&mut super::ledger::SentConsent| consent.receipt_id.as_deref() == Some(receipt_id);
            if let Some(consent) = consents.find(of) {
                consent.key = Some(key);
            }
        }
        Ok(said)
    }
}

/// The receipt of a start that was done.
fn done_receipt(said: &Said) -> Option<String> {
    matches!(said, Said::Done(_)).then(|| said.receipt_id()).flatten()
}

pub(super) fn key_of(said: &Said) -> Option<String> {
    let Said::Done(body) = said else { return None };
    text(body, "billing_key").map(str::to_owned)
}

/// Whether it has the same key.
fn with_key(said: &Said, key: &str) -> Result<String, String> {
    match key_of(said) {
        Some(again) if again == key => Ok("same_key".to_owned()),
        Some(_) => Ok("another_key".to_owned()),
        None => said.shown(),
    }
}

fn with_status(says: String, said: &Said) -> String {
    let Said::Done(body) = said else { return says };
    let status = body.get("status").and_then(Value::as_i64);
    status.map_or(says, |status| format!("done with status_{status}"))
}
