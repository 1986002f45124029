//! Children of the bench: this program again, as server, simulated PG or echo.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// A child that has said where it listens. Killed when dropped.
pub struct Served {
    child: Child,
    /// Keeps the pipe open: a child that cannot print may stop.
    _output: Lines<BufReader<ChildStdout>>,
    pub address: String,
    /// From exec until it listened.
    pub ready: Duration,
}

/// Starts this program with `arguments` and waits for the line that begins with `announces`.
pub async fn start(arguments: &[&str], environment: &[(&str, String)], announces: &str) -> anyhow::Result<Served> {
    let program = std::env::current_exe()?;
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().context("the child has no output")?;
    let mut lines = BufReader::new(output).lines();
    loop {
        let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await??;
        let Some(line) = line else {
            bail!("{} ended before it listened", arguments.join(" "))
        };
        if let Some(address) = line.strip_prefix(announces) {
            let address = address.trim().trim_start_matches("http://").to_owned();
            return Ok(Served {
                child,
                _output: lines,
                address,
                ready: started.elapsed(),
            });
        }
    }
}

impl Served {
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = rustix::process::Pid::from_raw(i32::try_from(self.pid())?) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await??;
        Ok(())
    }
}
