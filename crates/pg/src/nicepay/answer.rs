//! Judging an answer: signature first, then the code.

use domain::error::PgMessage;
use nicepay::codes;
use nicepay::payment::{PaymentAnswer, ReceiptAnswer};
use nicepay::wire::ConsentAnswer;
use secrecy::{ExposeSecret, SecretString};

use crate::outcome::{Outcome, Unknown};

/// What a `0000` must carry to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A valid signature.
    Signature,
    /// No signature is specified for this call.
    Nothing,
}

/// An answer of the PG, whatever it is about.
pub trait NicePayReply: serde::de::DeserializeOwned + Send {
    fn code(&self) -> &str;
    fn message(&self) -> &str;
    /// The order that it is about.
    fn order_id(&self) -> Option<&str>;
    /// Whether its signature is there and right.
    fn is_signed(&self, secret_key: &str) -> bool;
}

impl NicePayReply for ConsentAnswer {
    fn code(&self) -> &str {
        &self.result_code
    }

    fn message(&self) -> &str {
        &self.result_msg
    }

    fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    fn is_signed(&self, secret_key: &str) -> bool {
        let (Some(tid), Some(edi_date), Some(signature)) = (&self.tid, &self.edi_date, &self.signature) else {
            return false;
        };
        nicepay::sign::answer(tid, 0, edi_date, secret_key) == *signature
    }
}

impl NicePayReply for PaymentAnswer {
    fn code(&self) -> &str {
        &self.result_code
    }

    fn message(&self) -> &str {
        &self.result_msg
    }

    fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    fn is_signed(&self, secret_key: &str) -> bool {
        let (Some(tid), Some(edi_date), Some(signature)) = (&self.tid, &self.edi_date, &self.signature) else {
            return false;
        };
        nicepay::sign::answer(tid, self.amount, edi_date, secret_key) == *signature
    }
}

impl NicePayReply for ReceiptAnswer {
    fn code(&self) -> &str {
        &self.result_code
    }

    fn message(&self) -> &str {
        &self.result_msg
    }

    fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    fn is_signed(&self, secret_key: &str) -> bool {
        let (Some(tid), Some(order_id), Some(edi_date), Some(signature)) =
            (&self.tid, &self.order_id, &self.edi_date, &self.signature)
        else {
            return false;
        };
        nicepay::sign::receipt_answer(tid, order_id, edi_date, secret_key) == *signature
    }
}

/// Turns what was received into an outcome.
pub fn classify<A: NicePayReply>(answer: A, wanted: Expected, secret_key: &SecretString) -> Outcome<A> {
    let code = answer.code();
    if codes::is_unknown(code) {
        return Outcome::Unknown(Unknown::DelayedCode);
    }
    if codes::is_duplicate(code) {
        return Outcome::Unknown(Unknown::Duplicate);
    }
    if code != codes::OK {
        return refused(code, answer.message());
    }
    if wanted == Expected::Signature && !answer.is_signed(secret_key.expose_secret()) {
        return Outcome::Unknown(Unknown::Signature);
    }
    Outcome::Done(answer)
}

/// A definite no, with the PG's words; what they mean depends on the call.
pub fn refused<A>(code: &str, message: &str) -> Outcome<A> {
    Outcome::Refused {
        reason: (),
        pg: PgMessage::new(code, message),
    }
}

/// The same outcome, but what is about another order, or about none, is not believed: a signature is not of the order.
pub fn about<A: NicePayReply>(outcome: Outcome<A>, order_id: &str) -> Outcome<A> {
    match outcome {
        Outcome::Done(answer) if answer.order_id() != Some(order_id) => {
            tracing::error!(order_id, "NICE Payments answered about another order");
            Outcome::Unknown(Unknown::NotJson)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "433a8421be754b34989048cf148a5ffc";

    fn answer(code: &str, signature: &str) -> ConsentAnswer {
        ConsentAnswer {
            result_code: code.into(),
            tid: Some("nictest00m01162601020304050001".into()),
            edi_date: Some("2026-01-02T03:04:05.678+0900".into()),
            signature: Some(signature.into()),
            ..ConsentAnswer::default()
        }
    }

    fn judged(answer: ConsentAnswer) -> &'static str {
        classify(answer, Expected::Signature, &SecretString::from(KEY)).name()
    }

    #[test]
    fn only_a_signed_success_is_done() {
        let signature = nicepay::sign::answer("nictest00m01162601020304050001", 0, "2026-01-02T03:04:05.678+0900", KEY);
        assert_eq!(judged(answer(codes::OK, &signature)), "done");
        assert_eq!(judged(answer(codes::OK, "forged")), "signature");
        assert_eq!(
            judged(ConsentAnswer {
                result_code: codes::OK.into(),
                ..ConsentAnswer::default()
            }),
            "signature"
        );
    }

    #[test]
    fn delayed_codes_and_duplicates_are_unknown_and_other_codes_refusals() {
        assert_eq!(judged(answer("2159", "")), "delayed_code");
        assert_eq!(judged(answer(codes::DUPLICATE_ORDER, "")), "duplicate");
        assert_eq!(judged(answer("F115", "")), "refused");
        assert_eq!(judged(answer("never seen", "")), "refused");
    }
}
