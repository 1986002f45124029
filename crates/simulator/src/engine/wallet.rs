//! The engine's calls of Toss Pay that the others have no like of.

use super::{Engine, EngineSession, in_korea};
use crate::core::ids::{Bid, Tid};
use crate::core::ledger::Use;
use crate::core::payment::DebitStatus;
use crate::core::refusal::PgRefusal;
use crate::core::view::PaymentView;
use crate::core::wallet::{LinkView, StartLink, start_link};

impl Engine {
    /// The consent by link whose key this is to be, or is.
    pub fn link(&self, bid: &str) -> Option<LinkView> {
        let state = self.lock();
        let order_id = state.bank.wallets.order_of(Bid::parse(bid)?)?;
        LinkView::of(&state.bank, order_id, state.bank.present_ms(order_id, self.now_ms()))
    }
}

impl EngineSession<'_> {
    /// Starts a consent by link, or gives the one that there is.
    pub fn start_link(&self, start: &StartLink<'_>) -> Result<Option<LinkView>, PgRefusal> {
        let mut random = [0; 8];
        self.engine.entropy.fill(&mut random);
        let start = StartLink {
            random: u64::from_le_bytes(random),
            ahead_ms: self.ahead_ms,
            ..*start
        };
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let fingerprints = &self.engine.fingerprints;
        if let Some(event) = start_link(&state.bank, &start, fingerprints, now_ms, in_korea(now_ms)) {
            state.commit(event)?;
        }
        Ok(LinkView::of(&state.bank, start.order_id, now_ms))
    }

    pub fn find_link(&self, order_id: &str) -> Option<LinkView> {
        let mut state = self.engine.lock();
        state.bank.look(order_id, self.ahead_ms);
        LinkView::of(&state.bank, order_id, self.now_ms())
    }

    /// A debit by its tid, else by its order; also one that the PG does not know the end of, and none that was declined.
    pub fn pay_status(&self, tid: Option<&str>, order_id: Option<&str>) -> Option<PaymentView> {
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let ledger = &mut state.bank.ledger;
        let number = match tid {
            Some(tid) => ledger.by_tid(Tid::parse(tid)?),
            None => ledger.by_order(order_id?),
        }?;
        ledger.note_ahead(number, self.ahead_ms);
        let is_there = matches!(
            ledger.status(number, now_ms),
            DebitStatus::Taken { .. } | DebitStatus::Unknown
        );
        is_there.then(|| PaymentView::of(&state.bank, number, now_ms))
    }

    /// The debit that a refund's order has given so much back of.
    pub fn refunded_by(&self, order_id: &str) -> Option<(PaymentView, u64)> {
        let state = self.engine.lock();
        let Some(Use::Cancel(number)) = state.bank.ledger.usage(order_id) else {
            return None;
        };
        let refund = state.bank.ledger.refund(number);
        let view = PaymentView::of(&state.bank, refund.payment, self.now_ms());
        Some((view, u64::from(refund.amount)))
    }
}
