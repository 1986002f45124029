//! What a command asks of the gateway that serves from a folder, signed with the installation's key.

use std::path::Path;

use anyhow::anyhow;
use domain::fingerprint::Pepper;
use serde_json::Value;

use crate::{admin_url, pepper};

/// The admin listener of a running gateway.
pub struct Admin {
    url: String,
    pepper: Pepper,
    client: reqwest::Client,
    folder: String,
}

impl Admin {
    /// Errors: no gateway has served from `data`, or its key is not there.
    pub fn of(data: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            url: admin_url::read(data)?,
            pepper: pepper::here(data)?,
            client: reqwest::Client::builder().tls_certs_only([]).no_proxy().build()?,
            folder: data.display().to_string(),
        })
    }

    /// The answer, which may be a refusal. Errors: nobody answers there.
    pub async fn ask(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let body = body.to_string();
        let sent = self
            .client
            .post(format!("{}{path}", self.url))
            .header("authorization", gateway::sign_operator(&self.pepper, path, &body))
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await;
        // Its chain of causes says the same again in an HTTP library's words.
        let response = sent.map_err(|_| anyhow!("no gateway serves from {} now", self.folder))?;
        Ok(response.json().await?)
    }

    /// The same, where a refusal is an error.
    pub async fn done(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.ask(path, body).await?;
        let text = |name: &str| answer[name].as_str().unwrap_or("");
        match text("error_code") {
            "" => Ok(answer),
            code => Err(anyhow!(
                "{}",
                [code, text("field"), text("message"), text("hint")]
                    .join(" ")
                    .trim_end()
            )),
        }
    }
}
