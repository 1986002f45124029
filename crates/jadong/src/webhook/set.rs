//! `jadong webhook set`

use anyhow::bail;
use domain::webhook_delivery::{UrlFault, read_url};
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
