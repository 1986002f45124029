//! What was searched, what could not be, and what was found: without the values.

use domain::personal_number::PersonalNumber;
use serde::Serialize;
use serde_json::json;
use terminal::lang::localized;

use super::look::What;
use super::needles::{Name, Needles};
use crate::output::{Output, print_json};
use crate::table::{plain, shown};
use domain::text::printable;

/// So many findings are told; the others are counted.
const TOLD_MAX: usize = 1_000;

/// Where something was found.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Place {
    Cell {
        database: String,
        table: String,
        column: String,
        /// In the order of the table's key, from 1.
        row: u64,
        key: String,
    },
    /// At this byte of the file; unpacked, where it is packed.
    File { file: String, offset: u64 },
    /// In the name of a file, whose path is not told then.
    FileName { file: String },
}

/// What was found. `mask`: `digits:14`, `characters:20`.
#[derive(Debug, Clone, Serialize)]
struct Finding {
    #[serde(flatten)]
    place: Place,
    /// A kind of number, `canary`, `credential`, `secret` or `unsealed`.
    kind: &'static str,
    mask: String,
    /// Of a canary its line, of a credential its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    which: Option<Name>,
    /// How it is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'static str>,
}

/// A table or a file.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Searched {
    Table {
        database: String,
        table: String,
        rows: u64,
        bytes: u64,
    },
    File {
        file: String,
        bytes: u64,
    },
}

/// Something that was not searched.
#[derive(Debug, Clone, Serialize)]
struct Left {
    what: String,
    why: String,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Report {
    searched: Vec<Searched>,
    /// On purpose.
    skipped: Vec<Left>,
    /// It should have been.
    not_searched: Vec<Left>,
    findings: Vec<Finding>,
    found: u64,
}

impl Report {
    pub fn searched(&mut self, searched: Searched) {
        self.searched.push(searched);
    }

    pub fn skipped(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let (what, why) = (what.into(), why.into());
        self.skipped.push(Left { what, why });
    }

    pub fn not_searched(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let (what, why) = (what.into(), why.into());
        self.not_searched.push(Left { what, why });
    }

    pub fn found(&mut self, needles: &Needles, place: Place, what: What) {
        self.found += 1;
        if self.findings.len() == TOLD_MAX {
            return;
        }
        let (kind, mask, which, form) = match what {
            What::Number(kind, digits) => (kind.name(), format!("digits:{digits}"), None, None),
            What::Secret(field) => (
                "secret",
                "characters:8+".to_owned(),
                Some(Name::Credential(field.to_owned())),
                None,
            ),
            What::Unsealed => ("unsealed", String::new(), None, None),
            What::Planted(number, form) => {
                let needle = needles.get(number);
                let length = needle.map_or(0, super::needles::Needle::length);
                let name = needle.map(|needle| needle.name.clone());
                let kind = if matches!(name, Some(Name::Credential(_))) {
                    "credential"
                } else {
                    "canary"
                };
                (kind, format!("characters:{length}"), name, Some(form))
            }
        };
        self.findings.push(Finding {
            place,
            kind,
            mask,
            which,
            form,
        });
    }

    /// How many findings there are, and how much was not searched.
    pub fn counts(&self) -> (u64, usize) {
        (self.found, self.not_searched.len())
    }

    pub fn print(&self, needles: &Needles, output: Output) -> anyhow::Result<()> {
        let (canaries, credentials) = needles.counted();
        if output == Output::Json {
            let numbers: Vec<&str> = PersonalNumber::ALL.iter().map(|kind| kind.name()).collect();
            return print_json(&json!({
                "searched_for": { "numbers": numbers, "canaries": canaries, "credentials": credentials },
                "searched": self.searched,
                "skipped": self.skipped,
                "not_searched": self.not_searched,
                "found": self.found,
                "findings": self.findings,
            }));
        }
        self.print_searched();
        let credentials = if credentials.is_empty() {
            "-".to_owned()
        } else {
            credentials.join(", ")
        };
        println!(
            "{}",
            localized(
                format!("심은 값 {canaries}개, 인증 정보: {credentials}"),
                format!("planted values: {canaries}, credentials: {credentials}")
            )
        );
        for left in &self.skipped {
            println!(
                "{}: {}: {}",
                localized("건너뜀", "skipped"),
                printable(&left.what),
                printable(&left.why)
            );
        }
        for left in &self.not_searched {
            println!(
                "{}: {}: {}",
                localized("찾지 못함", "NOT searched"),
                printable(&left.what),
                printable(&left.why)
            );
        }
        for finding in &self.findings {
            println!("{}: {}", localized("발견", "FOUND"), printable(&finding.line()));
        }
        let more = self.found - self.findings.len() as u64;
        if more > 0 {
            println!("{}", localized(format!("그 밖에 {more}개"), format!("and {more} more")));
        }
        Ok(())
    }

    fn print_searched(&self) {
        let header = localized(["무엇", "행", "바이트"], ["SEARCHED", "ROWS", "BYTES"]);
        let mut table = plain(header);
        for searched in &self.searched {
            match searched {
                Searched::Table {
                    database,
                    table: name,
                    rows,
                    bytes,
                } => {
                    table.add_row([format!("{database}: {name}"), rows.to_string(), bytes.to_string()]);
                }
                Searched::File { file, bytes } => {
                    table.add_row([file.clone(), String::new(), bytes.to_string()]);
                }
            }
        }
        println!("{}", shown(&table));
    }
}

impl Finding {
    fn line(&self) -> String {
        let place = match &self.place {
            Place::Cell {
                database,
                table,
                column,
                row,
                key,
            } => format!("{database}: {table}.{column}, row {row} ({key})"),
            Place::File { file, offset } => format!("{file}, byte {offset}"),
            Place::FileName { file } => file.clone(),
        };
        let which = match &self.which {
            Some(Name::Line(line)) => format!(" (line {line})"),
            Some(Name::Credential(name)) => format!(" ({name})"),
            None => String::new(),
        };
        let form = self.form.map(|form| format!(", {form}")).unwrap_or_default();
        let mask = if self.mask.is_empty() {
            String::new()
        } else {
            format!(", {}", self.mask)
        };
        format!("{place}: {}{which}{form}{mask}", word(self.kind))
    }
}

fn word(kind: &str) -> &str {
    match kind {
        "account" => localized("계좌번호 같은 숫자", "like an account number"),
        "resident_number" => localized("주민등록번호 같은 숫자", "like a resident number"),
        "business_number" => localized("사업자등록번호 같은 숫자", "like a business number"),
        "phone" => localized("전화번호 같은 숫자", "like a phone number"),
        "canary" => localized("심은 값", "a planted value"),
        "credential" => localized("인증 정보", "a credential"),
        "secret" => localized("이름 옆의 비밀 값", "a secret beside its name"),
        "unsealed" => localized("봉인되지 않은 인증 정보", "credentials that are not sealed"),
        other => other,
    }
}
