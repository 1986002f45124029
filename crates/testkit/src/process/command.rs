//! Commands that end by themselves.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::{Child, Command};

use super::binary::{built, jadong_path};
use crate::PATIENCE;

/// The binary under test, with nothing of this process's environment.
pub fn jadong<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>, env: &[(&str, &str)]) -> Command {
    command(jadong_path(), args, env)
}

pub(super) fn command<S: AsRef<OsStr>>(
    path: PathBuf,
    args: impl IntoIterator<Item = S>,
    env: &[(&str, &str)],
) -> Command {
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

/// What a command printed, and how it ended.
pub struct Output {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output; empty where that went elsewhere.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Output {
    /// The output of a command that must have succeeded.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }

    /// The JSON that a command printed.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }
}

/// Runs a command of `jadong` to its end. Panics when it takes too long: what should have refused to start is serving.
pub async fn run(args: &[&str], env: &[(&str, &str)]) -> Output {
    ended(jadong(args, env).spawn().expect("jadong starts")).await
}

/// The same with another binary, such as that of an older release.
pub async fn run_at(path: PathBuf, args: &[&str], env: &[(&str, &str)]) -> Output {
    ended(command(path, args, env).spawn().expect("it starts")).await
}

/// Runs something else that was built with the tests, such as `examples/monthly`.
pub async fn run_built(name: &str, args: &[&str], env: &[(&str, &str)]) -> Output {
    let path = built(name);
    assert!(path.exists(), "{} is built with the whole workspace", path.display());
    run_at(path, args, env).await
}

/// Waits until a command has ended.
pub async fn ended(child: Child) -> Output {
    let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    let output = ended.expect("it ends by itself").expect("it ran");
    Output {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}
