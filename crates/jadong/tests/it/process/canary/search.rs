//! The search: every planted value, in every coat it might wear, in every file and text.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A value, and what it looks like with its hyphens.
pub struct Planted {
    pub name: &'static str,
    pub plain: &'static str,
    pub hyphenated: &'static str,
}

pub const ACCOUNT: Planted = Planted {
    name: "account",
    plain: "98765432109871",
    hyphenated: "987654-32-109871",
};
/// With a valid check digit.
pub const BUSINESS: Planted = Planted {
    name: "business number",
    plain: "2208162517",
    hyphenated: "220-81-62517",
};
pub const PHONE: Planted = Planted {
    name: "phone",
    plain: "01098712345",
    hyphenated: "010-9871-2345",
};
/// Refused: too long for a phone number.
pub const WRONG_PHONE: Planted = Planted {
    name: "invalid phone",
    plain: "0108761234599",
    hyphenated: "010-8761-234599",
};
pub const CASH_RECEIPT: Planted = Planted {
    name: "cash receipt number",
    plain: "01034917628",
    hyphenated: "010-3491-7628",
};

pub const ALL: [Planted; 5] = [ACCOUNT, BUSINESS, PHONE, WRONG_PHONE, CASH_RECEIPT];

impl Planted {
    /// Plain, hyphenated, in hex, and in base64 wherever in a longer text it begins.
    pub fn coats(&self) -> Vec<(String, Vec<u8>)> {
        let mut coats = Vec::new();
        for (form, text) in [("plain", self.plain), ("hyphenated", self.hyphenated)] {
            let hex = hex::encode(text);
            coats.push((form.to_owned(), text.as_bytes().to_vec()));
            coats.push((format!("{form}, HEX"), hex.to_uppercase().into_bytes()));
            coats.push((format!("{form}, hex"), hex.into_bytes()));
            for shift in 0..3 {
                coats.push((format!("{form}, base64 + {shift}"), base64_inside(text, shift)));
            }
        }
        coats
    }
}

/// The characters that do not depend on what stands before and after the value.
fn base64_inside(text: &str, shift: usize) -> Vec<u8> {
    let mut padded = vec![0; shift];
    padded.extend(text.as_bytes());
    let encoded = STANDARD_NO_PAD.encode(&padded).into_bytes();
    let (from, to) = ((shift * 8).div_ceil(6), padded.len() * 8 / 6);
    encoded[from..to].to_vec()
}

/// Every planted value that `bytes` holds.
pub fn search(place: &str, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for planted in &ALL {
        for (coat, needle) in planted.coats() {
            if contains(bytes, &needle) {
                found.push(format!("{place} holds the {} ({coat})", planted.name));
            }
        }
    }
    found
}

pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Every file below `folder`.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    found
}

/// Searches every file below `folder`; also says how many bytes that were.
pub fn search_folder(folder: &Path) -> (Vec<String>, usize) {
    let mut found = Vec::new();
    let mut searched = 0;
    for path in files(folder) {
        let bytes = std::fs::read(&path).expect("a file");
        searched += bytes.len();
        found.extend(search(&path.display().to_string(), &bytes));
    }
    (found, searched)
}
