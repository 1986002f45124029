//! The cases: what is sent, what is expected, and which mistake a failure means.

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckRun {
    Plain,
    Duplicate,
    Reordered,
    BeforeTheAnswer,
    Slow,
    AgainAfterFailure,
    PartialPair,
    CompletedAfterCancelled,
    UnknownType,
    NewFields,
    Large,
    Parallel,
    ParallelDuplicates,
    StaleTimestamp,
    WrongSignature,
    Unsigned,
}

/// A sentence in both languages.
pub struct Sentences {
    pub ko: &'static str,
    pub en: &'static str,
}

pub struct Case {
    pub name: &'static str,
    pub play: CheckRun,
    /// Cannot be played without the signing secret.
    pub needs_secret: bool,
    pub expected: Sentences,
    /// What a failure means.
    pub mistake: Sentences,
}

const fn case(name: &'static str, play: CheckRun, ko: &'static str, en: &'static str) -> Case {
    Case {
        name,
        play,
        needs_secret: false,
        expected: Sentences {
            ko: "5초 안에 HTTP 200과 {\"success\": true}",
            en: "HTTP 200 and {\"success\": true} within 5 s, to each",
        },
        mistake: Sentences { ko, en },
    }
}

const fn to_refuse(name: &'static str, play: CheckRun, ko: &'static str, en: &'static str) -> Case {
    Case {
        needs_secret: true,
        expected: Sentences {
            ko: "4xx 거절",
            en: "a refusal, 4xx",
        },
        ..case(name, play, ko, en)
    }
}

pub const CASES: &[Case] = &[
    case(
        "plain",
        CheckRun::Plain,
        "평범한 결제 완료 웹훅도 받지 못합니다. 응답 형식({\"success\": true})과 5초 제한을 확인하세요.",
        "Not even a plain completed payment is taken: look at the answer's form and the five seconds.",
    ),
    case(
        "duplicate",
        CheckRun::Duplicate,
        "같은 웹훅이 두 번 오면 오류를 냅니다. 이미 처리한 webhook-id에도 성공으로 답해야 합니다.",
        "A delivery that comes twice is an error to it: answer success for a webhook-id that is done already.",
    ),
    case(
        "reordered",
        CheckRun::Reordered,
        "부분취소가 결제 완료보다 먼저 오면 실패합니다. 도착 순서가 아니라 sequence와 영수증 조회를 믿으세요.",
        "A partial cancel before its completion fails: trust `sequence` and the receipt, not the order of arrival.",
    ),
    case(
        "before-the-answer",
        CheckRun::BeforeTheAnswer,
        "API 응답보다 먼저 온 웹훅(아직 저장하지 않은 주문)을 거절합니다. 주문을 먼저 저장한 뒤 결제를 요청하세요.",
        "A webhook that overtakes the API's answer is refused, its order being unknown: save the order before you charge.",
    ),
    case(
        "slow",
        CheckRun::Slow,
        "천천히 도착하는 본문을 끝까지 읽지 않습니다. Content-Length만큼 읽은 뒤 처리하세요.",
        "A body that arrives slowly is not read to its end: read all of it before you parse.",
    ),
    case(
        "again-after-failure",
        CheckRun::AgainAfterFailure,
        "한 번 실패한 웹훅의 재전송을 받지 못합니다. 처리가 끝나기 전에 webhook-id를 처리됨으로 기록하고 있습니다.",
        "The retry of a broken delivery fails: its webhook-id is noted as done before the work is done.",
    ),
    case(
        "partial-pair",
        CheckRun::PartialPair,
        "두 번째 부분취소를 중복으로 봅니다. receipt_id와 webhook_type이 같아도 cancelled_price(누적)가 다릅니다.",
        "The second partial cancel is taken for a duplicate: same receipt and type, but another cumulative cancelled_price.",
    ),
    case(
        "completed-after-cancelled",
        CheckRun::CompletedAfterCancelled,
        "취소 뒤에 늦게 온 완료 웹훅에서 실패합니다. 성공으로 답하되 취소된 주문을 되살리지 마세요.",
        "A completion that arrives after the cancel fails: acknowledge it, and do not bring the order back to life.",
    ),
    case(
        "unknown-type",
        CheckRun::UnknownType,
        "모르는 webhook_type에 오류를 냅니다. 성공으로 답하고 무시하세요. 그러지 않으면 열 번 다시 옵니다.",
        "An unknown webhook_type is an error to it: acknowledge and ignore it, or it comes ten times.",
    ),
    case(
        "new-fields",
        CheckRun::NewFields,
        "모르는 필드가 있으면 실패합니다. 엄격한 스키마 검증을 끄세요.",
        "A field it does not know makes it fail: do not validate with a closed schema.",
    ),
    case(
        "large",
        CheckRun::Large,
        "큰 본문(약 200 KiB)을 받지 못합니다. 본문 크기 제한을 늘리세요.",
        "A large body (about 200 KiB) is not taken: raise the limit of your server or proxy.",
    ),
    case(
        "parallel",
        CheckRun::Parallel,
        "동시에 오는 웹훅 16개를 5초 안에 처리하지 못합니다. 무거운 일은 큐에 넣고 먼저 답하세요.",
        "Sixteen at once are too many for it within 5 s: put the heavy work into a queue and answer first.",
    ),
    case(
        "parallel-duplicates",
        CheckRun::ParallelDuplicates,
        "같은 웹훅이 동시에 네 번 오면 실패합니다. '조회 후 삽입' 대신 유일 제약과 함께 삽입하세요.",
        "The same delivery four times at once fails: insert under a unique constraint instead of looking first.",
    ),
    to_refuse(
        "stale-timestamp",
        CheckRun::StaleTimestamp,
        "한 시간 전 서명을 받아들입니다. webhook-timestamp가 5분 넘게 다르면 거절하세요(재전송 공격).",
        "A signature of an hour ago is accepted: refuse a webhook-timestamp more than five minutes off, or replays work.",
    ),
    to_refuse(
        "wrong-signature",
        CheckRun::WrongSignature,
        "다른 키로 만든 서명을 받아들입니다. 본문 원문으로 서명을 확인하고 다르면 거절하세요.",
        "A signature of another secret is accepted: verify it over the raw body, and refuse what does not match.",
    ),
    to_refuse(
        "unsigned",
        CheckRun::Unsigned,
        "서명이 없는 웹훅을 받아들입니다. 누구나 결제 완료를 꾸며낼 수 있습니다.",
        "A webhook without any signature is accepted: anybody can claim that an order is paid.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_at_least_twelve_even_without_a_secret() {
        let open = CASES.iter().filter(|case| !case.needs_secret);
        assert!(open.count() >= 12);
        let mut names: Vec<_> = CASES.iter().map(|case| case.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CASES.len());
    }
}
