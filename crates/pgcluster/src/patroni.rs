//! Three servers that Patroni keeps as one cluster, as `scripts/postgres-cluster` starts them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::programs;

/// Starting three servers, on a machine that does other things too.
const START_MAX: Duration = Duration::from_secs(120);

/// The cluster; it ends with this, also when the test process is killed.
pub struct Patroni {
    folder: TempDir,
    script: Child,
    url: String,
    members: Vec<Member>,
}

/// One of the servers, and the Patroni beside it.
pub struct Member {
    pub name: String,
    pub port: u16,
    /// Of Patroni's API.
    pub api_port: u16,
    folder: PathBuf,
}

impl Patroni {
    /// Starts it, and waits until there is a primary and a synchronous standby.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("jadong-patroni-")
            .tempdir()
            .expect("a folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres-cluster");
        let mut command = Command::new(script);
        command
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .process_group(0);
        let mut script = command.spawn().expect("a shell");
        let until = Instant::now() + START_MAX;
        let url = loop {
            if let Ok(url) = std::fs::read_to_string(folder.path().join("url")) {
                break url.trim().to_owned();
            }
            let ended = script.try_wait().expect("its state");
            assert!(ended.is_none() && Instant::now() < until, "no cluster: {ended:?}");
            std::thread::sleep(Duration::from_millis(100));
        };
        let nodes = std::fs::read_to_string(folder.path().join("nodes")).expect("a list");
        let member = |line: &str| {
            let mut words = line.split(' ');
            let name = words.next().expect("a name").to_owned();
            let mut port = || words.next().and_then(|port| port.parse().ok()).expect("a port");
            Member {
                port: port(),
                api_port: port(),
                folder: folder.path().join(&name),
                name,
            }
        };
        let members = nodes.lines().map(member).collect();
        Self {
            folder,
            script,
            url,
            members,
        }
    }

    /// `postgres://` with all three servers.
    pub fn url(&self, database: &str) -> String {
        let (base, _) = self.url.rsplit_once('/').expect("a URL");
        format!("{base}/{database}")
    }

    /// Who takes writes, of those that answer, but for `not`: one that was cut off may not know yet that it is none any more.
    pub fn primary(&self, not: Option<&str>) -> Option<&Member> {
        let may_be = self.members.iter().filter(|member| Some(member.name.as_str()) != not);
        may_be.into_iter().find(|member| {
            let told = member.sql("postgres", "SELECT pg_is_in_recovery()");
            told.as_deref() == Ok("f")
        })
    }

    /// The member of that name.
    pub fn member(&self, name: &str) -> &Member {
        let found = self.members.iter().find(|member| member.name == name);
        found.expect("a member")
    }
}

impl Patroni {
    /// What etcd has as the synchronous standby, as it answers.
    fn sync_key(&self) -> std::io::Result<String> {
        const BODY: &str = r#"{"key":"L3NlcnZpY2UvamFkb25nL3N5bmM="}"#;
        let port = std::fs::read_to_string(self.folder.path().join("etcd.port"))?;
        let mut etcd = TcpStream::connect(format!("127.0.0.1:{}", port.trim()))?;
        etcd.set_read_timeout(Some(Duration::from_secs(2)))?;
        let length = BODY.len();
        write!(
            etcd,
            "POST /v3/kv/range HTTP/1.0\r\ncontent-length: {length}\r\n\r\n{BODY}"
        )?;
        let mut answer = String::new();
        etcd.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Patroni {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.members.iter().for_each(Member::tell);
            eprintln!("--- etcd has {:?}", self.sync_key());
        }
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

impl Member {
    /// What `sql` gives, one row a line, columns parted by `|`. Errors: what the server says, or that it takes no connection.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        programs::sql(&self.folder, self.port, database, sql)
    }

    /// Prints the end of what its Patroni and its server have said, and whom it streams to: for a test that fails.
    fn tell(&self) {
        const LINES: usize = 60;
        let log = std::fs::read(self.folder.join("patroni.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        let end = lines[lines.len().saturating_sub(LINES)..].join("\n");
        let standbys = self.sql(
            "postgres",
            "SELECT application_name, state, sync_state FROM pg_stat_replication",
        );
        eprintln!("--- {}, streaming to {standbys:?}\n{end}", self.name);
    }

    fn patroni(&self) -> Pid {
        pid(&self.folder.join("patroni.pid"))
    }

    fn link(&self) -> Pid {
        pid(&self.folder.join("link.pid"))
    }

    fn postmaster(&self) -> Pid {
        pid(&self.folder.join("data/postmaster.pid"))
    }

    /// Kills the server, as a crash does. Patroni goes on beside it.
    pub fn crash(&self) {
        kill_process(self.postmaster(), Signal::KILL).expect("a server");
    }

    /// Cuts Patroni off from etcd: the server goes on until Patroni sees that it cannot be sure to be the leader.
    pub fn cut_off(&self) {
        kill_process(self.link(), Signal::STOP).expect("a line to etcd");
    }

    /// Stops Patroni alone: the server goes on as a primary, whoever else becomes one.
    pub fn forget(&self) {
        kill_process(self.patroni(), Signal::STOP).expect("Patroni");
    }

    /// Stops Patroni, the server and everything of it, as a machine that is paused.
    pub fn pause(&self) {
        self.forget();
        let server = self.postmaster();
        kill_process(server, Signal::STOP).expect("a server");
        for child in children(server) {
            let _ = kill_process(child, Signal::STOP);
        }
    }

    /// Lets all that was stopped go on.
    pub fn go_on(&self) {
        let server = self.postmaster();
        for child in children(server) {
            let _ = kill_process(child, Signal::CONT);
        }
        let _ = kill_process(server, Signal::CONT);
        kill_process(self.patroni(), Signal::CONT).expect("Patroni");
        kill_process(self.link(), Signal::CONT).expect("a line to etcd");
    }
}

/// The first line of a file is a process.
fn pid(file: &Path) -> Pid {
    let text = std::fs::read_to_string(file).expect("a process's file");
    let number = text.lines().next().and_then(|line| line.trim().parse().ok());
    number.and_then(Pid::from_raw).expect("a process's number")
}

fn children(of: Pid) -> Vec<Pid> {
    let number = of.as_raw_nonzero();
    let file = format!("/proc/{number}/task/{number}/children");
    let list = std::fs::read_to_string(file).unwrap_or_default();
    let numbers = list.split_whitespace().filter_map(|word| word.parse().ok());
    numbers.filter_map(Pid::from_raw).collect()
}
