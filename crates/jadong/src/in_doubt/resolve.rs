//! `jadong resolve`: a person's verdict, through the gateway that serves from the folder. It asks the PG, and its history,
//! webhook, order id and reserve are its business; only one process should do that.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use domain::text::printable;
use serde_json::{Value, json};
use terminal::lang::localized;

use crate::admin_call::Admin;
use crate::output::print_json;

#[derive(Args)]
pub struct ResolveOptions {
    receipt_id: String,
    /// What the PG's back office says: debited and kept, refused by the bank, or no money moved in the end. Of a cancel that has no
    /// answer: the money was given back, or not
    #[arg(value_enum)]
    verdict: Verdict,
    /// How you know; kept in the history
    #[arg(long)]
    note: String,
    /// Who says so [default: the name of the operating system's user]
    #[arg(long)]
    who: Option<String>,
    /// The PG's number of the debit; needed for `paid` when the PG does not tell it
    #[arg(long)]
    tid: Option<String>,
    /// Resolve it also when the PG says otherwise
    #[arg(long)]
    force: bool,
    /// The data folder of the running gateway.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data")]
    data: PathBuf,
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Verdict {
    Paid,
    Declined,
    Voided,
    GivenBack,
    NotGivenBack,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::Voided => "voided",
            Self::GivenBack => "given_back",
            Self::NotGivenBack => "not_given_back",
        }
    }
}

pub async fn resolve(options: ResolveOptions) -> anyhow::Result<()> {
    let admin = Admin::of(&options.data)?;
    let who = options.who.unwrap_or_else(user);
    let path = format!("/payments/{}/settle", options.receipt_id);
    let body = json!({
        "verdict": options.verdict.name(), "who": who, "note": options.note, "tid": options.tid, "force": options.force,
    });
    let answer = admin.ask(&path, &body).await?;
    if let Some(code) = answer["error_code"].as_str() {
        bail!("{}", refusal(code, &answer));
    }
    if options.json {
        print_json(&answer)?;
    } else {
        let text = |name: &str| printable(answer[name].as_str().unwrap_or("")).into_owned();
        println!(
            "{} {} {} won: {}",
            text("receipt_id"),
            text("order_id"),
            answer["price"],
            text("state")
        );
    }
    Ok(())
}

/// The operating system's user. Cron jobs and containers have no `USER`, but always a user.
pub fn user() -> String {
    let named = ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| {
        let id = rustix::process::getuid().as_raw();
        let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        named_in(&known, id).unwrap_or_else(|| format!("uid {id}"))
    })
}

/// The name of `id` in a list such as `/etc/passwd`.
fn named_in(known: &str, id: u32) -> Option<String> {
    known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(id) && !name.is_empty()).then(|| name.to_owned())
    })
}

/// What to do about it, where that is not plain.
fn refusal(code: &str, answer: &Value) -> String {
    let (message, hint) = (
        answer["message"].as_str().unwrap_or(""),
        answer["hint"].as_str().unwrap_or(""),
    );
    let field = answer["field"].as_str().unwrap_or("");
    match code {
        "SETTLE_CONTRADICTED" => format!(
            "{}\n  PG: {hint}\n  {}",
            localized(
                "PG사의 답과 다릅니다. 아무것도 바뀌지 않았습니다.",
                "the PG says otherwise; nothing was changed",
            ),
            localized(
                "그래도 맞다면 --force로 확정합니다",
                "if you are sure, --force resolves it all the same",
            )
        ),
        "FIELD_INVALID" if field == "tid" => format!("--tid: {message} ({hint})"),
        _ => format!("{code} {message} {hint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_a_name_by_its_number() {
        let known = "root:x:0:0:root:/root:/bin/sh\n# none\nbroken\n:x:7:7::/:\nkim:x:1000:1000::/home/kim:/bin/sh\n";
        assert_eq!(named_in(known, 0).as_deref(), Some("root"));
        assert_eq!(named_in(known, 1000).as_deref(), Some("kim"));
        assert_eq!(
            [named_in(known, 7), named_in(known, 100), named_in("", 0)],
            [None, None, None]
        );
    }
}
