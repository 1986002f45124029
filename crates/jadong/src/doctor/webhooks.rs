//! Where the projects' webhooks go: URLs that may be called, and names that resolve.

use store::{OpenMode, SqliteOptions, Store};

use super::finding::Finding;
use crate::config::{Config, ConfiguredMode};

const WEBHOOKS: &str = "webhooks";

pub async fn check(config: &Config) -> Vec<Finding> {
    let is_current = store::inspect(&config.data)
        .ok()
        .flatten()
        .is_some_and(|examined| examined.schema == examined.known);
    if !is_current {
        return Vec::new();
    }
    let options = SqliteOptions {
        mode: OpenMode::Shared,
        ..SqliteOptions::in_folder(&config.data)
    };
    let Ok(store) = Store::open_sqlite(&options) else {
        return Vec::new();
    };
    let projects = store.projects().await.unwrap_or_default();
    store.close().await;
    let mode = match config.mode {
        ConfiguredMode::Sandbox => gateway::Mode::Sandbox,
        ConfiguredMode::Live => gateway::Mode::Live,
    };
    let mut findings = Vec::new();
    for project in projects {
        let Some(url) = &project.webhook.url else { continue };
        let name = &project.name;
        findings.push(match gateway::probe_webhook_target(url, mode).await {
            Ok(()) => Finding::ok(
                WEBHOOKS,
                (
                    format!("{name}: {url}: 부를 수 있고 이름이 풀립니다"),
                    format!("{name}: {url} may be called, and its name resolves"),
                ),
            ),
            Err(why) => Finding::fail(
                WEBHOOKS,
                format!("{name}: {url}: {why}"),
                format!("jadong webhook set {name} https://…"),
            ),
        });
    }
    if findings.is_empty() {
        findings.push(Finding::ok(
            WEBHOOKS,
            ("주소가 있는 프로젝트가 없습니다", "no project has a URL"),
        ));
    }
    findings
}
