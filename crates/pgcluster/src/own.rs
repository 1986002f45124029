//! A server of one test: it may be stopped, started again, copied and promoted.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::programs;

/// A server in a folder of its own, which is stopped when this is dropped. When the test process is killed, the server ends too:
/// a shell that waits for the end of its standard input kills it.
pub struct Own {
    folder: TempDir,
    port: u16,
    running: Option<Child>,
}

/// Runs the server until standard input ends, which it does with the test process.
const UNTIL_THE_TEST_ENDS: &str = r#"
"$1/postgres" -D "$2/data" -p "$3" </dev/null >>"$2/log" 2>&1 & server=$!
cat >/dev/null
kill -QUIT $server; wait $server"#;

/// The same with the data on a disk of its own, as root in a room of its own: the mount goes with the last process in it. A server
/// that gives up is started again.
const ON_A_SMALL_DISK: &str = r#"
set -e
mv "$2/data" "$2/stock"
mkdir "$2/data"
mount -t tmpfs -o size=$4,mode=0700,uid=$(id -u postgres),gid=$(id -g postgres) tmpfs "$2/data"
cp -a "$2/stock/." "$2/data"
echo $$ >"$2/room"
while :; do
  setpriv --reuid postgres --regid postgres --clear-groups "$1/postgres" -D "$2/data" -p "$3" </dev/null >>"$2/log" 2>&1 || sleep 0.5
done & again=$!
cat >/dev/null
kill $again
kill -QUIT $(head -n 1 "$2/data/postmaster.pid")"#;

/// The disk of a server that has little of it.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Takes all that is left.
    pub fn fill(&self) {
        let mut file = std::fs::File::create(&self.0).expect("a file");
        let page = [0; 64 * 1024];
        while std::io::Write::write_all(&mut file, &page).is_ok() {}
        let rest = [0; 4096];
        while std::io::Write::write_all(&mut file, &rest).is_ok() {}
    }

    /// Gives it back.
    pub fn empty(&self) {
        std::fs::remove_file(&self.0).expect("the file that took it");
    }
}

impl Own {
    /// Starts a new server with lines of `postgresql.conf`. It syncs what it commits, unless they say otherwise.
    pub fn start(settings: &[&str]) -> Self {
        let folder = Self::folder();
        programs::initialise(folder.path(), settings);
        Self::run(folder)
    }

    /// A server whose disk has so many megabytes; `None` where only root could make one.
    pub fn start_on_disk(megabytes: u32) -> Option<(Self, SmallDisk)> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let folder = Self::folder();
        programs::initialise(folder.path(), &["max_wal_size = 64MB", "min_wal_size = 32MB"]);
        let size = format!("{megabytes}m");
        let mut own = Self {
            folder,
            port: programs::free_port(),
            running: None,
        };
        own.run_shell(ON_A_SMALL_DISK, &size);
        let room = std::fs::read_to_string(own.path().join("room")).expect("a process in it");
        // Seen as the server sees it: nobody else does.
        let filler = format!("/proc/{}/root{}/data/filler", room.trim(), own.path().display());
        Some((own, SmallDisk(filler.into())))
    }

    /// A hot standby of `primary`, which follows it.
    pub fn standby_of(primary: &Self) -> Self {
        let folder = Self::folder();
        let mut copy = programs::command(programs::folder().join("pg_basebackup"));
        copy.env("PGPASSWORD", crate::PASSWORD)
            .args(["-h", "127.0.0.1", "-U", "postgres", "-R", "-X", "stream"]);
        copy.args(["-c", "fast", "--no-sync", "-p", &primary.port.to_string(), "-D"]);
        programs::run(copy.arg(folder.path().join("data")));
        let conf = folder.path().join("data/postgresql.auto.conf");
        let copied = std::fs::read_to_string(&conf).expect("pg_basebackup made it");
        let sockets = format!("unix_socket_directories = '{}'\n", folder.path().display());
        std::fs::write(&conf, copied + &sockets).expect("it can be changed");
        Self::run(folder)
    }

    fn folder() -> TempDir {
        let folder = tempfile::Builder::new()
            .prefix("jadong-pg-own-")
            .tempdir()
            .expect("a folder");
        programs::give(folder.path());
        folder
    }

    fn run(folder: TempDir) -> Self {
        let mut own = Self {
            folder,
            port: programs::free_port(),
            running: None,
        };
        own.start_again();
        own
    }

    /// Starts it again on its port after [`stop`](Self::stop).
    pub fn start_again(&mut self) {
        self.run_shell(UNTIL_THE_TEST_ENDS, "");
    }

    fn run_shell(&mut self, script: &str, size: &str) {
        let mut shell = if size.is_empty() {
            programs::command("sh")
        } else {
            let mut shell = Command::new("unshare");
            shell.args(["--mount", "sh"]);
            shell
        };
        shell.args(["-c", script, "-"]).arg(programs::folder()).arg(self.path());
        shell
            .args([&self.port.to_string(), size])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Whoever ends a test that hangs ends its whole group: that would only ask the server to stop when its clients have gone.
        shell.process_group(0);
        self.running = Some(shell.spawn().expect("a shell"));
        programs::wait_until_up(self.path(), self.port);
    }

    /// Kills it as a crash would, and waits for its end.
    pub fn stop(&mut self) {
        if let Some(mut shell) = self.running.take() {
            drop(shell.stdin.take());
            let _ = shell.wait();
        }
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        self.sql("postgres", "SELECT pg_promote(true, 60)");
    }

    /// The folder; its files are in `data`.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// As the superuser, over TCP.
    pub fn url(&self, database: &str) -> String {
        crate::url("127.0.0.1", self.port, database)
    }

    /// What `sql` gives on `database`, one row a line, columns parted by `|`. Panics when it fails.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let told = programs::sql(self.path(), self.port, database, sql);
        told.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.stop();
    }
}
