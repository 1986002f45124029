//! A record in Korean sentences.

use serde_json::Value;

use super::pdf::won;
use super::record::{ConsentRecord, Debit, DebitsDestroyed, Event, Refund, Step};

pub const TITLE: &str = "계좌 자동이체 출금 동의 기록";

/// Who and what it is about.
pub fn particulars(record: &ConsentRecord) -> Vec<String> {
    let payer = &record.payer;
    let state = match record.state {
        "active" => "유효",
        "withdrawn" => "고객이 철회함",
        _ => "해지됨",
    };
    let ended = record
        .ended_at
        .as_ref()
        .map(|at| format!(" ({})", shown(at)))
        .unwrap_or_default();
    vec![
        format!("발행  {}", shown(&record.made_at)),
        format!("청구 기관  {}", record.payee),
        format!(
            "납부자  {} · {} {} · {}",
            payer.holder, payer.bank, payer.account, payer.phone
        ),
        format!("상품  {} ({})", record.product, record.subscription_id),
        format!("빌링키  {} · 등록 {}", record.billing_key, shown(&record.issued_at)),
        format!("상태  {state}{ended}"),
    ]
}

/// Debits that are not here any more.
pub fn destroyed(gone: &DebitsDestroyed) -> String {
    format!(
        "이 가맹점이 {}까지 요청한 출금 기록의 일부가 보존 기한 {}년이 지나 파기되었습니다(마지막 파기 {}). 이 동의의 출금이 포함되었을 수 있습니다.",
        shown(&gone.asked_until),
        gone.years,
        gone.last_on
    )
}

/// What must be read first.
pub fn warnings(record: &ConsentRecord) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(number) = record.broken_at {
        told.push(format!(
            "경고: {number}번째 사건부터 데이터베이스의 기록이 바뀌었습니다. 이 문서로는 동의를 증명할 수 없습니다."
        ));
    }
    if record.events.is_empty() {
        told.push("경고: 서명된 사건이 하나도 없습니다. 아래의 경과는 서명되지 않은 이력입니다.".to_owned());
    }
    told
}

/// What the payer agreed to, as the first event has it, and in which words they were asked.
pub fn terms(record: &ConsentRecord) -> (Vec<String>, String) {
    let first: Option<Value> = record
        .events
        .first()
        .and_then(|event| serde_json::from_str(event.entry.get()).ok());
    let Some(first) = first.filter(|first| first["event"] == "requested") else {
        let text = "이 게이트웨이가 받은 동의가 아니거나 기록이 시작되기 전의 동의입니다. 내용은 원본 증빙을 가진 곳에 있습니다.";
        return (vec![text.to_owned()], String::new());
    };
    let amount = match &first["amount"] {
        Value::Number(amount) => won(amount.as_u64().unwrap_or_default()),
        Value::String(_) => "그때그때 다름".to_owned(),
        _ => "따로 적지 않음".to_owned(),
    };
    let wording = first["wording"].as_str().unwrap_or_default();
    let shown_words = if wording.is_empty() {
        "가맹점이 전하지 않음"
    } else {
        "가맹점의 진술은 다음과 같음"
    };
    let lines = vec![
        format!("매회 금액  {amount}"),
        format!("첫 결제  {}", won(first["first_payment"].as_u64().unwrap_or_default())),
        format!("주기  {}", first["cycle"].as_str().unwrap_or("따로 적지 않음")),
        format!(
            "동의 방법  {} (PG가 자신의 문구로 물음)",
            first["channel"].as_str().unwrap_or_default()
        ),
        format!("고객에게 보인 문구  {shown_words}"),
    ];
    (lines, wording.to_owned())
}

/// A time of Korea as people write it.
pub fn shown(at: &str) -> String {
    at.trim_end_matches("+09:00").replace('T', " ")
}

