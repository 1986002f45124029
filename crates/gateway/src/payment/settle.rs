//! Taking down a person's verdict on a payment for which the ladder came to none.

use std::sync::Arc;

use domain::payment::{self, Payment, PersonSaid, PgWord, State};
use domain::{ErrorCode, ReceiptId, Refusal};
use pg::{Outcome, PaymentFound};
use store::{CommitError, Refused};

use super::debit::{count, record};
use super::verdict::find_order;
use crate::cash_receipt;
use crate::house::House;
use crate::issuance::{commit_refusal, read_refusal};

/// Asks the PG once more, and settles the payment as `said`: its history, webhook, order id and reserve in one commit.
///
/// Errors: `RC_NOT_FOUND`; those of `domain::payment::settle_by_person`, before and after the PG was asked;
/// `PG_UNAVAILABLE` when the PG finds the debit and then does not tell its cash receipt.
pub async fn settle_by_person(house: &Arc<House>, receipt: ReceiptId, said: PersonSaid) -> Result<Payment, Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), receipt, said));
    walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))?
}

async fn walk(house: Arc<House>, receipt: ReceiptId, said: PersonSaid) -> Result<Payment, Refusal> {
    let payment = stored(&house, receipt).await?;
    let pg = match payment.state {
        State::NeedsPerson => ask(&house, &payment).await,
        // Refused below whatever the PG says.
        _ => PgWord::Silent,
    };
    let mut step = payment::settle_by_person(&payment, &said, &pg, house.now_of(payment.project_id))?;
    if let (PgWord::Paid { .. }, Some(debit)) = (&pg, step.debit.as_mut())
        && cash_receipt::is_standing(&house, &payment).await
    {
        match house
            .connector
            .find_by_tid(debit.tid.clone(), house.clocks.moment_of(payment.project_id))
            .await
        {
            Outcome::Done(PaymentFound::Paid(seen)) => debit.cash_receipt = seen.debit.cash_receipt,
            _ => return Err(Refusal::of(ErrorCode::PgUnavailable).receipt(receipt)),
        }
    }
    match record(&house, &payment, &step).await {
        Ok(()) => {}
        Err(CommitError::Refused(Refused::LostRace)) => {
            // Somebody else has settled it at the same moment.
            let now = stored(&house, receipt).await?;
            return Err(Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
                .hint(now.state.name())
                .receipt(receipt));
        }
        Err(error) => return Err(commit_refusal(&error).receipt(receipt)),
    }
    house.unrecorded.remove(&receipt);
    let settled = payment.after(&step);
    count(&house, &settled);
    tracing::warn!(%receipt, state = settled.state.name(), who = said.who, "a person's verdict");
    Ok(settled)
}

pub(super) async fn stored(house: &House, receipt: ReceiptId) -> Result<Payment, Refusal> {
    let found = house.store.payment_of_anyone(receipt).await;
    let found = found.map_err(|error| read_refusal(&error))?;
    found.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))
}

async fn ask(house: &House, payment: &Payment) -> PgWord {
    match house
        .connector
        .find_payment(find_order(house, payment), house.clocks.moment_of(payment.project_id))
        .await
    {
        Outcome::Done(PaymentFound::Paid(seen)) => PgWord::Paid {
            debit: seen.debit,
            balance: seen.balance,
        },
        Outcome::Done(PaymentFound::Failed(words)) => PgWord::Failed(words),
        Outcome::Done(PaymentFound::Cancelled(_)) => PgWord::Cancelled,
        Outcome::Done(PaymentFound::Nothing) => PgWord::Nothing,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => PgWord::Silent,
    }
}
