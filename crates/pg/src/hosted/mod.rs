//! The hosted Bootpay API as the PG: this gateway in front of the merchant's own project there. It speaks the wire that this
//! gateway itself speaks, so another gateway can stand in its place.
//!
//! What it lacks beside a PG of one's own: net-cancel, a proof that a debit is not there, a signature on its answers, and a way to
//! see that a customer has agreed but to ask for the key. What is not known of it is taken at its worst until it was measured.

mod answer;
mod consents;
mod hint;
pub mod measure;
mod payments;
mod receipts;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::error::PgMessage;
use domain::issuance::{ConsentReport, PgNames};
use domain::payment::{Debit, DeclineReason};
use domain::{ErrorCode, ProjectId, Won};
use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde::Serialize;

pub use self::consents::HELD_AT_MOST;
pub use self::hint::{Hint, HintSays, hint};

use self::answer::{Answered, No};
use crate::capabilities::{Capabilities, CashReceipts, ConsentSeen, Ids, Measured, PgLimits, RefundsSeen};
use crate::connector::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Connector, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest,
    FindConsentRequest, FindRequest, Finding, IssueCashReceiptRequest, NetCancelRefusal, RefundRequest,
    RegisterKeyRequest, RegisterRefusal, StartConsentRequest,
};
use crate::credentials::PgCredentials;
use crate::line::{Line, NoReply, Turn};
use crate::lookups::{CashReceiptLookup, CashReceiptRecord, ConsentLookup, KeyLookup, PaymentLookup};
use crate::outcome::{Outcome, Unknown, Unsent};

/// Its PG for account keys is NICE, which takes a net-cancel for an hour; a little more, for what lies between.
const DOUBT_LASTS: Duration = Duration::from_secs(65 * 60);
/// A refund whose sum has not moved for so long was not done: where it was seen that the same one gives back once, where nothing is
/// known, and where it was seen to give back again, so that one that is only late is paid twice.
const STANDS_STILL: Duration = Duration::from_secs(10 * 60);
const STANDS_STILL_AGAIN: Duration = DOUBT_LASTS;
/// The version of the API that is spoken.
const API_VERSION: &str = "5.0.0";

/// The connector of one project.
pub struct Hosted {
    line: Arc<Line>,
    authorization: HeaderValue,
    measured: Measured,
}

impl Hosted {
    /// `None`: the credentials have characters that cannot be sent.
    #[must_use]
    pub fn new(line: Arc<Line>, credentials: &PgCredentials, measured: Measured) -> Option<Self> {
        let authorization = crate::credentials::basic(&credentials.client_key, &credentials.secret_key)?;
        Some(Self {
            line,
            authorization,
            measured,
        })
    }

    fn with_headers(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .header(AUTHORIZATION, self.authorization.clone())
            .header("BOOTPAY-API-VERSION", API_VERSION)
    }

    /// Asks at `path` what changes nothing.
    async fn get(&self, call: &'static str, path: String, at: CallTime) -> Answered {
        self.ask(call, self.line.get(&path), at).await
    }

    /// Ends what is at `path`.
    async fn delete(&self, call: &'static str, path: String, at: CallTime) -> Answered {
        self.ask(call, self.line.delete(&path), at).await
    }

    async fn ask(&self, call: &'static str, request: RequestBuilder, at: CallTime) -> Answered {
        let turn = self.line.turn(call, at).await.map_err(not_sent)?;
        let since = Instant::now();
        let answered = match self.line.ask(self.with_headers(request)).await {
            Ok(reply) => answer::judge(&reply),
            Err(none) => Err(No::Reply(none)),
        };
        self.note(&turn, since, &answered);
        answered
    }

    /// Sends `body` to `path`, unless its time to leave is over.
    async fn post(&self, call: &'static str, path: &str, body: &impl Serialize, at: CallTime) -> Answered {
        self.send(call, self.line.post(path), body, at).await
    }

    async fn send(&self, call: &'static str, request: RequestBuilder, body: &impl Serialize, at: CallTime) -> Answered {
        let turn = self.line.turn(call, at).await.map_err(not_sent)?;
        let bytes = serde_json::to_vec(body).map_err(|_| not_sent(Unsent::Unreachable))?;
        let since = Instant::now();
        let answered = match self.line.send(&turn, self.with_headers(request), bytes).await {
            Ok(reply) => answer::judge(&reply),
            Err(none) => Err(No::Reply(none)),
        };
        self.note(&turn, since, &answered);
        answered
    }

    fn note(&self, turn: &Turn, since: Instant, answered: &Answered) {
        let outcome: Outcome<()> = match answered {
            Ok(_) => Outcome::Done(()),
            Err(No::Reply(none)) => (*none).into(),
            Err(No::Refused(refusal)) => Outcome::Refused {
                reason: (),
                pg: refusal.pg.clone(),
            },
        };
        self.line.note(turn.call, since, &outcome);
    }
}

fn not_sent(why: Unsent) -> No {
    No::Reply(NoReply::NotSent(why))
}

impl Connector for Hosted {
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

    fn find_key(&self, bid: String, at: CallTime) -> BoxFuture<'_, Outcome<KeyLookup>> {
        Box::pin(self.find_key_call(bid, at))
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
            Finding::NoSuchOrder => PgMessage::new(answer::NOT_FOUND, "부트페이에 해당 주문이 없습니다"),
            Finding::CancelledAlready => PgMessage::new(answer::ALREADY_CANCELLED, "이미 취소된 거래입니다."),
        }
    }

    fn capabilities(&self, _: Option<ProjectId>) -> Capabilities {
        capabilities(&self.measured)
    }
}

/// What the API can do, also for a project whose credentials do not open.
pub fn capabilities(measured: &Measured) -> Capabilities {
    let stands_still = if measured.gives_again {
        STANDS_STILL_AGAIN
    } else {
        STANDS_STILL
    };
    Capabilities {
        // What merchants ask for there.
        names: PgNames::NICE,
        consent_seen: ConsentSeen::ByRegistering,
        net_cancel: None,
        doubt_lasts: DOUBT_LASTS,
        absence_proven_after: measured.absence_proven_after,
        refunds: RefundsSeen::BySum { stands_still },
        ids: Ids::OfThePg,
        cash_receipts: CashReceipts::OfPayments,
        leaves_key: Some(Duration::ZERO),
        plays_outcomes: false,
        limits: PgLimits {
            debit_min: Won::new(1).unwrap_or(Won::ZERO),
            debit_max: Won::new(answer::DEBIT_MOST_WON).unwrap_or(Won::ZERO),
        },
    }
}
