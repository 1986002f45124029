use gateway::Language;

use super::words;

words! {
    /// Faults and scenarios of the simulated PG.
    Faults {
        title: "장애와 시나리오" / "Faults and scenarios",
        lead: "이 프로젝트가 가상 PG에 하는 다음 호출을 고장 낼 수 있습니다. 결과를 모르게 된 출금은 게이트웨이가 알아내고, 두 번 출금하지 않습니다."
            / "Break this project's next call to the simulated PG. The gateway finds out what became of a debit whose outcome is unknown, and never debits twice.",
        next: "다음 호출 고장 내기" / "Break the next call",
        call: "어느 호출" / "Which call",
        kind: "어떻게" / "How",
        times: "몇 번" / "How often",
        add: "켜기" / "Switch on",
        waiting: "켜진 장애" / "Faults that wait",
        none: "켜진 장애가 없습니다." / "No fault waits.",
        left: "남은 횟수" / "Calls left",
        remove: "끄기" / "Switch off",
        clear: "모두 끄기" / "Clear all",
        customers: "고객: 전화번호가 정합니다" / "Customers, by telephone number",
        customers_text: "phone에 이 번호를 쓰면 고객이 이렇게 응답합니다. 다른 번호는 모두 동의합니다."
            / "With this number as phone the customer answers so. Every other number agrees.",
        accounts: "계좌: 끝 네 자리가 정합니다" / "Accounts, by the last four digits",
        accounts_text: "bank_account가 이렇게 끝나는 계좌로 발급한 키는 출금할 때 이렇게 됩니다. 다른 계좌는 언제나 잔액이 있습니다."
            / "A key issued for an account that ends so is debited like this. Every other account has enough.",
        number: "번호" / "Number",
        scenario: "시나리오" / "Scenario",
        happens: "무슨 일이 생기나" / "What happens",
    }
}

/// Picks the sentence of one language.
fn pick(language: Language, [korean, english]: [&'static str; 2]) -> &'static str {
    match language {
        Language::Korean => korean,
        Language::English => english,
    }
}

/// A call to the PG.
pub fn call(name: &str, language: Language) -> &'static str {
    let texts = match name {
        "any" => ["모든 호출", "Any call"],
        "start" => ["동의 요청", "Ask for consent"],
        "find" => ["동의 조회", "Look a consent up"],
        "register" => ["키 등록", "Register the key"],
        "expire" => ["키 삭제", "Expire the key"],
        "charge" => ["출금", "Debit"],
        "find-payment" => ["출금 조회", "Look a debit up"],
        "net-cancel" => ["망취소", "Net-cancel"],
        "cancel" => ["취소", "Cancel"],
        "receipt" => ["현금영수증 발급·취소", "Issue or cancel a cash receipt"],
        "find-receipt" => ["현금영수증 조회", "Look a cash receipt up"],
        _ => ["다른 호출", "Another call"],
    };
    pick(language, texts)
}

/// What goes wrong.
pub fn kind(name: &str, language: Language) -> &'static str {
    let texts = match name {
        "refuse-connection" => ["10초 동안 연결을 받지 않음", "Takes no connection for 10 seconds"],
        "hang" => ["아무 일도 하지 않고 응답도 없음", "Does nothing and does not answer"],
        "drop-before" => ["아무 일도 하지 않고 연결을 끊음", "Does nothing and hangs up"],
        "refuse" => ["아무 일도 하지 않고 거절", "Does nothing and refuses"],
        "drop-after" => [
            "처리한 뒤 응답 없이 연결을 끊음",
            "Does it, then hangs up without an answer",
        ],
        "slow" => ["처리하고 3초 늦게 응답", "Does it, and answers 3 seconds late"],
        "bad-gateway-after" => ["처리하고 HTTP 502로 응답", "Does it, and answers HTTP 502"],
        "half-body" => ["처리하고 응답을 절반만 보냄", "Does it, and sends half an answer"],
        "wrong-signature" => ["처리하고 서명이 틀린 응답", "Does it, and signs the answer wrongly"],
        "garbage" => [
            "처리하고 JSON이 아닌 응답",
            "Does it, and answers something that is no JSON",
        ],
        _ => ["다른 장애", "Another fault"],
    };
    pick(language, texts)
}