/// One line of what happened, and what was said word for word.
pub fn event(event: &Event) -> (String, String) {
    let entry: Value = serde_json::from_str(event.entry.get()).unwrap_or_default();
    let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let (what, said) = match entry["event"].as_str().unwrap_or_default() {
        "requested" => ("가맹점이 동의를 요청함".to_owned(), String::new()),
        "adopted" => {
            let issued = shown(&text("issued_at_pg"));
            (
                format!("PG에서 {issued}에 발급된 빌링키를 넘겨받음. 동의는 PG가 받음"),
                String::new(),
            )
        }
        "asked" if entry["by_link"] == true => ("고객에게 동의 링크를 보임".to_owned(), String::new()),
        "asked" => ("고객에게 동의를 물음".to_owned(), String::new()),
        "agreed" => ("고객이 동의함 (PG의 확인)".to_owned(), String::new()),
        "confirmed" => ("가맹점이 등록을 확정함".to_owned(), String::new()),
        "registration_not_sent" => ("등록 요청이 나가지 못함".to_owned(), String::new()),
        "registration_unknown" => ("등록 결과를 아직 모름".to_owned(), String::new()),
        "registered" => ("빌링키로 등록됨".to_owned(), String::new()),
        "refused" => ("거절됨".to_owned(), text_of_failure(&entry)),
        "expired" => ("응답 없이 만료됨".to_owned(), String::new()),
        "failed" => ("실패함".to_owned(), text_of_failure(&entry)),
        "ended" => ("해지됨".to_owned(), String::new()),
        "withdrawn" => (
            "고객의 동의 철회".to_owned(),
            format!("{}\n{}", text("channel"), text("reason")),
        ),
        "notice" => {
            let what = format!("고객에게 고지함, {}에 보냄", shown(&text("sent_at")));
            (what, format!("{}\n{}", text("channel"), text("wording")))
        }
        "price_change" => price_change(&entry),
        other => (other.to_owned(), String::new()),
    };
    let by = match entry["by"].as_str() {
        Some("operator") => " [운영자의 기록]",
        Some("merchant") => " [가맹점의 진술]",
        _ => "",
    };
    let agreed = entry["pg_tid"].as_str().filter(|_| entry["event"] == "agreed");
    let tid = agreed.map(|tid| format!(" · PG 거래 {tid}")).unwrap_or_default();
    (
        format!("{}. {}  {what}{by}{tid}", event.number, shown(&text("at"))),
        said,
    )
}

fn text_of_failure(entry: &Value) -> String {
    let text = |name: &str| entry["reason"][name].as_str().unwrap_or_default();
    format!("{} {} {}", text("code"), text("pg_code"), text("pg_text"))
}

fn price_change(entry: &Value) -> (String, String) {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let amount = entry["amount"].as_u64().map_or_else(|| "그때그때 다름".to_owned(), won);
    let (from, agreed) = (shown(text("from")), shown(text("agreed_at")));
    let what = format!("금액 변경: {from}부터 {amount}, 고객이 {agreed}에 동의했다고 함");
    (what, format!("{}\n{}", text("channel"), text("wording")))
}

/// A step of the time before.
pub fn step(step: &Step) -> String {
    format!(
        "{}  {} → {} [{}] (서명되지 않은 이력)",
        shown(&step.at),
        step.from,
        step.to,
        step.by
    )
}

/// One debit.
pub fn debit(debit: &Debit) -> String {
    let state = match debit.state {
        "paid" => "출금됨",
        "partly_cancelled" => "출금됨, 일부 환불",
        "cancelled" => "출금됨, 전액 환불",
        "declined" => "거절됨",
        "voided" => "출금되지 않음",
        _ => "확인 중",
    };
    format!(
        "{}  {}  {}  {state}",
        shown(&debit.requested_at),
        won(debit.price),
        debit.order_name
    )
}

/// One refund.
pub fn refund(refund: &Refund) -> String {
    let state = if refund.state == "done" {
        "환불됨"
    } else {
        "환불 확인 중"
    };
    format!("{}  {}  {state}", shown(&refund.requested_at), won(refund.price))
}

/// What a gateway cannot produce, and who has it.
pub fn not_here(record: &ConsentRecord) -> Vec<String> {
    let evidence = &record.evidence;
    let tid = evidence.pg_tid.as_deref().unwrap_or("없음");
    let holder = format!(
        "원본 증빙은 PG({})가 가지고 있습니다. 요청할 때의 거래 번호: {tid}",
        evidence.held_by_pg
    );
    let missing = evidence.not_kept_here.iter().map(|what| format!("· {what}"));
    missing.chain([holder]).collect()
}
