//! The proof: every byte that the demo left on disk is searched for the customer's account, birth date and phone.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, ensure};

use super::actors;

/// Where files belong, by their paths below the demo's folder.
pub const PLACES: [&str; 4] = ["merchant DB", "gateway DB", "bank journal", "logs"];

fn place(relative: &Path) -> usize {
    let path = relative.to_string_lossy();
    if path.starts_with("merchant") {
        0
    } else if path.starts_with("logs") {
        3
    } else if path.contains("bank") {
        2
    } else {
        1
    }
}

/// What is searched for, each in several spellings.
pub struct Secret {
    pub korean: &'static str,
    pub english: &'static str,
    spellings: &'static [&'static str],
}

pub const SECRETS: [Secret; 3] = [
    Secret {
        korean: "계좌번호",
        english: "account number",
        spellings: &[actors::ACCOUNT],
    },
    Secret {
        korean: "생년월일",
        english: "birth date",
        spellings: &[actors::BIRTH],
    },
    Secret {
        korean: "전화번호",
        english: "phone number",
        spellings: &[actors::PHONE, actors::PHONE_HYPHENATED],
    },
];

/// What was searched and found, by [`PLACES`].
#[derive(Default)]
pub struct LeakFound {
    /// How often each of [`SECRETS`] was found there.
    pub counts: [[usize; SECRETS.len()]; PLACES.len()],
    /// How many bytes were searched there; 0: nothing was there to search.
    pub bytes: [usize; PLACES.len()],
}

/// Searches every file below `folder`, also those that are open. Plain and as hex.
///
/// # Errors
/// When a file cannot be read.
pub fn search(folder: &Path) -> anyhow::Result<LeakFound> {
    let mut found = LeakFound::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| format!("reading {}", next.display()))? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => folders.push(entry.path()),
                false => found.add(&entry.path(), folder)?,
            }
        }
    }
    Ok(found)
}

impl LeakFound {
    fn add(&mut self, file: &Path, folder: &Path) -> anyhow::Result<()> {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            // A database's side file may go while it is open.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        };
        let place = place(file.strip_prefix(folder).unwrap_or(file));
        self.bytes[place] += bytes.len();
        for (secret, count) in SECRETS.iter().zip(&mut self.counts[place]) {
            let spellings = secret.spellings.iter();
            *count += spellings.map(|spelling| occurrences(&bytes, spelling)).sum::<usize>();
        }
        Ok(())
    }

    /// # Errors
    /// When something was found, or when the search was empty where data must be.
    pub fn must_be_clean(&self) -> anyhow::Result<()> {
        let total: usize = self.counts.iter().flatten().sum();
        ensure!(
            total == 0,
            "personal data was found {total} times in files that must not have it"
        );
        for (place, bytes) in PLACES.iter().zip(self.bytes).take(2) {
            ensure!(bytes > 0, "no {place} was found to search");
        }
        Ok(())
    }
}

fn occurrences(bytes: &[u8], spelling: &str) -> usize {
    let hex = hex::encode(spelling);
    let spelled = [spelling.as_bytes(), hex.as_bytes()];
    spelled
        .iter()
        .map(|needle| bytes.windows(needle.len()).filter(|window| window == needle).count())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_number_is_found_where_it_lies() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["merchant", "sandbox", "logs"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).expect("written");
        write("merchant/service.db", "clean".to_owned());
        write("sandbox/jadong.db", "clean".to_owned());
        write("sandbox/bank.journal", format!("x{}y", actors::PHONE_HYPHENATED));
        assert!(search(folder.path()).expect("searched").must_be_clean().is_err());

        write("sandbox/bank.journal", String::new());
        assert!(search(folder.path()).expect("searched").must_be_clean().is_ok());

        write("logs/jadong.log", hex::encode(actors::ACCOUNT));
        let found = search(folder.path()).expect("searched");
        assert_eq!(found.counts, [[0; 3], [0; 3], [0; 3], [1, 0, 0]]);
        assert!(found.must_be_clean().is_err());
    }
}
