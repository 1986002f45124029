//! Looking into files and folders, a piece at a time.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use domain::personal_number::Reading;
use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;
use terminal::lang::localized;

use super::look::{Sighting, look};
use super::needles::{FORM_BYTES_MAX, Needles};
use super::report::{Place, Report, Searched};
use super::rows;

/// Bytes that are looked into at once.
const PIECE: usize = 1 << 20;
/// So much of a piece is looked into again with the next one: what is between the two is longer than no form, and no number.
const AGAIN: usize = FORM_BYTES_MAX + 1024;
/// So much before that is what tells where a number begins.
const BEFORE: usize = 1024;

const SQLITE: &[u8] = b"SQLite format 3\0";
const GZIP: &[u8] = &[0x1f, 0x8b];
/// How what is packed otherwise begins: zip, zstd, xz, bzip2, 7z, lz4, rar, and `pg_dump -Fc`.
const PACKED: [&[u8]; 8] = [
    b"PK\x03\x04",
    b"\x28\xb5\x2f\xfd",
    b"\xfd7zXZ",
    b"BZh",
    b"7z\xbc\xaf",
    b"\x04\x22\x4d\x18",
    b"Rar!",
    b"PGDMP",
];

/// Walks through files and folders; each file once, however many links lead to it.
pub struct Files<'a> {
    pub needles: &'a Needles,
    pub report: &'a mut Report,
    pub progress: ProgressBar,
    /// Files that have a secret or what is searched for on purpose, and why.
    pub skip: Vec<(PathBuf, String)>,
    pub seen: HashSet<(u64, u64)>,
    /// The installation's own database, where it is a file.
    pub database: Option<PathBuf>,
}

