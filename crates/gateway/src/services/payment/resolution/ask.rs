//! What the PG is asked in a resolution: to find the debit, to net-cancel it, to give it back.

use domain::payment::{Payment, ResolutionAction, StepOutcome};
use pg::{FindRequest, NetCancelRefusal, Outcome, PaymentLookup, RefundRequest, SendBy};

use crate::services::Services;

/// A debit as the PG is asked for it: a clock may have been wrong by a day when it was sent, or behind until now.
pub fn find_order(services: &Services, payment: &Payment) -> FindRequest {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    const NEAR_MIDNIGHT_MS: u64 = 10 * 60 * 1000;
    let asked_at = payment.requested_at;
    let now = services.now_of(payment.project_id);
    FindRequest {
        order_id: payment.pg_order_id(),
        price: payment.order.price,
        asked_at,
        earliest: asked_at.minus_ms(DAY_MS),
        latest: asked_at
            .max(now.min(asked_at.plus_ms(8 * DAY_MS)))
            .plus_ms(NEAR_MIDNIGHT_MS),
    }
}

/// Does it, and says what came of it. `number` is the step's; what moves money does not leave after `send_by`.
pub async fn ask(
    services: &Services,
    payment: &Payment,
    action: ResolutionAction,
    number: u32,
    send_by: SendBy,
) -> StepOutcome {
    match action {
        ResolutionAction::Find => find(services, payment).await,
        ResolutionAction::NetCancel => net_cancel(services, payment, send_by).await,
        ResolutionAction::Refund => refund(services, payment, number, send_by).await,
    }
}

async fn find(services: &Services, payment: &Payment) -> StepOutcome {
    let at = services.clocks.call_time(payment.project_id);
    match services
        .pg
        .connector
        .find_payment(find_order(services, payment), at)
        .await
    {
        Outcome::Done(PaymentLookup::Paid(paid)) => StepOutcome::Paid(paid.debit),
        Outcome::Done(PaymentLookup::Failed(decline)) => StepOutcome::Failed(decline),
        Outcome::Done(PaymentLookup::Cancelled(_)) => StepOutcome::Cancelled,
        Outcome::Done(PaymentLookup::Nothing) => StepOutcome::NotThere,
        Outcome::Refused { pg, .. } => StepOutcome::Refused { pg, is_too_late: false },
        Outcome::NotSent(_) | Outcome::Unknown(_) => StepOutcome::Unknown,
    }
}

async fn net_cancel(services: &Services, payment: &Payment, send_by: SendBy) -> StepOutcome {
    let at = services
        .clocks
        .call_time(payment.project_id)
        .at_bank(&payment.masked_account.bank_code)
        .sent_by(send_by);
    match services.pg.connector.net_cancel(payment.pg_order_id(), at).await {
        Outcome::Done(()) => StepOutcome::Cancelled,
        Outcome::Refused {
            reason: NetCancelRefusal::NotThere,
            ..
        } => StepOutcome::NotThere,
        Outcome::Refused { reason, pg } => StepOutcome::Refused {
            pg,
            is_too_late: reason == NetCancelRefusal::TooLate,
        },
        Outcome::NotSent(_) | Outcome::Unknown(_) => StepOutcome::Unknown,
    }
}

/// Gives back a debit that was approved after its net-cancel. One order id for all attempts: at most one refund.
async fn refund(services: &Services, payment: &Payment, number: u32, send_by: SendBy) -> StepOutcome {
    let steps = services
        .store()
        .resolution_steps(payment.project_id, payment.receipt_id)
        .await
        .unwrap_or_default();
    let debit = steps.iter().rev().find_map(|step| match &step.outcome {
        StepOutcome::Paid(debit) => Some(debit.clone()),
        _ => None,
    });
    let Some(debit) = debit else {
        return StepOutcome::Unknown;
    };
    tracing::warn!(receipt_id = %payment.receipt_id, number, "a debit was approved after its net-cancel: refunding it");
    let order = RefundRequest {
        order_id: format!("{}-refund", payment.receipt_id),
        tid: debit.tid,
        price: payment.order.price,
        tax_free: payment.order.tax_free,
        reason: "망취소 후 승인 (approved after net-cancel)".to_owned(),
    };
    let at = services
        .clocks
        .call_time(payment.project_id)
        .at_bank(&payment.masked_account.bank_code)
        .sent_by(send_by);
    match services.pg.connector.cancel(order, at).await {
        Outcome::Done(()) => StepOutcome::Cancelled,
        Outcome::Refused { pg, .. } => StepOutcome::Refused { pg, is_too_late: false },
        Outcome::NotSent(_) | Outcome::Unknown(_) => StepOutcome::Unknown,
    }
}
