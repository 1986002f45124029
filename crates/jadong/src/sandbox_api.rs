//! Calling a running sandbox, as a merchant's backend would.

use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use devtools::http::{TrustOption, tls_fault};
use devtools::local_url;
use gateway::sandbox_credentials;
use reqwest::{Client, Method, Response};
use serde_json::Value;

/// Longer than the longest answer: a debit whose PG call times out.
const PATIENCE: Duration = Duration::from_secs(120);

/// Which sandbox, and which of its projects.
#[derive(Args, Clone)]
pub struct SandboxOptions {
    /// The sandbox
    #[arg(long, env = "JADONG_URL", default_value = "http://127.0.0.1:4141", global = true, value_parser = local_url::base)]
    pub url: String,
    /// The project's client_key
    #[arg(long, env = "JADONG_CLIENT_KEY", default_value = sandbox_credentials::CLIENT_KEY, global = true)]
    pub client_key: String,
    /// The project's secret_key; better in JADONG_SECRET_KEY than here, where other users see it
    #[arg(
        long,
        env = "JADONG_SECRET_KEY",
        default_value = sandbox_credentials::SECRET_KEY,
        hide_default_value = true,
        hide_env_values = true,
        global = true
    )]
    pub secret_key: String,
    #[command(flatten)]
    pub trust: TrustOption,
}

/// A running sandbox, seen from one project.
#[derive(Clone)]
pub struct SandboxApi {
    http: Client,
    options: SandboxOptions,
    patience: Duration,
}

/// An answer, success or not.
#[derive(Debug, Clone)]
pub struct AnsweredCall {
    pub status: u16,
    pub body: Value,
    pub took: Duration,
}

impl AnsweredCall {
    /// A member of the body as text; empty when there is none.
    pub fn text(&self, name: &str) -> String {
        match &self.body[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The body of a success. Errors: what the gateway said instead.
    pub fn success(self) -> anyhow::Result<Value> {
        if self.status == 200 {
            return Ok(self.body);
        }
        let said = [self.text("error_code"), self.text("message"), self.text("hint")];
        bail!("{}", said.join(" ").trim_end())
    }
}

impl SandboxApi {
    pub fn new(options: SandboxOptions) -> anyhow::Result<Self> {
        let http = options.trust.client()?.build()?;
        Ok(Self {
            http,
            options,
            patience: PATIENCE,
        })
    }

    /// The same, for calls that may take as long as this.
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<AnsweredCall> {
        let mut request = self.request(method, path).timeout(self.patience);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let started = Instant::now();
        let response = request.send().await.map_err(|error| self.nobody(error))?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(|error| self.nobody(error))?;
        let body = serde_json::from_str(&text);
        Ok(AnsweredCall {
            status,
            body: body.with_context(|| format!("{} is no Jadong: its answer is no JSON", self.options.url))?,
            took: started.elapsed(),
        })
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<AnsweredCall> {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> anyhow::Result<AnsweredCall> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> anyhow::Result<AnsweredCall> {
        self.call(Method::DELETE, path, None).await
    }

    /// An answer that is read as it comes.
    pub async fn stream(&self, path: &str) -> anyhow::Result<Response> {
        let request = self.request(Method::GET, path);
        request.send().await.map_err(|error| self.nobody(error))
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.options.url.trim_end_matches('/'));
        self.http
            .request(method, url)
            .basic_auth(&self.options.client_key, Some(&self.options.secret_key))
            .header("accept-language", "en")
    }

    /// Why there is no answer. A server that TLS refuses is there: starting another would not help.
    fn nobody(&self, error: reqwest::Error) -> anyhow::Error {
        let url = &self.options.url;
        if let Some(fault) = tls_fault(&error) {
            return anyhow!("{url}: {fault}");
        }
        if error.is_timeout() {
            return anyhow!("the sandbox at {url} accepts the call and does not answer");
        }
        anyhow!("no sandbox answers at {url}; start one with `jadong serve`, or name it with --url")
    }
}
