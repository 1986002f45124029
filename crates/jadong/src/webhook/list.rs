//! `jadong webhook list`

use anyhow::Context;
use comfy_table::Table;
use domain::webhook_delivery::{Delivery, DeliveryState};
use domain::{EpochMs, Language, ReceiptId};
use serde_json::json;
use store::Store;
use terminal::lang::in_language;

use crate::output::{Output, print_json};
use crate::table::{plain, shown};

const NEWEST_MAX: u32 = 100;

pub async fn list(store: &Store, receipt: Option<&str>, language: Language, output: Output) -> anyhow::Result<()> {
    let deliveries = match receipt {
        Some(receipt) => {
            let id: ReceiptId = receipt.parse().with_context(|| format!("--receipt {receipt}"))?;
            of_receipt(store, id).await?
        }
        None => store.recent_deliveries(NEWEST_MAX).await?,
    };
    match output {
        Output::Json => {
            let rows: Vec<_> = deliveries.iter().map(row).collect();
            print_json(&rows)?;
        }
        Output::Text => println!("{}", shown(&table(&deliveries, language))),
    }
    Ok(())
}

/// The webhooks of a receipt of any project.
async fn of_receipt(store: &Store, receipt: ReceiptId) -> anyhow::Result<Vec<Delivery>> {
    for project in store.projects().await? {
        let found = store.deliveries_of(project.id, receipt).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

const ENGLISH: [&str; 9] = [
    "delivery",
    "receipt",
    "seq",
    "type",
    "state",
    "tries",
    "last result",
    "next / done",
    "url",
];

const KOREAN: [&str; 9] = [
    "전송",
    "영수증",
    "순번",
    "종류",
    "상태",
    "시도",
    "마지막 결과",
    "다음 / 완료",
    "주소",
];

fn table(deliveries: &[Delivery], language: Language) -> Table {
    let mut table = plain(in_language(language, KOREAN, ENGLISH));
    for delivery in deliveries {
        table.add_row([
            delivery.id.to_string(),
            delivery.receipt_id.to_string(),
            delivery.sequence.to_string(),
            delivery.webhook_type.clone(),
            gateway::state_word(delivery.state.name(), language).to_owned(),
            delivery.attempts.to_string(),
            delivery.last_result.clone(),
            turn(delivery).map_or_else(String::new, EpochMs::to_wire),
            delivery.url.clone(),
        ]);
    }
    table
}

/// When it is tried next, or was delivered.
fn turn(delivery: &Delivery) -> Option<EpochMs> {
    match delivery.state {
        DeliveryState::Pending => Some(delivery.next_at),
        DeliveryState::Delivered => delivery.delivered_at,
        DeliveryState::Exhausted => None,
    }
}

fn row(delivery: &Delivery) -> serde_json::Value {
    let next_at = (delivery.state == DeliveryState::Pending).then(|| delivery.next_at.to_wire());
    json!({
        "delivery_id": delivery.id.to_string(),
        "receipt_id": delivery.receipt_id.to_string(),
        "sequence": delivery.sequence,
        "webhook_type": delivery.webhook_type,
        "state": delivery.state.name(),
        "attempts": delivery.attempts,
        "last_result": delivery.last_result,
        "url": delivery.url,
        "content_type": delivery.content_type.name(),
        "created_at": delivery.created_at.to_wire(),
        "next_at": next_at,
        "delivered_at": delivery.delivered_at.map(EpochMs::to_wire),
    })
}
