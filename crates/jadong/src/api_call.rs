//! `jadong get`, `jadong post`: one request to the API, as a merchant's backend sends it.

use std::io::Read;

use anyhow::{Context, bail};
use clap::Args;
use reqwest::Method;
use serde_json::{Map, Value};

use crate::output::{JsonOption, print_json};
use crate::sandbox_api::{SandboxApi, SandboxOptions};

/// The longest body that the API takes is far below.
const BODY_BYTES_MAX: u64 = 1024 * 1024;

#[derive(Args)]
pub struct GetOptions {
    #[command(flatten)]
    sandbox: SandboxOptions,
    #[command(flatten)]
    json: JsonOption,
    /// Such as /v2/receipt/66542dfb4d18d5fc7b43e1b6; /v2 may be left out
    path: String,
}

#[derive(Args)]
pub struct PostOptions {
    #[command(flatten)]
    sandbox: SandboxOptions,
    #[command(flatten)]
    json: JsonOption,
    /// Such as /v2/subscribe/payment; /v2 may be left out
    path: String,
    /// Fields: name=text, or name:=JSON for numbers and objects. A single `-` reads the whole body as JSON from standard input
    fields: Vec<String>,
}

pub async fn get(options: GetOptions) -> anyhow::Result<()> {
    call(options.sandbox, Method::GET, &options.path, None).await
}

pub async fn post(options: PostOptions) -> anyhow::Result<()> {
    let body = if options.fields == ["-"] {
        let mut text = String::new();
        std::io::stdin().take(BODY_BYTES_MAX).read_to_string(&mut text)?;
        serde_json::from_str(&text).context("standard input is no JSON")?
    } else {
        body(&options.fields)?
    };
    call(options.sandbox, Method::POST, &options.path, Some(body)).await
}

/// The answer goes to standard output, also a refusal, which has its reason on standard error too.
async fn call(sandbox: SandboxOptions, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<()> {
    let answered = SandboxApi::new(sandbox)?.call(method, &whole(path)?, body).await?;
    print_json(&answered.body)?;
    if !(200..300).contains(&answered.status) {
        let status = answered.status;
        let said = [answered.text("error_code"), answered.text("message")];
        bail!("{status} {}", said.join(" ").trim_end());
    }
    Ok(())
}

/// The path from the root: `receipt/…` is `/v2/receipt/…`.
fn whole(path: &str) -> anyhow::Result<String> {
    if path.contains("://") {
        bail!("{path}: write the path alone, and where the gateway is in --url");
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    let is_whole = ["v2/", "sandbox/", "readyz", "healthz"]
        .iter()
        .any(|start| path.starts_with(start));
    Ok(format!("/{}{path}", if is_whole { "" } else { "v2/" }))
}

/// `name=text` and `name:=JSON`.
fn body(fields: &[String]) -> anyhow::Result<Value> {
    let mut body = Map::new();
    for field in fields {
        let (name, value) = field
            .split_once('=')
            .with_context(|| "a field is name=text or name:=JSON, and one of these has no =")?;
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => {
                let value = serde_json::from_str(value);
                (name, value.with_context(|| format!("{name}: after := comes JSON"))?)
            }
            None => (name, Value::from(value)),
        };
        if body.insert(name.to_owned(), value).is_some() {
            bail!("{name} is there twice");
        }
    }
    Ok(Value::Object(body))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{body, whole};

    fn of(fields: &[&str]) -> anyhow::Result<serde_json::Value> {
        body(&fields.iter().map(|&field| field.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn fields_are_text_or_json() {
        let read = of(&[
            "price:=9900",
            "order_id=a=b",
            "metadata:={\"a\":1}",
            "order_name=",
            "x=9900",
        ]);
        let wanted = json!({ "price": 9900, "order_id": "a=b", "metadata": { "a": 1 }, "order_name": "", "x": "9900" });
        assert_eq!(read.unwrap(), wanted);
        // What was typed is not repeated where it may be an account number.
        for (bad, said) in [
            ("12345678901234", "has no ="),
            ("price:=", "price: after"),
            ("price:=won", "price: after"),
        ] {
            let error = format!("{:#}", of(&[bad]).unwrap_err());
            assert!(error.contains(said) && !error.contains("12345678901234"), "{error}");
        }
        assert!(of(&["a=1", "a:=2"]).unwrap_err().to_string().contains("twice"));
        assert_eq!(of(&[]).unwrap(), json!({}));
    }

    #[test]
    fn a_path_is_of_the_second_version_unless_it_says_so() {
        for (path, wanted) in [
            ("receipt/1", "/v2/receipt/1"),
            ("/receipt/1", "/v2/receipt/1"),
            ("/v2/receipt/1", "/v2/receipt/1"),
            ("v2/receipt/1?a=b", "/v2/receipt/1?a=b"),
            ("/sandbox/clock", "/sandbox/clock"),
        ] {
            assert_eq!(whole(path).unwrap(), wanted, "{path}");
        }
        assert!(whole("http://127.0.0.1/v2/receipt/1").is_err());
    }
}
