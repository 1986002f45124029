//! What a difference is called, and what to do about it.

use terminal::lang::localized;

/// A difference as people read it.
pub fn called(found: &str) -> &str {
    match found {
        "not_compared" => localized(
            "PG가 답하지 않아 비교하지 못했습니다",
            "the PG gave no usable answer: not compared",
        ),
        "undecided" => localized("여기서 아직 결과가 정해지지 않았습니다", "no verdict here yet"),
        "debited_there" => localized(
            "여기서는 출금되지 않았는데 PG에는 출금이 있습니다",
            "not debited here, debited at the PG",
        ),
        "not_debited_there" => localized(
            "여기서는 출금되었는데 PG에는 없습니다",
            "debited here, unknown at the PG",
        ),
        "given_back_there" => localized(
            "PG에서 돌려준 돈이 여기에는 없습니다",
            "given back at the PG, unknown here",
        ),
        "not_given_back_there" => localized(
            "여기서는 돌려주었는데 PG에서는 아닙니다",
            "given back here, not at the PG",
        ),
        "unknown_here" => localized(
            "PG 파일에 있는 거래가 여기에는 없습니다",
            "moved at the PG, unknown here",
        ),
        "other_amount" => localized("PG 파일의 금액이 다릅니다", "another amount in the file"),
        "other_day" => localized("여기서는 다른 날의 출금입니다", "debited on another day here"),
        "twice_in_file" => localized("PG 파일에 두 번 있습니다", "twice in the file"),
        "not_in_file" => localized("PG 파일에 없습니다", "not in the file"),
        other => other,
    }
}

/// What to do about it.
pub fn advice(found: &str, mend: Option<&str>, receipt_id: &str) -> String {
    match (found, mend) {
        (_, Some(mend)) => format!("jadong reconcile mend {receipt_id} {} --note …", mend.replace('_', "-")),
        ("not_compared", _) => localized("다시 실행하십시오", "run it again").to_owned(),
        ("undecided", _) => format!("jadong explain {receipt_id}"),
        ("not_given_back_there", _) => localized(
            "PG 관리자 화면에서 돌려주거나 PG에 문의하십시오",
            "give it back in the PG's back office, or ask the PG",
        )
        .to_owned(),
        _ => localized("PG에 거래번호로 문의하십시오", "ask the PG about its number").to_owned(),
    }
}
