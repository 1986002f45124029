//! `jadong nodes`: the processes that serve from the database.

use clap::Args;
use comfy_table::Table;
use domain::{EpochMs, Language};
use seams::{Clock, SystemClock};
use serde_json::{Value, json};
use store::Node;
use terminal::lang::{LangOption, in_language};

use crate::open_store::StoreOptions;
use crate::output::{JsonOption, Output, print_json};
use crate::table::{plain, shown};

#[derive(Args)]
pub struct NodesOptions {
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

pub async fn run(options: NodesOptions) -> anyhow::Result<()> {
    let store = options.store.open().await?;
    let nodes = store.nodes().await?;
    store.close().await;
    let now = EpochMs(SystemClock.now_ms());
    match options.json.output() {
        Output::Json => print_json(&nodes.iter().map(|node| row(node, now)).collect::<Vec<_>>())?,
        Output::Text if nodes.is_empty() => {
            let (korean, english) = (
                "이 데이터베이스로 서비스하는 노드가 없습니다.",
                "No node serves from this database.",
            );
            println!("{}", in_language(options.lang.language(), korean, english));
        }
        Output::Text => println!("{}", shown(&table(&nodes, now, options.lang.language()))),
    }
    Ok(())
}

/// What a node is at `now`: `alive`, `draining` (it is about to stop), or `dead` (it was killed, or cannot reach the database).
fn state(node: &Node, now: EpochMs) -> &'static str {
    if node.alive_until <= now {
        "dead"
    } else if node.is_draining {
        "draining"
    } else {
        "alive"
    }
}

fn in_korean(state: &str) -> &'static str {
    match state {
        "alive" => "살아 있음",
        "draining" => "멈추는 중",
        _ => "죽음",
    }
}

/// As ids have it: three bytes.
fn number(node: &Node) -> String {
    format!("{:06x}", node.number)
}

const ENGLISH: [&str; 6] = ["node", "state", "version", "address", "admin", "since"];
const KOREAN: [&str; 6] = ["노드", "상태", "버전", "주소", "관리용 주소", "시작"];

fn table(nodes: &[Node], now: EpochMs, language: Language) -> Table {
    let mut table = plain(in_language(language, KOREAN, ENGLISH));
    for node in nodes {
        let state = state(node, now);
        table.add_row([
            number(node),
            in_language(language, in_korean(state), state).to_owned(),
            node.version.clone(),
            node.address.clone(),
            node.admin_address.clone(),
            node.started_at.to_wire(),
        ]);
    }
    table
}

fn row(node: &Node, now: EpochMs) -> Value {
    json!({
        "node": number(node),
        "state": state(node, now),
        "version": node.version,
        "address": node.address,
        "admin_address": node.admin_address,
        "started_at": node.started_at.to_wire(),
        "alive_until": node.alive_until.to_wire(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_dead_when_its_time_is_over_and_drains_only_before() {
        let node = |alive_until, is_draining| Node {
            number: 0x00ab_cdef,
            version: String::new(),
            address: String::new(),
            admin_address: String::new(),
            started_at: EpochMs(0),
            alive_until: EpochMs(alive_until),
            is_draining,
        };
        let told = [(11, false), (11, true), (10, false), (10, true)].map(|(until, drains)| {
            let node = node(until, drains);
            state(&node, EpochMs(10))
        });
        assert_eq!(told, ["alive", "draining", "dead", "dead"]);
        assert_eq!(number(&node(0, false)), "abcdef");
    }
}
