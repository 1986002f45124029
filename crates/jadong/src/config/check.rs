//! What a configuration must fulfil before anything starts.

use std::time::Duration;

use anyhow::bail;
use domain::project::Project;
use gateway::sandbox_credentials;

use super::{Config, ConfiguredMode, ConfiguredPg, ConfiguredSpan, Wrong};

/// More than any machine has of anything that is counted here; a thousand times more, some of the parts cannot count.
const COUNT_MAX: usize = 100_000_000;
/// A net-cancel is taken by the PG for an hour after the debit.
const PG_HOUR: Duration = Duration::from_secs(60 * 60);

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

/// Times that contradict each other.
fn check_times(config: &Config) -> Result<(), Wrong> {
    let never_zero = [
        ("consent_limit", config.consent_limit),
        ("start_grace", config.start_grace),
        ("client_patience", config.client_patience),
        ("pg_connect_timeout", config.pg_connect_timeout),
        ("pg_read_timeout", config.pg_read_timeout),
    ];
    if let Some((setting, _)) = never_zero.iter().find(|(_, span)| span.0.is_zero()) {
        return Err(config.wrong(setting, "must be more than 0s"));
    }
    if config.net_cancel_within.0 >= PG_HOUR {
        let why = "must be less than the hour in which the PG takes a net-cancel, such as \"50m\"";
        return Err(config.wrong("net_cancel_within", why));
    }
    at_least(
        config,
        ("consent_limit", config.consent_limit),
        &["consent_hold"],
        "a consent would end while it is held",
    )?;
    at_least(
        config,
        ("verdict_quiet", config.verdict_quiet),
        &["pg_read_timeout"],
        "a debit may still be approved within it",
    )?;
    // Connecting to a simulated PG, on this machine, takes no time.
    let call: &[&str] = if is_pg_near(config) {
        &["pg_read_timeout"]
    } else {
        &["pg_connect_timeout", "pg_read_timeout"]
    };
    let cut = "a shutdown would cut off a charge that waits for the PG";
    at_least(config, ("drain", config.drain), call, cut)?;
    if !is_pg_near(config) {
        let early = "a debit would be looked up while its call is under way";
        let turn_and_call = [&["pg_queue_wait"], call].concat();
        at_least(config, ("start_grace", config.start_grace), &turn_and_call, early)?;
    }
    Ok(())
}

fn is_pg_near(config: &Config) -> bool {
    let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    config.pg == ConfiguredPg::Simulated || is_here.iter().any(|url| config.pg_url.starts_with(url))
}

/// `setting` must not be shorter than `others` together.
fn at_least(config: &Config, setting: (&str, ConfiguredSpan), others: &[&str], or_else: &str) -> Result<(), Wrong> {
    let needed: Duration = others.iter().map(|other| span_of(config, other)).sum();
    if setting.1.0 >= needed {
        return Ok(());
    }
    let others: Vec<String> = others.iter().map(|other| config.told(other)).collect();
    let right = needed.as_secs() + u64::from(needed.subsec_nanos() > 0);
    let name = setting.0;
    let why = format!(
        "is shorter than {}: {or_else}; for example {name} = \"{right}s\"",
        others.join(" and ")
    );
    Err(config.wrong(name, &why))
}

fn span_of(config: &Config, setting: &str) -> Duration {
    match setting {
        "pg_connect_timeout" => config.pg_connect_timeout.0,
        "pg_queue_wait" => config.pg_queue_wait.0,
        "pg_read_timeout" => config.pg_read_timeout.0,
        _ => config.consent_hold.0,
    }
}

fn check_live(config: &Config, has_tls: bool) -> Result<(), Wrong> {
    if config.pg == ConfiguredPg::Simulated {
        let why = "live mode refuses the simulated PG: set pg = \"nicepay\" and the pg_… settings";
        return Err(config.wrong("pg", why));
    }
    let own = "live mode refuses the simulated PG's credentials: set pg_client_key and pg_secret_key to your own";
    if config.pg_client_key == simulator::SANDBOX_CLIENT_KEY {
        return Err(config.wrong("pg_client_key", own));
    }
    if config.pg_secret_key == simulator::SANDBOX_SECRET_KEY {
        return Err(config.wrong("pg_secret_key", own));
    }
    if !config.pg_url.starts_with("https://") {
        return Err(config.wrong("pg_url", "live mode needs an https:// pg_url"));
    }
    if !has_tls && !config.behind_proxy {
        let why = "live mode needs TLS: set tls_certificates and tls_key, or behind_proxy = true when a proxy ends it";
        return Err(config.wrong("tls_certificates", why));
    }
    Ok(())
}

