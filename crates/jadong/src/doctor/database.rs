//! The database: whole, of this program's schema, and served by one process at most.

use std::path::Path;

use store::{SqliteOptions, Store, Tenancy, examine, is_served as is_locked};

use super::finding::Finding;
use crate::config::{Config, refuse_sandbox_projects};

const DATABASE: &str = "database";
const LOCK: &str = "lock";

/// Whether a gateway serves from the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    Yes,
    No,
    Unknown,
}

pub fn is_served(folder: &Path) -> Served {
    match is_locked(folder) {
        Ok(true) => Served::Yes,
        Ok(false) => Served::No,
        Err(_) => Served::Unknown,
    }
}

pub async fn check(config: &Config, served: Served) -> Vec<Finding> {
    let lock = match served {
        Served::Yes => Finding::ok(LOCK, "a gateway is serving from this folder"),
        Served::No => Finding::ok(LOCK, "free: no gateway is serving from this folder"),
        Served::Unknown => Finding::warn(
            LOCK,
            "jadong.lock cannot be looked at",
            "게이트웨이와 같은 사용자로 실행하십시오.",
            "Run this as the gateway's user.",
        ),
    };
    let folder = config.data.clone();
    let examined = tokio::task::spawn_blocking(move || examine(&folder)).await;
    let database = match examined {
        Ok(Ok(None)) => vec![Finding::ok(DATABASE, "there is none yet; `jadong serve` makes it")],
        Ok(Ok(Some(examined))) => look(config, &examined).await,
        Ok(Err(error)) => vec![unreadable(&error.to_string())],
        Err(error) => vec![unreadable(&error.to_string())],
    };
    std::iter::once(lock).chain(database).collect()
}

fn unreadable(error: &str) -> Finding {
    Finding::fail(
        DATABASE,
        error,
        "백업에서 되돌리십시오 (docs/operating/running.md).",
        "Restore it from the backup (docs/operating/running.md).",
    )
}

async fn look(config: &Config, examined: &store::Examined) -> Vec<Finding> {
    if !examined.faults.is_empty() {
        return vec![unreadable(&format!("damaged: {}", examined.faults.join("; ")))];
    }
    let (schema, known) = (examined.schema, examined.known);
    if schema > known {
        return vec![Finding::fail(
            DATABASE,
            format!("schema {schema}; this program knows {known}"),
            "더 새로운 jadong을 쓰십시오.",
            "Use the newer jadong that it belongs to.",
        )];
    }
    let mib = |bytes: u64| bytes.div_ceil(1024 * 1024);
    let (database, wal) = examined.bytes;
    let size = format!("{} MiB, log {} MiB", mib(database), mib(wal));
    if schema < known {
        let found = format!("whole, schema {schema} of {known}; {size}: the next `jadong serve` brings it up to date");
        return vec![Finding::ok(DATABASE, found)];
    }
    let mut findings = vec![Finding::ok(DATABASE, format!("whole, schema {schema}; {size}"))];
    findings.extend(projects(config).await);
    findings
}

/// Only at this program's own schema: opening an older one would bring it up to date.
async fn projects(config: &Config) -> Option<Finding> {
    let options = SqliteOptions {
        tenancy: Tenancy::Guest,
        ..SqliteOptions::in_folder(&config.data)
    };
    let store = Store::open_sqlite(&options).ok()?;
    let projects = store.projects().await;
    store.close().await;
    let projects = projects.ok()?;
    Some(match refuse_sandbox_projects(config, &projects) {
        Ok(()) => Finding::ok("projects", format!("{} known", projects.len())),
        Err(error) => Finding::fail(
            "projects",
            format!("{error:#}"),
            "운영에는 새 폴더를 쓰고 `jadong project create`로 프로젝트를 만드십시오.",
            "Use a new folder for live mode, then `jadong project create`.",
        ),
    })
}
