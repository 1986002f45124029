//! The database: whole, of this program's schema, and served by one process at most.

use std::path::Path;

use domain::project::Project;
use store::{Installation, OpenMode, SqliteOptions, Store, inspect, is_served as is_locked};

use super::finding::{Finding, FindingText};
use crate::config::{Config, ConfiguredConsole, ConfiguredMode, refuse_other_mode};
use crate::mark::MarkFiles;
use crate::open_store::url;
use crate::pepper;
use crate::serve::folder;

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
    if let Some(url) = url(Some(&config.store)) {
        return postgres(config, url).await;
    }
    let folder = config.data.clone();
    let examined = tokio::task::spawn_blocking(move || inspect(&folder)).await;
    let database = match examined {
        _ if is_gone(&config.data) => vec![unreadable((
            "jadong.db가 없거나 비어 있는데, 데이터베이스가 있었던 흔적이 있습니다",
            "jadong.db is missing or empty, but other files say that there was a database",
        ))],
        Ok(Ok(None)) => vec![Finding::ok(
            DATABASE,
            (
                "아직 없습니다. `jadong serve`가 만듭니다",
                "there is none yet; `jadong serve` makes it",
            ),
        )],
        Ok(Ok(Some(examined))) => look(config, &examined).await,
        Ok(Err(error)) => vec![unreadable(error.to_string())],
        Err(error) => vec![unreadable(error.to_string())],
    };
    std::iter::once(lock(served)).chain(database).collect()
}

/// A PostgreSQL database, looked at as a gateway does that is about to serve from it.
async fn postgres(config: &Config, url: &str) -> Vec<Finding> {
    let told = |error: &dyn std::fmt::Display| {
        let how = (
            "docs/operating/postgresql.ko.md을 보십시오.",
            "See docs/operating/postgresql.md.",
        );
        vec![Finding::fail(DATABASE, error.to_string(), how)]
    };
    let store = match Store::open_postgres(&folder::postgres(config, url)).await {
        Ok(store) => store,
        Err(error) => return told(&error),
    };
    if let Err(error) = store.check().await {
        return told(&error);
    }
    let is_known = store.has_pepper_print().await.unwrap_or(false);
    if is_known
        && let Ok(pepper) = pepper::given(&config.pepper, &config.data)
        && let Err(error) = pepper::check(&store, &pepper).await
    {
        return told(&error);
    }
    let nodes = store.nodes().await.map_or(0, |nodes| nodes.len());
    let mut findings = vec![Finding::ok(
        DATABASE,
        (
            format!("PostgreSQL: 쓰기가 되고, 확인한 것을 지키며, 스키마가 맞습니다. 노드 {nodes}개"),
            format!("PostgreSQL: takes writes, keeps what it confirms, this program's schema; nodes: {nodes}"),
        ),
    )];
    findings.extend(people(config, store).await.unwrap_or_default());
    findings
}

fn is_gone(folder: &Path) -> bool {
    store::is_new(folder).is_ok_and(|is_new| is_new) && pepper::lost(folder).is_some()
}

fn lock(served: Served) -> Finding {
    match served {
        Served::Yes => Finding::ok(
            LOCK,
            (
                "이 폴더로 게이트웨이가 돌고 있습니다",
                "a gateway is serving from this folder",
            ),
        ),
        Served::No => Finding::ok(
            LOCK,
            (
                "비어 있습니다. 이 폴더로 도는 게이트웨이가 없습니다",
                "free: no gateway is serving from this folder",
            ),
        ),
        Served::Unknown => Finding::warn(
            LOCK,
            ("jadong.lock을 볼 수 없습니다", "jadong.lock cannot be looked at"),
            (
                "게이트웨이와 같은 사용자로 실행하십시오.",
                "Run this as the gateway's user.",
            ),
        ),
    }
}

fn unreadable(error: impl Into<FindingText>) -> Finding {
    Finding::fail(
        DATABASE,
        error,
        (
            "백업에서 되돌리십시오 (docs/operating/running.ko.md).",
            "Restore it from the backup (docs/operating/running.md).",
        ),
    )
}

