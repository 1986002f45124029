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
}

/// Each is refused a second below what it must be, with both settings named, and taken at it.
#[test]
fn what_must_be_over_before_something_else_begins_is_checked() {
    for (setting, name, short, right, other) in [
        ("JADONG_START_GRACE", "start_grace", "54s", "55s", "send_within"),
        ("JADONG_VERDICT_QUIET", "verdict_quiet", "59s", "60s", "pg_read_timeout"),
        ("JADONG_SEND_WITHIN", "send_within", "3s", "4s", "pg_queue_wait"),
    ] {
        let with = |value| {
            let mut proxied = LIVE.to_vec();
            proxied.extend([("JADONG_BEHIND_PROXY", "true"), (setting, value)]);
            fault(&proxied)
        };
        let told = with(short);
        let example = format!("{name} = \"{right}\"");
        assert!([name, other, &example].iter().all(|part| told.contains(part)), "{told}");
        assert_eq!(with(right), "");
    }
    let mut long_turns = LIVE.to_vec();
    long_turns.extend([
        ("JADONG_BEHIND_PROXY", "true"),
        ("JADONG_SEND_WITHIN", "20s"),
        ("JADONG_PG_QUEUE_WAIT", "20s"),
        ("JADONG_PG_CONNECT_TIMEOUT", "1s"),
    ]);
    let told = fault(&long_turns);
    assert!(
        told.contains("send_within") && told.contains("start_grace = \"61s\""),
        "{told}"
    );
}

/// The simulated PG beside the gateway is near: only what was given up must not be sent after.
#[test]
fn a_sandbox_may_be_quick_but_not_in_the_wrong_order() {
    let told = fault(&[("JADONG_START_GRACE", "1s")]);
    assert!(
        told.contains("send_within") && told.contains("start_grace = \"10s\""),
        "{told}"
    );
    assert_eq!(fault(&[("JADONG_START_GRACE", "1s"), ("JADONG_SEND_WITHIN", "1s")]), "");
    assert!(fault(&[("JADONG_SEND_WITHIN", "0s")]).contains("more than 0s"));
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
