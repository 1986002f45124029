//! An answer of the PG that comes after its payment was moved by somebody else.

use domain::change::Change;
use domain::payment::{Act, DebitSeen, Payment, Rung, RungOutcome};

use crate::house::House;

/// What the PG said of a debit whose payment was moved by somebody else meanwhile is a rung of its ladder, which goes on from it
/// at once: a debit that was given up is given back.
pub async fn tell_ladder(house: &House, intent: &Payment, seen: DebitSeen) {
    let outcome = match seen {
        DebitSeen::Paid(debit) => RungOutcome::Paid(debit),
        DebitSeen::Declined(words) => RungOutcome::Failed(words),
        DebitSeen::NotSent | DebitSeen::Unknown => return,
    };
    let receipt_id = intent.receipt_id;
    tracing::warn!(%receipt_id, outcome = outcome.name(), "an answer of the PG came after its payment was moved");
    for _try in 0..3 {
        let payment = house.store.payment(intent.project_id, receipt_id).await;
        let (Ok(Some(payment)), Ok(rungs)) = (payment, house.store.rungs(receipt_id).await) else {
            continue;
        };
        let at = house.now_of(payment.project_id);
        let number = u32::try_from(rungs.len()).unwrap_or(u32::MAX) + 1;
        let (act, outcome) = (Act::Find, outcome.clone());
        let told = Rung {
            receipt_id,
            number,
            act,
            at,
            outcome,
        };
        let due_at = Some(at);
        let changes = vec![
            payment.unmoved(),
            Change::AddRung(Box::new(told)),
            Change::VerdictDue { receipt_id, due_at },
        ];
        match house.commit(payment.project_id, changes).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, %receipt_id, "a late answer of the PG could not be recorded"),
        }
    }
    tracing::error!(%receipt_id, "a late answer of the PG is lost; the ladder asks for it");
}
