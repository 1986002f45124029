//! A debit that is refused, and what is left of it.

use serde_json::Value;

use super::super::answer::Receipt;
use super::answers::EMPTY_LIST;
use super::ask::Said;
use super::{Act, Desk, Measuring, Plan, Probe, Question, Stopped};

pub(super) const QUESTIONS: &[Question] = &[Question::RefusedOrder, Question::RefusedReceipt];

impl Measuring {
    pub(super) async fn refused_charge(&self, plan: &Plan, desk: &dyn Desk) -> Result<(), Stopped> {
        let Some(key) = &plan.refused_key else {
            self.skipped(
                Probe::RefusedCharge,
                QUESTIONS,
                "no key of an empty account: --refused-key",
            );
            return Ok(());
        };
        let act = Act::RefusedCharge {
            key: key.clone(),
            price: plan.price,
        };
        if !self.may(&act, desk).await? {
            self.skipped(Probe::RefusedCharge, QUESTIONS, "refused-charge is not allowed");
            return Ok(());
        }
        self.check_key(key, plan.key_pairs).await?;
        let order_id = self.new_id();
        let said = self.charge(key, &order_id, plan.price, desk).await?;
        let why = match &said {
            Said::Refused { .. } => None,
            Said::Done(_) => Some("it was not refused, but debited"),
            Said::Silent(why) | Said::NotSent(why) => Some(*why),
        };
        if let Some(why) = why {
            for question in QUESTIONS {
                self.measured(Probe::RefusedCharge, *question, Err(why.to_owned()));
            }
            return Ok(());
        }
        // What is there only later is of no use to whoever has to tell a refusal from what never arrived.
        self.pause(self.waits.settles).await?;
        let listed = self.refused_order(&order_id).await?;
        self.measured(Probe::RefusedCharge, Question::RefusedOrder, listed);
        let receipt = self.refused_receipt(&said).await?;
        self.measured(Probe::RefusedCharge, Question::RefusedReceipt, receipt);
        Ok(())
    }

    async fn refused_order(&self, order_id: &str) -> Result<Result<String, String>, Stopped> {
        let said = self.get(format!("/v2/lookup/order/{order_id}")).await?;
        Ok(match &said {
            Said::Done(Value::Array(list)) => {
                let receipts = list.iter().filter_map(Receipt::of);
                let mut statuses: Vec<_> = receipts.map(|receipt| format!("status_{}", receipt.status)).collect();
                statuses.dedup();
                Ok(if statuses.is_empty() {
                    EMPTY_LIST.to_owned()
                } else {
                    statuses.join(",")
                })
            }
            Said::Done(_) => Ok("no_list".to_owned()),
            said => said.shown(),
        })
    }

    /// Whether the refusal itself names a receipt, and what that says; with the refusal's own code and words.
    async fn refused_receipt(&self, refused: &Said) -> Result<Result<String, String>, Stopped> {
        let Ok(refusal) = refused.shown() else {
            return Ok(Err("no refusal".to_owned()));
        };
        let Some(receipt_id) = refused.receipt_id() else {
            return Ok(Ok(format!("not_in_the_answer: {refusal}")));
        };
        Ok(match self.get(format!("/v2/receipt/{receipt_id}")).await? {
            Said::Done(body) => match Receipt::of(&body) {
                Some(receipt) => Ok(format!("in_the_answer with status_{}: {refusal}", receipt.status)),
                None => Err("the receipt could not be read".to_owned()),
            },
            said => said.shown().map(|found| format!("in_the_answer, but {found}")),
        })
    }
}
