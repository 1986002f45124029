//! How far the database had come, in a file beside it and, where a second place is set, in another: a database that has come
//! less far is an older copy, and does not know the debits made since.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use domain::EpochMs;
use seams::{Clock, SystemClock};
use store::{Installation, Store};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub const NAME: &str = "jadong.mark";

/// How old what a mark says may be: a backup made later than that before its restore is not noticed.
const EVERY: Duration = Duration::from_secs(1);

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    id: String,
    beat: u64,
}

/// Where the marks of a database are.
#[derive(Clone)]
pub struct MarkFiles(Vec<PathBuf>);

impl MarkFiles {
    /// In the data folder, and at `second` unless that is empty.
    pub fn of(data: &Path, second: &Path) -> Self {
        let second = (!second.as_os_str().is_empty()).then(|| second.to_owned());
        Self(std::iter::once(data.join(NAME)).chain(second).collect())
    }

    /// Why the database is not the one that was served from last; `None` when it is, or has never been served from.
    ///
    /// `server`: the timeline of the PostgreSQL server. Errors: a mark cannot be read.
    pub fn why_restored(&self, found: &Installation, server: Option<u32>) -> anyhow::Result<Option<String>> {
        let mut marks = Vec::new();
        for path in &self.0 {
            marks.extend(read(path)?.map(|mark| (path, mark)));
        }
        if let Some((path, _)) = marks.iter().find(|(_, mark)| mark.id != found.id) {
            return Ok(Some(format!("{} is of another database", path.display())));
        }
        if let Some((path, mark)) = marks.iter().find(|(_, mark)| mark.beat > found.beat) {
            let behind = mark.beat - found.beat;
            return Ok(Some(format!(
                "it is older than {} says, by {behind} beats: a backup was restored, or its jadong.db-wal was lost",
                path.display()
            )));
        }
        // A promotion that a node lived through is on record. Of another one it is known that nothing is missing only where the database is
        // as it was left by whoever served last.
        if let (Some(served), Some(now)) = (found.timeline, server)
            && served < now
            && !marks.iter().any(|(_, mark)| mark.beat == found.beat)
        {
            return Ok(Some(format!(
                "its server was promoted while no node ran (from timeline {served} to {now}), and there is no jadong.mark here of the \
                 last that was served: it was recovered to an earlier time, or failed over"
            )));
        }
        // To a database of many servers a new one comes without a mark.
        let is_moved = marks.is_empty() && found.beat > 0 && server.is_none();
        Ok(is_moved.then(|| "there is no jadong.mark beside it: it was put here from elsewhere".to_owned()))
    }

    /// Says how far the database has come.
    pub fn write(&self, id: &str, beat: u64) -> anyhow::Result<()> {
        for path in &self.0 {
            write(path, id, beat).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }

    /// The highest beat that any mark has.
    pub fn highest(&self) -> anyhow::Result<u64> {
        let mut highest = 0;
        for path in &self.0 {
            highest = read(path)?.map_or(highest, |mark| mark.beat.max(highest));
        }
        Ok(highest)
    }
}

fn read(path: &Path) -> anyhow::Result<Option<Mark>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    let mut words = text.split_whitespace();
    match (words.next(), words.next().map(str::parse), words.next()) {
        (Some(id), Some(Ok(beat)), None) => Ok(Some(Mark {
            id: id.to_owned(),
            beat,
        })),
        _ => bail!(
            "{} says nothing that can be read; remove it, and the database counts as restored from a backup",
            path.display()
        ),
    }
}

/// Written aside and renamed, so that a crash leaves the old one or the new one.
fn write(path: &Path, id: &str, beat: u64) -> std::io::Result<()> {
    let aside = path.with_extension("mark.new");
    let mut file = std::fs::File::create(&aside)?;
    writeln!(file, "{id} {beat}")?;
    file.sync_all()?;
    std::fs::rename(&aside, path)
}

/// Brings the marks up to date while the gateway serves.
pub struct MarkWriter {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl MarkWriter {
    pub fn start(store: Store, id: String, places: MarkFiles) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(keep(store, id, places, stop.clone()));
        Self { task, stop }
    }

    /// A last beat; the store must still be open.
    pub async fn stop(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }
}

