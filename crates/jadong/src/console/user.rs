//! Adding, listing and removing the console's people.

use anyhow::{Context, bail};
use gateway::Role;
use serde_json::json;
use store::{CommitError, CommitRefused, ConsoleUser, Store};
use terminal::lang::localized;

use super::options::RoleOption;
use super::{now, password, write_down};
use crate::output::{Output, print_json};
use crate::table::plain;

/// A name is typed into a form and shown on pages.
fn check_name(name: &str) -> anyhow::Result<()> {
    let is_plain = |character: char| character.is_alphanumeric() || "._-@".contains(character);
    if name.is_empty() || name.chars().count() > 64 || !name.chars().all(is_plain) {
        bail!("{name:?} is no name: up to 64 letters, digits, and . _ - @");
    }
    if name == "local" {
        bail!("`local` is who a sandbox calls the person on its own machine; take another name");
    }
    Ok(())
}

pub async fn add(store: &Store, name: &str, role: RoleOption, output: Output) -> anyhow::Result<()> {
    check_name(name)?;
    let role = Role::from(role);
    let user = ConsoleUser {
        name: name.to_owned(),
        role: role.name().to_owned(),
        password_hash: password::ask()?,
        created_at: now(),
    };
    match store.add_console_user(user).await {
        Ok(()) => {}
        Err(CommitError::Refused(CommitRefused::NameTaken)) => bail!("there is a {name} already"),
        Err(error) => return Err(error).context("the user could not be added"),
    }
    write_down(store, "user_add", name, role.name()).await?;
    match output {
        Output::Json => print_json(&json!({ "name": name, "role": role.name() }))?,
        Output::Text => {
            let role = role.name();
            println!(
                "{}",
                localized(
                    format!("{name} 계정({role})을 추가했습니다."),
                    format!("{name} ({role}) may sign in.")
                )
            );
        }
    }
    Ok(())
}

pub async fn list(store: &Store, output: Output) -> anyhow::Result<()> {
    let users = store.console_users().await?;
    if output == Output::Json {
        let rows: Vec<_> = users
            .iter()
            .map(|user| json!({"name": user.name, "role": user.role, "created_at": user.created_at.to_wire()}))
            .collect();
        return print_json(&rows);
    }
    let mut table = plain(["NAME", "ROLE", "SINCE"]);
    for user in users {
        table.add_row([user.name, user.role, user.created_at.to_wire()]);
    }
    println!("{table}");
    Ok(())
}

pub async fn remove(store: &Store, name: &str, output: Output) -> anyhow::Result<()> {
    if !store.remove_console_user(name.to_owned()).await? {
        bail!("there is no {name}; `jadong console user list`");
    }
    write_down(store, "user_remove", name, "").await?;
    match output {
        Output::Json => print_json(&json!({ "name": name, "removed": true }))?,
        Output::Text => println!(
            "{name}: {}",
            localized("삭제했습니다. 세션도 끝났습니다.", "removed; sessions have ended.")
        ),
    }
    Ok(())
}

pub async fn password(store: &Store, name: &str, output: Output) -> anyhow::Result<()> {
    let hash = password::ask()?;
    if !store.set_console_password(name.to_owned(), hash).await? {
        bail!("there is no {name}; `jadong console user list`");
    }
    write_down(store, "user_password", name, "").await?;
    match output {
        Output::Json => print_json(&json!({ "name": name, "password_changed": true }))?,
        Output::Text => println!(
            "{name}: {}",
            localized(
                "비밀번호를 바꿨습니다. 세션도 끝났습니다.",
                "changed; sessions have ended."
            )
        ),
    }
    Ok(())
}
