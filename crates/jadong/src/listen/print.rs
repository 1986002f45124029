//! What `jadong listen` prints. Webhooks go to standard output, everything else to standard error.

use devtools::endpoint::EndpointReply;
use domain::Language;
use domain::text::printable;
use owo_colors::{OwoColorize, Stream};
use reqwest::Url;
use serde_json::json;
use terminal::lang::in_language;
use terminal::stdout;

use super::forward::Forwarded;
use super::{Hello, Missed, Webhook, as_json};
use crate::output::{Output, escaped};

pub fn hello(hello: &Hello, forward_to: Option<&Url>, language: Language) {
    let to = forward_to.map_or_else(String::new, |url| format!(" → {url}"));
    let project = &hello.project;
    note(&in_language(
        language,
        format!("{project} 프로젝트의 웹훅을 기다립니다{to}"),
        format!("listening to the webhooks of {project}{to}"),
    ));
    if let Some(secret) = &hello.webhook_secret {
        note(&in_language(
            language,
            format!("서명 비밀 {secret}"),
            format!("signed with {secret}"),
        ));
    }
    if let Some(url) = &hello.webhook_url {
        note(&in_language(
            language,
            format!("원래 주소로도 갑니다: {url}"),
            format!("they also go to {url}"),
        ));
    }
}

pub fn missed(missed: &Missed, language: Language) {
    let events = missed.events;
    note(&in_language(
        language,
        format!("{events}건을 놓쳤습니다. 엔드포인트가 느립니다"),
        format!("{events} missed; the endpoint is slow"),
    ));
}

pub fn note(text: &str) {
    eprintln!("{}", text.if_supports_color(Stream::Stderr, |text| text.dimmed()));
}

/// One webhook, and what the endpoint said.
pub fn webhook(webhook: &Webhook, forwarded: Option<(&Url, &Forwarded)>, language: Language, output: Output) {
    match output {
        Output::Json => println!("{}", escaped(&row(webhook, forwarded).to_string())),
        Output::Text => println!("{}", line(webhook, forwarded, language)),
    }
    // Whoever reads this through a pipe should not wait.
    stdout::flush();
}

fn row(webhook: &Webhook, forwarded: Option<(&Url, &Forwarded)>) -> serde_json::Value {
    let said = forwarded.map(|(url, said)| {
        let wrong = said.heard.wrong(url, Language::English);
        let body = match &said.heard {
            EndpointReply::Answer { body, .. } => Some(body),
            _ => None,
        };
        json!({
            "status": said.heard.status(),
            "delivered": said.heard == EndpointReply::Success,
            "wrong": Some(wrong).filter(|wrong| !wrong.is_empty()),
            "said": body,
            "ms": u64::try_from(said.took.as_millis()).unwrap_or(u64::MAX),
        })
    });
    json!({
        "webhook_type": webhook.webhook_type,
        "receipt_id": webhook.receipt_id,
        "order_id": webhook.order_id,
        "sequence": webhook.sequence,
        "headers": webhook.headers,
        "payload": as_json(&webhook.body),
        "body": webhook.body,
        "forwarded": said,
    })
}

fn line(webhook: &Webhook, forwarded: Option<(&Url, &Forwarded)>, language: Language) -> String {
    let kind = format!("{:<25}", webhook.webhook_type);
    let kind = kind.if_supports_color(Stream::Stdout, |text| text.cyan()).to_string();
    let order = printable(webhook.order_id.as_deref().unwrap_or("-"));
    let what = format!("{kind}  {} #{}  {order}", webhook.receipt_id, webhook.sequence);
    let Some((url, said)) = forwarded else { return what };
    let status = said
        .heard
        .status()
        .map_or_else(|| "✗".to_owned(), |status| status.to_string());
    let ms = said.took.as_millis();
    let wrong = said.heard.wrong(url, language);
    if wrong.is_empty() {
        let status = status.if_supports_color(Stream::Stdout, |text| text.green());
        format!("{what}  → {status} {ms} ms")
    } else {
        let wrong = format!("{status} {ms} ms: {}", printable(&wrong));
        let wrong = wrong.if_supports_color(Stream::Stdout, |text| text.red());
        format!("{what}  → {wrong}")
    }
}
