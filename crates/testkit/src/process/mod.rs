//! The binary in a process of its own, which never outlives its test.

pub mod api;
pub mod bank;
mod binary;
mod gateway;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use binary::built;
pub use binary::jadong_path;
pub use gateway::{Gateway, TestDir};

/// How long a start or an end may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The binary under test, with nothing of this process's environment.
pub fn jadong<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>, env: &[(&str, &str)]) -> Command {
    command(jadong_path(), args, env)
}

fn command<S: AsRef<OsStr>>(path: PathBuf, args: impl IntoIterator<Item = S>, env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(path);
    command
        .args(args)
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What a command that ends by itself said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a command of `jadong` to its end. Panics when it takes too long: what should have refused to start is serving.
pub async fn run(args: &[&str], env: &[(&str, &str)]) -> Said {
    ended(jadong(args, env)).await
}

/// Runs something else that was built with the tests, such as `examples/monthly`.
pub async fn run_built(name: &str, args: &[&str], env: &[(&str, &str)]) -> Said {
    let path = built(name);
    assert!(path.exists(), "{} is built with the whole workspace", path.display());
    ended(command(path, args, env)).await
}

async fn ended(mut command: Command) -> Said {
    let ended = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = ended
        .unwrap_or_else(|_| panic!("{command:?} did not end"))
        .expect("it runs");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A running child. Dropping it kills it, by its id.
pub struct Process {
    child: Child,
    out: Arc<Mutex<String>>,
}

impl Process {
    /// Starts a server and waits for the line that begins with `ready`. Its log goes to `log`.
    pub async fn start(mut command: Command, log: &Path, ready: &str) -> Self {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log file");
        command.stderr(file);
        Self::started(command, log, ready).await
    }

    /// The same with a standard error that the command has already; what `log` says is told when it does not start.
    pub async fn started(mut command: Command, log: &Path, ready: &str) -> Self {
        let mut child = command.spawn().expect("jadong starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let out = Arc::new(Mutex::new(String::new()));
        let (sink, ready) = (out.clone(), ready.to_owned());
        let (tell, told) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            let mut tell = Some(tell);
            while let Ok(Some(line)) = lines.next_line().await {
                let is_ready = line.starts_with(&ready);
                let mut text = sink.lock().expect("no panic while held");
                text.push_str(&line);
                text.push('\n');
                drop(text);
                if is_ready && let Some(tell) = tell.take() {
                    let _ = tell.send(());
                }
            }
        });
        let started = tokio::time::timeout(PATIENCE, told).await;
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

    pub fn id(&self) -> Pid {
        let id = self.child.id().expect("it is running");
        Pid::from_raw(id.try_into().expect("an id")).expect("an id")
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).expect("it is running");
    }

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
