//! Where a scenario is played: every call is made, told and kept.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::{OwoColorize, Stream};
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use terminal::lang::localized;

use super::scenario::Scenario;
use crate::output::Output;
use crate::sandbox_api::{AnsweredCall, SandboxApi};

const LOOK_EVERY: Duration = Duration::from_millis(250);

/// One call or remark.
#[derive(Serialize)]
pub struct ScenarioStep {
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<u16>,
    /// The status or the error code of the answer, or what is remarked.
    said: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<u64>,
}

/// A scenario that was played.
#[derive(Serialize)]
pub struct ScenarioRun {
    scenario: &'static str,
    pub ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
    steps: Vec<ScenarioStep>,
}

pub struct Runner {
    pub api: SandboxApi,
    scenario: Scenario,
    output: Output,
    /// Makes ids that no other run has.
    run: String,
    steps: Vec<ScenarioStep>,
}

impl Runner {
    pub fn new(api: SandboxApi, scenario: Scenario, output: Output) -> Self {
        let (ko, en) = scenario.tells();
        if output == Output::Text {
            let name = scenario.name();
            let name = name.if_supports_color(Stream::Stdout, |name| name.bold()).to_string();
            println!("{name}\n  {}\n", localized(ko, en));
        }
        let run = jiff::Timestamp::now().as_millisecond();
        Self {
            api,
            scenario,
            output,
            run: format!("{run:x}"),
            steps: Vec::new(),
        }
    }

    /// An id of this run, for a subscription or an order.
    pub fn id(&self, what: &str) -> String {
        format!("{}-{what}-{}", self.scenario.name(), self.run)
    }

    /// A remark.
    pub fn say(&mut self, ko: &str, en: &str) {
        if self.output == Output::Text {
            println!("  {}", localized(ko, en));
        }
        self.steps.push(ScenarioStep {
            call: None,
            http: None,
            said: en.to_owned(),
            ms: None,
        });
    }

    pub async fn get(&mut self, path: &str) -> anyhow::Result<AnsweredCall> {
        let answered = self.api.get(path).await?;
        Ok(self.told(&Method::GET, path, answered))
    }

    pub async fn post(&mut self, path: &str, body: Value) -> anyhow::Result<AnsweredCall> {
        let answered = self.api.post(path, body).await?;
        Ok(self.told(&Method::POST, path, answered))
    }

    pub async fn delete(&mut self, path: &str) -> anyhow::Result<AnsweredCall> {
        let answered = self.api.delete(path).await?;
        Ok(self.told(&Method::DELETE, path, answered))
    }

    /// Tells and keeps a call.
    pub fn told(&mut self, method: &Method, path: &str, answered: AnsweredCall) -> AnsweredCall {
        let said = said(&answered);
        let ms = u64::try_from(answered.took.as_millis()).unwrap_or(u64::MAX);
        if self.output == Output::Text {
            let colored = said.if_supports_color(Stream::Stdout, |said| said.cyan()).to_string();
            println!("    {method} {path}\n      → {} {colored}  {ms} ms", answered.status);
        }
        self.steps.push(ScenarioStep {
            call: Some(format!("{method} {path}")),
            http: Some(answered.status),
            said,
            ms: Some(ms),
        });
        answered
    }

    /// Looks at `path` until its `status` is one of `ends`. Errors: it is not within `limit`.
    pub async fn until(&mut self, path: &str, ends: &[i64], limit: Duration) -> anyhow::Result<AnsweredCall> {
        let bar = self.bar(limit);
        let started = Instant::now();
        loop {
            let answered = self.api.get(path).await?;
            let is_end = answered.body["status"]
                .as_i64()
                .is_some_and(|status| ends.contains(&status));
            if is_end || started.elapsed() > limit {
                bar.finish_and_clear();
                let answered = self.told(&Method::GET, path, answered);
                if !is_end {
                    bail!("its status should be {ends:?} within {} s", limit.as_secs());
                }
                return Ok(answered);
            }
            bar.set_position(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// On a terminal only.
    fn bar(&self, limit: Duration) -> ProgressBar {
        if self.output == Output::Json {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        let style = ProgressStyle::with_template("    {spinner} {elapsed}  {wide_bar}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }

    /// The request for a key.
    pub fn application(&self, phone: &str, account: &str) -> Value {
        json!({
            "pg": "nicepay", "order_name": "월 구독", "subscription_id": self.id("sub"), "username": "홍길동",
            "bank_name": "국민은행", "bank_account": account, "identity_no": "900101", "phone": phone,
        })
    }

    /// A key whose account has these last four digits.
    pub async fn key(&mut self, last_four: &str) -> anyhow::Result<String> {
        let body = self.application("01012345678", &format!("1234567890{last_four}"));
        let asked = self.post(super::issue::TRANSFER, body).await?;
        expect_status(&asked, 41)?;
        let published = super::issue::published(self, &asked.text("receipt_id")).await?;
        expect_status(&published, 1)?;
        Ok(published.text("billing_key"))
    }

    /// Ends the play and says how it went.
    pub fn end(self, played: anyhow::Result<()>) -> ScenarioRun {
        let wrong = played.err().map(|error| format!("{error:#}"));
        if self.output == Output::Text {
            match &wrong {
                None => println!("  {}\n", "✓".if_supports_color(Stream::Stdout, |text| text.green())),
                Some(wrong) => {
                    let wrong = format!("✗ {wrong}");
                    println!("  {}\n", wrong.if_supports_color(Stream::Stdout, |text| text.red()));
                }
            }
        }
        ScenarioRun {
            scenario: self.scenario.name(),
            ok: wrong.is_none(),
            wrong,
            steps: self.steps,
        }
    }
}

/// What matters of an answer.
fn said(answered: &AnsweredCall) -> String {
    if answered.status != 200 {
        let hint = answered.text("hint");
        return format!("{} {hint}", answered.text("error_code")).trim_end().to_owned();
    }
    let names = [
        "status",
        "cancelled_price",
        "billing_key",
        "reserve_id",
        "answer",
        "success",
    ];
    let shown = names
        .iter()
        .filter(|name| !answered.body[**name].is_null())
        .filter(|name| **name != "cancelled_price" || answered.body["cancelled_price"] != 0)
        .map(|name| format!("{name} {}", answered.text(name)));
    shown.collect::<Vec<_>>().join(", ")
}

/// Errors unless the call succeeded with this `status`.
pub fn expect_status(answered: &AnsweredCall, status: i64) -> anyhow::Result<()> {
    let success = answered.clone().success().context("a success was expected")?;
    if success["status"] != status {
        bail!("status {status} was expected");
    }
    Ok(())
}

/// Errors unless the call was refused with this code.
pub fn expect_code(answered: &AnsweredCall, code: &str) -> anyhow::Result<()> {
    if answered.text("error_code") != code {
        bail!("{code} was expected");
    }
    Ok(())
}