/// Live mode refuses a database that knows the sandbox's public credentials.
pub fn refuse_sandbox_projects(config: &Config, projects: &[Project]) -> anyhow::Result<()> {
    let is_sandbox = |project: &&Project| {
        project.client_key == sandbox_credentials::CLIENT_KEY
            || project.application_id == sandbox_credentials::APPLICATION_ID
    };
    match projects.iter().find(is_sandbox) {
        Some(project) if config.mode == ConfiguredMode::Live => bail!(
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
    use crate::config::{Environment, Overrides, check, load};

    fn fault(settings: &[(&str, &str)]) -> String {
        let config = load(&Overrides::default(), &Environment::of(settings)).unwrap();
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
        proxied[4].1 = simulator::SANDBOX_SECRET_KEY;
        assert!(fault(&proxied).contains("simulated PG's credentials"));
    }

    #[test]
    fn half_a_pair_is_refused_also_in_the_sandbox() {
        assert!(fault(&[("JADONG_TLS_KEY", "key.pem")]).contains("both"));
        assert!(fault(&[("JADONG_TRUSTED_PROXIES", "1")]).contains("behind_proxy"));
        assert!(fault(&[("JADONG_BANK_LISTEN", "0.0.0.0:1")]).contains("loopback"));
    }

    /// Every refusal names the setting, its place and what would be right; and that is right.
    #[test]
    fn settings_that_contradict_each_other_are_both_named() {
        for (setting, value, other, right) in [
            ("JADONG_DRAIN", "20s", "pg_read_timeout", "30s"),
            ("JADONG_DRAIN", "0s", "pg_read_timeout", "30s"),
            ("JADONG_PG_READ_TIMEOUT", "50500ms", "drain", ""),
            ("JADONG_VERDICT_QUIET", "10s", "pg_read_timeout", "30s"),
            ("JADONG_CONSENT_LIMIT", "5s", "consent_hold", "8s"),
            ("JADONG_NET_CANCEL_WITHIN", "1h", "hour", "50m"),
        ] {
            let told = fault(&[(setting, value)]);
            assert!(told.contains(setting) && told.contains(other), "{told}");
            assert!(told.contains(right), "{told}");
            if right.ends_with('s') {
                assert_eq!(fault(&[(setting, right)]), "");
            }
        }
    }

    #[test]
    fn the_real_pg_also_takes_time_to_connect_to() {
        let mut proxied = LIVE.to_vec();
        proxied.extend([("JADONG_BEHIND_PROXY", "true"), ("JADONG_DRAIN", "30s")]);
        let told = fault(&proxied);
        assert!(
            told.contains("pg_connect_timeout") && told.contains("drain = \"35s\""),
            "{told}"
        );
        proxied.extend([("JADONG_DRAIN", "35s"), ("JADONG_START_GRACE", "20s")]);
        assert!(fault(&proxied).contains("start_grace = \"39s\""));
    }

    #[test]
    fn nothing_of_something_that_is_needed_is_refused() {
        for setting in [
            "JADONG_WRITE_QUEUE_MAX",
            "JADONG_PG_CALLS_MAX",
            "JADONG_RESERVES_AT_ONCE",
        ] {
            let told = fault(&[(setting, "0")]);
            assert!(told.contains(setting) && told.contains("1 to"), "{told}");
        }
        assert!(fault(&[("JADONG_WRITE_QUEUE_MAX", "9000000000000000000")]).contains("1 to"));
        assert!(fault(&[("JADONG_PG_READ_TIMEOUT", "0s")]).contains("more than 0s"));
        assert!(fault(&[("JADONG_DEBITS_CLOSED", "23-24")]).contains("23:30-00:30"));
        assert!(fault(&[("JADONG_ADMIN_LISTEN", "9000")]).contains("127.0.0.1:9000"));
    }
}
