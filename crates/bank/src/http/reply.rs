//! An answer on the wire: HTTP status, result code, message, signature.

use http::StatusCode;
use jiff::civil::DateTime;
use nice::codes;
use nice::wire::Answer;

use crate::core::refusal::{INTERNAL, Refusal};
use crate::desk::in_korea;

/// An answer before it is bytes.
pub struct Reply {
    pub status: StatusCode,
    pub answer: Answer,
}

impl Reply {
    /// Done; the caller fills in the rest.
    pub fn done() -> Self {
        Self::with(StatusCode::OK, codes::OK)
    }

    /// A logical error is HTTP 200.
    pub fn refused(refusal: Refusal) -> Self {
        Self::with(StatusCode::OK, refusal.0)
    }

    /// An error of the envelope.
    pub fn with(status: StatusCode, code: &str) -> Self {
        Self {
            status,
            answer: Answer {
                result_code: code.to_owned(),
                result_msg: message(code).to_owned(),
                ..Answer::default()
            },
        }
    }

    /// Adds `ediDate`, and the signature when there is a `tid` to sign.
    pub fn signed(mut self, now_ms: i64, secret_key: &str) -> Self {
        let edi_date = edi_date(in_korea(now_ms), now_ms);
        if let Some(tid) = &self.answer.tid {
            self.answer.signature = Some(nice::sign::answer(tid, 0, &edi_date, secret_key));
        }
        self.answer.edi_date = Some(edi_date);
        self
    }
}

/// `2026-01-02T03:04:05.678+0900`
fn edi_date(korea: DateTime, now_ms: i64) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+0900",
        korea.year(),
        korea.month(),
        korea.day(),
        korea.hour(),
        korea.minute(),
        korea.second(),
        now_ms.rem_euclid(1000)
    )
}

/// What the shop's operator reads. Says nothing about the payer.
fn message(code: &str) -> &'static str {
    match code {
        codes::OK => "정상 처리되었습니다.",
        codes::NO_SUCH_ORDER => "존재하지 않는 주문입니다.",
        codes::HOLDER_MISMATCH => "예금주 정보가 일치하지 않습니다.",
        codes::NO_APP => "간편인증 앱 또는 인증서가 없습니다.",
        codes::NOT_AGREED_YET => "고객 동의가 아직 완료되지 않았습니다.",
        codes::CONSENT_OVER => "거절되었거나 만료된 동의입니다.",
        codes::KEY_EXPIRED => "이미 만료된 빌링키입니다.",
        codes::KEY_NEVER_ISSUED => "발급되지 않은 빌링키입니다.",
        codes::DUPLICATE_ORDER => "중복된 주문번호입니다.",
        codes::ALREADY_REGISTERED => "이미 빌링키가 발급된 주문입니다.",
        codes::BAD_CREDENTIALS => "인증 정보가 올바르지 않습니다.",
        codes::BAD_SIGN_DATA => "위변조 검증에 실패했습니다.",
        codes::BAD_PARAMETER => "요청 파라미터가 올바르지 않습니다.",
        "F115" => "빌키 발급 불가 가맹점입니다.(중지)",
        "F117" => "빌링 미사용 가맹점입니다",
        INTERNAL => "시스템 오류입니다.",
        _ => "처리할 수 없습니다.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edi_date_is_korean_time_to_the_millisecond() {
        let now_ms = 1_767_290_645_678;
        assert_eq!(edi_date(in_korea(now_ms), now_ms), "2026-01-02T03:04:05.678+0900");
    }
}
