//! `jadong console user`: who may sign in to the console. Works beside a running gateway.

mod options;
mod password;
mod user;

use domain::EpochMs;
use seams::{Clock, SystemClock};
use store::{AuditEntry, Store};

pub use options::ConsoleOptions;
use options::{ConsoleCommand, UserCommand};

pub async fn run(options: ConsoleOptions) -> anyhow::Result<()> {
    let ConsoleCommand::User { command } = options.command;
    let store = options.store.open().await?;
    let done = match command {
        UserCommand::Add { name, role, json } => user::add(&store, &name, role, json.output()).await,
        UserCommand::List { json } => user::list(&store, json.output()).await,
        UserCommand::Remove { name, json } => user::remove(&store, &name, json.output()).await,
        UserCommand::Password { name, json } => user::password(&store, &name, json.output()).await,
    };
    store.close().await;
    done
}

fn now() -> EpochMs {
    EpochMs(SystemClock.now_ms())
}

/// The command line acts in the audit log too; whoever has the data folder is an admin.
async fn write_down(store: &Store, act: &str, object: &str, note: &str) -> anyhow::Result<()> {
    let act = AuditEntry {
        at: now(),
        person: "command line".to_owned(),
        role: "admin".to_owned(),
        act: act.to_owned(),
        object: object.to_owned(),
        outcome: "done".to_owned(),
        note: note.to_owned(),
        address: String::new(),
    };
    Ok(store.add_audit_entry(act).await?)
}
