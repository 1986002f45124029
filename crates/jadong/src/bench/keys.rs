//! Billing keys to charge, issued over HTTP.

use std::time::Duration;

use anyhow::Context;
use hyper::Method;
use serde::Deserialize;

use super::client::{Connection, request_body};
use super::issue::{PUBLISH, Receipt, TRANSFER};
use super::load;

#[derive(Deserialize)]
struct Published {
    billing_key: String,
}

/// Issues `keys` keys over `connections`.
pub async fn issue(address: &str, keys: usize, connections: usize) -> anyhow::Result<Vec<String>> {
    let connections = connections.min(keys).max(1);
    let ran = load::run(connections, Duration::ZERO, |index, _deadline| {
        let address = address.to_owned();
        async move {
            let mut connection = Connection::open(&address).await?;
            let mut issued = Vec::new();
            for number in (index..keys).step_by(connections) {
                issued.push(one(&mut connection, number).await?);
            }
            Ok(issued)
        }
    })
    .await?;
    Ok(ran.results.into_iter().flatten().collect())
}

async fn one(connection: &mut Connection, number: usize) -> anyhow::Result<String> {
    let body = request_body(&format!("key-{number}"), "01012345678");
    let answer = connection.call(Method::POST, TRANSFER, body).await?;
    let receipt: Receipt = serde_json::from_slice(&answer)?;
    let body = format!(r#"{{"receipt_id":"{}"}}"#, receipt.receipt_id);
    let answer = connection.call(Method::POST, PUBLISH, body).await?;
    let published: Published = serde_json::from_slice(&answer).context("publish")?;
    Ok(published.billing_key)
}
