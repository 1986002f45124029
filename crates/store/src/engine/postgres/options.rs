//! What a server is reached by, and the engine's limits.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::PostgresFault;
use super::tls::{self, Trust};

/// How long a server may say nothing before its connection is given up.
const SILENCE: Duration = Duration::from_secs(5);

/// Which server and database, and the limits.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port,host:port/database?…` with libpq's parameters, of which `sslmode` (`disable`,
    /// `prefer`, `require`, `verify-ca`, `verify-full`) and `sslrootcert` (a file, or `system`) are understood as libpq does, but
    /// that `verify-ca` looks at the name too. All hosts of a cluster may be named: the one that takes writes is used.
    pub url: String,
    /// Commands that may wait; one more is refused.
    pub write_queue_max: usize,
    /// Commands that share one transaction.
    pub group_max: usize,
    /// Connections that write: while one waits for the disk, another takes what has come meanwhile.
    pub lanes: usize,
    /// Connections that read.
    pub readers: usize,
    /// How long a caller waits while no server that takes writes answers.
    pub doubt_patience: Duration,
    /// How long one attempt to connect may take.
    pub connect_timeout: Duration,
    /// What the server's views call these connections.
    pub application_name: String,
    /// Whether a server will do that confirms a commit before a standby has it.
    pub allow_asynchronous_replication: bool,
    /// Whether a server will do that a power cut may damage: for tests.
    pub allow_unsynced: bool,
}

impl PostgresOptions {
    /// The defaults, for the database at `url`.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            write_queue_max: 8192,
            group_max: 64,
            lanes: 2,
            readers: 4,
            doubt_patience: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(3),
            application_name: "jadong".to_owned(),
            allow_asynchronous_replication: false,
            allow_unsynced: false,
        }
    }
}

/// Without the URL, which has the password.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PostgresOptions")
            .field("lanes", &self.lanes)
            .field("readers", &self.readers)
            .field("write_queue_max", &self.write_queue_max)
            .field("group_max", &self.group_max)
            .field("doubt_patience", &self.doubt_patience)
            .finish_non_exhaustive()
    }
}

/// What a connection is made with.
#[derive(Clone)]
pub struct Target {
    pub config: Config,
    /// The same for each host by itself.
    hosts: Vec<Config>,
    pub tls: MakeRustlsConnect,
    pub connect_timeout: Duration,
    pub allow_asynchronous_replication: bool,
    pub allow_unsynced: bool,
    /// The newest timeline that a primary was on: with each promotion it is one more. A server of an older one was replaced, and
    /// may not know it.
    pub timeline: Arc<watch::Sender<u32>>,
}

impl Target {
    /// Errors: the URL, or a file that it names, cannot be read.
    pub fn of(options: &PostgresOptions) -> Result<Self, PostgresFault> {
        let (url, mode, trust) = without_tls(&options.url)?;
        let config = |url: &str| config(url, mode, options);
        let hosts = each_host(&url)
            .iter()
            .map(|url| config(url))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            config: config(&url)?,
            hosts,
            tls: tls::connector(&trust).map_err(PostgresFault::Url)?,
            connect_timeout: options.connect_timeout,
            allow_asynchronous_replication: options.allow_asynchronous_replication,
            allow_unsynced: options.allow_unsynced,
            timeline: Arc::new(watch::Sender::new(0)),
        })
    }

    /// Each host by itself.
    pub fn each(&self) -> impl Iterator<Item = Self> {
        self.hosts.iter().map(|config| Self {
            config: config.clone(),
            ..self.clone()
        })
    }

    /// The hosts and ports, for a sentence.
    pub fn place(&self) -> String {
        let port = |index: usize| {
            let ports = self.config.get_ports();
            ports.get(index).or(ports.first()).copied().unwrap_or(5432)
        };
        let hosts = self.config.get_hosts().iter().enumerate();
        let places = hosts.map(|(index, host)| match host {
            Host::Tcp(name) => format!("{name}:{}", port(index)),
            Host::Unix(path) => path.display().to_string(),
        });
        places.collect::<Vec<_>>().join(", ")
    }

    /// The user's name, for a sentence.
    pub fn user(&self) -> String {
        self.config.get_user().unwrap_or_default().to_owned()
    }

    /// The database's name, for a sentence: the user's where none is named.
    pub fn database(&self) -> String {
        let name = self.config.get_dbname().or(self.config.get_user());
        name.unwrap_or_default().to_owned()
    }
}

