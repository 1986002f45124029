//! The seven steps. Each is done, checked and printed with what was sent, what came back and how long it took.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::json::Json;
use super::start::DemoServers;
use super::style;
use super::web::{HttpExchange, Web};
use crate::lang::told;

/// How often the demo looks whether the customer has decided.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What the steps left behind.
pub struct Issued {
    pub receipt_id: String,
    pub billing_key: String,
    pub account_masked: String,
    pub total: Duration,
}

/// # Errors
/// When a step does not give what it promises.
pub async fn play(servers: &DemoServers) -> anyhow::Result<Issued> {
    let web = Web::to(servers)?;
    let started = Instant::now();
    let receipt_id = request_and_consent(&web).await?;
    let (published, storing_ms) = publish(&web, &receipt_id).await?;
    let billing_key = published
        .text("billing_key")
        .context("no billing_key came back")?
        .to_owned();
    let account_masked = published.get("billing_data").and_then(|data| data.text("bank_account"));
    let account_masked = account_masked.context("no masked account came back")?.to_owned();
    stored(servers, &receipt_id, &billing_key, storing_ms).await?;
    let total = started.elapsed();
    looked_up(&web, &receipt_id, &billing_key).await?;
    Ok(Issued {
        receipt_id,
        billing_key,
        account_masked,
        total,
    })
}

/// What the demo saw while the merchant's request was under way.
struct Watched {
    signed_up: Json,
    call: Option<Json>,
    /// When the request was sent, the phone rang, the customer had decided and the answer came, in this order.
    at: [Instant; 4],
}

