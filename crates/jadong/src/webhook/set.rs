//! `jadong webhook set`

use anyhow::bail;
use serde_json::json;
use store::Store;

use super::named;
use crate::lang::told;
use crate::output::{Output, print_json};

pub async fn set(store: &Store, project: &str, url: &str, output: Output) -> anyhow::Result<()> {
    let project = named(store, project).await?;
    let url = match url {
        "none" => None,
        url if is_url(url) => Some(url.to_owned()),
        url => bail!("{url:?} is no http:// or https:// URL; write `none` to turn webhooks off"),
    };
    store.set_webhook(project.id, url.clone()).await?;
    if output == Output::Json {
        return print_json(&json!({ "project": project.name, "webhook_url": url }));
    }
    match url {
        Some(url) => println!("{}: {url}", project.name),
        None => println!("{}: {}", project.name, told("웹훅을 보내지 않습니다.", "No webhooks.")),
    }
    Ok(())
}

fn is_url(text: &str) -> bool {
    text.len() <= 2048
        && reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn only_web_addresses_are_urls() {
        assert!(is_url("https://shop.example/webhook?a=1") && is_url("http://127.0.0.1:8000/"));
        assert!(!is_url("shop.example/webhook") && !is_url("ftp://shop.example/") && !is_url("https://"));
    }
}
