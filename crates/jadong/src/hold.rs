//! `jadong hold`: no money moves any more, at any node, until `jadong resume --after-restore`.

use clap::Args;
use domain::EpochMs;
use seams::{Clock, SystemClock};
use serde_json::json;
use terminal::lang::{LangOption, in_language};

use crate::open_store::StoreOptions;
use crate::output::{JsonOption, Output, print_json};

#[derive(Args)]
pub struct HoldOptions {
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// Held already, they stay held from when they were. Errors: the store.
pub async fn run(options: HoldOptions) -> anyhow::Result<()> {
    let store = options.store.open().await?;
    let held = async {
        store.hold(0, EpochMs(SystemClock.now_ms())).await?;
        anyhow::Ok(store.installation().await?.held)
    };
    let held = held.await;
    store.close().await;
    let since = held?.map_or(0, |held| held.since.0);
    if options.json.output() == Output::Json {
        return print_json(&json!({ "held": true, "since_ms": since }));
    }
    println!(
        "{}",
        in_language(
            options.lang.language(),
            "출금과 취소를 보류합니다. 떠 있는 노드는 2초 안에 따르고, 나중에 시작하는 노드도 따릅니다. 다시 하려면: jadong resume --after-restore",
            "Debits and cancels are held. Nodes that run follow within two seconds, those that start later too. To go on: jadong \
             resume --after-restore",
        )
    );
    Ok(())
}
