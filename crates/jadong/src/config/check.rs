//! What a configuration must fulfil before anything starts.

use anyhow::bail;
use domain::project::Project;

use super::{Config, Mode, Pg};
use crate::project::sandbox;

/// Refuses combinations that cannot be meant. Every sentence says how to mend it.
pub fn check(config: &Config) -> anyhow::Result<()> {
    let has_tls = !config.tls_certificates.as_os_str().is_empty();
    if has_tls == config.tls_key.as_os_str().is_empty() {
        bail!("set both tls_certificates and tls_key, or neither");
    }
    if config.trusted_proxies > 0 && !config.behind_proxy {
        bail!("trusted_proxies needs behind_proxy = true");
    }
    if config.pg == Pg::Nicepay {
        if config.pg_url.is_empty() || config.pg_client_key.is_empty() {
            bail!("pg = \"nicepay\" needs pg_url, pg_client_key and pg_secret_key");
        }
        if config.pg_secret_key.len() != 32 {
            bail!("pg_secret_key must have 32 characters");
        }
    }
    if config.verdict_quiet.0 < config.pg_read_timeout.0 {
        bail!("verdict_quiet must be at least pg_read_timeout: a debit may still be approved within it");
    }
    if !config.bank_address()?.ip().is_loopback() {
        bail!("bank_listen must be a loopback address: the simulated PG's control API has no password");
    }
    if config.mode == Mode::Live {
        check_live(config, has_tls)
    } else {
        Ok(())
    }
}

fn check_live(config: &Config, has_tls: bool) -> anyhow::Result<()> {
    if config.pg == Pg::Simulated {
        bail!("live mode refuses the simulated PG: set pg = \"nicepay\" and the pg_… settings");
    }
    if config.pg_client_key == bank::SANDBOX_CLIENT_KEY || config.pg_secret_key == bank::SANDBOX_SECRET_KEY {
        bail!("live mode refuses the simulated PG's credentials: set pg_client_key and pg_secret_key to your own");
    }
    if config.start_grace.0 <= config.pg_queue_wait.0 + config.pg_connect_timeout.0 + config.pg_read_timeout.0 {
        bail!("live mode needs start_grace above pg_queue_wait, pg_connect_timeout and pg_read_timeout together");
    }
    if !config.pg_url.starts_with("https://") {
        bail!("live mode needs an https:// pg_url");
    }
    if !has_tls && !config.behind_proxy {
        bail!("live mode needs TLS: set tls_certificates and tls_key, or behind_proxy = true when a proxy ends it");
    }
    Ok(())
}

/// Live mode refuses a database that knows the sandbox's public credentials.
pub fn refuse_sandbox_projects(config: &Config, projects: &[Project]) -> anyhow::Result<()> {
    let is_sandbox = |project: &&Project| {
        project.client_key == sandbox::CLIENT_KEY || project.application_id == sandbox::APPLICATION_ID
    };
    match projects.iter().find(is_sandbox) {
        Some(project) if config.mode == Mode::Live => bail!(
            "live mode refuses sandbox credentials: project {:?} in {} has them; use a new data folder, then \
             `jadong project create`",
            project.name,
            config.data.display()
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Overrides, check, load};

    fn fault(settings: &[(&str, &str)]) -> String {
        let environment = |name: &str| {
            settings
                .iter()
                .find(|(set, _)| *set == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let config = load(&Overrides::default(), environment).unwrap();
        check(&config).err().map_or_else(String::new, |error| error.to_string())
    }

    const LIVE: [(&str, &str); 5] = [
        ("JADONG_MODE", "live"),
        ("JADONG_PG", "nicepay"),
        ("JADONG_PG_URL", "https://pg.example"),
        ("JADONG_PG_CLIENT_KEY", "a"),
        ("JADONG_PG_SECRET_KEY", "12345678901234567890123456789012"),
    ];

    #[test]
    fn live_mode_refuses_what_is_not_safe() {
        assert!(fault(&[("JADONG_MODE", "live")]).contains("simulated PG"));
        assert!(fault(&LIVE).contains("needs TLS"));
        let mut proxied = LIVE.to_vec();
        proxied.push(("JADONG_BEHIND_PROXY", "true"));
        assert_eq!(fault(&proxied), "");
        proxied[2].1 = "http://pg.example";
        assert!(fault(&proxied).contains("https"));
        proxied[2].1 = "https://pg.example";
        proxied[4].1 = bank::SANDBOX_SECRET_KEY;
        assert!(fault(&proxied).contains("simulated PG's credentials"));
    }

    #[test]
    fn half_a_pair_is_refused_also_in_the_sandbox() {
        assert!(fault(&[("JADONG_TLS_KEY", "key.pem")]).contains("both"));
        assert!(fault(&[("JADONG_TRUSTED_PROXIES", "1")]).contains("behind_proxy"));
        assert!(fault(&[("JADONG_BANK_LISTEN", "0.0.0.0:1")]).contains("loopback"));
    }
}
