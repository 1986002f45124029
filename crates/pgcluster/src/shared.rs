//! The server that all test processes of a build share.

use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::programs;

/// The shared server. It stays as long as a process that has asked for it.
pub struct Shared {
    folder: PathBuf,
    port: u16,
    /// Holds the lock that says that this process uses it.
    _user: File,
}

/// Where a database is copied soonest: in memory, where there is room. A disk's file system is slow to make hundreds of files
/// where as many were just deleted.
fn roomy() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let free = rustix::fs::statvfs(&memory).map(|found| found.f_bavail * found.f_frsize);
    if free.is_ok_and(|free| free > 4 << 30) {
        memory
    } else {
        std::env::temp_dir()
    }
}

fn file(path: PathBuf) -> File {
    let file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path);
    file.expect("a file for a lock")
}

impl Shared {
    /// The server, started if nobody has yet. What is committed there survives no power cut: nothing is synced.
    pub fn server() -> &'static Self {
        static SERVER: OnceLock<Shared> = OnceLock::new();
        SERVER.get_or_init(Self::start)
    }

    fn start() -> Self {
        // Of this checkout and this user: another one's tests may have another schema, and other rights.
        let mut hasher = DefaultHasher::new();
        (env!("CARGO_MANIFEST_DIR"), rustix::process::geteuid().as_raw()).hash(&mut hasher);
        let folder = roomy().join(format!("jadong-pg-{:016x}", hasher.finish()));
        programs::give(&folder);
        let user = file(folder.join("users"));
        user.lock_shared().expect("a lock");
        let gate = file(folder.join("gate"));
        gate.lock().expect("a lock");
        let address = folder.join("address");
        let told = std::fs::read_to_string(&address)
            .ok()
            .and_then(|text| text.parse().ok());
        let running = told.filter(|port| programs::sql(&folder, *port, "postgres", "SELECT 1").is_ok());
        let port = running.unwrap_or_else(|| {
            // What a server that was killed has left.
            let _ = std::fs::remove_file(&address);
            let _ = std::fs::remove_dir_all(folder.join("data"));
            let port = programs::free_port();
            programs::initialise(&folder, &["fsync = off", "full_page_writes = off"]);
            let mut supervisor = programs::command("sh");
            // In the background of a shell that ends: it is nobody's child here.
            let background = format!("({}) </dev/null >/dev/null 2>&1 &", include_str!("supervise.sh"));
            supervisor
                .args(["-c", &background, "-"])
                .arg(&folder)
                .arg(programs::folder());
            programs::run(supervisor.arg(port.to_string()).process_group(0));
            programs::wait_until_up(&folder, port);
            std::fs::write(&address, port.to_string()).expect("a file");
            port
        });
        Self {
            folder,
            port,
            _user: user,
        }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What `sql` gives on `database`, one row a line, columns parted by `|`. Errors: what the server says.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        programs::sql(&self.folder, self.port, database, sql)
    }

    fn must(&self, sql: &str) -> String {
        self.sql("postgres", sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// A database like the one that `make` has made of an empty one, given its URL. `make` runs once for each `template` and
    /// server, whatever the number of test processes.
    pub fn database_like(&'static self, template: &str, make: impl FnOnce(&str)) -> Database {
        let gate = file(self.folder.join("gate"));
        gate.lock().expect("a lock");
        let made = format!("SELECT 1 FROM pg_database WHERE datname = '{template}' AND datistemplate");
        if self.must(&made).is_empty() {
            // One that a test process died over.
            self.must(&format!("DROP DATABASE IF EXISTS \"{template}\" WITH (FORCE)"));
            self.must(&format!("CREATE DATABASE \"{template}\""));
            make(&crate::url("127.0.0.1", self.port, template));
            self.must(&format!(
                "ALTER DATABASE \"{template}\" IS_TEMPLATE true ALLOW_CONNECTIONS false"
            ));
        }
        drop(gate);
        self.create(&format!("TEMPLATE \"{template}\""))
    }

    /// An empty database.
    pub fn empty_database(&'static self) -> Database {
        self.create("")
    }

    fn create(&'static self, like: &str) -> Database {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        self.must(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        self.must(&format!("CREATE DATABASE {name} {like}"));
        Database { server: self, name }
    }
}

/// One test's database; it goes with this.
pub struct Database {
    server: &'static Shared,
    name: String,
}

impl Database {
    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As the superuser, over TCP.
    pub fn url(&self) -> String {
        self.url_at(self.server.port)
    }

    /// The same by another port of this machine: a proxy's.
    pub fn url_at(&self, port: u16) -> String {
        crate::url("127.0.0.1", port, &self.name)
    }

    /// What `sql` gives, one row a line, columns parted by `|`. Panics when it fails.
    pub fn sql(&self, sql: &str) -> String {
        let told = self.server.sql(&self.name, sql);
        told.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The server ends soon, and all that is in it: what cannot be dropped now is no harm.
        let _ = self
            .server
            .sql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
