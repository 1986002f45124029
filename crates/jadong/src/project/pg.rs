//! A project's PG: what is given on the command line, checked, and its credentials sealed.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use clap::Args;
use domain::ProjectId;
use domain::fingerprint::{Fingerprint, Pepper};
use domain::project::{PgName, ProjectPg, SealedCredentials};
use gateway::{is_loopback_name, open_pg_credentials, seal_pg_credentials};
use pg::PgCredentials;
use secrecy::ExposeSecret;
use serde::Deserialize;
use zeroize::Zeroizing;

/// Which PG, and who the merchant is there.
#[derive(Args, Debug, Clone, Default)]
pub struct PgOptions {
    /// Through which PG it issues and debits: the configuration's, the merchant's own project at the hosted Bootpay API, or their shop at Toss Pay
    #[arg(long, value_parser = ["nicepay", "hosted", "tosspay"])]
    pub pg: Option<String>,
    /// Where that PG is, if not at its usual address
    #[arg(long, value_name = "URL", requires = "pg")]
    pub pg_url: Option<String>,
    /// Who the merchant is there: a file with client_key = "…" and secret_key = "…" (tosspay: api_key and return_url), or - for the standard input
    #[arg(long, value_name = "FILE")]
    pub pg_credentials: Option<String>,
}

/// As long as a PG takes one.
const RETURN_URL_MAX: usize = 500;

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CredentialsFile {
    client_key: String,
    secret_key: String,
}

/// The same for a PG whose customers decide on a page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PagesFile {
    api_key: String,
    return_url: String,
}

impl PgOptions {
    /// Whether anything is asked for.
    pub fn is_given(&self) -> bool {
        self.pg.is_some() || self.pg_credentials.is_some()
    }

    /// The project's PG as it is to be, of what it was. Errors: what is wrong with which option; never what is in the file.
    pub fn over(&self, was: &ProjectPg, project: ProjectId, pepper: &Pepper) -> anyhow::Result<ProjectPg> {
        let name = self.pg.as_deref().and_then(PgName::from_name).unwrap_or(was.name);
        let url = match &self.pg_url {
            Some(url) => Some(checked(url)?).filter(|url| url != pg::usual_url(name)),
            None if name == was.name => was.url.clone(),
            None => None,
        };
        let is_same_place = name == was.name && url == was.url;
        let credentials = match &self.pg_credentials {
            Some(_) if !pg::needs_credentials(name) => {
                bail!(
                    "--pg-credentials: who the merchant is at {} is in the configuration",
                    name.name()
                )
            }
            Some(file) => {
                Some(sealed(name, file, project, pepper).with_context(|| format!("--pg-credentials {file}"))?)
            }
            None if is_same_place => was.credentials.clone(),
            None => None,
        };
        ensure!(
            credentials.is_some() || !pg::needs_credentials(name),
            "--pg {}: say who the merchant is there with --pg-credentials FILE",
            name.name()
        );
        ensure!(
            url.is_none() || pg::needs_credentials(name),
            "--pg-url: where {} is, is in the configuration (pg_url)",
            name.name()
        );
        // What was measured is of the account there: another account's may be set otherwise.
        let of_account = |sealed: &Option<SealedCredentials>| account(sealed.as_ref(), project, pepper);
        let is_same_account = is_same_place && of_account(&was.credentials) == of_account(&credentials);
        Ok(ProjectPg {
            name,
            url,
            credentials,
            absence_proven_after_ms: was.absence_proven_after_ms.filter(|_| is_same_account),
            answers: was.answers.clone().filter(|_| is_same_account),
        })
    }
}

/// Which account credentials are of: a name that may be shown, or where there is none the whole secret, which is not. `None`: they do
/// not open, or there are none.
pub fn account(sealed: Option<&SealedCredentials>, project: ProjectId, pepper: &Pepper) -> Option<Fingerprint> {
    let opened = open_pg_credentials(pepper, project, sealed?)?;
    let name = match opened.client_key.as_str() {
        "" => opened.secret_key.expose_secret(),
        name => name,
    };
    Some(pepper.hash("pg_account", &[name]))
}

/// Credentials go there: nobody on the way may read them.
fn checked(url: &str) -> anyhow::Result<String> {
    let wrong = || format!("--pg-url {url}: write an address such as https://api.bootpay.co.kr");
    let parsed = url::Url::parse(url).with_context(wrong)?;
    let host = parsed.host_str().unwrap_or_default();
    let is_plain = parsed.path() == "/" && parsed.query().is_none() && parsed.username().is_empty();
    ensure!(!host.is_empty() && is_plain, wrong());
    ensure!(
        parsed.scheme() == "https" || parsed.scheme() == "http" && is_loopback_name(host),
        "--pg-url {url}: only https, but for this machine itself"
    );
    Ok(url.trim_end_matches('/').to_owned())
}

fn sealed(name: PgName, file: &str, project: ProjectId, pepper: &Pepper) -> anyhow::Result<SealedCredentials> {
    let mut text = Zeroizing::new(String::new());
    if file == "-" {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        std::fs::File::open(Path::new(file))?.read_to_string(&mut text)?;
    }
    let credentials = if pg::has_pages(name) {
        with_pages(&text)?
    } else {
        pair(&text)?
    };
    seal_pg_credentials(pepper, project, &credentials).context("they cannot be sealed")
}

fn pair(text: &str) -> anyhow::Result<PgCredentials> {
    // What the parser says shows a part of the file.
    let read: CredentialsFile = match toml::from_str(text) {
        Ok(read) => read,
        Err(_) => bail!("write the two lines client_key = \"…\" and secret_key = \"…\", and nothing else"),
    };
    let credentials = PgCredentials {
        client_key: read.client_key.trim().to_owned(),
        secret_key: read.secret_key.trim().to_owned().into(),
        return_url: None,
    };
    check_key("client_key", &read.client_key)?;
    check_key("secret_key", &read.secret_key)?;
    Ok(credentials)
}

fn with_pages(text: &str) -> anyhow::Result<PgCredentials> {
    let read: PagesFile = match toml::from_str(text) {
        Ok(read) => read,
        Err(_) => bail!("write the two lines api_key = \"…\" and return_url = \"https://…\", and nothing else"),
    };
    check_key("api_key", &read.api_key)?;
    let return_url = read.return_url.trim();
    let parsed = url::Url::parse(return_url).ok();
    let is_page = parsed.is_some_and(|url| url.scheme() == "https" && url.port().is_none());
    ensure!(
        is_page && return_url.len() <= RETURN_URL_MAX,
        "return_url: write the https address that customers come back to, without a port"
    );
    Ok(PgCredentials {
        client_key: String::new(),
        secret_key: read.api_key.trim().to_owned().into(),
        return_url: Some(return_url.to_owned()),
    })
}

fn check_key(name: &str, value: &str) -> anyhow::Result<()> {
    let value = value.trim();
    ensure!(
        !value.is_empty() && value.chars().all(|letter| letter.is_ascii_graphic() && letter != ':'),
        "{name} is empty, or has characters that a key cannot have"
    );
    Ok(())
}
