//! Files of comma-separated values, as people have them.

use std::path::Path;

use anyhow::{Context, bail, ensure};

/// More than that is not one list.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The whole file. Errors: there is none, or it is too large.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let in_file = || path.display().to_string();
    let size = std::fs::metadata(path).with_context(in_file)?.len();
    ensure!(size <= FILE_BYTES_MAX, "{}: larger than 64 MiB", in_file());
    std::fs::read(path).with_context(in_file)
}

/// Errors: the line that is no UTF-8; never the line itself.
pub fn decoded(bytes: &[u8]) -> anyhow::Result<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            bail!("line {line} is not UTF-8: save the list as \"CSV UTF-8\" (엑셀: CSV UTF-8(쉼표로 분리))");
        }
    }
}

/// Errors: a column that must be there is not, one is there twice, or none of the `known`.
pub fn check_header(header: &csv::StringRecord, known: &[&str], required: &[&str]) -> anyhow::Result<()> {
    let times = |name: &str| header.iter().filter(|found| *found == name).count();
    if let Some(missing) = required.iter().find(|name| times(name) == 0) {
        bail!(
            "line 1: no column {missing}; the first line names the columns: {}",
            known.join(",")
        );
    }
    let unknown = header.iter().filter(|name| !known.contains(name)).count();
    ensure!(
        unknown == 0,
        "line 1: {unknown} columns are none of {}",
        known.join(", ")
    );
    match known.iter().find(|name| times(name) > 1) {
        Some(name) => bail!("line 1: the column {name} is there {} times", times(name)),
        None => Ok(()),
    }
}

/// Over the whole text, the header first; without white space around a cell.
pub fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// The records behind the header, each with the line that it begins on. Errors: the line that cannot be read; never the line itself.
pub fn records<'a>(
    text: &'a str,
    reader: &'a mut csv::Reader<&'a [u8]>,
) -> impl Iterator<Item = anyhow::Result<(u64, csv::StringRecord)>> + 'a {
    reader.records().map(move |record| match record {
        Ok(record) => Ok((line_of(text, record.position()), record)),
        Err(error) => {
            let line = line_of(text, error.position());
            bail!("line {line} has another number of columns than the header, or a quote that does not end")
        }
    })
}

/// The line that a record begins on: the reader stands before the line's end when it begins to read.
fn line_of(text: &str, at: Option<&csv::Position>) -> u64 {
    let byte = at.and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
    let skipped = text[byte..].bytes().take_while(u8::is_ascii_whitespace).count();
    text[..byte + skipped].bytes().filter(|byte| *byte == b'\n').count() as u64 + 1
}
