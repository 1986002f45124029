//! What `jadong listen` prints. Webhooks go to standard output, everything else to standard error.

use domain::text::printable;
use owo_colors::{OwoColorize, Stream};
use reqwest::Url;
use serde_json::json;

use super::forward::Forwarded;
use super::{Hello, Missed, Webhook, as_json};
use crate::output::{Output, escaped};
use crate::stdout;

pub fn hello(hello: &Hello, forward_to: Option<&Url>) {
    let to = forward_to.map_or_else(String::new, |url| format!(" → {url}"));
    note(&format!(
        "{} 프로젝트의 웹훅을 기다립니다 (listening){to}",
        hello.project
    ));
    if let Some(url) = &hello.webhook_url {
        note(&format!("원래 주소로도 갑니다 (they also go to) {url}"));
    }
}

pub fn missed(missed: &Missed) {
    note(&format!(
        "{}건을 놓쳤습니다. 엔드포인트가 느립니다 (missed; the endpoint is slow)",
        missed.events
    ));
}

pub fn note(text: &str) {
    eprintln!("{}", text.if_supports_color(Stream::Stderr, |text| text.dimmed()));
}

/// One webhook, and what the endpoint said.
pub fn webhook(webhook: &Webhook, forwarded: Option<&Forwarded>, output: Output) {
    match output {
        Output::Json => println!("{}", escaped(&row(webhook, forwarded).to_string())),
        Output::Text => println!("{}", line(webhook, forwarded)),
    }
    // Whoever reads this through a pipe should not wait.
    stdout::flush();
}

fn row(webhook: &Webhook, forwarded: Option<&Forwarded>) -> serde_json::Value {
    let said = forwarded.map(|said| {
        json!({
            "status": said.status,
            "delivered": said.is_delivered,
            "wrong": Some(&said.wrong).filter(|wrong| !wrong.is_empty()),
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

fn line(webhook: &Webhook, forwarded: Option<&Forwarded>) -> String {
    let kind = format!("{:<25}", webhook.webhook_type);
    let kind = kind.if_supports_color(Stream::Stdout, |text| text.cyan()).to_string();
    let order = printable(webhook.order_id.as_deref().unwrap_or("-"));
    let what = format!("{kind}  {} #{}  {order}", webhook.receipt_id, webhook.sequence);
    let Some(said) = forwarded else { return what };
    let status = said.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let ms = said.took.as_millis();
    if said.is_delivered {
        let status = status
            .if_supports_color(Stream::Stdout, |text| text.green())
            .to_string();
        format!("{what}  → {status} {ms} ms")
    } else {
        let wrong = format!("{status} {}", printable(&said.wrong));
        let wrong = wrong.if_supports_color(Stream::Stdout, |text| text.red()).to_string();
        format!("{what}  → {wrong} {ms} ms")
    }
}
