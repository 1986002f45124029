//! The environment's part: `JADONG_<NAME>`. A name that means nothing stops the start, as in a file: `JADONG_MOD=live` would
//! otherwise be a sandbox.

use std::collections::BTreeMap;

use toml::Table;

use super::wrong::Wrong;

/// Variables of the commands that call a gateway, and of those that look for a file.
const COMMANDS: [&str; 5] = [
    "JADONG_CONFIG",
    "JADONG_URL",
    "JADONG_CLIENT_KEY",
    "JADONG_SECRET_KEY",
    "JADONG_CACERT",
];

/// Variables that this product's own tests and the curl of its console use: who has exported one may start a gateway.
const BESIDE: [&str; 16] = [
    "JADONG_BIN",
    "JADONG_BLESS",
    "JADONG_CRASH_AT",
    "JADONG_CRASH_ROUNDS",
    "JADONG_CRASH_SEED",
    "JADONG_MACHINE_SEED",
    "JADONG_PANIC_AT",
    "JADONG_PICTURES",
    "JADONG_ORDER_NAME",
    "JADONG_USERNAME",
    "JADONG_BANK_ACCOUNT",
    "JADONG_IDENTITY_NO",
    "JADONG_PHONE",
    "JADONG_BANK_NAME",
    "JADONG_CASH_RECEIPT_IDENTITY_NO",
    "JADONG_EMAIL",
];

/// The variables that could be meant for this program.
#[derive(Debug, Default, Clone)]
pub struct Environment(BTreeMap<String, Option<String>>);

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Self {
        let read = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            let name = name.into_string().ok()?;
            Some((name, value.into_string().ok()))
        };
        Self(
            std::env::vars_os()
                .filter_map(read)
                .filter(|(name, _)| is_ours(name))
                .collect(),
        )
    }

    #[cfg(test)]
    pub fn of(set: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), Some((*value).to_owned()));
        Self(set.iter().map(owned).filter(|(name, _)| is_ours(name)).collect())
    }

    /// The variables that set something, with their texts. Errors: one that means nothing, with the nearest that does.
    pub fn settings(&self, defaults: &Table) -> Result<Vec<(String, String)>, Wrong> {
        let known: Vec<String> = defaults
            .keys()
            .map(|name| format!("JADONG_{}", name.to_uppercase()))
            .collect();
        let mut found = Vec::new();
        for (name, value) in &self.0 {
            if known.contains(name) {
                let text = value.clone();
                let text = text.ok_or_else(|| Wrong(format!("{name} is not UTF-8 text")))?;
                found.push((name.clone(), text));
            } else if !is_of_others(name, value.as_deref().unwrap_or_default()) {
                refuse(name, &known)?;
            }
        }
        Ok(found)
    }
}

/// Also in small letters, or with a slip in the first word: it is told apart later.
fn is_ours(name: &str) -> bool {
    name.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("JAD"))
}

/// Kubernetes and `docker --link` describe a service called `jadong` to its neighbours by variables of its name.
fn is_of_others(name: &str, value: &str) -> bool {
    COMMANDS.contains(&name)
        || BESIDE.contains(&name)
        || name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.contains("_TCP")
        || name.contains("_UDP")
        || value.starts_with("tcp://")
        || value.starts_with("udp://")
}

fn refuse(name: &str, known: &[String]) -> Result<(), Wrong> {
    let names = known.iter().map(String::as_str).chain(COMMANDS);
    let near = domain::suggest::suggestions(name, names);
    if near.is_empty() && !name.to_uppercase().starts_with("JADONG_") {
        return Ok(());
    }
    let perhaps = if near.is_empty() {
        "`jadong config` prints every setting".to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Err(Wrong(format!(
        "there is no setting {name} (environment); {perhaps} Unset it."
    )))
}
