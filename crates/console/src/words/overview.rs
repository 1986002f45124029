use domain::payment::DeclineReason;
use gateway::Language;

use super::words;

words! {
    /// The overview.
    Overview {
        title: "개요" / "Overview",
        day: "최근 24시간" / "The last 24 hours",
        week: "최근 7일" / "The last 7 days",
        month: "최근 30일" / "The last 30 days",
        money: "출금액" / "Money",
        debited: "출금" / "Debited",
        refunded: "환불" / "Refunded",
        net: "합계" / "Net",
        success: "성공률" / "Success rate",
        hours: "최근 24시간의 시간별 출금액. 가장 많은 시간:" / "Debited in each of the last 24 hours. The most in one:",
        begin: "시작하기" / "First steps",
        step_key: "빌링키 하나 발급하기" / "Issue a billing key",
        step_debit: "그 키로 한 번 출금하기" / "Debit it once",
        step_url: "웹훅을 받을 주소 정하기" / "Set where webhooks go",
        step_webhook: "웹훅을 받아 {\"success\": true}로 답하기" / "Receive one and answer {\"success\": true}",
        step_how: "방법 보기" / "How",
        step_set: "정하기" / "Set it",
        step_done: "끝" / "done",
        health: "서버 상태" / "Health",
        issued: "키 발급" / "Keys issued",
        requested: "요청" / "Requested",
        consented: "고객 동의" / "Consented",
        published: "발급 요청" / "Published",
        paid: "출금됨" / "Paid",
        declined: "거절됨" / "Declined",
        voided: "출금 안 됨으로 확정" / "Found not debited",
        in_doubt: "미확정이 됨" / "Became in doubt",
        needs_person: "사람이 확인해야 함" / "Needs a person",
        cancelled: "취소" / "Cancelled",
        in_doubt_now: "지금 미확정" / "In doubt now",
        waiting_now: "지금 동의를 기다림" / "Waiting for consent now",
        funnel: "키 발급, 요청에서 키까지" / "From request to key",
        lost: "멈춘 곳" / "Where they were lost",
        debits: "출금" / "Debits",
        declines: "거절 사유" / "Declines by reason",
        webhooks: "웹훅 시도" / "Webhook attempts",
        delivered: "전달됨" / "Delivered",
        nothing: "없습니다." / "None.",
        latency: "지연, 최근 1시간 (모든 프로젝트)" / "Latency in the last hour, of all projects",
        latency_title: "구간별 99번째 백분위 지연 시간" / "99th percentile latency of each stretch",
        latency_desc: "가로는 최근 1시간, 세로는 0.1밀리초에서 10초까지의 로그 눈금입니다. 같은 값이 아래 표에 있습니다."
            / "Across: the last hour. Up: a logarithmic scale from 0.1 milliseconds to 10 seconds. The tables below hold the same.",
        latency_text: "고객을 기다리는 요청은 빼고 셉니다. 요청 하나는 쓰기 둘과 PG 호출 하나쯤으로 이루어집니다."
            / "Requests that wait for a customer are left out. A debit is about two writes and one call to the PG.",
        no_latency: "아직 잰 것이 없습니다. 15초마다 봅니다." / "Nothing is measured yet; it is looked at every 15 seconds.",
        stretch: "구간" / "Stretch",
        request: "요청 전체" / "Whole request",
        queue: "쓰기 대기" / "Waiting to be written",
        commit: "디스크에 커밋" / "Commit to disk",
        pg: "PG 호출" / "Call to the PG",
        count: "횟수" / "Count",
        middle: "중앙값" / "Median",
        slowest: "99번째 백분위" / "99th percentile",
        seconds: "합계" / "In all",
        as_table: "5분 단위 표" / "As a table, by five minutes",
        until: "끝 시각" / "Until",
        minutes_ago: "분 전" / "minutes ago",
        now: "지금" / "now",
    }
}

fn pick(language: Language, [korean, english]: [&'static str; 2]) -> &'static str {
    match language {
        Language::Korean => korean,
        Language::English => english,
    }
}

/// Why a debit was declined.
pub fn decline(reason: DeclineReason, language: Language) -> &'static str {
    let texts = match reason {
        DeclineReason::InsufficientFunds => ["잔액 부족", "Insufficient funds"],
        DeclineReason::AccountClosed => ["해지된 계좌", "Account closed"],
        DeclineReason::AccountFrozen => ["거래 정지 계좌", "Account frozen"],
        DeclineReason::MandateEnded => ["은행에서 자동이체 해지", "Mandate ended at the bank"],
        DeclineReason::OverLimit => ["한도 초과", "Over the limit"],
        DeclineReason::AmountRefused => ["출금할 수 없는 금액", "Amount refused"],
        DeclineReason::KeyRefused => ["PG에 없는 키", "Key unknown to the PG"],
        DeclineReason::BankRefused => ["은행 거절", "Refused by the bank"],
    };
    pick(language, texts)
}

/// Why a webhook did not arrive.
pub fn delivery(why: &str, language: Language) -> &'static str {
    let texts = match why {
        "not_success" => [
            "응답이 {\"success\": true}가 아님",
            "The answer was not {\"success\": true}",
        ],
        "http_status" => ["HTTP 상태가 200이 아님", "Another HTTP status than 200"],
        "timed_out" => ["5초 안에 응답 없음", "No answer within 5 seconds"],
        "no_connection" => ["연결할 수 없음", "No connection"],
        "refused" => ["허용되지 않는 주소", "An address that is not allowed"],
        _ => ["다른 이유", "Another reason"],
    };
    pick(language, texts)
}
