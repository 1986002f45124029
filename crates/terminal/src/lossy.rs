//! The log's way out: a bounded queue, and a thread that writes. Whoever logs never waits and never fails; what finds no
//! room, or cannot be written, is counted and lost.
//!
//! Not `tracing-appender`, which does the same but does not say when a write failed, and brings a second time library.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Lines that may wait: a second of a busy gateway, some megabytes at most.
const WAITING_MAX: usize = 8192;
/// How long the end of the process waits for what was logged last.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Set once the log has started; from then on nothing in this process writes to standard error by itself.
static WAY_OUT: OnceLock<Lossy> = OnceLock::new();
/// Lines lost since that was last said.
static LOST: AtomicU64 = AtomicU64::new(0);

enum Said {
    Line(Vec<u8>),
    /// Answered when all before it was written.
    Flush(SyncSender<()>),
}

/// A writer of whole lines that never blocks.
#[derive(Clone)]
pub struct Lossy {
    queue: SyncSender<Said>,
}

/// Starts the thread that writes; once in a process.
pub fn open() -> std::io::Result<Lossy> {
    // A descriptor of its own: the standard library's lock could be held for ever by a write that is stuck.
    let out = File::from(std::io::stderr().as_fd().try_clone_to_owned()?);
    let (queue, said) = sync_channel(WAITING_MAX);
    std::thread::Builder::new()
        .name("jadong-log".to_owned())
        .spawn(move || write_all(&said, out))?;
    Ok(WAY_OUT.get_or_init(|| Lossy { queue }).clone())
}

/// Says a line where the log goes; `false` when there is none yet.
pub fn say(line: &str) -> bool {
    let Some(way_out) = WAY_OUT.get() else { return false };
    way_out.send(line.as_bytes().to_vec());
    true
}

/// Waits until all that was said is written: not for ever.
pub fn finish() {
    let Some(way_out) = WAY_OUT.get() else { return };
    let until = Instant::now() + LAST_WORDS;
    let (written, wait) = sync_channel(1);
    while way_out.queue.try_send(Said::Flush(written.clone())).is_err() {
        if Instant::now() >= until {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = wait.recv_timeout(until.saturating_duration_since(Instant::now()));
}

impl Lossy {
    fn send(&self, line: Vec<u8>) {
        if self.queue.try_send(Said::Line(line)).is_err() {
            lost();
        }
    }
}

impl Write for Lossy {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.send(line.to_vec());
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Lossy {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn lost() {
    LOST.fetch_add(1, Ordering::Relaxed);
    metrics::counter!("jadong_log_lines_dropped_total").increment(1);
}

fn write_all(said: &Receiver<Said>, mut out: impl Write) {
    let mut is_torn = false;
    for next in said {
        match next {
            Said::Line(line) => {
                // Half of a line may stand there; this one must not become its end.
                let begun = if is_torn { out.write_all(b"\n") } else { Ok(()) };
                is_torn = begun.and_then(|()| out.write_all(&line)).is_err();
                if is_torn {
                    lost();
                } else {
                    admit();
                }
            }
            Said::Flush(written) => {
                let _ = written.try_send(());
            }
        }
    }
}

/// Says that lines are missing, once there is room to say it.
fn admit() {
    let lines = LOST.swap(0, Ordering::Relaxed);
    if lines > 0 {
        tracing::warn!(lines, "lines of the log were lost: standard error did not take them");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then nothing; then everything.
    struct Disk {
        room: usize,
        kept: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.room == 0 {
                self.room = usize::MAX;
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.room);
            self.room -= taken;
            self.kept.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_that_was_cut_off_does_not_run_into_the_next() {
        let (queue, said) = sync_channel(8);
        for line in ["one\n", "two two\n", "three\n"] {
            queue.send(Said::Line(line.as_bytes().to_vec())).unwrap();
        }
        drop(queue);
        let mut disk = Disk {
            room: 7,
            kept: Vec::new(),
        };
        write_all(&said, &mut disk);
        assert_eq!(String::from_utf8(disk.kept).unwrap(), "one\ntwo\nthree\n");
    }

    #[test]
    fn whoever_logs_does_not_wait_when_nobody_writes() {
        let (queue, _said) = sync_channel(2);
        let mut lossy = Lossy { queue };
        let before = LOST.load(Ordering::Relaxed);
        for _ in 0..5 {
            assert_eq!(lossy.write(b"a line\n").unwrap(), 7);
        }
        assert!(LOST.load(Ordering::Relaxed) >= before + 3);
    }
}
