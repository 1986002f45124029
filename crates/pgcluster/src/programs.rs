//! PostgreSQL's own programs: where they are, and running them as somebody who is not root, which they insist on.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the newest server on this machine.
pub fn folder() -> PathBuf {
    let is_one = |folder: &PathBuf| folder.join("postgres").exists() && folder.join("initdb").exists();
    let told = Command::new("pg_config").arg("--bindir").output();
    let told = told.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    if let Some(folder) = told.map(|text| PathBuf::from(text.trim())).filter(is_one) {
        return folder;
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|version| version.path().join("bin")).filter(is_one);
    let version = |folder: &PathBuf| -> Option<u32> { folder.parent()?.file_name()?.to_str()?.parse().ok() };
    folders
        .max_by_key(version)
        .expect("PostgreSQL's server is not on this machine: apt-get install postgresql, or scripts/test setup")
}

/// User and group that a server runs as, when the tests run as root.
fn servant() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("a list of users");
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let mut ids = line
        .expect("a user `postgres`, whom the package makes")
        .split(':')
        .skip(2);
    let mut next = || ids.next().and_then(|id| id.parse().ok()).expect("an id");
    Some((next(), next()))
}

/// A command that runs as nobody in particular, deaf and dumb but for what the caller sets.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").current_dir("/");
    if let Some((user, group)) = servant() {
        command.uid(user).gid(group);
    }
    command
}

/// Makes `folder` the server's own.
pub fn give(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    if let Some((user, group)) = servant() {
        std::os::unix::fs::chown(folder, Some(user), Some(group)).expect("root may give a folder away");
    }
}

/// Runs `command` to its end; what it said.
pub fn run(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A new server's files in `folder/data`. It listens on a port of this machine and on a socket in `folder`.
pub fn initialise(folder: &Path, settings: &[&str]) {
    give(folder);
    let password = folder.join("password");
    std::fs::write(&password, super::PASSWORD).expect("a file");
    let mut initdb = command(self::folder().join("initdb"));
    initdb.args([
        "--no-sync",
        "--auth=scram-sha-256",
        "--username=postgres",
        "--encoding=UTF8",
    ]);
    initdb.args(["--locale=C.UTF-8", "--pgdata"]).arg(folder.join("data"));
    run(initdb.arg("--pwfile").arg(&password));
    let common = [
        "listen_addresses = '127.0.0.1'",
        "shared_buffers = 32MB",
        "max_connections = 200",
        "jit = off",
        "deadlock_timeout = 200ms",
    ];
    let sockets = format!("unix_socket_directories = '{}'", folder.display());
    let lines: Vec<&str> = common
        .into_iter()
        .chain([sockets.as_str()])
        .chain(settings.iter().copied())
        .collect();
    let file = folder.join("data/postgresql.conf");
    let stock = std::fs::read_to_string(&file).expect("initdb made it");
    std::fs::write(&file, format!("{stock}\n{}\n", lines.join("\n"))).expect("it can be changed");
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// What `sql` gives on `database` of the server in `folder`, one row a line.
pub fn sql(folder: &Path, port: u16, database: &str, sql: &str) -> Result<String, String> {
    let mut psql = command(self::folder().join("psql"));
    // Of a server that is paused nothing comes.
    psql.env("PGPASSWORD", super::PASSWORD)
        .env("PGCONNECT_TIMEOUT", "5")
        .args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database]);
    psql.arg("-h").arg(folder).args(["-p", &port.to_string(), "-c", sql]);
    let output = psql.output().expect("psql runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Waits until the server in `folder` takes connections.
pub fn wait_until_up(folder: &Path, port: u16) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while let Err(reason) = sql(folder, port, "postgres", "SELECT 1") {
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(std::time::Instant::now() < until, "no PostgreSQL: {reason}\n{log}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
