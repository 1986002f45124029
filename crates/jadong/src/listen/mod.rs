//! `jadong listen`: the project's webhooks as they happen, on the terminal and at a local endpoint.

mod forward;
mod print;
mod stream;

use std::time::Duration;

use clap::Args;
use devtools::local_url;
use domain::Language;
use domain::webhook_delivery::WebhookType;
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;
use terminal::lang::{LangOption, in_language};

use crate::output::{JsonOption, Output};
use crate::sandbox_api::{SandboxApi, SandboxOptions};
use crate::serve::StopSignals;
use forward::Forwarder;
use stream::{Event, Events};

/// How long after a lost connection the sandbox is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The options of `jadong listen`.
#[derive(Args)]
pub struct ListenOptions {
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// Where each webhook is posted, signed as the gateway signs it; without it they are only printed
    /// (localhost:8000/webhook, or 8000 alone)
    #[arg(long, value_name = "URL", value_parser = local_url::read)]
    forward_to: Option<Url>,
    /// Only webhooks of these types, as PAYMENT_COMPLETED,PAYMENT_CANCELLED
    #[arg(long, value_name = "TYPES", value_delimiter = ',', value_parser = webhook_type)]
    events: Vec<WebhookType>,
    /// End after this many webhooks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// Errors: there is no such type, and which there are.
fn webhook_type(text: &str) -> Result<WebhookType, String> {
    let known = || {
        <WebhookType as strum::VariantArray>::VARIANTS
            .iter()
            .map(|kind| kind.name())
    };
    text.trim()
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| format!("there are {}", known().collect::<Vec<_>>().join(", ")))
}

/// A webhook as the sandbox's events carry it.
#[derive(Deserialize)]
struct Webhook {
    webhook_type: String,
    receipt_id: String,
    order_id: Option<String>,
    sequence: u32,
    headers: std::collections::BTreeMap<String, String>,
    body: String,
}

/// What ended a connection.
enum Ended {
    /// As many webhooks as were asked for.
    Enough,
    /// The sandbox is gone, or restarts.
    Lost,
}

pub async fn run(options: ListenOptions) -> anyhow::Result<()> {
    let stop = StopSignals::listen()?;
    let trust = options.sandbox.trust.clone();
    let api = SandboxApi::new(options.sandbox)?;
    let forwarder = options.forward_to.map(|url| Forwarder::new(url, &trust));
    let mut listener = Listener {
        forwarder: forwarder.transpose()?,
        events: options.events,
        left: options.count.unwrap_or(u64::MAX),
        language: options.lang.language(),
        output: options.json.output(),
    };
    tokio::select! {
        listened = listener.listen(&api) => listened,
        () = stop.asked() => Ok(()),
    }
}

struct Listener {
    forwarder: Option<Forwarder>,
    /// Of which types; empty: of all.
    events: Vec<WebhookType>,
    left: u64,
    language: Language,
    output: Output,
}

impl Listener {
    async fn listen(&mut self, api: &SandboxApi) -> anyhow::Result<()> {
        // The first connection must work; a later one is tried until it does.
        let mut events = Events::open(api).await?;
        loop {
            if matches!(self.follow(&mut events).await?, Ended::Enough) {
                return Ok(());
            }
            print::note(in_language(
                self.language,
                "연결이 끊겼습니다. 다시 연결합니다",
                "the sandbox is gone, or the access has ended; trying again",
            ));
            events = loop {
                tokio::time::sleep(AGAIN).await;
                if let Ok(events) = Events::open(api).await {
                    break events;
                }
            };
        }
    }

    async fn follow(&mut self, events: &mut Events) -> anyhow::Result<Ended> {
        while let Some(Event { name, data }) = events.next().await {
            match name.as_str() {
                "hello" => print::hello(
                    &read(&data)?,
                    self.forwarder.as_ref().map(Forwarder::url),
                    self.language,
                ),
                "webhook" => {
                    let webhook: Webhook = read(&data)?;
                    let is_wanted = |kind: &WebhookType| kind.name() == webhook.webhook_type;
                    if !self.events.is_empty() && !self.events.iter().any(is_wanted) {
                        continue;
                    }
                    self.webhook(&webhook).await;
                    self.left -= 1;
                    if self.left == 0 {
                        return Ok(Ended::Enough);
                    }
                }
                "missed" => print::missed(&read(&data)?, self.language),
                // Signs of life, and what only pages care for.
                _ => {}
            }
        }
        Ok(Ended::Lost)
    }

    /// One after the other, so that the endpoint sees them in their order.
    async fn webhook(&self, webhook: &Webhook) {
        let forwarded = match &self.forwarder {
            Some(forwarder) => Some(forwarder.forward(webhook).await),
            None => None,
        };
        let url = self.forwarder.as_ref().map(Forwarder::url);
        print::webhook(webhook, url.zip(forwarded.as_ref()), self.language, self.output);
    }
}

fn read<T: serde::de::DeserializeOwned>(data: &str) -> anyhow::Result<T> {
    serde_json::from_str(data).map_err(|_| anyhow::anyhow!("the sandbox is another version: its event cannot be read"))
}

/// The first event of a stream.
#[derive(Deserialize)]
struct Hello {
    project: String,
    webhook_url: Option<String>,
    /// What its webhooks are signed with; absent from an older sandbox.
    webhook_secret: Option<String>,
}

/// Events that were lost because the endpoint is slow.
#[derive(Deserialize)]
struct Missed {
    events: u64,
}

/// A body for people who read JSON; `null` when it is a form.
fn as_json(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or(Value::Null)
}
