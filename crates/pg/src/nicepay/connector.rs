//! The connector trait, call by call.

use std::num::NonZeroU32;
use std::time::Duration;

use domain::error::PgMessage;
use domain::issuance::{ConsentReport, PgNames};
use domain::payment::{Debit, DeclineReason};
use domain::{ErrorCode, ProjectId, Won};
use secrecy::ExposeSecret;

use super::{NicePay, reasons};
use crate::capabilities::{Capabilities, CashReceipts, ConsentSeen, Ids, PgLimits, RefundsSeen};
use crate::connector::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Connector, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest,
    FindConsentRequest, FindRequest, Finding, IssueCashReceiptRequest, NetCancelRefusal, RefundRequest,
    RegisterKeyRequest, RegisterRefusal, StartConsentRequest,
};
use crate::lookups::{CashReceiptLookup, CashReceiptRecord, ConsentLookup, PaymentLookup};
use crate::outcome::Outcome;

/// By bank policy: at most 2,000,000 won a debit.
const DEBIT_MOST_WON: u64 = 2_000_000;

/// How long it takes a net-cancel.
const NET_CANCEL: Duration = Duration::from_secs(60 * 60);

impl Connector for NicePay {
    fn share_among(&self, nodes: NonZeroU32) {
        self.line.share_among(nodes);
    }

    fn start_consent(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>> {
        Box::pin(self.start_consent_call(order, at))
    }

    fn find_consent(&self, order: FindConsentRequest, at: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>> {
        Box::pin(self.find_consent_call(order.order_id, at))
    }

    fn register_key(&self, order: RegisterKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<String, RegisterRefusal>> {
        Box::pin(self.register_key_call(order, at))
    }

    fn expire_key(&self, order: ExpireKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(self.expire_key_call(order, at))
    }

    fn charge(&self, order: DebitRequest, at: CallTime) -> BoxFuture<'_, Outcome<Debit, DeclineReason>> {
        Box::pin(self.charge_call(order, at))
    }

    fn find_payment(&self, order: FindRequest, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        Box::pin(self.find_payment_call(order, at))
    }

    fn find_by_tid(&self, tid: String, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        Box::pin(self.find_by_tid_call(tid, at))
    }

    fn net_cancel(&self, order_id: String, at: CallTime) -> BoxFuture<'_, Outcome<(), NetCancelRefusal>> {
        Box::pin(self.net_cancel_call(order_id, at))
    }

    fn cancel(&self, order: RefundRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(self.cancel_call(order, at))
    }

    fn issue_receipt(&self, order: IssueCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>> {
        Box::pin(self.issue_receipt_call(order, at))
    }

    fn find_receipt(&self, order: FindCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>> {
        Box::pin(self.find_receipt_call(order.order_id, at))
    }

    fn cancel_receipt(&self, order: CancelCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(self.cancel_receipt_call(order, at))
    }

    fn message(&self, of: Finding, _: Option<ProjectId>) -> PgMessage {
        reasons::message(of)
    }

    fn capabilities(&self, _: Option<ProjectId>) -> Capabilities {
        Capabilities {
            names: PgNames::NICE,
            consent_seen: ConsentSeen::ByAsking,
            net_cancel: Some(NET_CANCEL),
            doubt_lasts: NET_CANCEL,
            // A net-cancel that finds nothing to take back proves it.
            absence_proven_after: None,
            refunds: RefundsSeen::ByOrder,
            ids: Ids::Ours,
            cash_receipts: CashReceipts::Findable,
            leaves_key: None,
            plays_outcomes: self.is_simulated,
            limits: PgLimits {
                debit_min: Won::new(1).unwrap_or(Won::ZERO),
                debit_max: Won::new(DEBIT_MOST_WON).unwrap_or(Won::ZERO),
            },
        }
    }
}

impl NicePay {
    /// The `ediDate` of a call and the `signData` that `sign` makes of it and the secret key.
    pub(super) fn stamp(&self, at: CallTime, sign: impl FnOnce(&str, &str) -> String) -> (String, String) {
        let edi_date = at.now.to_edi_date();
        let sign_data = sign(&edi_date, self.secret_key.expose_secret());
        (edi_date, sign_data)
    }
}

/// The offset's plus sign would arrive as a space.
pub fn in_query(edi_date: &str) -> String {
    edi_date.replace('+', "%2B")
}
