//! `jadong webhook set`

use std::time::Duration;

use anyhow::bail;
use domain::EpochMs;
use domain::webhook_delivery::{UrlFault, read_url};
use seams::{Clock, SystemClock};
use serde_json::json;
use store::Store;
use terminal::lang::localized;

use super::named;
use crate::output::{Output, print_json};

pub async fn set(store: &Store, project: &str, url: &str, output: Output) -> anyhow::Result<()> {
    let project = named(store, project).await?;
    let url = match url {
        "none" => None,
        url => {
            // The reading that deliveries go by: what is set here can be sent to.
            if let Err(fault) = read_url(url) {
                bail!(
                    "{:?} cannot take webhooks: {fault} ({}); write `none` to turn webhooks off",
                    shown(url, fault),
                    fault.hint()
                );
            }
            Some(url.trim().to_owned())
        }
    };
    store.set_webhook(project.id, url.clone()).await?;
    until_it_is_seen(store).await?;
    if output == Output::Json {
        return print_json(&json!({ "project": project.name, "webhook_url": url }));
    }
    match url {
        Some(url) => println!("{}: {url}", project.name),
        None => println!(
            "{}: {}",
            project.name,
            localized("웹훅을 보내지 않습니다.", "No webhooks.")
        ),
    }
    Ok(())
}

/// A password is not repeated on the terminal.
fn shown(url: &str, fault: UrlFault) -> &str {
    if fault == UrlFault::UserInfo { "the URL" } else { url }
}

/// Gateways read their projects every second: what is debited after this has returned is told to the new URL.
async fn until_it_is_seen(store: &Store) -> anyhow::Result<()> {
    const SEEN_WITHIN: Duration = Duration::from_millis(1_500);
    let now = EpochMs(SystemClock.now_ms());
    if store.nodes().await?.iter().any(|node| node.alive_until > now) {
        tokio::time::sleep(SEEN_WITHIN).await;
    }
    Ok(())
}