impl Files<'_> {
    /// Searches a file, or a folder and all that is in it.
    pub fn walk(&mut self, from: &Path) {
        let mut paths = vec![from.to_owned()];
        while let Some(path) = paths.pop() {
            let found = std::fs::metadata(&path);
            let id = found.as_ref().map(|found| (found.dev(), found.ino()));
            if id.is_ok_and(|id| !self.seen.insert(id)) {
                continue;
            }
            let shown = self.shown(&path);
            let searched = found.and_then(|found| self.one(&path, &found, &shown, &mut paths));
            if let Err(error) = searched {
                self.report.not_searched(shown, error.to_string());
            }
        }
    }

    /// Errors: it was not searched, or not to its end.
    fn one(&mut self, path: &Path, found: &Metadata, shown: &str, paths: &mut Vec<PathBuf>) -> io::Result<()> {
        if found.is_dir() {
            let entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
            let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
            entries.sort_unstable_by(|one, other| other.cmp(one));
            paths.extend(entries);
            return Ok(());
        }
        if !found.is_file() {
            return Err(io::Error::other(localized("파일이 아닙니다", "it is no file")));
        }
        let real = path.canonicalize()?;
        if let Some((_, why)) = self.skip.iter().find(|(skipped, _)| *skipped == real) {
            self.report.skipped(shown, why.clone());
            return Ok(());
        }
        self.progress.set_message(shown.to_owned());
        let bytes = self.file(path, shown)?;
        let file = shown.to_owned();
        self.report.searched(Searched::File { file, bytes });
        Ok(())
    }

    /// How a path is told: one that itself has what is searched for is not.
    fn shown(&mut self, path: &Path) -> String {
        let text = path.to_string_lossy();
        let mut found = Vec::new();
        look(self.needles, text.as_bytes(), Some(Reading::Text), &mut found);
        if found.is_empty() {
            return text.into_owned();
        }
        let hidden = localized("(이름에 개인정보가 있는 파일)", "(a file whose name must not be told)").to_owned();
        for sighting in found {
            let file = hidden.clone();
            self.report.found(self.needles, Place::FileName { file }, sighting.what);
        }
        hidden
    }

    fn file(&mut self, path: &Path, shown: &str) -> io::Result<u64> {
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        file.by_ref().take(16).read_to_end(&mut head)?;
        file.rewind()?;
        if head.starts_with(GZIP) {
            let mut unpacked = MultiGzDecoder::new(file);
            let mut begin = Vec::new();
            unpacked.by_ref().take(16).read_to_end(&mut begin)?;
            let is_packed = PACKED
                .iter()
                .chain([&GZIP, &SQLITE])
                .any(|magic| begin.starts_with(magic as &[u8]));
            if is_packed {
                return Err(packed());
            }
            return self.stream(begin.chain(unpacked), 0, shown);
        }
        if PACKED.iter().any(|magic| head.starts_with(magic)) {
            return Err(packed());
        }
        let is_own = self.database.as_deref() == Some(path);
        if (is_own || head.starts_with(SQLITE)) && self.tables(path, is_own, shown).is_err() {
            // What went wrong may name the file.
            let why = localized("데이터베이스로 읽히지 않습니다", "it cannot be read as a database");
            self.report.not_searched(shown, why);
        }
        let length = file.metadata()?.len();
        let mut at = 0;
        // What a sparse file does not have on disk is not read.
        while let Some((from, to)) = next_data(&file, at, length)? {
            file.seek(SeekFrom::Start(from))?;
            self.stream((&file).take(to - from), from, shown)?;
            at = to;
        }
        Ok(length)
    }

    fn tables(&mut self, path: &Path, is_own: bool, shown: &str) -> io::Result<()> {
        let (needles, report) = (self.needles, &mut *self.report);
        let progress = &self.progress;
        let read = store::read_file(path, None, &mut |row| {
            progress.inc(1);
            rows::look_at(needles, shown, row, report);
        });
        tell(self.report, shown, read.map_err(io::Error::other)?, is_own);
        Ok(())
    }

    /// Looks into what is read; `offset` is where in the file it begins. How many bytes it was.
    fn stream(&mut self, mut bytes: impl Read, offset: u64, shown: &str) -> io::Result<u64> {
        let mut held: Vec<u8> = Vec::new();
        // Of the first byte that is held; before `from` all was told.
        let (mut at, mut from) = (offset, 0);
        let mut found: Vec<Sighting> = Vec::new();
        loop {
            let read = bytes.by_ref().take(PIECE as u64).read_to_end(&mut held)?;
            // A piece with such bytes is no text: nobody knows where a value of it ends.
            let reading = if held.contains(&0) { Reading::Id } else { Reading::Text };
            let is_end = read < PIECE;
            let until = if is_end { held.len() } else { held.len() - AGAIN };
            found.clear();
            look(self.needles, &held, Some(reading), &mut found);
            for sighting in found.iter().filter(|one| (from..until).contains(&one.at)) {
                let (file, offset) = (shown.to_owned(), at + sighting.at as u64);
                self.report
                    .found(self.needles, Place::File { file, offset }, sighting.what);
            }
            self.progress.inc(read as u64);
            if is_end {
                return Ok(at + held.len() as u64 - offset);
            }
            let kept = until - BEFORE;
            held.drain(..kept);
            at += kept as u64;
            from = BEFORE;
        }
    }
}

/// Puts what was read of a database into the report; the installation's own has its tables.
pub fn tell(report: &mut Report, database: &str, read: Vec<store::ReadTable>, is_own: bool) {
    if is_own && !read.iter().any(|read| read.table == "project") {
        let why = localized("jadong의 테이블이 없습니다", "there are no tables of jadong");
        report.not_searched(database, why);
    }
    for store::ReadTable {
        table,
        rows,
        bytes,
        fault,
    } in read
    {
        if let Some(fault) = fault {
            report.not_searched(format!("{database}: {table}"), fault);
        }
        let database = database.to_owned();
        report.searched(Searched::Table {
            database,
            table,
            rows,
            bytes,
        });
    }
}

fn packed() -> io::Error {
    io::Error::other(localized(
        "압축되거나 묶인 파일입니다. 푼 다음 찾으십시오",
        "it is packed: unpack it, and search that",
    ))
}

/// The next bytes that are on disk, from `at`; all of them where the file system does not say.
fn next_data(file: &File, at: u64, length: u64) -> io::Result<Option<(u64, u64)>> {
    use rustix::fs::{SeekFrom, seek};
    use rustix::io::Errno;

    if at >= length {
        return Ok(None);
    }
    match seek(file, SeekFrom::Data(at)) {
        Ok(from) => {
            let to = seek(file, SeekFrom::Hole(from))?;
            Ok(Some((from, to.max(from + 1))))
        }
        Err(Errno::NXIO) => Ok(None),
        Err(_) => Ok(Some((at, length))),
    }
}
