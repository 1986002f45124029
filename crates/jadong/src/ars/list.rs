//! `jadong ars list`

use domain::Language;
use domain::text::printable;
use serde_json::Value;
use terminal::lang::in_language;

use crate::output::{Output, print_json};
use crate::sandbox_api::SandboxApi;
use crate::table::{plain, shown};

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

pub async fn list(api: &SandboxApi, calls: Calls, language: Language, output: Output) -> anyhow::Result<()> {
    let found = fetch(api, calls).await?;
    match output {
        Output::Json => print_json(&found)?,
        Output::Text if found.is_empty() => {
            let (korean, english) = (
                "울리는 전화가 없습니다. 모든 전화를 울리게 하려면: jadong ars phone by-hand",
                "No telephone rings. Let every call ring with: jadong ars phone by-hand",
            );
            println!("{}", in_language(language, korean, english));
        }
        Output::Text => print(&found, language),
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

fn print(calls: &[Value], language: Language) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let english = ["receipt", "customer", "phone", "bank", "asked by", "since", "state"];
    let korean = ["영수증", "고객", "전화", "은행", "방법", "울린 시각", "상태"];
    let mut table = plain(in_language(language, korean, english));
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
    println!("{}", shown(&table));
    if let [call] = calls {
        println!(
            "\n  “{}”",
            printable(&text(&call["says"][in_language(language, "ko", "en")]))
        );
    }
}
