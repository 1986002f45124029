//! Waiting for a debit that somebody else has asked for.

use domain::payment::{Payment, PaymentState};
use domain::{ProjectId, ReceiptId, Refusal};

use super::resolution::lease_until;
use crate::services::Services;
use crate::services::watching::{Watched, watch};

/// The payment as it is once its debit has ended, here or in another gateway; one that nobody asks for any more is not waited
/// for. Errors: it cannot be read.
pub async fn debited(services: &Services, project: ProjectId, receipt: ReceiptId) -> Result<Option<Payment>, Refusal> {
    let is_over = |payment: &Payment| payment.state != PaymentState::Intended;
    if let Some(mut seen) = services.in_flight.payments.subscribe(receipt) {
        tokio::select! {
            _ = seen.wait_for(|payment| is_over(payment)) => {}
            () = services.stopping.cancelled() => {}
        }
    }
    let read = || services.store().payment(project, receipt);
    let intent = match read().await? {
        // Whose debit it is has made its id: were it this process, it would be under way here, or have been given up.
        Some(intent)
            if !is_over(&intent)
                && !services.ids.has_made(receipt.0)
                && services.may_be_elsewhere(project, intent.requested_at) =>
        {
            intent
        }
        found => return Ok(found),
    };
    let watched = Watched {
        among: &services.watching.payments,
        project,
        id: receipt,
        // Past the longest call the resolution has it.
        until: lease_until(services, intent.requested_at),
    };
    let ended = watch(services, watched, read, is_over).await;
    Ok(Some(ended.unwrap_or(intent)))
}
