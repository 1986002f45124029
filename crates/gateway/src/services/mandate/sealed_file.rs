//! A file that says of itself whose it is: its last bytes are a signature over all that stand before them. It is checked byte by
//! byte and not by meaning, so that a blank that was added is found too.

use domain::text::printable;
use domain::{BillingKeyId, written_time};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::record::FORMAT;
use crate::ledger::mandate_record::{EVENT, FILE, MandateSeal, is_signed, next_hash};
use crate::services::retention::REPORT_FORMAT;

/// What stands between a JSON record and its signature.
const JSON_SEAL: &str = ",\n\"seal\": ";
/// What stands between a PDF and its signature: a comment, which readers of PDFs pass over.
const PDF_SEAL: &str = "\n%jadong-seal ";

/// `record`, a JSON object, and its signature, as one JSON object.
pub fn sealed_json(record: &str, seal: &MandateSeal) -> String {
    let signed = format!("{{\n\"record\": {record}");
    let seal = seal_text(signed.as_bytes(), seal);
    format!("{signed}{JSON_SEAL}{seal}\n}}\n")
}

/// A PDF with its signature behind it.
pub fn sealed_pdf(mut pdf: Vec<u8>, seal: &MandateSeal) -> Vec<u8> {
    let text = seal_text(&pdf, seal);
    pdf.extend_from_slice(PDF_SEAL.as_bytes());
    pdf.extend_from_slice(text.as_bytes());
    pdf.push(b'\n');
    pdf
}

fn seal_text(signed: &[u8], seal: &MandateSeal) -> String {
    written(&seal.public_key(), &seal.sign(FILE, signed))
}

fn written(public_key: &str, signature: &str) -> String {
    format!(r#"{{"algorithm":"Ed25519","public_key":"{public_key}","signature":"{signature}"}}"#)
}

/// A file whose signature holds.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifiedFile {
    /// Whose signature it is.
    pub public_key: String,
    /// Of a JSON record: its key, and how many events and debits it tells of.
    pub record: Option<VerifiedRecord>,
    /// Of a report of what was destroyed: when it was made.
    pub report_made_at: Option<String>,
}

/// What a JSON record says.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct VerifiedRecord {
    pub billing_key: String,
    pub made_at: String,
    pub events: usize,
    pub debits: usize,
    /// Whether the consent itself is among the events.
    pub has_consent: bool,
}

/// Why a file is not what an installation has given out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    #[error("no signature in it: this is no consent record, or its end is missing")]
    NoSeal,
    #[error("it was changed after it was signed, or the signature is another file's")]
    Changed,
    #[error("it is signed by another installation: its public key is {0}")]
    AnotherKey(String),
    #[error("it is signed, but in a format that this program does not know: {0}")]
    UnknownFormat(String),
    #[error("it is signed, but event {0} does not follow from the one before: the record in the database was changed")]
    BrokenChain(u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    #[serde(rename = "algorithm")]
    _algorithm: String,
    public_key: String,
    signature: String,
}

#[derive(Deserialize)]
struct SealedJson {
    record: SealedRecord,
}

#[derive(Deserialize)]
struct SealedReport {
    record: ReportHead,
}

#[derive(Deserialize)]
struct ReportHead {
    format: String,
    made_at: String,
}