/// How a customer behaves.
pub fn customer(scenario: &str, language: Language) -> &'static str {
    let texts = match scenario {
        "agrees" => ["동의합니다", "Agrees"],
        "refuses" => ["거절합니다", "Refuses"],
        "no-answer" => ["30초 동안 받지 않습니다", "Does not answer for 30 seconds"],
        "busy" => ["통화 중입니다", "The line is busy"],
        "wrong-key" => ["번호를 세 번 잘못 누릅니다", "Presses a wrong key three times"],
        "answers-too-late" => [
            "동의 시간이 지나도록 받지 않습니다",
            "Answers after the time for consent",
        ],
        "reported-late" => ["동의하지만 PG가 늦게 알립니다", "Agrees, and the PG reports it late"],
        "waits" => [
            "사람이 대신 받을 때까지 기다립니다 (전화 화면)",
            "Waits for a person to answer (the phone page)",
        ],
        "holder-mismatch" => [
            "예금주가 다릅니다: 전화도 걸리지 않습니다",
            "Not the account's holder: nobody is called",
        ],
        "agrees-after-5-s" => ["5초 뒤에 동의합니다", "Agrees after 5 seconds"],
        "agrees-after-20-s" => [
            "20초 뒤에 동의합니다: 요청이 먼저 41로 끝납니다",
            "Agrees after 20 seconds: the request ends with 41 before that",
        ],
        "no-app" => ["간편인증 앱이 없습니다", "Has no app for 간편인증"],
        "signer-mismatch" => ["간편인증을 다른 사람이 합니다", "Somebody else signs (간편인증)"],
        "ignored" => ["간편인증 요청을 무시합니다", "Ignores the request to sign (간편인증)"],
        _ => ["", ""],
    };
    pick(language, texts)
}

/// How an account behaves.
pub fn account(scenario: &str, language: Language) -> &'static str {
    let texts = match scenario {
        "pays" => ["출금됩니다", "Is debited"],
        "insufficient-funds" => ["잔액이 부족합니다", "Insufficient funds"],
        "account-closed" => ["발급 뒤 해지된 계좌입니다", "Closed after the key was issued"],
        "account-frozen" => ["거래가 정지된 계좌입니다", "The account is frozen"],
        "mandate-ended" => [
            "고객이 은행에서 자동이체를 해지했습니다",
            "The customer ended the mandate at the bank",
        ],
        "over-limit" => ["한도를 넘습니다", "Over the limit"],
        "bank-maintenance" => [
            "은행 점검 중: PG가 결과를 모릅니다",
            "Bank maintenance: the PG does not know the outcome",
        ],
        "times-out-paid" => [
            "PG 응답이 없지만 출금됐습니다",
            "The PG does not answer, but the debit happened",
        ],
        "times-out-unpaid" => [
            "PG 응답이 없고 출금되지 않았습니다",
            "The PG does not answer, and nothing was debited",
        ],
        "net-cancel-silent" => [
            "망취소 응답이 두 번 없다가, 이미 취소됐다고 합니다",
            "The net-cancel is silent twice, then “already cancelled”",
        ],
        "approved-late" => [
            "망취소 뒤에 승인이 도착합니다",
            "The approval lands after the net-cancel",
        ],
        "funds-at-third-attempt" => ["세 번째 시도에 잔액이 있습니다", "Has enough at the third attempt"],
        _ => ["", ""],
    };
    pick(language, texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_chosen_has_words() {
        for language in [Language::Korean, Language::English] {
            for name in gateway::FAULT_CALLS {
                assert_ne!(call(name, language), call("", language), "{name}");
            }
            for name in gateway::FAULT_KINDS {
                assert_ne!(kind(name, language), kind("", language), "{name}");
            }
        }
    }
}
