//! The installation's secret key: 32 random bytes beside the database, readable by its owner only.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use domain::fingerprint::Pepper;
use seams::Entropy;
use store::Store;

pub const NAME: &str = "pepper.key";
/// A key that is not in use yet: the database is made first.
const ASIDE: &str = "pepper.new";
const WAL: &str = "jadong.db-wal";
/// What `jadong db move` leaves.
const MOVED: &str = "jadong.db.moved";
/// What is left where there was a database.
const TRACES: [&str; 3] = [NAME, WAL, crate::mark::NAME];

/// The key of a folder that is about to be opened.
pub struct Prepared {
    pub pepper: Pepper,
    is_new: bool,
}

/// Reads the key of `folder`. Errors: there is none.
pub fn read(folder: &Path) -> anyhow::Result<Pepper> {
    let path = folder.join(NAME);
    let read = || match std::fs::read_to_string(&path) {
        Ok(text) => parse(text.trim()),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("there is none; restore it from the backup"),
        Err(error) => Err(error.into()),
    };
    read().with_context(|| path.display().to_string())
}

/// The variable that has the key where it is not a file.
pub const VARIABLE: &str = "JADONG_PEPPER";

/// The key that was given as text, or the one in `folder`. Errors: there is neither.
pub fn given(text: &str, folder: &Path) -> anyhow::Result<Pepper> {
    match text.trim() {
        "" => read(folder).with_context(|| format!("nor is {VARIABLE} set")),
        text => parse(text).context(VARIABLE),
    }
}

/// The key of whoever serves from this machine.
pub fn here(folder: &Path) -> anyhow::Result<Pepper> {
    given(&std::env::var(VARIABLE).unwrap_or_default(), folder)
}

/// Sees that the database was made with this key, and from now on knows it by its print.
///
/// Errors: another key's print is there; with this one no credential is recognised.
pub async fn check(store: &Store, pepper: &Pepper) -> anyhow::Result<()> {
    let print = pepper.print();
    if store.pepper_print(print).await? != print {
        bail!(
            "this is not the key (pepper.key, {VARIABLE}) that the database was made with: no credential would be recognised; \
             take the one of the other nodes, or of the backup"
        );
    }
    Ok(())
}

/// Makes the key of a folder that has none.
pub fn make_in(folder: &Path, entropy: &dyn Entropy) -> anyhow::Result<()> {
    let path = folder.join(NAME);
    if !path.exists() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        make(&path, entropy).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Reads the key of `folder`, or makes one for a folder where nothing has been yet, of `text` where that is not empty;
/// [`keep`](Prepared::keep) it once the database is there.
///
/// Errors: a database without its key, or the key and other traces of a database without the database; `text` is another key.
pub fn prepare(folder: &Path, text: &str, entropy: &dyn Entropy) -> anyhow::Result<Prepared> {
    let given = match text.trim() {
        "" => None,
        text => Some(parse(text).context(VARIABLE)?),
    };
    // A new folder is its owner's alone: the database holds billing keys.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot use {}", folder.display()))?;
    let aside = folder.join(ASIDE);
    let has_database = !store::is_new(folder)?;
    if folder.join(NAME).exists() && has_database {
        let pepper = read(folder)?;
        if given.is_some_and(|given| given.print() != pepper.print()) {
            bail!("{VARIABLE} is not the key in {}; unset it", folder.join(NAME).display());
        }
        return Ok(Prepared { pepper, is_new: false });
    }
    if has_database {
        // Of a start that ended between the two: nothing was hashed yet.
        let text = std::fs::read_to_string(&aside).with_context(|| {
            let path = folder.join(NAME);
            let path = path.display();
            format!("{path} is missing, but there is a database: restore it from the backup")
        })?;
        let pepper = parse(text.trim()).with_context(|| aside.display().to_string())?;
        return Ok(Prepared { pepper, is_new: true });
    }
    if folder.join(MOVED).exists() {
        bail!(
            "the database in {} was moved to PostgreSQL and is {MOVED} now: serve with JADONG_STORE, or choose a new folder with \
             --data to begin anew",
            folder.display()
        );
    }
    if let Some(trace) = lost(folder) {
        bail!(
            "{} is missing or empty, but {trace} says that there was a database: restore it from the backup, or choose a \
             new folder with --data to begin anew",
            folder.join("jadong.db").display()
        );
    }
    let made = match given {
        Some(pepper) => write(&aside, text.trim()).map(|()| pepper),
        None => make(&aside, entropy),
    };
    let pepper = made.with_context(|| aside.display().to_string())?;
    Ok(Prepared { pepper, is_new: true })
}

/// What says that there was a database in a folder that has none.
pub fn lost(folder: &Path) -> Option<&'static str> {
    // A start that ended before it was through has left a log of its own.
    let is_unfinished = folder.join(ASIDE).exists();
    let mut traces = TRACES.into_iter().filter(|name| !(is_unfinished && *name == WAL));
    traces.find(|name| folder.join(name).exists())
}

impl Prepared {
    /// Puts a new key in its place: from now on the two belong together.
    pub fn keep(self, folder: &Path) -> anyhow::Result<Pepper> {
        if self.is_new {
            let path = folder.join(NAME);
            let kept =
                std::fs::rename(folder.join(ASIDE), &path).and_then(|()| std::fs::File::open(folder)?.sync_all());
            kept.with_context(|| path.display().to_string())?;
        }
        Ok(self.pepper)
    }
}

fn parse(text: &str) -> anyhow::Result<Pepper> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).context("expected 64 hexadecimal characters")?;
    Ok(Pepper::new(bytes))
}

fn make(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<Pepper> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    write(path, &hex::encode(bytes))?;
    Ok(Pepper::new(bytes))
}

/// Makes a file that only its owner reads, on disk.
fn write(path: &Path, key: &str) -> anyhow::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{key}")?;
    file.sync_all()?;
    Ok(())
}
