//! Values that are searched for by themselves: planted ones of a list, and credentials. None of them is ever told.

use std::io::Read;
use std::path::Path;

use aho_corasick::AhoCorasick;
use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde::Serialize;
use zeroize::Zeroizing;

/// In bytes. Shorter ones are everywhere by chance, and longer ones are no value of one line.
const BYTES: std::ops::RangeInclusive<usize> = 6..=256;
const LIST_BYTES_MAX: u64 = 4 << 20;
/// Digits in a row of fewer than this are in longer ones by chance.
pub const DIGITS_ALONE: usize = 10;
/// No form is longer.
pub const FORM_BYTES_MAX: usize = 256 * 3;

/// What a value is called where it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// Its line in the list.
    Line(usize),
    /// Which credential.
    Credential(String),
}

/// A value, and what it is called.
pub struct Needle {
    pub name: Name,
    value: Zeroizing<String>,
}

impl Needle {
    /// `None`: it is too short or too long to be searched for.
    pub fn new(name: Name, value: &str) -> Option<Self> {
        let value = Zeroizing::new(value.to_owned());
        BYTES.contains(&value.len()).then_some(Self { name, value })
    }

    /// Its characters, for a finding.
    pub fn length(&self) -> usize {
        self.value.chars().count()
    }

    /// Its digits, where it is a number with nothing but signs between them.
    fn digits(&self) -> Option<Zeroizing<String>> {
        let mut all = Zeroizing::new(String::new());
        domain::personal_number::each(&self.value, |number| all.push_str(&number.digits));
        let has_letters = self.value.chars().any(char::is_alphabetic);
        (!has_letters && all.len() >= *BYTES.start()).then_some(all)
    }

    /// Every form that it may have been written in.
    fn forms(&self) -> Vec<(&'static str, Zeroizing<Vec<u8>>)> {
        let mut forms: Vec<(&'static str, Vec<u8>)> = Vec::new();
        let digits = self.digits();
        let bare = digits.as_ref().filter(|digits| **digits != self.value);
        for text in [Some(&self.value), bare].into_iter().flatten() {
            let is_short = digits.as_ref().is_some_and(|digits| digits.len() < DIGITS_ALONE);
            if !is_short {
                forms.push(("plain", text.as_bytes().to_vec()));
            }
            let hex = hex::encode(text.as_bytes());
            forms.push(("hex", hex.to_uppercase().into_bytes()));
            forms.push(("hex", hex.into_bytes()));
            for shift in 0..3 {
                forms.push(("base64", base64_inside(&STANDARD_NO_PAD, text, shift)));
                forms.push(("base64", base64_inside(&URL_SAFE_NO_PAD, text, shift)));
            }
            let url: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let escaped = serde_json::Value::from(text.as_str()).to_string();
            let escaped = escaped.trim_matches('"').to_owned();
            for (form, other) in [("url", url.replace('+', "%20")), ("url", url), ("json", escaped)] {
                if other != **text {
                    forms.push((form, other.into_bytes()));
                }
            }
        }
        forms.sort_unstable();
        forms.dedup();
        forms
            .into_iter()
            .map(|(form, bytes)| (form, Zeroizing::new(bytes)))
            .collect()
    }
}

/// The characters that do not depend on what stands before and after the value.
fn base64_inside(engine: &impl Engine, text: &str, shift: usize) -> Vec<u8> {
    let mut padded = vec![0; shift];
    padded.extend(text.as_bytes());
    let encoded = engine.encode(&padded).into_bytes();
    let (from, to) = ((shift * 8).div_ceil(6), padded.len() * 8 / 6);
    encoded.get(from..to).unwrap_or_default().to_vec()
}

/// What a form that is found stands for.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// The needle with this number, and how it is written.
    Of(usize, &'static str),
    /// The name of a secret, which must have no value beside it.
    Field(&'static str),
}

/// Names that secrets have in JSON, in settings and in logs.
const FIELDS: [&str; 4] = ["secret_key", "private_key", "api_key", "apiKey"];

/// All of them, ready to be searched for.
pub struct Needles {
    needles: Vec<Needle>,
    /// Of those that are numbers.
    pub digits: Vec<(usize, Zeroizing<String>)>,
    /// In the order of the automaton's patterns.
    pub forms: Vec<Form>,
    pub automaton: AhoCorasick,
}

impl Needles {
    pub fn of(needles: Vec<Needle>) -> anyhow::Result<Self> {
        let mut patterns: Vec<Zeroizing<Vec<u8>>> = Vec::new();
        let mut forms = Vec::new();
        for (number, needle) in needles.iter().enumerate() {
            for (form, bytes) in needle.forms() {
                forms.push(Form::Of(number, form));
                patterns.push(bytes);
            }
        }
        for field in FIELDS {
            forms.push(Form::Field(field));
            patterns.push(Zeroizing::new(field.as_bytes().to_vec()));
        }
        let numbers = needles.iter().enumerate();
        let digits = numbers.filter_map(|(number, needle)| Some((number, needle.digits()?)));
        Ok(Self {
            digits: digits.collect(),
            automaton: AhoCorasick::new(patterns.iter().map(|bytes| bytes.as_slice()))?,
            needles,
            forms,
        })
    }

    pub fn get(&self, number: usize) -> Option<&Needle> {
        self.needles.get(number)
    }

    /// Of the list, and the names of the credentials.
    pub fn counted(&self) -> (usize, Vec<&str>) {
        let credentials: Vec<&str> = self
            .needles
            .iter()
            .filter_map(|needle| match &needle.name {
                Name::Line(_) => None,
                Name::Credential(name) => Some(name.as_str()),
            })
            .collect();
        (self.needles.len() - credentials.len(), credentials)
    }
}

/// Reads a list of values, one a line, from a file or (`-`) from standard input.
///
/// Errors: it cannot be read, is not UTF-8, has no value, or one of a length that cannot be searched for; none quotes a line.
pub fn read(path: &Path) -> anyhow::Result<Vec<Needle>> {
    let shown = || format!("--canary {}", path.display());
    let mut bytes = Zeroizing::new(Vec::new());
    let read = if path == Path::new("-") {
        std::io::stdin().take(LIST_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LIST_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    if read.with_context(shown)? as u64 > LIST_BYTES_MAX {
        bail!("{}: a list has {LIST_BYTES_MAX} bytes at most", shown());
    }
    let text = std::str::from_utf8(&bytes)
        .ok()
        .with_context(|| format!("{} is not UTF-8", shown()))?;
    let mut needles = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let needle = Needle::new(Name::Line(at + 1), line.trim());
        let (least, most) = (BYTES.start(), BYTES.end());
        needles.push(needle.with_context(|| {
            format!(
                "{}: line {} does not have {least} to {most} bytes; shorter values are everywhere by chance",
                shown(),
                at + 1
            )
        })?);
    }
    if needles.is_empty() {
        bail!("{} has no value: write one a line", shown());
    }
    Ok(needles)
}