/// Sends the sign-up and looks at the simulated PG until the answer is there.
async fn watch(web: &Web) -> anyhow::Result<Watched> {
    let started = Instant::now();
    let sign_up = tokio::spawn({
        let web = web.clone();
        async move { (web.sign_up().await, Instant::now()) }
    });
    let (mut rang, mut decided) = (None, None);
    let call = loop {
        // Asked before looking: so the last look is certainly after the answer.
        let over = sign_up.is_finished() || decided.is_some();
        let call = web.last_call().await?;
        if call.is_some() {
            rang.get_or_insert_with(Instant::now);
        }
        if call
            .as_ref()
            .and_then(|call| call.text("status"))
            .is_some_and(|status| status != "ringing")
        {
            decided.get_or_insert_with(Instant::now);
        }
        if over {
            break call;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    let (signed_up, answered) = sign_up.await?;
    let signed_up = signed_up.context("① the request")?;
    // The look may come a moment after the answer that it explains.
    let (rang, decided) = (
        rang.unwrap_or(answered).min(answered),
        decided.unwrap_or(answered).min(answered),
    );
    Ok(Watched {
        signed_up,
        call,
        at: [started, rang, decided, answered],
    })
}

/// ① to ④: one request of the merchant, during which the PG calls and the customer agrees.
async fn request_and_consent(web: &Web) -> anyhow::Result<String> {
    let Watched {
        signed_up,
        call,
        at: [started, rang, decided, answered],
    } = watch(web).await?;
    let exchange = web.last_exchange().await?;

    caption(
        "①",
        "상점 → 게이트웨이: 빌링키 발급 요청",
        "the merchant asks for a billing key",
        exchange.took_ms,
    );
    sent(&exchange);
    note(told(
        "답은 고객이 동의하면 옵니다 (②③을 포함한 시간)",
        "answered when the customer agrees; the time includes ②③",
    ));

    let call = call.context("② the PG called nobody")?;
    caption(
        "②",
        "게이트웨이 → PG → 고객: ARS 동의 전화",
        "the PG calls the customer",
        ms(rang - started),
    );
    received(
        "GET /control/calls",
        &only(&call, &["phone_masked", "auth_type", "goods_name", "bank_code", "says"]),
    );

    let status = call.text("status").context("③ the call has no status")?;
    caption(
        "③",
        "고객 동의 (전화에서 1번)",
        "the customer agrees",
        ms(decided - rang),
    );
    received("GET /control/calls", &only(&call, &["status", "polls"]));
    ensure!(status == "agreed", "③ the customer did not agree: {status}");

    caption(
        "④",
        "게이트웨이 → 상점: status 41, 발급 가능",
        "ready to publish",
        ms(answered - decided),
    );
    let body = answer(&exchange)?;
    ensure!(body.number("status") == Some(41), "④ the status is not 41");
    signed_up
        .text("receipt_id")
        .map(str::to_owned)
        .context("④ no receipt_id came back")
}

/// ⑤ and ⑥. Returns the gateway's answer, and how long the merchant took besides: that is ⑦, in milliseconds.
async fn publish(web: &Web, receipt_id: &str) -> anyhow::Result<(Json, u64)> {
    let started = Instant::now();
    let confirmed = web.confirm(receipt_id).await.context("⑤ the publish")?;
    let confirmed_ms = ms(started.elapsed());
    let exchange = web.last_exchange().await?;
    caption("⑤", "상점 → 게이트웨이: 발급 확정", "publish", exchange.took_ms);
    sent(&exchange);
    caption(
        "⑥",
        "게이트웨이 → 상점: billing_key (⑤의 답)",
        "the key arrives, in the answer to ⑤",
        exchange.took_ms,
    );
    let body = answer(&exchange)?;
    let status = body.number("status");
    ensure!(
        matches!(status, Some(1 | 11)),
        "⑥ the key is not issued: status {status:?}"
    );
    ensure!(
        confirmed.get("billing_key").is_none() && confirmed.text("status") == Some("active"),
        "⑥ the browser must not get the key, and must hear that there is one"
    );
    Ok((body, confirmed_ms.saturating_sub(exchange.took_ms)))
}

/// ⑦: the row as it lies in the merchant's file, read from outside. The key in it is encrypted.
async fn stored(servers: &DemoServers, receipt_id: &str, billing_key: &str, took_ms: u64) -> anyhow::Result<()> {
    let (path, master_key, receipt_id) = (
        servers.service_db.clone(),
        servers.master_key.clone(),
        receipt_id.to_owned(),
    );
    let read = tokio::task::spawn_blocking(move || {
        let opened = merchant::stored_key(&path, &master_key, &receipt_id)?;
        anyhow::Ok((merchant::stored_rows(&path)?, opened))
    });
    let (rows, opened) = read.await??;
    caption(
        "⑦",
        "상점의 서비스 DB에 암호화하여 저장",
        "stored in the merchant's service DB, encrypted",
        took_ms,
    );
    ensure!(rows.len() == 1, "⑦ {} rows instead of one", rows.len());
    for row in rows {
        let row = Json::Object(
            row.into_iter()
                .map(|(column, value)| (column, Json::Text(value)))
                .collect(),
        );
        received("SELECT * FROM customer_billing", &row);
        ensure!(
            !row.lines().iter().any(|line| line.contains(billing_key)),
            "⑦ the row has the key in clear"
        );
    }
    ensure!(
        opened.as_deref() == Some(billing_key),
        "⑦ the row does not open to the key"
    );
    Ok(())
}

/// After ⑦: the gateway knows it too, from what is on disk.
async fn looked_up(web: &Web, receipt_id: &str, billing_key: &str) -> anyhow::Result<()> {
    let started = Instant::now();
    let body = web.lookup(receipt_id).await.context("the look-up")?;
    caption(
        "✓",
        "게이트웨이에서 다시 조회",
        "looked up again at the gateway",
        ms(started.elapsed()),
    );
    let shown = only(
        &body,
        &["receipt_id", "status_locale", "status", "billing_key", "billing_data"],
    );
    received(&format!("GET /v2/subscribe/billing_key/{receipt_id}"), &shown);
    ensure!(
        body.text("billing_key") == Some(billing_key),
        "the look-up gives another key"
    );
    Ok(())
}

fn caption(number: &str, korean: &str, english: &str, took_ms: u64) {
    let took = if took_ms == 0 {
        "< 1 ms".to_owned()
    } else {
        format!("{took_ms} ms")
    };
    println!(
        "\n{} {} {}",
        style::title(number),
        style::title(told(korean, english)),
        took
    );
}

fn note(text: &str) {
    println!("   {}", style::faint(text));
}

fn sent(exchange: &HttpExchange) {
    println!("   → {} {}", exchange.method, exchange.path);
    if let Some(body) = &exchange.sent {
        indented(body);
    }
}

fn received(from: &str, body: &Json) {
    println!("   ← {}", style::faint(from));
    indented(body);
}

/// Prints what the gateway answered and returns it.
fn answer(exchange: &HttpExchange) -> anyhow::Result<Json> {
    let status = exchange
        .status
        .with_context(|| exchange.failure.clone().unwrap_or_else(|| "no answer".to_owned()))?;
    let consent = exchange.headers.text("jadong-consent");
    let header = consent
        .map(|consent| format!("  Jadong-Consent: {consent}"))
        .unwrap_or_default();
    println!("   ← HTTP {status}{}", style::key_field(&header));
    let body = exchange.received.clone().context("an answer without a body")?;
    indented(&body);
    Ok(body)
}

fn indented(body: &Json) {
    for line in body.lines() {
        println!("     {line}");
    }
}

/// The named members, in the order of `keys`.
fn only(body: &Json, keys: &[&str]) -> Json {
    let member = |key: &&str| Some(((*key).to_owned(), body.get(key)?.clone()));
    Json::Object(keys.iter().filter_map(member).collect())
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
