//! The proof: every byte that the demo left on disk is searched for the customer's account, birth date and phone.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, ensure};

use super::actors;

/// Where a file belongs, by its path below the demo's folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SearchedPlace {
    MerchantDb,
    GatewayDb,
    BankJournal,
    Logs,
}

impl SearchedPlace {
    pub const ALL: [Self; 4] = [Self::MerchantDb, Self::GatewayDb, Self::BankJournal, Self::Logs];

    pub fn name(self) -> &'static str {
        match self {
            Self::MerchantDb => "merchant DB",
            Self::GatewayDb => "gateway DB",
            Self::BankJournal => "bank journal",
            Self::Logs => "logs",
        }
    }

    fn of(relative: &Path) -> Self {
        let path = relative.to_string_lossy();
        if path.starts_with("merchant") {
            Self::MerchantDb
        } else if path.starts_with("logs") {
            Self::Logs
        } else if path.contains("bank") {
            Self::BankJournal
        } else {
            Self::GatewayDb
        }
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

/// What was searched and found. Rows as [`Place::ALL`], columns as [`SECRETS`].
#[derive(Default)]
pub struct LeakFound {
    counts: [[usize; 3]; 4],
    bytes: [usize; 4],
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
        let place = SearchedPlace::of(file.strip_prefix(folder).unwrap_or(file));
        self.bytes[place as usize] += bytes.len();
        for (secret, count) in SECRETS.iter().zip(&mut self.counts[place as usize]) {
            *count += secret
                .spellings
                .iter()
                .map(|spelling| occurrences(&bytes, spelling))
                .sum::<usize>();
        }
        Ok(())
    }

    /// How often the secret was found there.
    pub fn count(&self, place: SearchedPlace, secret: &Secret) -> usize {
        let at = SECRETS.iter().position(|one| one.english == secret.english);
        at.map_or(0, |at| self.counts[place as usize][at])
    }

    /// How many bytes were searched there; 0: nothing was there to search.
    pub fn bytes(&self, place: SearchedPlace) -> usize {
        self.bytes[place as usize]
    }

    /// # Errors
    /// When something was found, or when the search was empty where data must be.
    pub fn must_be_clean(&self) -> anyhow::Result<()> {
        let total: usize = self.counts.iter().flatten().sum();
        ensure!(
            total == 0,
            "personal data was found {total} times in files that must not have it"
        );
        for place in [SearchedPlace::MerchantDb, SearchedPlace::GatewayDb] {
            ensure!(self.bytes(place) > 0, "no {} was found to search", place.name());
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
        let [account, birth, phone] = &SECRETS;
        assert_eq!(found.count(SearchedPlace::Logs, account), 1);
        assert_eq!(
            (
                found.count(SearchedPlace::Logs, birth),
                found.count(SearchedPlace::GatewayDb, phone)
            ),
            (0, 0)
        );
        assert!(found.must_be_clean().is_err());
    }
}
