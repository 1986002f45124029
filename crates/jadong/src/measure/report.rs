//! What was found, as a table or as JSON, and what the gateway goes by from now on.

use domain::project::ProjectPg;
use pg::RefundsSeen;
use pg::measure::{Found, Left, Row};
use serde_json::{Value, json};

use crate::output::print_json;
use crate::project::measured;
use crate::table::{plain, shown};

pub fn json(project: &str, rows: &[Row], pg: &ProjectPg, left: &[Left]) -> anyhow::Result<()> {
    let rows: Vec<_> = rows.iter().map(row).collect();
    let left: Vec<_> = left.iter().map(left_json).collect();
    print_json(&json!({
        "project": project, "rows": rows, "left": left, "stored": measured(pg),
        "absence_proven_after_ms": pg.absence_proven_after_ms, "refund_repeated_after_ms": refund_repeated_after_ms(pg),
    }))
}

pub fn text(rows: &[Row], pg: &ProjectPg) {
    if !rows.is_empty() {
        let mut table = plain(["probe", "question", "answer"]);
        for row in rows {
            let answer = match &row.found {
                Found::Measured(says) => says.clone(),
                Found::NotMeasured(why) => format!("not measured: {why}"),
                Found::Skipped(why) => format!("skipped: {why}"),
            };
            table.add_row([row.probe.name(), row.question.name(), &answer]);
        }
        println!("{}\n", shown(&table));
    }
    match pg.absence_proven_after_ms {
        Some(ms) => println!("absence_proven_after = {} min", ms / 60_000),
        None => println!("absence_proven_after = never"),
    }
    if let Some(ms) = refund_repeated_after_ms(pg) {
        println!("a refund without an answer is sent again after {} min", ms / 60_000);
    }
}

fn refund_repeated_after_ms(pg: &ProjectPg) -> Option<u64> {
    match pg::capabilities_of(pg)?.refunds {
        RefundsSeen::BySum { stands_still } => u64::try_from(stands_still.as_millis()).ok(),
        RefundsSeen::ByOrder => None,
    }
}

fn row(row: &Row) -> Value {
    let (became, text) = match &row.found {
        Found::Measured(says) => ("measured", says),
        Found::NotMeasured(why) => ("not_measured", why),
        Found::Skipped(why) => ("skipped", why),
    };
    let key = if became == "measured" { "says" } else { "why" };
    json!({ "probe": row.probe.name(), "question": row.question.name(), "became": became, key: text })
}

fn left_json(left: &Left) -> Value {
    let to_do = to_do(left);
    match left {
        Left::Debit {
            order_id,
            receipt_id,
            price,
            ..
        } => {
            json!({ "order_id": order_id, "receipt_id": receipt_id, "price": price.get(), "to_do": to_do })
        }
        Left::PerhapsDebited { order_id, price } => {
            json!({ "order_id": order_id, "price": price.get(), "to_do": to_do })
        }
        Left::Key { billing_key, .. } => json!({ "billing_key": billing_key, "to_do": to_do }),
        Left::PerhapsAsked { subscription_id } => json!({ "subscription_id": subscription_id, "to_do": to_do }),
    }
}

/// What was not taken back, and what a person does about it.
pub fn to_do(left: &Left) -> String {
    match left {
        Left::Debit {
            order_id,
            receipt_id,
            price,
            why,
        } => format!(
            "receipt {receipt_id} (order {order_id}, {} won) was not given back wholly, {why}: look at it on Bootpay's page, and refund there what is left of it",
            price.get()
        ),
        Left::PerhapsDebited { order_id, price } => format!(
            "order {order_id} ({} won) was sent and not answered: look for it on Bootpay's page, today and tomorrow, and refund it there",
            price.get()
        ),
        Left::Key { billing_key, why } => {
            format!("billing key {billing_key} was not ended, {why}: end it at Bootpay")
        }
        Left::PerhapsAsked { subscription_id } => format!(
            "whether a key came of the consent {subscription_id} is not known: look for it on Bootpay's page, and end it there"
        ),
    }
}
