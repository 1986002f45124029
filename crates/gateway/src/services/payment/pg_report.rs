//! What the PG says of a payment when it is asked.

use domain::payment::{Payment, PgReport};
use pg::{Outcome, PaymentLookup};

use super::resolution::find_order;
use crate::services::Services;

/// Asks the PG for the debit of this very order: a number may be another debit's, where a person has given it. Changes nothing.
pub async fn pg_report(services: &Services, payment: &Payment) -> PgReport {
    let at = services.clocks.call_time(payment.project_id);
    let found = services
        .pg
        .connector
        .find_payment(find_order(services, payment), at)
        .await;
    match found {
        Outcome::Done(PaymentLookup::Paid(seen)) => PgReport::Paid {
            debit: seen.debit,
            balance: seen.balance,
        },
        Outcome::Done(PaymentLookup::Failed(decline)) => PgReport::Failed(decline),
        Outcome::Done(PaymentLookup::Cancelled(_)) => PgReport::Cancelled,
        Outcome::Done(PaymentLookup::Nothing) => PgReport::Nothing,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => PgReport::Silent,
    }
}
