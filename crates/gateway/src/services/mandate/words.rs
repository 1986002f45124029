//! A record in Korean sentences.

use serde_json::Value;

use super::pdf::won;
use super::record::{ConsentRecord, Debit, Event, Refund, Step};

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

/// What the payer agreed to, as the first event has it.
pub fn terms(record: &ConsentRecord) -> Vec<String> {
    let first: Option<Value> = record
        .events
        .first()
        .and_then(|event| serde_json::from_str(event.entry.get()).ok());
    let Some(first) = first.filter(|first| first["product"].is_string()) else {
        return vec!["이 기록이 시작되기 전의 동의입니다. 내용은 원본 증빙을 가진 곳에 있습니다.".to_owned()];
    };
    let amount = match &first["amount"] {
        Value::Number(amount) => won(amount.as_u64().unwrap_or_default()),
        Value::String(_) => "그때그때 다름".to_owned(),
        _ => "따로 적지 않음".to_owned(),
    };
    let mut lines = vec![
        format!("매회 금액  {amount}"),
        format!("첫 결제  {}", won(first["first_payment"].as_u64().unwrap_or_default())),
        format!("주기  {}", first["cycle"].as_str().unwrap_or("따로 적지 않음")),
        format!("동의 방법  {}", first["channel"].as_str().unwrap_or_default()),
    ];
    match first["wording"].as_str() {
        Some(wording) => lines.push(format!("고객에게 보인 문구\n{wording}")),
        None => lines.push("고객에게 보인 문구  가맹점이 전하지 않음".to_owned()),
    }
    lines
}

/// A time of Korea as people write it.
pub fn shown(at: &str) -> String {
    at.trim_end_matches("+09:00").replace('T', " ")
}

/// One line of what happened.
pub fn event(event: &Event) -> String {
    let entry: Value = serde_json::from_str(event.entry.get()).unwrap_or_default();
    let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let what = match entry["event"].as_str().unwrap_or_default() {
        "requested" => "가맹점이 동의를 요청함".to_owned(),
        "adopted" => "PG에서 이미 받은 동의를 넘겨받음".to_owned(),
        "asked" if entry["by_link"] == true => "고객에게 동의 링크를 보임".to_owned(),
        "asked" => "고객에게 동의를 물음".to_owned(),
        "agreed" => "고객이 동의함 (PG의 확인)".to_owned(),
        "confirmed" => "가맹점이 등록을 확정함".to_owned(),
        "registration_not_sent" => "등록 요청이 나가지 못함".to_owned(),
        "registration_unknown" => "등록 결과를 아직 모름".to_owned(),
        "registered" => "빌링키로 등록됨".to_owned(),
        "refused" => format!("거절됨: {}", entry["reason"]["code"].as_str().unwrap_or_default()),
        "expired" => "응답 없이 만료됨".to_owned(),
        "failed" => format!("실패함: {}", entry["reason"]["code"].as_str().unwrap_or_default()),
        "ended" => "가맹점이 해지함".to_owned(),
        "withdrawn" => format!("고객이 동의를 철회함 ({}) {}", text("channel"), text("reason")),
        "notice" => format!(
            "고지 ({}, {})\n{}",
            text("channel"),
            shown(&text("sent_at")),
            text("wording")
        ),
        "price_change" => price_change(&entry),
        other => other.to_owned(),
    };
    let by = match entry["by"].as_str() {
        Some("operator") => " [운영자]",
        Some("gateway") => " [게이트웨이]",
        _ => "",
    };
    let agreed = entry["pg_tid"].as_str().filter(|_| entry["event"] == "agreed");
    let tid = agreed.map(|tid| format!(" · PG 거래 {tid}")).unwrap_or_default();
    format!("{}. {}  {what}{by}{tid}", event.number, shown(&text("at")))
}

fn price_change(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let amount = entry["amount"].as_u64().map_or_else(|| "그때그때 다름".to_owned(), won);
    let (from, agreed, channel) = (shown(text("from")), shown(text("agreed_at")), text("channel"));
    format!(
        "금액 변경: {from}부터 {amount}, 고객 동의 {agreed} ({channel})\n{}",
        text("wording")
    )
}

/// A step of the time before.
pub fn step(step: &Step) -> String {
    format!(
        "{}  {} → {} [{}] (기록 이전)",
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
