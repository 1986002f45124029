//! Refunds in parts of a debit that was made for it, some sent again under their ids. What was given back is read from the receipt.

use std::time::Duration;

use domain::Won;
use serde::Serialize;
use tokio::time::Instant;

use super::super::answer::Receipt;
use super::answers::{GIVES_AGAIN, GIVES_ONCE, NEVER};
use super::ask::Said;
use super::{Act, Desk, Measuring, PRICE_MIN, Probe, Question, Stopped};

pub(super) const QUESTIONS: &[Question] = &[
    Question::SumMovesAfterMs,
    Question::RepeatedRefund,
    Question::RefundOfAnotherPrice,
    Question::RepeatedRefundAtOnce,
    Question::RefundAfterFull,
];

#[derive(Serialize)]
struct Body<'a> {
    receipt_id: &'a str,
    cancel_id: &'a str,
    cancel_price: u64,
    cancel_tax_free: u64,
    cancel_username: &'a str,
    cancel_message: &'a str,
}

/// Why it cannot go on: what comes after would not be understood.
enum End {
    Stopped(Stopped),
    NotMeasured(String),
}

impl From<Stopped> for End {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl Measuring {
    pub(super) async fn refunds(&self, receipt_id: &str, price: Won, desk: &dyn Desk) -> Result<(), Stopped> {
        if !self.may(&Act::Refund { price }, desk).await? {
            self.skipped(Probe::Refund, QUESTIONS, "refund is not allowed");
            return Ok(());
        }
        match self.refund_in_parts(receipt_id, price.get()).await {
            Ok(()) => Ok(()),
            Err(End::Stopped(stopped)) => Err(stopped),
            Err(End::NotMeasured(why)) => {
                let rows = self.rows();
                let open = QUESTIONS
                    .iter()
                    .filter(|of| rows.iter().all(|row| row.question != **of));
                for question in open {
                    self.measured(Probe::Refund, *question, Err(why.clone()));
                }
                Ok(())
            }
        }
    }

    /// Parts of a tenth: also where each gives back again, less than the whole.
    async fn refund_in_parts(&self, receipt_id: &str, price: u64) -> Result<(), End> {
        let (part, first) = (price / PRICE_MIN, self.new_id());
        let mut sum = self.sum(receipt_id).await?;
        self.refund(receipt_id, &first, part).await?;
        let settles = self.moved_by(receipt_id, sum, part).await?;
        sum += part;

        let again = self.try_refund(receipt_id, &first, part).await?;
        let given = self.given_since(receipt_id, sum, settles).await?;
        let repeated = verdict(given, part, &again);
        sum += given;

        let other = self.try_refund(receipt_id, &first, 2 * part).await?;
        let given = self.given_since(receipt_id, sum, settles).await?;
        let of_another_price = other.shown().map(|answer| format!("gives_{given}: {answer}"));
        sum += given;

        let twice = self.new_id();
        let one = self.try_refund(receipt_id, &twice, part);
        let both = tokio::join!(one, self.try_refund(receipt_id, &twice, part));
        let (one, two) = (both.0?, both.1?);
        let given = self.given_since(receipt_id, sum, settles).await?;
        let second = if matches!(one, Said::Done(_)) { two } else { one };
        // Where neither gave back, nothing was seen of two that do.
        let more = given.checked_sub(part).ok_or_else(|| "neither gave back".to_owned());
        let at_once = more.and_then(|more| verdict(more, part, &second));
        sum += given;

        // What moves now came of a refund that was thought not to have given back.
        if self.given_since(receipt_id, sum, settles).await? > 0 {
            return Err(End::NotMeasured(
                "the sum moved when it was waited for no more".to_owned(),
            ));
        }
        self.measured(Probe::Refund, Question::RepeatedRefund, repeated);
        self.measured(Probe::Refund, Question::RefundOfAnotherPrice, of_another_price);
        self.measured(Probe::Refund, Question::RepeatedRefundAtOnce, at_once);

        let (rest, left) = (self.new_id(), price.saturating_sub(sum));
        self.refund(receipt_id, &rest, left).await?;
        let after = self.try_refund(receipt_id, &rest, left).await?;
        self.measured(Probe::Refund, Question::RefundAfterFull, after.shown());
        Ok(())
    }

    /// One that must be done, as those after it go by it.
    async fn refund(&self, receipt_id: &str, cancel_id: &str, part: u64) -> Result<(), End> {
        match self.try_refund(receipt_id, cancel_id, part).await? {
            Said::Done(_) => Ok(()),
            said => Err(End::NotMeasured(said.shown().unwrap_or_else(|why| why))),
        }
    }

    async fn try_refund(&self, receipt_id: &str, cancel_id: &str, part: u64) -> Result<Said, Stopped> {
        self.pause(Duration::ZERO).await?;
        let body = Body {
            receipt_id,
            cancel_id,
            cancel_price: part,
            cancel_tax_free: 0,
            cancel_username: "",
            cancel_message: "jadong measure",
        };
        self.post("/v2/cancel", &body).await
    }

    /// How long to wait for a refund to show: ten times as long as this one takes.
    async fn moved_by(&self, receipt_id: &str, before: u64, part: u64) -> Result<Duration, End> {
        let since = Instant::now();
        loop {
            let is_moved = self.sum(receipt_id).await? == before + part;
            let taken = since.elapsed();
            if is_moved {
                let ms = taken.as_millis() + 1;
                self.measured(Probe::Refund, Question::SumMovesAfterMs, Ok(ms.to_string()));
                return Ok(self.waits.settles.max(10 * taken));
            }
            if taken > self.waits.lost {
                self.measured(Probe::Refund, Question::SumMovesAfterMs, Ok(NEVER.to_owned()));
                return Err(End::NotMeasured(
                    "the receipt does not show what was given back".to_owned(),
                ));
            }
            self.pause(self.waits.look).await?;
        }
    }

    /// What was given back beside `sum`, once it has had time to show.
    async fn given_since(&self, receipt_id: &str, sum: u64, settles: Duration) -> Result<u64, End> {
        self.pause(settles).await?;
        let now = self.sum(receipt_id).await?;
        let less = || End::NotMeasured("the receipt's sum has gone down".to_owned());
        now.checked_sub(sum).ok_or_else(less)
    }

    /// What was given back of a debit, by its receipt.
    async fn sum(&self, receipt_id: &str) -> Result<u64, End> {
        let said = self.get(format!("/v2/receipt/{receipt_id}")).await?;
        let Said::Done(body) = &said else {
            return Err(End::NotMeasured(said.shown().unwrap_or_else(|why| why)));
        };
        let receipt = Receipt::of(body).filter(|receipt| receipt.receipt_id == receipt_id);
        let cancelled = receipt.and_then(|receipt| receipt.cancelled());
        let unread = || End::NotMeasured("the receipt could not be read".to_owned());
        cancelled.map(Won::get).ok_or_else(unread)
    }
}

/// What a repetition did, by the sum; how it was answered comes after it. One without an answer may still be on its way.
fn verdict(given: u64, part: u64, answer: &Said) -> Result<String, String> {
    if given >= part {
        return Ok(GIVES_AGAIN.to_owned());
    }
    let answer = answer.shown()?;
    match given {
        0 => Ok(format!("{GIVES_ONCE}: {answer}")),
        _ => Err(format!("{given} won more were given back")),
    }
}
