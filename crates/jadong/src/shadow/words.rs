//! What the report says to people, on the terminal and on its page.

use domain::Language;
use terminal::lang::in_language;

use super::difference::{Difference, Kind};
use super::report::Why;

/// One difference as a sentence.
pub fn difference(found: &Difference, language: Language) -> String {
    let Difference {
        kind,
        path,
        upstream,
        jadong,
    } = found;
    let (ko, en) = match kind {
        Kind::NoEndpoint => (
            format!("Jadong에는 없는 엔드포인트 (업스트림 {upstream})"),
            format!("Jadong has no such endpoint (upstream: {upstream})"),
        ),
        Kind::HttpStatus => (
            format!("HTTP {upstream} → {jadong}"),
            format!("HTTP {upstream} → {jadong}"),
        ),
        Kind::Value if upstream.is_empty() && jadong.is_empty() => {
            (format!("{path}: 값이 다름"), format!("{path}: another value"))
        }
        Kind::Value => {
            let told = |text: &String| if text.is_empty() { "-".to_owned() } else { text.clone() };
            let line = format!("{path}: {} → {}", told(upstream), told(jadong));
            (line.clone(), line)
        }
        Kind::OnlyUpstream => (
            format!("{path}: 업스트림에만 있음 ({upstream})"),
            format!("{path}: upstream only ({upstream})"),
        ),
        Kind::OnlyJadong => (format!("{path}: Jadong에만 있음"), format!("{path}: Jadong only")),
        Kind::Type => (
            format!("{path}: 형식 {upstream} → {jadong}"),
            format!("{path}: type {upstream} → {jadong}"),
        ),
        Kind::Form => (
            format!("{path}: 표기 {upstream} → {jadong}"),
            format!("{path}: written as {upstream} → {jadong}"),
        ),
        Kind::Order => (
            format!("{path} 필드 순서: {upstream} 자리에 {jadong}"),
            format!("{path} order of fields: {jadong} where {upstream} is"),
        ),
        Kind::Length => (
            format!("{path} 개수 {upstream} → {jadong}"),
            format!("{path} {upstream} in the list → {jadong}"),
        ),
        Kind::NotJson => (
            "업스트림의 답이 JSON이 아님".to_owned(),
            "the upstream's answer is no JSON".to_owned(),
        ),
        Kind::Replayed => (
            "Jadong은 앞선 같은 요청으로 보고 그 답을 다시 줌".to_owned(),
            "Jadong takes it for an earlier request, and answers as before".to_owned(),
        ),
    };
    in_language(language, ko, en).trim().to_owned()
}

/// Why Jadong was not asked.
pub fn why(why: Why, language: Language) -> &'static str {
    let (ko, en) = match why {
        Why::NoTwin => ("샌드박스에 짝이 없음", "it has no twin in the sandbox"),
        Why::PgOrCustomer => ("은행·PG·고객이 정하는 답", "decided by bank, PG or customer"),
        Why::ReserveDue => ("예약이 실행되는 중", "a reserve that is due"),
        Why::Credentials => ("인증은 업스트림만 앎", "credentials are the upstream's"),
        Why::WouldTellTheMerchant => ("가맹점에 웹훅이 가는 요청", "would send a webhook"),
        Why::RequestNotJson => ("요청이 JSON이 아님", "the request is no JSON"),
        Why::SandboxFailed => ("샌드박스가 답하지 못함", "the sandbox failed"),
        Why::UpstreamFailed => ("업스트림 장애", "the upstream failed"),
        Why::UnknownEndpoint => ("양쪽 모두 없는 주소", "no such address on either side"),
        Why::TooLarge => ("너무 큼", "too large"),
        Why::Busy => ("비교가 밀림", "too many at once"),
        Why::MerchantLeft => ("가맹점이 먼저 끊음", "the merchant left"),
        Why::Failed => ("비교 중 오류", "the comparison failed"),
    };
    in_language(language, ko, en)
}

/// The heads of the report's columns.
pub fn columns(language: Language) -> [&'static str; 7] {
    in_language(
        language,
        ["엔드포인트", "SDK", "요청", "같음", "문서대로", "다름", "비교 못 함"],
        [
            "endpoint",
            "SDK",
            "requests",
            "same",
            "as described",
            "different",
            "not compared",
        ],
    )
}
