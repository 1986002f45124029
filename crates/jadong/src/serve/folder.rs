//! Taking a data folder: is it whole, is it ours alone, and is it the one that was served from last?

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use domain::EpochMs;
use domain::fingerprint::Pepper;
use seams::{Clock, Entropy};
use store::{Installation, PostgresOptions, SqliteOptions, Store};

use crate::config::{Config, ConfiguredMode};
use crate::mark::{MarkFiles, MarkWriter};
use crate::open_store::url;
use crate::pepper;

/// How long a node that starts waits for one that runs to say that nothing was lost in a failover.
const SAID_WITHIN: Duration = Duration::from_secs(5);

/// Opens the database, or makes one in a folder where nothing has been.
///
/// Errors: the folder's files do not belong together, or are damaged; in live mode others may read the key.
pub async fn open(config: &Config, entropy: &dyn Entropy) -> anyhow::Result<(Store, Pepper)> {
    let (store, pepper) = match url(Some(&config.store)) {
        Some(url) => open_postgres(config, url, entropy).await?,
        None => open_file(config, entropy)?,
    };
    pepper::check(&store, &pepper).await?;
    Ok((store, pepper))
}

/// How a gateway opens the database at `url`, and what it asks of the server.
pub fn postgres(config: &Config, url: &str) -> PostgresOptions {
    // Nobody's money.
    let is_sandbox = config.mode == ConfiguredMode::Sandbox;
    PostgresOptions {
        write_queue_max: config.write_queue_max,
        readers: config.reader_threads.max(2),
        allow_asynchronous_replication: is_sandbox || config.allow_asynchronous_replication,
        allow_unsynced: is_sandbox,
        ..PostgresOptions::at(url)
    }
}

/// A PostgreSQL database; the folder has what is this gateway's own. Errors: the server is not one to serve from, or the
/// installation's key is nowhere.
async fn open_postgres(config: &Config, url: &str, entropy: &dyn Entropy) -> anyhow::Result<(Store, Pepper)> {
    let data = &config.data;
    let is_sandbox = config.mode == ConfiguredMode::Sandbox;
    let store = Store::open_postgres(&postgres(config, url)).await?;
    if is_sandbox && config.pepper.is_empty() && !store.has_pepper_print().await? {
        pepper::make_in(data, entropy)?;
    }
    let pepper = pepper::given(&config.pepper, data).context(
        "the installation's key: every gateway of a PostgreSQL database is given the same one, as JADONG_PEPPER or as pepper.key \
         in its data folder; make it once with `openssl rand -hex 32`",
    )?;
    std::fs::create_dir_all(data).with_context(|| data.display().to_string())?;
    close_to_others(data, config.mode)?;
    Ok((store, pepper))
}

/// The database in the data folder.
fn open_file(config: &Config, entropy: &dyn Entropy) -> anyhow::Result<(Store, Pepper)> {
    let data = &config.data;
    let prepared = pepper::prepare(data, &config.pepper, entropy)?;
    close_to_others(data, config.mode)?;
    let store = Store::open_sqlite(&SqliteOptions {
        write_queue_max: config.write_queue_max,
        group_max: config.write_group_max,
        reader_threads: config.reader_threads,
        check_within: config.start_check.0,
        ..SqliteOptions::in_folder(data)
    })?;
    Ok((store, prepared.keep(data)?))
}

/// Compares the database with what its marks remember, and from now on keeps them. An older copy holds debits.
pub async fn take(config: &Config, store: &Store, clock: &dyn Clock) -> anyhow::Result<MarkWriter> {
    let places = MarkFiles::of(&config.data, &config.restore_mark);
    let (found, why) = compared(store, &places).await?;
    let now = EpochMs(clock.now_ms());
    if let Some(why) = why {
        store.hold(places.highest()?, now).await?;
        tracing::error!(why, "this database was restored from a backup");
    }
    if store.installation().await?.held.is_some() {
        tracing::error!(
            "debits are held: charges and cancels are refused and reserves wait, because debits made after the backup are \
             not in this database; `jadong resume --after-restore` lets them go on"
        );
    }
    let beat = store.heartbeat(now).await?;
    places.write(&found.id, beat)?;
    store.confirm_timeline().await?;
    Ok(MarkWriter::start(store.clone(), found.id, places))
}

/// The database, and why it is not the one that was served from last. A node that lives through a failover says so within seconds.
async fn compared(store: &Store, places: &MarkFiles) -> anyhow::Result<(Installation, Option<String>)> {
    let until = Instant::now() + SAID_WITHIN;
    loop {
        let found = store.installation().await?;
        let why = places.why_restored(&found, store.timeline())?;
        let may_be_said = found.timeline < store.timeline() && found.timeline.is_some();
        if why.is_none() || !may_be_said || Instant::now() >= until {
            return Ok((found, why));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The files of older installations are open to others where the umask was. They are closed; the key of a live one may have
/// been read, and is not taken.
fn close_to_others(data: &Path, mode: ConfiguredMode) -> anyhow::Result<()> {
    for path in files(data)? {
        let bits = std::fs::metadata(&path)?.mode() & 0o777;
        if bits & 0o077 == 0 {
            continue;
        }
        if mode == ConfiguredMode::Live && path.ends_with("pepper.key") {
            bail!(
                "{} is open to others (mode {bits:o}): whoever reads it may act as the operator. Make it its owner's alone: \
                 chmod 600 {}",
                path.display(),
                path.display()
            );
        }
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600))
            .with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Our own, in the folder and in that of the simulated PG.
fn files(data: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(data)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_file() && (name.starts_with("jadong.") || name.starts_with("pepper.") || name == "admin.url") {
            found.push(path);
        }
    }
    if let Ok(bank) = std::fs::read_dir(data.join("bank")) {
        found.extend(
            bank.filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.is_file()),
        );
    }
    Ok(found)
}
