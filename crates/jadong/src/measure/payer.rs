//! Who is asked for a consent: read from a file into what cannot be printed, and wiped when it was used.

use std::io::Read;

use anyhow::{Context, anyhow, bail};
use domain::bank::{self, Account, AccountDigitsMax};
use domain::identity::Identity;
use domain::issuance::Payer;
use domain::phone::Phone;
use domain::{Refusal, Sensitive};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayerFile {
    #[serde(deserialize_with = "sensitive")]
    username: Sensitive,
    bank_code: String,
    #[serde(deserialize_with = "sensitive")]
    bank_account: Sensitive,
    #[serde(deserialize_with = "sensitive")]
    identity_no: Sensitive,
    #[serde(deserialize_with = "sensitive")]
    phone: Sensitive,
}

fn sensitive<'de, D: Deserializer<'de>>(from: D) -> Result<Sensitive, D::Error> {
    String::deserialize(from).map(Sensitive::new)
}

/// Reads `file`, or the standard input for `-`. Errors: which field is wrong; never what is in it.
pub fn read(file: &str) -> anyhow::Result<Payer> {
    let mut text = Zeroizing::new(String::new());
    let read = match file {
        "-" => std::io::stdin().read_to_string(&mut text),
        file => std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text)),
    };
    read.with_context(|| format!("--payer {file}"))?;
    parse(&text).with_context(|| format!("--payer {file}"))
}

fn parse(text: &str) -> anyhow::Result<Payer> {
    // What the parser says shows a part of the file.
    let Ok(read) = toml::from_str::<PayerFile>(text) else {
        bail!(
            "write the five lines username, bank_code, bank_account, identity_no and phone, each = \"…\", and nothing else"
        );
    };
    let holder = read.username.reveal().trim();
    if holder.is_empty() {
        bail!("username is empty");
    }
    let of = |refusal: Refusal| anyhow!("{}: {}", refusal.field.unwrap_or("bank_code"), refusal.code.name());
    let bank = bank::find(None, Some(&read.bank_code)).map_err(of)?;
    Ok(Payer {
        bank_code: bank.code.clone(),
        account: Account::parse(read.bank_account.reveal(), bank, AccountDigitsMax::Sandbox).map_err(of)?,
        holder: Sensitive::new(holder),
        identity: Identity::parse(read.identity_no.reveal()).map_err(of)?,
        phone: Phone::parse(read.phone.reveal()).map_err(of)?,
        cash_receipt_type: None,
        cash_receipt_identity: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "username = \"홍길동\"\nbank_code = \"004\"\nbank_account = \"12345678901234\"\n\
        identity_no = \"900101\"\nphone = \"01012345678\"\n";

    #[test]
    fn what_is_wrong_is_told_by_its_field_and_without_its_text() {
        assert_eq!(parse(GOOD).unwrap().phone.masked(), "010****5678");
        for (good, wrong, field) in [
            ("홍길동", " ", "username"),
            ("004", "no such", "bank_code"),
            ("12345678901234", "5987 1234 x", "bank_account"),
            ("900101", "991399", "identity_no"),
            ("01012345678", "5987", "phone"),
            ("phone =", "telephone =", "the five lines"),
            ("identity_no = \"900101\"\n", "", "the five lines"),
        ] {
            let error = parse(&GOOD.replace(good, wrong)).err().unwrap();
            let error = format!("{error:#}");
            assert!(error.contains(field), "{error}");
            assert!(!error.contains("5987") && !error.contains("1234"), "{error}");
        }
    }
}
