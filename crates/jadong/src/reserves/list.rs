//! The list of reserves that are to be taken over. All of it is read before anything is asked; what a reserve must fulfil is the gateway's
//! to say.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use domain::text::nfc;
use serde_json::{Map, Value};

use crate::csv_text;

/// Those that each line must have, those that it may have as texts, and those as JSON.
const REQUIRED: [&str; 5] = ["billing_key", "order_id", "order_name", "price", "reserve_execute_at"];
const TEXTS: [&str; 3] = ["tax_free", "feedback_url", "content_type"];
const OBJECTS: [&str; 3] = ["user", "metadata", "items"];
/// Told in the report.
const THERE: &str = "reserve_id";

/// One reserve, as the merchant has it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedReserve {
    /// In the file; the header is 1.
    pub line: u64,
    /// Its id where it was.
    pub reserve_id_there: Option<String>,
    /// The body of a request for it.
    pub reserve: Value,
}

/// Reads the file. Errors: what is wrong on which line; never the line itself.
pub fn read(path: &Path) -> anyhow::Result<Vec<ListedReserve>> {
    let bytes = csv_text::read(path)?;
    parse(&bytes).with_context(|| path.display().to_string())
}

fn parse(bytes: &[u8]) -> anyhow::Result<Vec<ListedReserve>> {
    let text = csv_text::decoded(bytes)?;
    let mut reader = csv_text::reader(text);
    let header = reader.headers().context("line 1, the header")?.clone();
    let known = [&REQUIRED[..], &TEXTS, &OBJECTS, &[THERE]].concat();
    csv_text::check_header(&header, &known, &REQUIRED)?;
    let (mut found, mut seen) = (Vec::new(), HashMap::new());
    for record in csv_text::records(text, &mut reader) {
        let (line, record) = record?;
        let reserve = reserve_of(line, header.iter().zip(record.iter()))?;
        let order_id = reserve.reserve["order_id"].as_str().unwrap_or_default();
        if let Some(first) = seen.insert(nfc(order_id).into_owned(), line) {
            bail!("line {line}: the order_id of line {first} again");
        }
        found.push(reserve);
    }
    ensure!(!found.is_empty(), "no reserve in it");
    Ok(found)
}

fn reserve_of<'a>(line: u64, cells: impl Iterator<Item = (&'a str, &'a str)>) -> anyhow::Result<ListedReserve> {
    let (mut reserve, mut there) = (Map::new(), None);
    for (name, text) in cells.filter(|(_, text)| !text.is_empty()) {
        if name == THERE {
            there = Some(text.to_owned());
        } else if OBJECTS.contains(&name) {
            // What it should have been is the gateway's to say: only that it is JSON is seen here.
            let value = serde_json::from_str(text).map_err(|_| anyhow::anyhow!("line {line}: {name} is no JSON"))?;
            reserve.insert(name.to_owned(), value);
        } else {
            reserve.insert(name.to_owned(), Value::String(text.to_owned()));
        }
    }
    if let Some(missing) = REQUIRED.iter().find(|name| !reserve.contains_key(**name)) {
        bail!("line {line}: {missing} is empty");
    }
    Ok(ListedReserve {
        line,
        reserve_id_there: there,
        reserve: Value::Object(reserve),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "billing_key,order_id,order_name,price,reserve_execute_at";
    const LINE: &str = "66542dfb4d18d5fc7b43e1b6,o1,구독,1000,2099-01-01T09:00:00+09:00";

    fn wrong(text: impl AsRef<[u8]>) -> String {
        format!("{:#}", parse(text.as_ref()).unwrap_err())
    }

    #[test]
    fn a_line_is_the_body_of_a_request() {
        let text = format!(
            "\u{feff}reserve_id,{HEADER},metadata\r\nr1,{LINE},\"{{\"\"a\"\": 1}}\"\r\n,{},\r\n",
            LINE.replace("o1", "o2")
        );
        let found = parse(text.as_bytes()).unwrap();
        assert_eq!((found[0].line, found[0].reserve_id_there.as_deref()), (2, Some("r1")));
        assert_eq!(found[0].reserve["metadata"], serde_json::json!({ "a": 1 }));
        assert_eq!(
            (&found[1].reserve["price"], found[1].reserve.get("metadata")),
            (&"1000".into(), None)
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_without_its_text() {
        assert!(wrong(b"billing_key\n\xb0\xa1").contains("line 2 is not UTF-8"));
        assert!(wrong("billing_key,order_id\nx,y").contains("no column order_name"));
        assert!(wrong(format!("{HEADER},memo\n{LINE},x")).contains("1 columns are none of"));
        assert!(wrong(format!("{HEADER},price\n{LINE},1")).contains("2 times"));
        assert!(wrong(format!("{HEADER}\n{LINE}\n{LINE}\n")).contains("line 3: the order_id of line 2 again"));
        assert!(wrong(format!("{HEADER}\n{}\n", LINE.replace("1000", ""))).contains("line 2: price is empty"));
        assert!(wrong(format!("{HEADER}\n{LINE},x\n")).contains("line 2 has another number of columns"));
        assert!(wrong(format!("{HEADER}\n")).contains("no reserve in it"));
        let secret = wrong(format!("{HEADER},user\n{LINE},010-1234-5678\n"));
        assert!(
            secret.contains("line 2: user is no JSON") && !secret.contains("1234"),
            "{secret}"
        );
    }
}