async fn keep(store: Store, id: String, places: MarkFiles, stop: CancellationToken) {
    let (mut seen, mut last) = (0, 0);
    let mut is_failing = false;
    loop {
        let is_last = tokio::select! {
            () = tokio::time::sleep(EVERY) => false,
            () = stop.cancelled() => true,
        };
        let commits = store.commits();
        if commits != seen || is_last {
            match once(&store, &id, &places, last).await {
                Ok(beat) => {
                    last = beat;
                    // Its own.
                    seen = commits + 1;
                    is_failing = false;
                }
                Err(error) if !is_failing => {
                    tracing::warn!("the database's mark stays behind: {error:#}");
                    is_failing = true;
                }
                Err(_) => {}
            }
        }
        if is_last {
            return;
        }
    }
}

/// First the database, then the mark: that is never ahead of a database that is whole. One that has come less far than it had is another
/// one, put in its place while this process serves. Gives how far it has come.
async fn once(store: &Store, id: &str, places: &MarkFiles, last: u64) -> anyhow::Result<u64> {
    let now = || EpochMs(SystemClock.now_ms());
    let mut beat = store.heartbeat(now()).await?;
    if beat <= last {
        store.hold(last, now()).await?;
        tracing::error!(
            beat,
            last,
            "the database was put back to an earlier state: debits are held"
        );
        beat = store.heartbeat(now()).await?;
    }
    let (id, places) = (id.to_owned(), places.clone());
    tokio::task::spawn_blocking(move || places.write(&id, beat)).await??;
    Ok(beat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installation(id: &str, beat: u64) -> Installation {
        Installation {
            id: id.to_owned(),
            beat,
            beat_at: None,
            held: None,
            timeline: None,
        }
    }

    #[test]
    fn an_older_copy_is_told_from_the_one_that_was_served_from() {
        let folder = tempfile::tempdir().unwrap();
        let second = folder.path().join("elsewhere");
        let (one, two) = (
            MarkFiles::of(folder.path(), Path::new("")),
            MarkFiles::of(folder.path(), &second),
        );
        let is_restored =
            |places: &MarkFiles, beat| places.why_restored(&installation("a", beat), None).unwrap().is_some();
        assert!(!is_restored(&one, 0), "it has never been served from");
        assert!(is_restored(&one, 5), "put into an empty folder");
        one.write("a", 7).unwrap();
        assert!(is_restored(&one, 6));
        assert!(
            !is_restored(&one, 7) && !is_restored(&one, 8),
            "a crash before the mark was written"
        );
        assert!(
            one.why_restored(&installation("b", 9), None).unwrap().is_some(),
            "another database"
        );
        assert!(!is_restored(&two, 7), "a second place is new");
        two.write("a", 9).unwrap();
        one.write("a", 7).unwrap();
        assert!(is_restored(&two, 7), "the whole folder, with its mark");
        assert_eq!(two.highest().unwrap(), 9);
        std::fs::remove_file(folder.path().join(NAME)).unwrap();
        assert!(!is_restored(&two, 9), "moved, and nothing is missing");
        std::fs::write(&second, "").unwrap();
        assert!(two.why_restored(&installation("a", 9), None).is_err());
    }

    #[test]
    fn a_promotion_that_nobody_saw_is_believed_only_of_the_last_state() {
        let folder = tempfile::tempdir().unwrap();
        let mark = MarkFiles::of(folder.path(), Path::new(""));
        let is_restored = |served, now| {
            let found = Installation {
                timeline: served,
                ..installation("a", 7)
            };
            mark.why_restored(&found, Some(now)).unwrap().is_some()
        };
        assert!(
            !is_restored(None, 3),
            "it was never served from, or by an older program"
        );
        assert!(!is_restored(Some(3), 3), "a new node");
        assert!(is_restored(Some(2), 3), "a new node after a recovery");
        for (beat, is_believed) in [(6, false), (7, true)] {
            mark.write("a", beat).unwrap();
            assert_eq!(
                !is_restored(Some(2), 3),
                is_believed,
                "the last beat of this node was {beat}"
            );
        }
        mark.write("a", 8).unwrap();
        assert!(is_restored(Some(3), 3), "less far than this node has seen");
    }
}