fn config(url: &str, mode: SslMode, options: &PostgresOptions) -> Result<Config, PostgresFault> {
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
        // The text of the cause names the parameter, never its value.
        PostgresFault::Url(super::fault::words(&error))
    })?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        config.host("localhost");
    }
    config
        .ssl_mode(mode)
        .application_name(&options.application_name)
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .connect_timeout(options.connect_timeout)
        .tcp_user_timeout(SILENCE)
        .keepalives_idle(Duration::from_secs(3))
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(2);
    Ok(config)
}

/// A URL for each host that one names before its path; the URL itself where hosts are named otherwise.
fn each_host(url: &str) -> Vec<String> {
    let whole = || vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else {
        return whole();
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    let is_elsewhere = ["host=", "hostaddr=", "port="].iter().any(|name| path.contains(name));
    if is_elsewhere || !hosts.contains(',') {
        return whole();
    }
    hosts
        .split(',')
        .map(|host| format!("{scheme}://{user}{host}{path}"))
        .collect()
}

/// The URL without the parameters about TLS, which the client does not know all of, and what they say.
fn without_tls(url: &str) -> Result<(String, SslMode, Trust), PostgresFault> {
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !is_url {
        return Err(PostgresFault::Url("it must begin with postgres://".to_owned()));
    }
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut mode, mut roots, mut rest) = ("prefer", None, Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = value,
            Some(("sslrootcert", value)) => {
                let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
                roots = Some(decoded.map_or_else(|| value.to_owned(), |(_, value)| value.into_owned()));
            }
            _ => rest.push(pair),
        }
    }
    let trust = match (mode, roots.as_deref()) {
        (_, Some("system")) | ("verify-ca" | "verify-full", None) => Trust::Public,
        (_, Some(file)) => Trust::File(PathBuf::from(file)),
        (_, None) => Trust::Anyone,
    };
    let mode = match mode {
        "disable" => SslMode::Disable,
        "prefer" | "allow" => SslMode::Prefer,
        "require" | "verify-ca" | "verify-full" => SslMode::Require,
        other => return Err(PostgresFault::Url(format!("`{other}` is no sslmode"))),
    };
    let separator = if rest.is_empty() { "" } else { "?" };
    Ok((format!("{base}{separator}{}", rest.join("&")), mode, trust))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_about_tls_are_understood_and_the_others_are_kept() {
        let parsed = |url: &str| without_tls(url).unwrap();
        let (url, mode, trust) = parsed("postgres://u:p@a:1,b:2/d?sslmode=verify-full&sslrootcert=%2Fc%20a.pem&port=3");
        assert_eq!(
            (url.as_str(), mode),
            ("postgres://u:p@a:1,b:2/d?port=3", SslMode::Require)
        );
        assert_eq!(trust, Trust::File(PathBuf::from("/c a.pem")));
        let (url, mode, trust) = parsed("postgres://u@a/d");
        assert_eq!(
            (url.as_str(), mode, trust),
            ("postgres://u@a/d", SslMode::Prefer, Trust::Anyone)
        );
        assert_eq!(parsed("postgres://a/d?sslmode=verify-full").2, Trust::Public);
        assert!(without_tls("postgres://a/d?sslmode=on").is_err());
    }

    #[test]
    fn each_host_is_a_url_of_its_own() {
        let url = "postgres://u:p%40@a:1,[::1]:2,c/d?application_name=x";
        let each = ["a:1", "[::1]:2", "c"].map(|host| format!("postgres://u:p%40@{host}/d?application_name=x"));
        assert_eq!(each_host(url), each);
        for whole in [
            "postgres://u@a/d",
            "postgres://u@a,b/d?port=1,2",
            "postgres:///d?host=/run,/tmp",
        ] {
            assert_eq!(each_host(whole), [whole]);
        }
    }

    #[test]
    fn neither_a_sentence_nor_debug_has_the_password() {
        let options = PostgresOptions::at("postgres://me:pa55word@a:1,b:2/d?nonsense=pa55word");
        let refused = Target::of(&options).err().unwrap().to_string();
        let target = Target::of(&PostgresOptions::at("postgres://me:pa55word@a:1,b:2/d")).unwrap();
        let told = format!(
            "{options:?} {refused} {} {} {}",
            target.place(),
            target.user(),
            target.database()
        );
        assert!(!told.contains("pa55word"), "{told}");
        assert!(told.ends_with("a:1, b:2 me d"), "{told}");
    }
}
