//! Judging an answer: signature first, then the code.

use domain::error::{ErrorCode, PgWords};
use nice::codes;
use nice::wire::Answer;
use secrecy::{ExposeSecret, SecretString};

use crate::outcome::{Outcome, Unknown};

/// What a `0000` must carry to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A signature over the `tid`.
    Signature,
    /// No signature is specified for this call.
    Nothing,
}

/// Turns what was received into an outcome.
pub fn judge(answer: Answer, wanted: Wanted, secret_key: &SecretString) -> Outcome<Answer> {
    let code = answer.result_code.as_str();
    if codes::is_unknown(code) {
        return Outcome::Unknown(Unknown::DelayedCode);
    }
    if codes::is_duplicate(code) {
        return Outcome::Unknown(Unknown::Duplicate);
    }
    if code != codes::OK {
        return refused(&answer);
    }
    if wanted == Wanted::Signature && !is_signed(&answer, secret_key) {
        return Outcome::Unknown(Unknown::Signature);
    }
    Outcome::Done(answer)
}

fn is_signed(answer: &Answer, secret_key: &SecretString) -> bool {
    let (Some(tid), Some(edi_date), Some(signature)) = (&answer.tid, &answer.edi_date, &answer.signature) else {
        return false;
    };
    nice::sign::answer(tid, 0, edi_date, secret_key.expose_secret()) == *signature
}

/// A definite no, with the code that the merchant is told.
pub fn refused(answer: &Answer) -> Outcome<Answer> {
    let code = match answer.result_code.as_str() {
        codes::HOLDER_MISMATCH | codes::ACCOUNT_NOT_DEBITABLE => ErrorCode::HolderCheckFailed,
        codes::NO_APP => ErrorCode::NoApp,
        _ => ErrorCode::RequestRefused,
    };
    Outcome::Refused {
        code,
        pg: PgWords::new(&answer.result_code, &answer.result_msg),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "433a8421be754b34989048cf148a5ffc";

    fn answer(code: &str, signature: &str) -> Answer {
        Answer {
            result_code: code.into(),
            tid: Some("nictest00m01162601020304050001".into()),
            edi_date: Some("2026-01-02T03:04:05.678+0900".into()),
            signature: Some(signature.into()),
            ..Answer::default()
        }
    }

    fn judged(answer: Answer) -> &'static str {
        judge(answer, Wanted::Signature, &SecretString::from(KEY)).name()
    }

    #[test]
    fn only_a_signed_success_is_done() {
        let signature = nice::sign::answer("nictest00m01162601020304050001", 0, "2026-01-02T03:04:05.678+0900", KEY);
        assert_eq!(judged(answer(codes::OK, &signature)), "done");
        assert_eq!(judged(answer(codes::OK, "forged")), "signature");
        assert_eq!(
            judged(Answer {
                result_code: codes::OK.into(),
                ..Answer::default()
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
