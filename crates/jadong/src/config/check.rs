//! What a configuration must fulfil before anything starts.

use anyhow::bail;
use domain::project::Project;
use domain::retention::RetentionYears;
use gateway::sandbox_credentials;
use store::Installation;

use super::check_times::check_times;
use super::{Config, ConfiguredMode, ConfiguredPg, Wrong};
use crate::open_store::url;

/// More than any machine has of anything that is counted here; a thousand times more, some of the parts cannot count.
const COUNT_MAX: usize = 100_000_000;

/// Refuses combinations that cannot be meant. Every sentence names the settings, where they were set, and a value that would
/// be right.
pub fn check(config: &Config) -> Result<(), Wrong> {
    check_counts(config)?;
    check_times(config)?;
    let has_tls = !config.tls_certificates.as_os_str().is_empty();
    if has_tls == config.tls_key.as_os_str().is_empty() {
        let (set, missing) = if has_tls {
            ("tls_certificates", "tls_key")
        } else {
            ("tls_key", "tls_certificates")
        };
        return Err(config.wrong(set, &format!("set both, {missing} too, or neither")));
    }
    if config.trusted_proxies > 0 && !config.behind_proxy {
        return Err(config.wrong("trusted_proxies", "needs behind_proxy = true"));
    }
    if config.pg == ConfiguredPg::Nicepay {
        for (setting, text) in [("pg_url", &config.pg_url), ("pg_client_key", &config.pg_client_key)] {
            if text.is_empty() {
                let variable = setting.to_uppercase();
                let why =
                    format!("pg = \"nicepay\" needs it: set JADONG_{variable} to what your contract with the PG says");
                return Err(config.wrong(setting, &why));
            }
        }
        if config.pg_secret_key.len() != 32 {
            return Err(config.wrong("pg_secret_key", "must have 32 characters"));
        }
    }
    if !config.bank_address()?.ip().is_loopback() {
        let why = "must be a loopback address, such as 127.0.0.1:4143: the simulated PG's control API has no password";
        return Err(config.wrong("bank_listen", why));
    }
    config.admin_address()?;
    if !config.debits_closed.is_empty() && gateway::Closed::parse(&config.debits_closed).is_none() {
        return Err(config.wrong("debits_closed", "is no time of day; write \"23:30-00:30\""));
    }
    if !config.reconcile_at.is_empty() && gateway::DailyReconcile::parse(&config.reconcile_at, "").is_none() {
        return Err(config.wrong("reconcile_at", "is no time of day; write \"06:30\""));
    }
    if !config.reconcile_webhook_url.is_empty() && config.reconcile_at.is_empty() {
        return Err(config.wrong("reconcile_webhook_url", "nothing is sent there without reconcile_at"));
    }
    if config.retention_years != 0
        && let Err(why) = RetentionYears::new(config.retention_years)
    {
        return Err(config.wrong("retention_years", &format!("{why}; 0: nothing is destroyed by itself")));
    }
    if config.mode == ConfiguredMode::Live {
        check_live(config, has_tls)
    } else {
        Ok(())
    }
}

fn check_counts(config: &Config) -> Result<(), Wrong> {
    let counts = [
        ("connections_max", config.connections_max),
        ("body_bytes_max", config.body_bytes_max),
        ("open_consents_max", config.open_consents_max),
        ("open_payments_max", config.open_payments_max),
        ("reserves_at_once", config.reserves_at_once),
        ("requests_per_second", config.requests_per_second as usize),
        ("polls_per_second", config.polls_per_second as usize),
        ("write_queue_max", config.write_queue_max),
        ("write_group_max", config.write_group_max),
        ("reader_threads", config.reader_threads),
        ("pg_calls_max", config.pg_calls_max),
    ];
    match counts.iter().find(|(_, count)| !(1..=COUNT_MAX).contains(count)) {
        Some((setting, _)) => Err(config.wrong(setting, &format!("must be 1 to {COUNT_MAX}"))),
        None => Ok(()),
    }
}

fn check_live(config: &Config, has_tls: bool) -> Result<(), Wrong> {
    if config.pg == ConfiguredPg::Simulated {
        let why = "live mode refuses the simulated PG: set pg = \"nicepay\" and the pg_… settings, or pg = \"none\" where each \
                   project has its own PG";
        return Err(config.wrong("pg", why));
    }
    let own = "live mode refuses the simulated PG's credentials: set pg_client_key and pg_secret_key to your own";
    if config.pg_client_key == simulator::SANDBOX_CLIENT_KEY {
        return Err(config.wrong("pg_client_key", own));
    }
    if config.pg_secret_key == simulator::SANDBOX_SECRET_KEY {
        return Err(config.wrong("pg_secret_key", own));
    }
    if config.pg == ConfiguredPg::Nicepay && !config.pg_url.starts_with("https://") {
        return Err(config.wrong("pg_url", "live mode needs an https:// pg_url"));
    }
    if !has_tls && !config.behind_proxy {
        let why = "live mode needs TLS: set tls_certificates and tls_key, or behind_proxy = true when a proxy ends it";
        return Err(config.wrong("tls_certificates", why));
    }
    Ok(())
}

/// Live mode refuses a database that knows the sandbox's public credentials; a sandbox, which would add them, one that was served from
/// without them.
pub fn refuse_other_mode(config: &Config, projects: &[Project], found: &Installation) -> anyhow::Result<()> {
    let place = match url(Some(&config.store)) {
        Some(_) => "the database".to_owned(),
        None => config.data.display().to_string(),
    };
    match projects.iter().find(|project| sandbox_credentials::are_of(project)) {
        Some(project) if config.mode == ConfiguredMode::Live => bail!(
            "live mode refuses sandbox credentials: project {:?} in {place} has them; use a new {}, then `jadong project create`",
            project.name,
            if config.store.is_empty() {
                "data folder"
            } else {
                "database"
            },
        ),
        None if config.mode == ConfiguredMode::Sandbox && found.beat_at.is_some() => bail!(
            "{place} has been served from in live mode: a sandbox would open it to credentials that everybody knows. Set \
             mode = \"live\" (JADONG_MODE=live), or name another one"
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
