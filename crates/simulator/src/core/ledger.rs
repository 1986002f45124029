//! The money: charges, refunds, cash receipts, and what each order was used for.

use std::collections::HashMap;
use std::sync::Arc;

use super::event::{Charged, Refunded};
use super::ids::Tid;
use super::names::Names;
use super::payment::{ChargeOutcome, DebitStatus, PaymentNo, Refund, RefundNo, SimulatedPayment};
use super::pg::ValidationError;
use super::receipt::{ReceiptNo, SimulatedReceipt};

/// What an order was used for; it is accepted once, whatever it was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Expiry,
    Charge(PaymentNo),
    /// A charge on a key that was never issued: nothing is left of it but the order.
    NoKey,
    Cancel(RefundNo),
    Receipt(ReceiptNo),
    ReceiptCancel(ReceiptNo),
}

/// Lists stand in the order of their tids, which rise; so a tid is found without a map.
#[derive(Default)]
pub struct SimulatorLedger {
    orders: HashMap<Arc<str>, Use>,
    payments: Vec<SimulatedPayment>,
    refunds: Vec<Refund>,
    pub(super) receipts: Vec<SimulatedReceipt>,
    names: Names,
    /// Approvals that land late; few, so beside the payments.
    late: HashMap<PaymentNo, Late>,
    /// How far the clock of whoever asked last was ahead of the machine's; few, so beside the payments.
    ahead_ms: HashMap<PaymentNo, i64>,
}

/// When an approval lands.
struct Late {
    /// After the net-cancel.
    late_ms: u32,
    lands_at_ms: Option<i64>,
}

impl SimulatorLedger {
    #[must_use]
    pub fn usage(&self, order_id: &str) -> Option<Use> {
        self.orders.get(order_id).copied()
    }

    /// The charge that was sent under this order.
    #[must_use]
    pub fn by_order(&self, order_id: &str) -> Option<PaymentNo> {
        match self.usage(order_id)? {
            Use::Charge(number) => Some(number),
            _ => None,
        }
    }

    #[must_use]
    pub fn by_tid(&self, tid: Tid) -> Option<PaymentNo> {
        let index = self.payments.binary_search_by_key(&tid, |payment| payment.tid).ok()?;
        Some(PaymentNo(number(index)))
    }

    #[must_use]
    pub fn payment(&self, number: PaymentNo) -> &SimulatedPayment {
        &self.payments[number.0 as usize]
    }

    #[must_use]
    pub fn refund(&self, number: RefundNo) -> &Refund {
        &self.refunds[number.0.get() as usize - 1]
    }

    pub fn payments(&self) -> impl Iterator<Item = (PaymentNo, &SimulatedPayment)> {
        (0..).map(PaymentNo).zip(&self.payments)
    }

    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    #[must_use]
    pub fn goods(&self, payment: &SimulatedPayment) -> &Arc<str> {
        self.names.text(payment.goods)
    }

    #[must_use]
    pub fn reason(&self, refund: &Refund) -> &Arc<str> {
        self.names.text(refund.reason)
    }

    /// The refunds of a payment, oldest first.
    #[must_use]
    pub fn refunds_of(&self, payment: &SimulatedPayment) -> Vec<&Refund> {
        let last = payment.last_refund.map(|number| self.refund(number));
        let newest_first = std::iter::successors(last, |refund| refund.previous.map(|number| self.refund(number)));
        let mut refunds: Vec<_> = newest_first.collect();
        refunds.reverse();
        refunds
    }

    /// The payment's own time, when the machine's is `machine_ms`.
    #[must_use]
    pub fn present_ms(&self, number: PaymentNo, machine_ms: i64) -> i64 {
        machine_ms.saturating_add(self.ahead_ms.get(&number).copied().unwrap_or(0))
    }

    /// Its owner asks about it, with a clock that is so far ahead of the machine's.
    pub fn note_ahead(&mut self, number: PaymentNo, ahead_ms: i64) {
        if ahead_ms > 0 {
            self.ahead_ms.insert(number, ahead_ms);
        }
    }

    /// When the money was taken, if it has been by `now_ms`. Nothing is scheduled: it is seen when somebody looks.
    #[must_use]
    pub fn taken_at_ms(&self, number: PaymentNo, now_ms: i64) -> Option<i64> {
        let payment = self.payment(number);
        match payment.outcome {
            ChargeOutcome::Paid | ChargeOutcome::Silent | ChargeOutcome::SilentTried => Some(payment.received_at_ms),
            ChargeOutcome::Late => {
                let lands_at_ms = self.late.get(&number)?.lands_at_ms?;
                // Money that went back was there, whatever the clock says now.
                (lands_at_ms <= now_ms || payment.refunded > 0).then_some(lands_at_ms)
            }
            _ => None,
        }
    }

