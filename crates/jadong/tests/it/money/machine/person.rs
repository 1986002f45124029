//! A person who ends what a PG without a net-cancel leaves open. It says what the hosted API shows, and nothing while that shows nothing.

use domain::payment::{CancelState, PaymentState};
use serde_json::json;
use testkit::SANDBOX;

use super::model::Answered;
use super::world::World;

/// What a person says, and of which cancel.
struct Word {
    verdict: &'static str,
    cancel_id: Option<String>,
}

impl World {
    /// Says it of one of the attempts, whether or not it waits for a person.
    pub async fn settle(&mut self, nth: usize) {
        let receipts: Vec<_> = self.model.attempts.keys().cloned().collect();
        let Some(receipt) = receipts.get(nth % receipts.len().max(1)) else {
            return;
        };
        let answered = self.says(receipt).await;
        if let Some((verdict, answer)) = answered {
            let what = format!("a person says of {receipt}: {verdict}");
            self.expect(
                &what,
                &answer,
                &[
                    "200",
                    "409 SETTLE_NOT_NEEDED",
                    "409 SETTLE_UNDER_WAY",
                    "409 SETTLE_CONTRADICTED",
                ],
            );
        }
    }

    /// Ends what waits for a person: everything without a verdict does by now.
    pub async fn settle_what_is_open(&mut self, receipts: &[String]) -> usize {
        for receipt in receipts {
            let state = self.payment(receipt).await.state;
            if state != PaymentState::NeedsReview {
                self.wrong.push(format!("{receipt} is still {}", state.name()));
                continue;
            }
            match self.says(receipt).await {
                Some((_, answer)) if answer.status == 200 => {}
                Some((verdict, answer)) => self.wrong.push(format!("{receipt}, {verdict}: {}", answer.body)),
                None => self
                    .wrong
                    .push(format!("{receipt}: the hosted API has no outcome of it")),
            }
        }
        receipts.len()
    }

    async fn payment(&self, receipt: &str) -> domain::payment::Payment {
        let found = self
            .gateway()
            .store()
            .payment_of_anyone(receipt.parse().expect("an id"))
            .await;
        found.expect("it can be read").expect("it is there")
    }

    async fn says(&mut self, receipt: &str) -> Option<(&'static str, testkit::Answer)> {
        let word = self.word(receipt).await?;
        let body = json!({ "verdict": word.verdict, "who": "kim", "note": "관리자 화면에서 확인" });
        let answer = self.gateway().resolve_manually(receipt, body).await;
        if let (200, Some(attempt)) = (answer.status, self.model.attempts.get_mut(receipt)) {
            match (word.verdict, word.cancel_id) {
                ("given_back", Some(id)) => drop(attempt.cancels.entry(id).and_modify(|(_, is_done)| *is_done = true)),
                ("not_given_back", Some(id)) => drop(attempt.cancels.remove(&id)),
                ("paid", _) => attempt.answered = Answered::Paid,
                _ => attempt.answered = Answered::NoMoney,
            }
        }
        Some((word.verdict, answer))
    }

    async fn word(&self, receipt: &str) -> Option<Word> {
        let payment = self.payment(receipt).await;
        let there = self.gateway().hosted().merchant();
        let listed = there.get(&format!("/v2/lookup/order/{receipt}")).await.json();
        let debit = listed.as_array().expect("a list").first();
        let status = debit.map(|debit| debit["status"].as_i64().expect("a status"));
        let verdict = match status {
            Some(1 | 20) => "paid",
            Some(-2) => "declined",
            None => "voided",
            Some(_) => return None,
        };
        let project = self.gateway().project(SANDBOX).id;
        let cancels = self.gateway().store().cancels(project, payment.receipt_id).await;
        let cancels = cancels.expect("they can be read");
        let open = cancels.into_iter().find(|cancel| cancel.state == CancelState::Intended);
        let Some(cancel) = open else {
            return Some(Word {
                verdict,
                cancel_id: None,
            });
        };
        let sum = debit
            .and_then(|debit| debit["cancelled_price"].as_u64())
            .expect("a sum");
        let verdict = match sum.checked_sub(payment.cancelled_price.get())? {
            0 => "not_given_back",
            more if more == cancel.price.get() => "given_back",
            _ => return None,
        };
        let cancel_id = Some(cancel.cancel_id);
        Some(Word { verdict, cancel_id })
    }
}
