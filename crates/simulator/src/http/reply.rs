//! An answer on the wire: HTTP status, result code, message, signature.

use http::StatusCode;
use jiff::civil::DateTime;
use nicepay::payment::{PaymentAnswer, ReceiptAnswer};
use nicepay::wire::ConsentAnswer;
use nicepay::{codes, sign};

use crate::core::refusal::{INTERNAL, PgRefusal};
use crate::engine::in_korea;

/// In place of a time at which nothing has happened.
pub const NOT_YET: &str = "0";

/// An answer before it is bytes.
pub struct Reply {
    pub status: StatusCode,
    pub body: ReplyBody,
}

/// Each call's own shape; a refusal has the first.
pub enum ReplyBody {
    Key(ConsentAnswer),
    Payment(Box<PaymentAnswer>),
    Receipt(ReceiptAnswer),
    /// One of Toss Pay's, which signs nothing.
    Toss(serde_json::Value),
}

impl Reply {
    /// Done.
    pub fn done(answer: ConsentAnswer) -> Self {
        Self::of(ReplyBody::Key(ConsentAnswer {
            result_code: codes::OK.to_owned(),
            result_msg: message(codes::OK).to_owned(),
            ..answer
        }))
    }

    pub fn of(body: ReplyBody) -> Self {
        let status = StatusCode::OK;
        Self { status, body }
    }

    /// A logical error is HTTP 200.
    pub fn refused(refusal: PgRefusal) -> Self {
        Self::with(StatusCode::OK, refusal.0)
    }

    /// An error of the envelope.
    pub fn with(status: StatusCode, code: &str) -> Self {
        let body = ReplyBody::Key(ConsentAnswer {
            result_code: code.to_owned(),
            result_msg: message(code).to_owned(),
            ..ConsentAnswer::default()
        });
        Self { status, body }
    }

    /// Adds `ediDate`, and the signature when something was done that has a `tid`.
    pub fn signed(mut self, now_ms: i64, secret_key: &str) -> Self {
        let edi_date = time(now_ms);
        match &mut self.body {
            ReplyBody::Key(answer) => {
                let tid = answer.tid.as_deref();
                answer.signature = tid.map(|tid| sign::answer(tid, 0, &edi_date, secret_key));
                answer.edi_date = Some(edi_date);
            }
            ReplyBody::Payment(answer) => {
                let tid = answer.tid.as_deref().filter(|_| answer.result_code == codes::OK);
                answer.signature = tid.map(|tid| sign::answer(tid, answer.amount, &edi_date, secret_key));
                answer.edi_date = Some(edi_date);
            }
            ReplyBody::Receipt(answer) => {
                let (tid, order_id) = (answer.tid.as_deref(), answer.order_id.as_deref());
                let ids = tid.zip(order_id);
                answer.signature =
                    ids.map(|(tid, order_id)| sign::receipt_answer(tid, order_id, &edi_date, secret_key));
                answer.edi_date = Some(edi_date);
            }
            ReplyBody::Toss(_) => {}
        }
        self
    }

    /// The signature, if there is one.
    pub fn signature_mut(&mut self) -> Option<&mut String> {
        match &mut self.body {
            ReplyBody::Key(answer) => answer.signature.as_mut(),
            ReplyBody::Payment(answer) => answer.signature.as_mut(),
            ReplyBody::Receipt(answer) => answer.signature.as_mut(),
            ReplyBody::Toss(_) => None,
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.body {
            ReplyBody::Key(answer) => serde_json::to_vec(answer),
            ReplyBody::Payment(answer) => serde_json::to_vec(answer),
            ReplyBody::Receipt(answer) => serde_json::to_vec(answer),
            ReplyBody::Toss(answer) => serde_json::to_vec(answer),
        }
        .expect("an answer is text and numbers in named fields")
    }
}

/// A time on the wire.
pub fn time(at_ms: i64) -> String {
    edi_date(in_korea(at_ms), at_ms)
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
pub fn message(code: &str) -> &'static str {
    match code {
        codes::OK => "정상 처리되었습니다.",
        codes::NO_SUCH_ORDER => "존재하지 않는 주문입니다.",
        codes::HOLDER_MISMATCH => "예금주 정보가 일치하지 않습니다.",
        codes::NO_APP => "간편인증 앱 또는 인증서가 없습니다.",
        codes::NOT_AGREED_YET => "고객 동의가 아직 완료되지 않았습니다.",
        codes::CONSENT_OVER => "거절되었거나 만료된 동의입니다.",
        codes::INSUFFICIENT_FUNDS => "계좌 잔액이 부족합니다.",
        codes::ACCOUNT_CLOSED => "해지된 계좌입니다.",
        codes::ACCOUNT_FROZEN => "거래가 정지된 계좌입니다.",
        codes::MANDATE_ENDED => "자동이체가 해지된 계좌입니다.",
        codes::OVER_LIMIT => "이체 한도를 초과하였습니다.",
        codes::BANK_MAINTENANCE => "은행 점검 중입니다.",
        codes::CANCELLED_ALREADY => "이미 취소된 거래입니다.",
        codes::CANCEL_ORDER_USED => "이미 사용된 취소 주문번호입니다.",
        codes::NET_CANCEL_TOO_LATE => "망취소 가능 시간이 지났습니다.",
        codes::OVER_BALANCE => "취소 금액이 취소 가능 잔액을 초과합니다.",
        codes::AMOUNT_REFUSED => "결제할 수 없는 금액입니다.",
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
