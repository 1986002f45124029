//! `jadong consent export`.

use std::path::PathBuf;

use anyhow::{Context, bail};
use domain::fingerprint::Pepper;
use domain::retention::RecordKind;
use domain::{BillingKeyId, EpochMs};
use gateway::ConsentRecord;
use seams::{Clock, SystemClock};
use serde_json::json;
use store::Store;
use terminal::lang::in_language;

use super::ExportOptions;
use crate::new_file;
use crate::output::{Output, print_json};

pub async fn export(wanted: ExportOptions, output: Output) -> anyhow::Result<()> {
    let key: BillingKeyId = wanted.billing_key.parse().context("billing_key")?;
    let store = wanted.store.open().await?;
    let found = read(&wanted, &store, key).await;
    store.close().await;
    let (record, pepper) = found?;
    let bytes = if wanted.pdf {
        record.to_pdf(&pepper)?
    } else {
        record.to_json(&pepper)?.into_bytes()
    };
    let ending = if wanted.pdf { "pdf" } else { "json" };
    let path = wanted
        .out
        .unwrap_or_else(|| PathBuf::from(format!("consent-{key}.{ending}")));
    new_file::fill(new_file::make(&path, "--out")?, &path, &bytes)?;
    let language = wanted.lang.language();
    let (events, debits) = (record.events.len(), record.debits.len());
    if output == Output::Json {
        return print_json(&json!({ "file": path, "form": ending, "events": events, "debits": debits }));
    }
    let path = path.display();
    println!(
        "{}",
        in_language(
            language,
            format!("{path}: 기록 {events}건, 출금 {debits}건. 확인: jadong consent verify {path}"),
            format!("{path}: {events} events, {debits} debits. Check it: jadong consent verify {path}"),
        )
    );
    Ok(())
}

async fn read(wanted: &ExportOptions, store: &Store, key: BillingKeyId) -> anyhow::Result<(ConsentRecord, Pepper)> {
    let pepper = wanted.store.pepper(store).await?;
    let made_at = key.0.made_at();
    let mut destroyed = Vec::new();
    for project in store.projects().await? {
        // A sandbox's project may be ahead of the machine.
        let ahead_ms = store
            .clock_offsets()
            .await?
            .into_iter()
            .find(|(id, _)| *id == project.id);
        let now = EpochMs(SystemClock.now_ms() + ahead_ms.map_or(0, |(_, ahead_ms)| ahead_ms));
        if let Some(record) = gateway::consent_record(store, &pepper, &project, key, now).await? {
            return Ok((record, pepper));
        }
        let on_record = store.destructions(project.id).await?.into_iter();
        destroyed.extend(on_record.filter(|row| row.covers(RecordKind::Mandate, made_at)));
    }
    if let Some(last) = destroyed.last() {
        let (from, until) = (last.oldest.to_day(), last.newest.to_day());
        bail!(
            "no billing key {key} in {} any more, if it was there: records of keys from {from} to {until} were destroyed on {}, {} years \
             after the keys' end",
            wanted.store.shown(),
            last.day,
            last.years
        );
    }
    bail!("no billing key {key} in {}", wanted.store.shown())
}