#[derive(Deserialize)]
struct SealedRecord {
    format: String,
    made_at: String,
    billing_key: String,
    receipt_id: String,
    events: Vec<SealedEvent>,
    debits: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct EventEntry {
    event: String,
    billing_key: Option<String>,
}

#[derive(Deserialize)]
struct SealedEvent {
    number: u32,
    entry: Box<RawValue>,
    hash: String,
    signature: String,
}

/// Checks a file as it was given out, without the installation. `expected`: whose it must be, in Base64.
pub fn verify(file: &[u8], expected: Option<&str>) -> Result<VerifiedFile, NotVerified> {
    let (is_json, mark, end) = match file.first() {
        Some(b'{') => (true, JSON_SEAL, "\n}\n"),
        _ if file.starts_with(b"%PDF-") => (false, PDF_SEAL, "\n"),
        _ => return Err(NotVerified::NoSeal),
    };
    let at = last(file, mark.as_bytes()).ok_or(NotVerified::NoSeal)?;
    let (signed, rest) = (&file[..at], &file[at + mark.len()..]);
    let seal: Seal = rest
        .strip_suffix(end.as_bytes())
        .and_then(|seal| serde_json::from_slice(seal).ok())
        .ok_or(NotVerified::Changed)?;
    // Written in one way only: no other spelling of the same signature is taken.
    let again = format!("{}{end}", written(&seal.public_key, &seal.signature));
    if again.as_bytes() != rest || !is_signed(&seal.public_key, (FILE, signed), &seal.signature) {
        return Err(NotVerified::Changed);
    }
    if expected.is_some_and(|expected| expected.trim() != seal.public_key) {
        return Err(NotVerified::AnotherKey(seal.public_key));
    }
    let report_made_at = if is_json { report_made_at(file) } else { None };
    let record = if is_json && report_made_at.is_none() {
        Some(verify_record(file, &seal.public_key)?)
    } else {
        None
    };
    Ok(VerifiedFile {
        public_key: seal.public_key,
        record,
        report_made_at,
    })
}

/// When a report of what was destroyed was made, written anew; `None`: it is something else.
fn report_made_at(file: &[u8]) -> Option<String> {
    let SealedReport { record } = serde_json::from_slice(file).ok()?;
    let made_at = written_time::parse(&record.made_at)?;
    (record.format == REPORT_FORMAT).then(|| made_at.to_wire())
}

/// The events of a record whose file's signature holds: what was in the database may have been changed before.
fn verify_record(file: &[u8], public_key: &str) -> Result<VerifiedRecord, NotVerified> {
    let unknown = |error: serde_json::Error| NotVerified::UnknownFormat(error.to_string());
    let SealedJson { record } = serde_json::from_slice(file).map_err(unknown)?;
    let made_at = written_time::parse(&record.made_at).filter(|_| record.format == FORMAT);
    let made_at = made_at.ok_or_else(|| NotVerified::UnknownFormat(printable(&record.format).into_owned()))?;
    let (mut before, mut has_consent) = (String::new(), false);
    for (number, event) in (1..).zip(&record.events) {
        let hash = next_hash(&record.receipt_id, number, &before, event.entry.get());
        let entry: EventEntry = serde_json::from_str(event.entry.get()).unwrap_or_default();
        let is_its = entry.billing_key.is_none_or(|key| key == record.billing_key);
        has_consent |= matches!(entry.event.as_str(), "agreed" | "adopted");
        let holds = event.number == number && event.hash == hash && is_its;
        if !holds || !is_signed(public_key, (EVENT, hash.as_bytes()), &event.signature) {
            return Err(NotVerified::BrokenChain(number));
        }
        before = hash;
    }
    // Written anew: what a stranger has signed may steer a terminal.
    let billing_key = record.billing_key.parse::<BillingKeyId>();
    let billing_key = billing_key.map_err(|_| NotVerified::UnknownFormat("billing_key".to_owned()))?;
    Ok(VerifiedRecord {
        billing_key: billing_key.to_string(),
        made_at: made_at.to_wire(),
        events: record.events.len(),
        debits: record.debits.len(),
        has_consent,
    })
}

/// Where `wanted` stands in `bytes` for the last time.
fn last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use domain::fingerprint::Pepper;

    use super::*;

    fn seal() -> MandateSeal {
        MandateSeal::new(&Pepper::new([7; 32]))
    }

    #[test]
    fn a_byte_that_was_changed_or_left_out_is_found_wherever_it_is() {
        let record = r#"{"format":"jadong-consent-record/1","made_at":"2026-12-01T10:00:00+09:00","billing_key":"0123456789abcdef01234568",
            "receipt_id":"0123456789abcdef01234567","events":[],"debits":[]}"#;
        let whole = sealed_json(record, &seal()).into_bytes();
        let verified = verify(&whole, Some(&seal().public_key())).unwrap();
        assert_eq!(
            verified.record.map(|record| record.billing_key).as_deref(),
            Some("0123456789abcdef01234568")
        );
        let pdf = sealed_pdf(b"%PDF-1.7\n%%EOF\n".to_vec(), &seal());
        assert_eq!(verify(&pdf, None).unwrap().record, None);
        for whole in [whole, pdf] {
            for at in 0..whole.len() {
                let mut changed = whole.clone();
                changed[at] ^= 1;
                verify(&changed, None).unwrap_err();
                verify(&whole[..at], None).unwrap_err();
            }
            verify(&[&whole[..], b"\n"].concat(), None).unwrap_err();
        }
    }

    #[test]
    fn another_installations_file_is_not_this_ones() {
        let pdf = sealed_pdf(b"%PDF-1.7\n".to_vec(), &MandateSeal::new(&Pepper::new([8; 32])));
        assert!(verify(&pdf, None).is_ok());
        let refused = verify(&pdf, Some(&seal().public_key())).unwrap_err();
        assert!(matches!(refused, NotVerified::AnotherKey(_)), "{refused}");
        assert_eq!(verify(b"", None), Err(NotVerified::NoSeal));
        assert_eq!(verify(b"{}", None), Err(NotVerified::NoSeal));
    }
}