async fn look(config: &Config, examined: &store::Inspection) -> Vec<Finding> {
    if !examined.faults.is_empty() {
        let faults = examined.faults.join("; ");
        return vec![unreadable((
            format!("손상되었습니다: {faults}"),
            format!("damaged: {faults}"),
        ))];
    }
    if let Some(number) = examined.changed {
        return vec![unreadable((
            format!("마이그레이션 {number}이 이 프로그램의 것과 다릅니다"),
            format!("migration {number} is not this program's: it would not be served from"),
        ))];
    }
    let (schema, known) = (examined.schema, examined.known);
    if schema > known {
        return vec![Finding::fail(
            DATABASE,
            (
                format!("스키마 {schema}. 이 프로그램은 {known}까지 압니다"),
                format!("schema {schema}; this program knows {known}"),
            ),
            (
                "더 새로운 jadong을 쓰십시오.",
                "Use the newer jadong that it belongs to.",
            ),
        )];
    }
    let mib = |bytes: u64| bytes.div_ceil(1024 * 1024);
    let (database, wal) = (mib(examined.bytes.0), mib(examined.bytes.1));
    if schema < known {
        return vec![Finding::ok(
            DATABASE,
            (
                format!(
                    "온전합니다. 스키마 {schema}/{known}, {database} MiB, 로그 {wal} MiB: 다음 `jadong serve`가 올립니다"
                ),
                format!(
                    "whole, schema {schema} of {known}; {database} MiB, log {wal} MiB: the next `jadong serve` brings it up \
                     to date"
                ),
            ),
        )];
    }
    let mut findings = vec![Finding::ok(
        DATABASE,
        (
            format!("온전합니다. 스키마 {schema}, {database} MiB, 로그 {wal} MiB"),
            format!("whole, schema {schema}; {database} MiB, log {wal} MiB"),
        ),
    )];
    let options = SqliteOptions {
        mode: OpenMode::Shared,
        ..SqliteOptions::in_folder(&config.data)
    };
    if let Ok(store) = Store::open_sqlite(&options) {
        findings.extend(people(config, store).await.unwrap_or_default());
    }
    findings
}

/// Projects and the console's people. Only at this program's own schema: opening an older one would bring it up to date.
async fn people(config: &Config, store: Store) -> Option<Vec<Finding>> {
    let server = store.timeline();
    let (known, users) = (store.projects().await, store.console_users().await);
    let installation = store.installation().await;
    store.close().await;
    let mut findings = vec![projects(config, &known.ok()?, installation.as_ref().ok()?)];
    let places = MarkFiles::of(&config.data, &config.restore_mark);
    let will_hold = |found: &Installation| !matches!(places.why_restored(found, server), Ok(None));
    if installation.is_ok_and(|found| found.held.is_some() || will_hold(&found)) {
        findings.push(Finding::warn(
            DATABASE,
            (
                "백업에서 복원되었습니다. 출금을 보류합니다",
                "restored from a backup: debits are held",
            ),
            "jadong resume --after-restore".to_owned(),
        ));
    }
    let needs_user = config.mode == ConfiguredMode::Live && config.console == ConfiguredConsole::Auto;
    if needs_user && users.is_ok_and(|users| users.is_empty()) {
        findings.push(Finding::warn(
            "console",
            (
                "콘솔에 로그인할 수 있는 사람이 없습니다",
                "nobody may sign in to the console",
            ),
            (
                "jadong console user add <이름> --role admin, 쓰지 않으려면 console = \"off\"",
                "jadong console user add <name> --role admin; or console = \"off\" to have none",
            ),
        ));
    }
    Some(findings)
}

fn projects(config: &Config, projects: &[Project], found: &Installation) -> Finding {
    match refuse_other_mode(config, projects, found) {
        Ok(()) => Finding::ok(
            "projects",
            (format!("{}개", projects.len()), format!("{} known", projects.len())),
        ),
        Err(error) => Finding::fail(
            "projects",
            format!("{error:#}"),
            (
                "운영과 샌드박스에는 폴더(데이터베이스)를 따로 쓰십시오. 운영의 프로젝트는 `jadong project create`로 만듭니다.",
                "Live mode and a sandbox each need a folder (a database) of their own; live projects are made by `jadong project create`.",
            ),
        ),
    }
}
