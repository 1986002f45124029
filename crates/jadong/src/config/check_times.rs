//! Times that contradict each other, or must be over before something else begins.

use std::time::Duration;

use super::{Config, ConfiguredPg, ConfiguredSpan, Wrong};

/// What clocks may be apart, and a step may take beside the call that it waits for.
const MARGIN: Duration = Duration::from_secs(10);
/// A net-cancel is taken by the PG for an hour after the debit.
const PG_HOUR: Duration = Duration::from_secs(60 * 60);

/// Times that contradict each other.
pub fn check_times(config: &Config) -> Result<(), Wrong> {
    let never_zero = [
        ("consent_limit", config.consent_limit),
        ("send_within", config.send_within),
        ("start_grace", config.start_grace),
        ("client_patience", config.client_patience),
        ("keep_alive", config.keep_alive),
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
    if is_pg_near(config) {
        let early = "a debit would be given up that may still be sent";
        return at_least(config, ("start_grace", config.start_grace), &["send_within"], early);
    }
    check_times_of_a_far_pg(config)
}

/// What must be over before something else begins, with calls that take all the time they may and a network that keeps packets.
fn check_times_of_a_far_pg(config: &Config) -> Result<(), Wrong> {
    let (grace, quiet) = (config.start_grace, config.verdict_quiet);
    let late = "a call would be too late to be sent before it has had its turn";
    at_least(config, ("send_within", config.send_within), &["pg_queue_wait"], late)?;
    let early = "a debit would be given up that may still be sent, or be under way";
    let sent = ["send_within", "pg_connect_timeout", "pg_read_timeout"];
    longer_by(config, ("start_grace", grace), &sent, MARGIN, early)?;
    let twice = "what is leased would be leased again while its call is under way";
    let leased = ["pg_queue_wait", "pg_connect_timeout", "pg_read_timeout"];
    longer_by(config, ("start_grace", grace), &leased, MARGIN, twice)?;
    let arrives = "a debit that is still on its way may be approved within it";
    let on_its_way = pg::UNACKNOWLEDGED_MAX + MARGIN;
    longer_by(
        config,
        ("verdict_quiet", quiet),
        &["pg_read_timeout"],
        on_its_way,
        arrives,
    )
}

fn is_pg_near(config: &Config) -> bool {
    let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    config.pg == ConfiguredPg::Simulated || is_here.iter().any(|url| config.pg_url.starts_with(url))
}

/// `setting` must not be shorter than `others` together.
fn at_least(config: &Config, setting: (&str, ConfiguredSpan), others: &[&str], or_else: &str) -> Result<(), Wrong> {
    longer_by(config, setting, others, Duration::ZERO, or_else)
}

/// The same with so much more.
fn longer_by(
    config: &Config,
    setting: (&str, ConfiguredSpan),
    others: &[&str],
    by: Duration,
    or_else: &str,
) -> Result<(), Wrong> {
    let needed: Duration = others.iter().map(|other| span_of(config, other)).sum::<Duration>() + by;
    if setting.1.0 >= needed {
        return Ok(());
    }
    let mut others: Vec<String> = others.iter().map(|other| config.told(other)).collect();
    others.extend((!by.is_zero()).then(|| format!("{}s", by.as_secs())));
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
        "send_within" => config.send_within.0,
        _ => config.consent_hold.0,
    }
}
