use super::*;
use std::time::Duration;

fn with_file(text: &str) -> (tempfile::TempDir, Overrides) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jadong.toml");
    std::fs::write(&path, text).unwrap();
    let overrides = Overrides {
        config: Some(path),
        ..Overrides::default()
    };
    (folder, overrides)
}

fn error_of(overrides: &Overrides, set: &[(&str, &str)]) -> String {
    let error = load(overrides, &Environment::of(set)).err().unwrap();
    assert!(error.is::<Wrong>(), "wrong usage: {error:#}");
    format!("{error:#}")
}

#[test]
fn the_defaults_are_complete() {
    let config = load(&Overrides::default(), &Environment::default()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:4141");
    assert_eq!(config.consent_hold.0, Duration::from_secs(8));
    assert_eq!(config.admin_address().unwrap().port(), 4142);
    assert_eq!(config.bank_address().unwrap().port(), 4143);
}

#[test]
fn options_beat_the_environment_and_the_environment_beats_the_file() {
    let (_folder, mut overrides) = with_file("consent_hold = \"1s\"\nlog = \"warn\"\npublish_wait = \"1s\"\n");
    overrides.consent_hold = Some("3s".to_owned());
    let environment = Environment::of(&[
        ("JADONG_CONSENT_HOLD", "2s"),
        ("JADONG_PUBLISH_WAIT", "2s"),
        ("JADONG_CONNECTIONS_MAX", "7"),
    ]);
    let config = load(&overrides, &environment).unwrap();
    assert_eq!(config.consent_hold.0, Duration::from_secs(3));
    assert_eq!(config.publish_wait.0, Duration::from_secs(2));
    assert_eq!((config.log.as_str(), config.connections_max), ("warn", 7));
}

#[test]
fn a_variable_that_means_nothing_names_the_nearest() {
    let none = Overrides::default();
    for (typo, meant) in [
        ("JADONG_MOD", "JADONG_MODE"),
        ("JADONG_PGURL", "JADONG_PG_URL"),
        ("JADONG__MODE", "JADONG_MODE"),
        ("jadong_mode", "JADONG_MODE"),
        ("JADON_MODE", "JADONG_MODE"),
        ("JADONGMODE", "JADONG_MODE"),
        ("JADONG_VERDICT_QUITE", "JADONG_VERDICT_QUIET"),
        ("JADONG_PG_SECRET_KEYS", "JADONG_PG_SECRET_KEY"),
        ("JADONG_CONFG", "JADONG_CONFIG"),
    ] {
        let error = error_of(&none, &[(typo, "live")]);
        assert!(
            error.contains(typo) && error.contains(&format!("did you mean {meant}?")),
            "{error}"
        );
        assert!(!error.contains("live"), "its value may be a secret: {error}");
    }
    assert!(error_of(&none, &[("JADONG_WHATEVER_THIS_IS", "1")]).contains("jadong config"));
}

#[test]
fn a_variable_of_somebody_else_is_let_be() {
    let others = [
        ("JADE_HOME", "/opt/jade"),
        ("JADONG_URL", "http://127.0.0.1:4141"),
        ("JADONG_CLIENT_KEY", "a"),
        ("JADONG_SERVICE_HOST", "10.0.0.1"),
        ("JADONG_SERVICE_PORT_API", "4141"),
        ("JADONG_PORT", "tcp://10.0.0.1:4141"),
        ("JADONG_PORT_4141_TCP_ADDR", "10.0.0.1"),
        ("JADONG_PHONE", "01012345678"),
        ("JADONG_BIN", "target/debug/jadong"),
    ];
    load(&Overrides::default(), &Environment::of(&others)).unwrap();
}

#[test]
fn a_wrong_value_names_its_setting_its_place_and_a_right_one() {
    let none = Overrides::default();
    for (name, text, right) in [
        ("JADONG_CONNECTIONS_MAX", "many", "a whole number"),
        ("JADONG_BEHIND_PROXY", "yes", "true or false"),
        ("JADONG_CONSENT_HOLD", "8", "\"8s\""),
        ("JADONG_CONSENT_HOLD", "soon", "300ms"),
        ("JADONG_MODE", "production", "`live`"),
        ("JADONG_LISTEN", "8080", "127.0.0.1:8080"),
        ("JADONG_LISTEN", ":8080", "127.0.0.1:8080"),
        ("JADONG_TRUSTED_PROXIES", "-1", "trusted_proxies = 0"),
    ] {
        let error = error_of(&none, &[(name, text)]);
        let setting = name.trim_start_matches("JADONG_").to_lowercase();
        for part in [name, setting.as_str(), right] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
    let options = Overrides {
        listen: Some("localhost:8080".to_owned()),
        ..Overrides::default()
    };
    let error = error_of(&options, &[]);
    assert!(
        error.contains("--listen") && error.contains("127.0.0.1:8080"),
        "{error}"
    );
}

#[test]
fn a_file_is_told_with_the_line() {
    for (text, told) in [
        (
            "log = \"info\"\n\nconsent_hold = 8\n",
            ["jadong.toml:3", "consent_hold", "\"8s\""],
        ),
        (
            "# a\nconsent_hodl = \"1s\"\n",
            ["jadong.toml:2", "consent_hodl", "consent_hold"],
        ),
        ("listen = \"80\"\n", ["jadong.toml:1", "listen", "127.0.0.1:80"]),
        ("mode = \"live\"\ndrain = \"soon\"\n", ["jadong.toml:2", "drain", "10m"]),
        (
            "[server]\nlisten = \"a\"\n",
            ["jadong.toml:1", "server", "jadong config"],
        ),
        ("log = \"a\"\nlog = \"b\"\n", ["jadong.toml:2", "log", "duplicate"]),
        ("log = \"a\nmode = 1\n", ["jadong.toml:1", "", ""]),
    ] {
        let (_folder, overrides) = with_file(text);
        let error = error_of(&overrides, &[]);
        for part in told {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}

#[test]
fn a_secret_is_never_told() {
    let (_folder, overrides) = with_file("pg_secret_key = 123456789\n");
    let error = error_of(&overrides, &[]);
    assert!(
        error.contains("pg_secret_key") && !error.contains("123456789"),
        "{error}"
    );
}
