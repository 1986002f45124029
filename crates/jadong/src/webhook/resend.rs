//! `jadong webhook resend`

use anyhow::{Context, bail};
use domain::{EpochMs, ReceiptId};
use seams::{Clock, SystemClock};
use serde_json::json;
use store::Store;
use terminal::lang::localized;

use crate::output::{Output, print_json};

pub async fn resend(store: &Store, delivery_id: &str, output: Output) -> anyhow::Result<()> {
    let id: ReceiptId = delivery_id.parse().with_context(|| delivery_id.to_owned())?;
    let mut is_sent = false;
    for project in store.projects().await? {
        is_sent = is_sent || store.resend(project.id, id, EpochMs(SystemClock.now_ms())).await?;
    }
    if !is_sent {
        bail!(
            "there is no delivery {delivery_id} that could be sent again; it may be on its way: `jadong webhook list`"
        );
    }
    match output {
        Output::Json => print_json(&json!({ "delivery_id": delivery_id, "state": "pending" }))?,
        Output::Text => println!(
            "{}",
            localized(
                "실행 중인 게이트웨이가 곧 다시 보냅니다.",
                "A running gateway sends it at once."
            )
        ),
    }
    Ok(())
}
