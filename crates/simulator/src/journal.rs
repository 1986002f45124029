//! The append-only journal, and the key of the fingerprints beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use seams::Entropy;

use crate::config::StartError;
use crate::core::event::Event;
use crate::core::pg::SimulatedPg;

const JOURNAL_FILE: &str = "bank.journal";
const KEY_FILE: &str = "bank.key";

/// Where events go before they happen.
pub enum Journal {
    /// Nowhere: this bank forgets.
    Memory,
    File(JournalFile),
    /// The bank was stopped; nothing may happen any more.
    Closed,
}

/// An open journal, locked against a second bank.
pub struct JournalFile {
    file: File,
    /// Length of the whole lines; what lies behind it was torn off.
    good_bytes: u64,
    /// What an append that failed may have left behind them.
    tail: Tail,
    line: Vec<u8>,
}

#[derive(PartialEq, Eq)]
enum Tail {
    Clean,
    Torn,
}

impl Journal {
    /// Writes one line. An error means that the event may not happen.
    ///
    /// Not synced: this is a simulator, and its promise is to survive `kill -9` of the process, for which the page
    /// cache is enough. A power cut may cost it the last lines.
    pub fn append(&mut self, event: &Event) -> io::Result<()> {
        match self {
            Self::Memory => Ok(()),
            Self::Closed => Err(io::Error::other("the bank was stopped")),
            Self::File(journal) => journal.append(event),
        }
    }
}

impl JournalFile {
    /// Opens or creates the journal of `folder` and replays it into a bank.
    pub fn open(folder: &Path) -> Result<(Self, SimulatedPg), StartError> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(folder.join(JOURNAL_FILE))
            .map_err(StartError::Folder)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StartError::FolderInUse,
            TryLockError::Error(error) => StartError::Folder(error),
        })?;
        let (bank, good_bytes) = replay(&mut BufReader::new(&file))?;
        let mut journal = Self {
            file,
            good_bytes,
            tail: Tail::Torn,
            line: Vec::with_capacity(1024),
        };
        journal.cut().map_err(StartError::Folder)?;
        Ok((journal, bank))
    }

    fn append(&mut self, event: &Event) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, event)?;
        self.line.push(b'\n');
        self.cut()?;
        self.tail = Tail::Torn;
        self.file.write_all(&self.line)?;
        self.tail = Tail::Clean;
        self.good_bytes += self.line.len() as u64;
        Ok(())
    }

    /// Cuts off what is behind the last whole line: half a line in the middle would spoil the whole journal.
    fn cut(&mut self) -> io::Result<()> {
        if self.tail == Tail::Torn {
            self.file.set_len(self.good_bytes)?;
            self.tail = Tail::Clean;
        }
        Ok(())
    }
}

/// The bank as the journal tells it, and the length of its whole lines.
fn replay(lines: &mut impl BufRead) -> Result<(SimulatedPg, u64), StartError> {
    let mut bank = SimulatedPg::default();
    let mut good_bytes = 0;
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        let length = lines.read_until(b'\n', &mut text).map_err(StartError::Folder)?;
        // No answer was sent for a line without an end, so it did not happen.
        if text.last() != Some(&b'\n') {
            break;
        }
        let event = serde_json::from_slice::<Event>(&text).map_err(|_| StartError::BadJournal { line })?;
        bank.apply(event).map_err(|_| StartError::BadJournal { line })?;
        good_bytes += length as u64;
    }
    Ok((bank, good_bytes))
}

/// Reads the key of the fingerprints from `folder`, or makes one that only this user may read.
pub fn key_of(folder: &Path, entropy: &dyn Entropy) -> Result<[u8; 32], StartError> {
    let path = folder.join(KEY_FILE);
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| StartError::BadKeyFile),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = [0; 32];
            entropy.fill(&mut key);
            write_key(&path, &key).map_err(StartError::Folder)?;
            Ok(key)
        }
        Err(error) => Err(StartError::Folder(error)),
    }
}

/// Under another name first: a crash half-way leaves no key rather than half of one.
fn write_key(path: &Path, key: &[u8; 32]) -> io::Result<()> {
    let unfinished = path.with_extension("key.new");
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(key)?;
    file.sync_all()?;
    std::fs::rename(unfinished, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::refusal::MerchantPermission;

    const SET: Event = Event::ShopSet {
        register: MerchantPermission::F115,
        at_ms: 0,
    };

    #[test]
    fn a_failed_append_leaves_no_half_line_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = JournalFile::open(folder.path()).unwrap();
        journal.append(&SET).unwrap();
        let disk = std::mem::replace(
            &mut journal.file,
            OpenOptions::new().write(true).open("/dev/full").unwrap(),
        );
        assert!(journal.append(&SET).is_err());
        (&disk).write_all(b"{\"event\":\"sho").unwrap();
        journal.file = disk;
        journal.append(&SET).unwrap();
        drop(journal);
        let text = std::fs::read_to_string(folder.path().join(JOURNAL_FILE)).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(JournalFile::open(folder.path()).is_ok());
    }
}
