//! `jadong ars list`

use comfy_table::{Table, presets};
use serde_json::Value;

use crate::output::{Output, print_json};
use crate::sandbox_api::SandboxApi;

/// Which calls are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calls {
    Ringing,
    All,
}

impl Calls {
    pub fn of(all: bool) -> Self {
        if all { Self::All } else { Self::Ringing }
    }
}

pub async fn list(api: &SandboxApi, calls: Calls, output: Output) -> anyhow::Result<()> {
    let found = fetch(api, calls).await?;
    match output {
        Output::Json => print_json(&found)?,
        Output::Text if found.is_empty() => {
            println!(
                "울리는 전화가 없습니다. (No telephone rings. Let every call ring with: jadong ars phone by-hand)"
            );
        }
        Output::Text => print(&found),
    }
    Ok(())
}

/// The project's calls, newest first.
pub async fn fetch(api: &SandboxApi, calls: Calls) -> anyhow::Result<Vec<Value>> {
    let path = match calls {
        Calls::Ringing => "/sandbox/calls?state=ringing",
        Calls::All => "/sandbox/calls",
    };
    let answer = api.get(path).await?.success()?;
    Ok(answer["calls"].as_array().cloned().unwrap_or_default())
}

fn print(calls: &[Value]) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["receipt", "customer", "phone", "bank", "asked by", "since", "state"]);
    for call in calls {
        table.add_row(
            [
                "receipt_id",
                "username",
                "phone",
                "bank_name",
                "auth_type",
                "rings_since",
                "state",
            ]
            .map(|name| text(&call[name])),
        );
    }
    println!("{table}");
    if let [call] = calls {
        println!("\n  “{}”\n  “{}”", text(&call["says"]["ko"]), text(&call["says"]["en"]));
    }
}
