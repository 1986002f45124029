//! Toss Pay's automatic payment (토스페이 자동결제) as the PG: a consent by link, and debits of the wallet that it gives.
//!
//! Made from the public guide: docs-pay.toss.im (the calls), tossdev.github.io (errors, times, cash receipts). Everything is a POST of
//! JSON with the shop's `apiKey` in it; nothing is signed. There is no net-cancel. A debit is found by its order number, and a refund
//! may be sent again under its number. What the guide does not say is taken at its worst.

mod answer;
mod consents;
mod payments;
mod receipts;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::error::PgMessage;
use domain::issuance::{ConsentReport, PgNames};
use domain::payment::{Debit, DeclineReason};
use domain::{ErrorCode, ProjectId, Won};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroize;

use self::answer::{Answered, No};
use crate::capabilities::{Capabilities, CashReceipts, ConsentSeen, Ids, Measured, PgLimits, RefundsSeen};
use crate::connector::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Connector, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest,
    FindConsentRequest, FindRequest, Finding, IssueCashReceiptRequest, NetCancelRefusal, RefundRequest,
    RegisterKeyRequest, RegisterRefusal, StartConsentRequest,
};
use crate::credentials::PgCredentials;
use crate::line::{Line, NoReply};
use crate::lookups::{CashReceiptLookup, CashReceiptRecord, ConsentLookup, PaymentLookup};
use crate::outcome::{Outcome, Unknown, Unsent};

/// A debit that runs for longer is one to call Toss about, the guide says.
const DOUBT_LASTS: Duration = Duration::from_secs(10 * 60);
/// A link can be used for 15 minutes; a little more, for two clocks.
const LINK_LASTS: Duration = Duration::from_secs(16 * 60);
/// The least that the guide has, and the most of a debit of a wallet.
const DEBIT_LEAST_WON: u64 = 1;
const DEBIT_MOST_WON: u64 = 2_000_000;

/// Code that was written for NICE Payments goes on.
const NAMES: PgNames = PgNames {
    shown: "토스페이",
    asked: &[
        "tosspay",
        "토스페이",
        "toss",
        "토스",
        "nicepay",
        "나이스페이",
        "나이스페이먼츠",
        "nice",
    ],
};

/// The connector of one project.
pub struct Tosspay {
    line: Arc<Line>,
    api_key: SecretString,
    return_url: String,
    measured: Measured,
}

impl Tosspay {
    /// `None`: there is no address that customers come back to.
    #[must_use]
    pub fn new(line: Arc<Line>, credentials: PgCredentials, measured: Measured) -> Option<Self> {
        Some(Self {
            line,
            api_key: credentials.secret_key,
            return_url: credentials.return_url?,
            measured,
        })
    }

    /// Sends `body` with the shop's key to `path`, unless its time to leave is over.
    async fn post(&self, call: &'static str, path: &str, mut body: Value, at: CallTime) -> Answered {
        let not_sent = |why| No::Reply(NoReply::NotSent(why));
        let turn = self.line.turn(call, at).await.map_err(not_sent)?;
        body["apiKey"] = self.api_key.expose_secret().into();
        let bytes = serde_json::to_vec(&body).map_err(|_| not_sent(Unsent::Unreachable))?;
        for value in body.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
        let since = Instant::now();
        let answered = match self.line.send(&turn, self.line.post(path), bytes).await {
            Ok(reply) => answer::judge(&reply),
            Err(none) => Err(No::Reply(none)),
        };
        let outcome: Outcome<()> = match &answered {
            Ok(_) => Outcome::Done(()),
            Err(no) => no.as_outcome(),
        };
        self.line.note(turn.call, since, &outcome);
        answered
    }
}

impl Connector for Tosspay {
    fn start_consent(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>> {
        Box::pin(self.start_consent_call(order, at))
    }

    fn find_consent(&self, order: FindConsentRequest, at: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>> {
        Box::pin(self.find_consent_call(order, at))
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

    /// There is none; nothing is sent.
    fn net_cancel(&self, _: String, _: CallTime) -> BoxFuture<'_, Outcome<(), NetCancelRefusal>> {
        Box::pin(async { Outcome::Unknown(Unknown::NotOffered) })
    }

    fn cancel(&self, order: RefundRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(self.cancel_call(order, at))
    }

    fn issue_receipt(&self, order: IssueCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>> {
        Box::pin(self.issue_receipt_call(order, at))
    }

    fn find_receipt(&self, order: FindCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>> {
        Box::pin(self.find_receipt_call(order, at))
    }

    fn cancel_receipt(&self, order: CancelCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(self.cancel_receipt_call(order, at))
    }

    fn message(&self, of: Finding, _: Option<ProjectId>) -> PgMessage {
        match of {
            Finding::NoSuchOrder => PgMessage::new(answer::NO_SUCH_PAYMENT, "존재하지 않는 거래내역 입니다."),
            Finding::CancelledAlready => PgMessage::new(answer::REFUNDED_ALREADY, "이미 환불 되었습니다."),
        }
    }

    fn capabilities(&self, _: Option<ProjectId>) -> Capabilities {
        capabilities(&self.measured)
    }
}

/// What Toss Pay can do, also for a project whose credentials do not open.
pub fn capabilities(measured: &Measured) -> Capabilities {
    Capabilities {
        names: NAMES,
        consent_seen: ConsentSeen::ByAsking,
        net_cancel: None,
        doubt_lasts: DOUBT_LASTS,
        absence_proven_after: measured.absence_proven_after,
        refunds: RefundsSeen::ByOrder,
        ids: Ids::Ours,
        cash_receipts: CashReceipts::OfPayments,
        leaves_key: Some(LINK_LASTS),
        plays_outcomes: false,
        limits: PgLimits {
            debit_min: Won::new(DEBIT_LEAST_WON).unwrap_or(Won::ZERO),
            debit_max: Won::new(DEBIT_MOST_WON).unwrap_or(Won::ZERO),
        },
    }
}