    /// What somebody who asks the PG is told at `now_ms`.
    #[must_use]
    pub fn status(&self, number: PaymentNo, now_ms: i64) -> DebitStatus {
        let outcome = self.payment(number).outcome;
        if let Some(code) = outcome.decline() {
            return DebitStatus::Declined(code);
        }
        if matches!(outcome, ChargeOutcome::Silent | ChargeOutcome::SilentTried) {
            return DebitStatus::Unknown;
        }
        match self.taken_at_ms(number, now_ms) {
            Some(at_ms) => DebitStatus::Taken { at_ms },
            None => DebitStatus::Absent,
        }
    }

    /// KRW that were taken and not given back.
    #[must_use]
    pub fn balance(&self, number: PaymentNo, now_ms: i64) -> u64 {
        let payment = self.payment(number);
        let taken = self.taken_at_ms(number, now_ms).map_or(0, |_| payment.amount);
        taken.saturating_sub(u64::from(payment.refunded))
    }

    /// Whether a net-cancel now would start the wait for a late approval.
    #[must_use]
    pub fn waits_for_net_cancel(&self, number: PaymentNo) -> bool {
        let late = self.late.get(&number);
        late.is_some_and(|late| late.lands_at_ms.is_none())
    }

    pub(super) fn spend(&mut self, order_id: &str, usage: Use) -> Result<Arc<str>, ValidationError> {
        if self.orders.contains_key(order_id) {
            return Err(ValidationError);
        }
        let order_id: Arc<str> = order_id.into();
        self.orders.insert(Arc::clone(&order_id), usage);
        Ok(order_id)
    }

    pub(super) fn charge(&mut self, charged: &Charged) -> Result<(), ValidationError> {
        if self.payments.last().is_some_and(|last| last.tid >= charged.tid) {
            return Err(ValidationError);
        }
        let number = PaymentNo(number(self.payments.len()));
        let order_id = self.spend(&charged.order_id, Use::Charge(number))?;
        self.note_ahead(number, charged.ahead_ms);
        if let Some(late_ms) = charged.late_ms {
            let lands_at_ms = None;
            self.late.insert(number, Late { late_ms, lands_at_ms });
        }
        self.payments.push(SimulatedPayment {
            tid: charged.tid,
            bid: charged.bid,
            order_id,
            received_at_ms: charged.at_ms,
            amount: charged.amount,
            refunded: 0,
            // A larger amount is refused, and never given back.
            tax_free_left: u32::try_from(charged.tax_free).unwrap_or(u32::MAX),
            goods: self.names.keep(&charged.goods_name),
            last_refund: None,
            outcome: charged.outcome,
        });
        Ok(())
    }

    /// A net-cancel that gave nothing back.
    pub(super) fn net_cancel_tried(&mut self, order_id: &str, at_ms: i64) -> Result<(), ValidationError> {
        let number = self.by_order(order_id).ok_or(ValidationError)?;
        let payment = &mut self.payments[number.0 as usize];
        if payment.outcome == ChargeOutcome::Silent {
            payment.outcome = ChargeOutcome::SilentTried;
        }
        if let Some(late) = self.late.get_mut(&number).filter(|late| late.lands_at_ms.is_none()) {
            late.lands_at_ms = Some(at_ms.saturating_add_unsigned(u64::from(late.late_ms)));
        }
        Ok(())
    }

    pub(super) fn give_back(&mut self, refunded: &Refunded) -> Result<(), ValidationError> {
        let number = self.by_tid(refunded.tid).ok_or(ValidationError)?;
        if u64::from(refunded.amount) > self.balance(number, refunded.at_ms) {
            return Err(ValidationError);
        }
        let this = u32::try_from(self.refunds.len() + 1)
            .ok()
            .and_then(|next| next.try_into().ok());
        let this = RefundNo(this.expect("fewer refunds than 2^32"));
        let cancel_order_id = refunded.cancel_order_id.as_deref();
        let cancel_order_id = cancel_order_id.map(|order_id| self.spend(order_id, Use::Cancel(this)));
        let payment = &mut self.payments[number.0 as usize];
        let tax_free = u32::try_from(refunded.tax_free).map_err(|_| ValidationError)?;
        payment.tax_free_left = payment.tax_free_left.checked_sub(tax_free).ok_or(ValidationError)?;
        self.refunds.push(Refund {
            payment: number,
            cancel_tid: refunded.cancel_tid,
            cancel_order_id: cancel_order_id.transpose()?,
            amount: refunded.amount,
            tax_free,
            at_ms: refunded.at_ms,
            reason: self.names.keep(&refunded.reason),
            previous: payment.last_refund,
        });
        payment.last_refund = Some(this);
        payment.refunded += refunded.amount;
        if payment.outcome == ChargeOutcome::SilentTried {
            payment.outcome = ChargeOutcome::Paid;
        }
        Ok(())
    }
}

/// A position in one of the lists.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer rows than 2^32")
}
