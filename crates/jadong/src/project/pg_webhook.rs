//! `jadong project pg-webhook`

use anyhow::ensure;
use domain::fingerprint::Pepper;
use serde_json::json;
use store::Store;
use terminal::lang::localized;

use super::rotate::named;
use crate::output::{Output, print_json};

/// Which address is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    Present,
    /// A new one; what is sent to the one before is refused from now on.
    Rotated,
}

pub async fn show(store: &Store, pepper: &Pepper, name: &str, address: Address, output: Output) -> anyhow::Result<()> {
    let mut project = named(store, name).await?;
    ensure!(
        pg::sends_hints(&project.pg),
        "{name}: webhooks of {} are not read here",
        project.pg.name.name()
    );
    if address == Address::Rotated {
        store.rotate_pg_webhook(project.id).await?;
        project = named(store, name).await?;
    }
    let token = gateway::pg_webhook_token(pepper, project.id, project.pg_webhook_number);
    let path = format!("/pg/webhook/{token}");
    match output {
        Output::Json => print_json(&json!({ "project": name, "path": path }))?,
        Output::Text => {
            println!("{path}");
            eprintln!(
                "{}",
                localized(
                    "이 게이트웨이의 공개 주소 뒤에 붙여 PG의 관리자 화면에 웹훅 주소로 적습니다.",
                    "Put it behind this gateway's public address, and set that as the webhook URL in the PG's admin page."
                )
            );
        }
    }
    Ok(())
}
