//! The binary in a process of its own, which never outlives its test.

mod binary;
mod command;
mod fake_time;
mod gateway;
mod simulator;

use std::path::Path;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub use binary::{jadong_path, previous_path};
pub use command::{Output, ended, jadong, run, run_at, run_built};
pub use fake_time::FakeTime;
pub use gateway::{Gateway, TestDir};
pub use simulator::Simulator;

use crate::PATIENCE;

/// A running child. Dropping it kills it, by its id.
pub struct Process {
    child: Child,
    out: Arc<Mutex<String>>,
}

impl Process {
    /// Starts a server and waits for the line that begins with `ready`. Its log goes to the end of `log`.
    pub async fn start(mut command: Command, log: &Path, ready: &str) -> Self {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(log);
        command.stderr(file.expect("a log file"));
        Self::started(command, log, ready).await
    }

    /// The same with a standard error that the command has already; `log` is shown when it does not start.
    pub async fn started(mut command: Command, log: &Path, ready: &str) -> Self {
        let mut child = command.spawn().expect("jadong starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let out = Arc::new(Mutex::new(String::new()));
        let (sink, ready) = (out.clone(), ready.to_owned());
        let (sender, is_ready) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            let mut sender = Some(sender);
            while let Ok(Some(line)) = lines.next_line().await {
                let is_ready = line.starts_with(&ready);
                let mut text = sink.lock().expect("no panic while held");
                text.push_str(&line);
                text.push('\n');
                drop(text);
                if is_ready && let Some(sender) = sender.take() {
                    let _ = sender.send(());
                }
            }
        });
        let started = tokio::time::timeout(PATIENCE, is_ready).await;
        let process = Self { child, out };
        if !matches!(started, Ok(Ok(()))) {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            panic!("jadong did not start: {}\n{log}", process.printed());
        }
        process
    }

    /// What it printed so far.
    pub fn printed(&self) -> String {
        self.out.lock().expect("no panic while held").clone()
    }

    /// The rest of the line that begins with `label`.
    pub fn line(&self, label: &str) -> Option<String> {
        let printed = self.printed();
        let rest = printed.lines().find_map(|line| line.strip_prefix(label))?;
        Some(rest.trim().to_owned())
    }

    /// The number by which the machine knows it.
    pub fn id(&self) -> Pid {
        let id = self.child.id().expect("it is running");
        Pid::from_raw(id.try_into().expect("an id")).expect("an id")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).expect("it is running");
    }

    /// Whether it runs no more.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it can be waited for").is_some()
    }

    /// How it ended; `None` when it has not within `limit`.
    pub async fn ended(&mut self, limit: Duration) -> Option<ExitStatus> {
        let ended = tokio::time::timeout(limit, self.child.wait()).await;
        ended.ok().map(|status| status.expect("it can be waited for"))
    }

    /// SIGKILL, and the wait for its end.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// SIGTERM, and the wait for an orderly end.
    pub async fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended(PATIENCE).await.expect("it stops when asked")
    }
}
