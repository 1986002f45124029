//! Everything the pages say, in both languages: a sentence that is missing in one of them does not compile.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use serde::Deserialize;

/// `?lang=ko` or `?lang=en`; otherwise what the browser prefers, Korean when it says neither.
#[derive(Deserialize)]
pub(crate) struct Lang {
    lang: Option<String>,
}

pub(super) struct Words {
    pub lang: &'static str,
    pub other_lang: &'static str,
    pub other_name: &'static str,
    pub title: &'static str,
    pub lead: &'static str,
    pub name: &'static str,
    pub bank: &'static str,
    pub account: &'static str,
    pub birth: &'static str,
    pub birth_hint: &'static str,
    pub phone: &'static str,
    pub phone_hint: &'static str,
    pub submit: &'static str,
    pub not_kept: &'static str,
    pub calling: &'static str,
    pub calling_more: &'static str,
    pub issued: &'static str,
    pub from_account: &'static str,
    pub next_on: &'static str,
    pub refused: &'static str,
    pub expired: &'static str,
    pub failed: &'static str,
    pub again: &'static str,
    pub months: &'static str,
    pub won: &'static str,
    states: [(&'static str, &'static str); 7],
}

impl Words {
    pub(super) fn of(lang: &Lang, headers: &HeaderMap) -> &'static Self {
        let preferred = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        match lang.lang.as_deref().or(preferred) {
            Some(text) if text.starts_with("en") => &EN,
            _ => &KO,
        }
    }

    /// Of a payment, by its state's name in the books.
    pub(super) fn state(&self, name: &str) -> &'static str {
        self.states
            .iter()
            .find(|(state, _)| *state == name)
            .map_or("", |(_, word)| word)
    }
}

const KO: Words = Words {
    lang: "ko",
    other_lang: "en",
    other_name: "English",
    title: "월 구독 자동이체",
    lead: "매달 9,900원이 계좌에서 자동으로 결제됩니다. 신청하시면 바로 전화로 동의를 여쭙습니다.",
    name: "예금주",
    bank: "은행",
    account: "계좌번호",
    birth: "생년월일 또는 사업자등록번호",
    birth_hint: "생년월일 6자리(YYMMDD) 또는 사업자등록번호 10자리",
    phone: "휴대전화번호",
    phone_hint: "이 번호로 전화를 드립니다",
    submit: "신청하고 전화 받기",
    not_kept: "계좌번호, 생년월일, 전화번호는 저장하지 않습니다.",
    calling: "지금 전화를 드리고 있습니다",
    calling_more: "전화를 받고 안내에 따라 동의해 주세요. 이 화면은 저절로 바뀝니다.",
    issued: "자동이체가 등록되었습니다",
    from_account: "출금 계좌",
    next_on: "다음 결제일",
    refused: "동의를 받지 못했습니다",
    expired: "동의 시간이 지났습니다",
    failed: "등록하지 못했습니다",
    again: "다시 신청하기",
    months: "결제 내역",
    won: "원",
    states: [
        ("due", "결제 예정"),
        ("charging", "결제 중"),
        ("in_doubt", "결과 확인 중"),
        ("paid", "결제 완료"),
        ("refunded", "환불 완료"),
        ("declined", "출금되지 않음, 다시 시도합니다"),
        ("needs_customer", "출금되지 않음, 계좌를 확인해 주세요"),
    ],
};

const EN: Words = Words {
    lang: "en",
    other_lang: "ko",
    other_name: "한국어",
    title: "Monthly subscription by account transfer",
    lead: "9,900 won are taken from your account each month. When you apply, we call you to ask for your consent.",
    name: "Account holder",
    bank: "Bank",
    account: "Account number",
    birth: "Birth date or business number",
    birth_hint: "6 digits (YYMMDD), or 10 digits of a business number",
    phone: "Mobile phone",
    phone_hint: "We call this number",
    submit: "Apply, and be called",
    not_kept: "Account number, birth date and phone number are not stored.",
    calling: "We are calling you now",
    calling_more: "Answer the phone and agree as the voice tells you. This page changes by itself.",
    issued: "Your transfer is set up",
    from_account: "Account",
    next_on: "Next payment",
    refused: "You did not agree",
    expired: "The time to agree is over",
    failed: "It could not be set up",
    again: "Apply again",
    months: "Payments",
    won: "won",
    states: [
        ("due", "due"),
        ("charging", "being charged"),
        ("in_doubt", "being checked"),
        ("paid", "paid"),
        ("refunded", "refunded"),
        ("declined", "not debited; we try again"),
        ("needs_customer", "not debited; please check your account"),
    ],
};
