//! The seven steps. Each is done, checked and printed with what was sent, what came back and how long it took.

use std::cell::Cell;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::value::to_raw_value;
use terminal::lang::localized;

use super::json::{Json, lines, member};
use super::start::DemoServers;
use super::style;
use super::web::HttpExchange;

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
    let started = Instant::now();
    let receipt_id = request_and_consent(servers).await?;
    let (published, storing_ms) = publish(servers, &receipt_id).await?;
    let billing_key: String = member(&published, "billing_key").context("no billing_key came back")?;
    let account_masked = member(&published, "billing_data").and_then(|data: Json| member(&data, "bank_account"));
    let account_masked = account_masked.context("no masked account came back")?;
    stored(servers, &receipt_id, &billing_key, storing_ms).await?;
    let total = started.elapsed();
    looked_up(servers, &receipt_id, &billing_key).await?;
    Ok(Issued {
        receipt_id,
        billing_key,
        account_masked,
        total,
    })
}

/// What the demo saw while the merchant's request was under way.
struct Observed {
    signed_up: Json,
    call: Option<Json>,
    /// When the request was sent, the phone rang, the customer had decided and the answer came, in this order.
    at: [Instant; 4],
}

/// Sends the sign-up and looks at the simulated PG until the answer is there.
async fn watch(servers: &DemoServers) -> anyhow::Result<Observed> {
    let started = Instant::now();
    let is_answered = Cell::new(false);
    let sign_up = async {
        let signed_up = servers.sign_up().await;
        is_answered.set(true);
        (signed_up, Instant::now())
    };
    let look = async {
        let (mut rang, mut decided) = (None, None);
        loop {
            // Asked before looking: so the last look is certainly after the answer.
            let over = is_answered.get() || decided.is_some();
            let call = servers.last_call().await?;
            if call.is_some() {
                rang.get_or_insert_with(Instant::now);
            }
            let status: Option<String> = call.as_ref().and_then(|call| member(call, "status"));
            if status.is_some_and(|status| status != "ringing") {
                decided.get_or_insert_with(Instant::now);
            }
            if over {
                break anyhow::Ok((call, rang, decided));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let ((signed_up, answered), looked) = tokio::join!(sign_up, look);
    let (call, rang, decided) = looked?;
    // The look may come a moment after the answer that it explains.
    let by_then = |at: Option<Instant>| at.unwrap_or(answered).min(answered);
    Ok(Observed {
        signed_up: signed_up.context("① the request")?,
        call,
        at: [started, by_then(rang), by_then(decided), answered],
    })
}

/// ① to ④: one request of the merchant, during which the PG calls and the customer agrees.
async fn request_and_consent(servers: &DemoServers) -> anyhow::Result<String> {
    let Observed {
        signed_up,
        call,
        at: [started, rang, decided, answered],
    } = watch(servers).await?;
    let exchange = servers.last_exchange().await?;

    caption(
        "①",
        "상점 → 게이트웨이: 빌링키 발급 요청",
        "the merchant asks for a billing key",
        exchange.took_ms,
    );
    sent(&exchange);
    note(localized(
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

    let status: String = member(&call, "status").context("③ the call has no status")?;
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
    ensure!(member(&body, "status") == Some(41), "④ the status is not 41");
    member(&signed_up, "receipt_id").context("④ no receipt_id came back")
}

/// ⑤ and ⑥. Returns the gateway's answer, and how long the merchant took besides: that is ⑦, in milliseconds.
async fn publish(servers: &DemoServers, receipt_id: &str) -> anyhow::Result<(Json, u64)> {
    let started = Instant::now();
    let confirmed = servers.confirm(receipt_id).await.context("⑤ the publish")?;
    let confirmed_ms = ms(started.elapsed());
    let exchange = servers.last_exchange().await?;
    caption("⑤", "상점 → 게이트웨이: 발급 확정", "publish", exchange.took_ms);
    sent(&exchange);
    caption(
        "⑥",
        "게이트웨이 → 상점: billing_key (⑤의 답)",
        "the key arrives, in the answer to ⑤",
        exchange.took_ms,
    );
    let body = answer(&exchange)?;
    let status: Option<i64> = member(&body, "status");
    ensure!(
        matches!(status, Some(1 | 11)),
        "⑥ the key is not issued: status {status:?}"
    );
    ensure!(
        !confirmed.contains_key("billing_key") && member(&confirmed, "status") == Some("active".to_owned()),
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
        let is_clear = row.iter().any(|(_, value)| value.contains(billing_key));
        ensure!(!is_clear, "⑦ the row has the key in clear");
        let columns = row
            .into_iter()
            .map(|(column, value)| Ok((column, to_raw_value(&value)?)));
        received(
            "SELECT * FROM customer_billing",
            &columns.collect::<serde_json::Result<_>>()?,
        );
    }
    ensure!(
        opened.as_deref() == Some(billing_key),
        "⑦ the row does not open to the key"
    );
    Ok(())
}

/// After ⑦: the gateway knows it too, from what is on disk.
async fn looked_up(servers: &DemoServers, receipt_id: &str, billing_key: &str) -> anyhow::Result<()> {
    let started = Instant::now();
    let body = servers.lookup(receipt_id).await.context("the look-up")?;
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
        member::<String>(&body, "billing_key").as_deref() == Some(billing_key),
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
        style::title(localized(korean, english)),
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
    let consent = exchange.headers.get("jadong-consent");
    let header = consent.map_or_else(String::new, |consent| format!("  Jadong-Consent: {consent}"));
    println!("   ← HTTP {status}{}", style::key_field(&header));
    let body = exchange.received.clone().context("an answer without a body")?;
    indented(&body);
    Ok(body)
}

fn indented(body: &Json) {
    for line in lines(body) {
        println!("     {line}");
    }
}

/// The named members, in the order of `keys`.
fn only(body: &Json, keys: &[&str]) -> Json {
    let named = |key: &&str| Some(((*key).to_owned(), body.get(*key)?.clone()));
    keys.iter().filter_map(named).collect()
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
