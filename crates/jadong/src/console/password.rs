//! Asking for a new password: twice on a terminal, without showing it; else the first line of standard input.

use std::io::{BufRead, IsTerminal, stdin};

use anyhow::{Context, bail};
use gateway::hash_password;
use seams::OsEntropy;
use terminal::lang::localized;
use zeroize::Zeroizing;

/// The hash of a new password.
pub fn ask() -> anyhow::Result<String> {
    let password = if stdin().is_terminal() {
        on_terminal()?
    } else {
        let mut line = Zeroizing::new(String::new());
        stdin()
            .lock()
            .read_line(&mut line)
            .context("the password on standard input")?;
        Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())
    };
    Ok(hash_password(&password, &OsEntropy)?)
}

fn on_terminal() -> anyhow::Result<Zeroizing<String>> {
    let ask = |what: &str| rpassword::prompt_password(what).map(Zeroizing::new);
    let first = ask(localized("비밀번호: ", "New password: "))?;
    let again = ask(localized("한 번 더: ", "Again: "))?;
    if *first != *again {
        bail!("the two differ; nothing was changed");
    }
    Ok(first)
}
