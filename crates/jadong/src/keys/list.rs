//! The list of keys that are to be taken over. All of it is read and checked before anything is done.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use domain::BillingKeyId;
use domain::ids::ObjectId;

use crate::csv_text;

const COLUMNS: [&str; 3] = ["billing_key", "receipt_id", "subscription_id"];
/// As of a request for a key.
const SUBSCRIPTION_CHARACTERS_MAX: usize = 255;

/// One key, as the merchant has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// In the file; the header is 1.
    pub line: u64,
    pub billing_key: BillingKeyId,
    pub receipt_id: Option<String>,
    pub subscription_id: Option<String>,
}

/// Reads the file. Errors: what is wrong on which line; never the line itself.
pub fn read(path: &Path) -> anyhow::Result<Vec<ListedKey>> {
    let bytes = csv_text::read(path)?;
    parse(&bytes).with_context(|| path.display().to_string())
}

fn parse(bytes: &[u8]) -> anyhow::Result<Vec<ListedKey>> {
    let text = csv_text::decoded(bytes)?;
    let mut reader = csv_text::reader(text);
    let header = reader.headers().context("line 1, the header")?.clone();
    let column = |name: &str| header.iter().position(|found| found == name);
    csv_text::check_header(&header, &COLUMNS, &COLUMNS[..1])?;
    let (mut keys, mut seen) = (Vec::new(), HashMap::new());
    for record in csv_text::records(text, &mut reader) {
        let (line, record) = record?;
        let field = |name| {
            column(name)
                .and_then(|at| record.get(at))
                .filter(|text| !text.is_empty())
        };
        let key = key_of(line, field)?;
        if let Some(first) = seen.insert(key.billing_key, line) {
            bail!("line {line}: the key of line {first} again");
        }
        keys.push(key);
    }
    ensure!(!keys.is_empty(), "no key in it");
    Ok(keys)
}

fn key_of<'a>(line: u64, field: impl Fn(&'static str) -> Option<&'a str>) -> anyhow::Result<ListedKey> {
    let id = |name: &'static str| -> anyhow::Result<Option<ObjectId>> {
        let Some(text) = field(name) else { return Ok(None) };
        let id = text.parse::<ObjectId>();
        Ok(Some(id.with_context(|| format!("line {line}, {name}"))?))
    };
    let billing_key = id("billing_key")?.with_context(|| format!("line {line}: billing_key is empty"))?;
    let subscription_id = field("subscription_id");
    let length = subscription_id.map_or(0, |text| text.chars().count());
    ensure!(
        length <= SUBSCRIPTION_CHARACTERS_MAX && subscription_id.is_none_or(|text| !text.chars().any(char::is_control)),
        "line {line}: subscription_id has more than {SUBSCRIPTION_CHARACTERS_MAX} characters, or some that cannot be seen"
    );
    Ok(ListedKey {
        line,
        billing_key: BillingKeyId(billing_key),
        receipt_id: id("receipt_id")?.map(|id| id.to_string()),
        subscription_id: subscription_id.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "66542dfb4d18d5fc7b43e1b6";

    fn wrong(text: impl AsRef<[u8]>) -> String {
        format!("{:#}", parse(text.as_ref()).unwrap_err())
    }

    #[test]
    fn a_list_is_read_with_its_columns_in_any_order() {
        let text = format!(
            "\u{feff}subscription_id, billing_key\r\n\"구독, 1\" , {KEY}\r\n,{}\r\n",
            KEY.replace('6', "7")
        );
        let keys = parse(text.as_bytes()).unwrap();
        assert_eq!(keys[0].subscription_id.as_deref(), Some("구독, 1"));
        assert_eq!((keys[0].line, keys[0].billing_key.to_string()), (2, KEY.to_owned()));
        assert_eq!((keys[1].subscription_id.clone(), keys.len()), (None, 2));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_without_its_text() {
        assert!(
            wrong(
                "billing_key\n\u{b0a0}"
                    .replace('\u{b0a0}', KEY)
                    .as_bytes()
                    .iter()
                    .chain(&[0xb0, 0xa1])
                    .copied()
                    .collect::<Vec<_>>()
            )
            .contains("line 2 is not UTF-8")
        );
        assert!(wrong([0xff, 0xfe, b'b', 0]).contains("line 1 is not UTF-8"), "UTF-16");
        assert!(wrong("key\nx").contains("no column billing_key"));
        assert!(wrong("billing_key,memo\nx,y").contains("1 columns are none of"));
        assert!(wrong("billing_key,billing_key\nx,y").contains("2 times"));
        assert!(wrong(format!("billing_key\n{KEY}\n{KEY}\n")).contains("line 3: the key of line 2 again"));
        assert!(wrong("billing_key\n").contains("no key in it"));
        assert!(wrong("").contains("no column billing_key"));
        assert!(wrong(format!("billing_key,receipt_id\n{KEY}\n")).contains("line 2 has another number of columns"));
        assert!(wrong(format!("billing_key,receipt_id\n,{KEY}\n")).contains("line 2: billing_key is empty"));
        let account = wrong("billing_key\n12345678901234\n");
        assert!(
            account.contains("line 2, billing_key") && !account.contains("1234567890"),
            "{account}"
        );
        let long = format!("billing_key,subscription_id\n{KEY},{}\n", "x".repeat(256));
        assert!(wrong(long).contains("line 2: subscription_id"));
    }
}
