//! Settings that cannot be meant stop the start: exit code 2, the setting, its place, and what would be right.

use testkit::process::TestDir;

/// What `serve` says to these; it must not have made anything.
async fn wrong(dir: &TestDir, args: &[&str], env: &[(&str, &str)]) -> String {
    let output = dir.run(&[&["serve"], args].concat(), env).await;
    assert_eq!((output.code, output.out.as_str()), (Some(2), ""), "{}", output.err);
    assert!(!dir.data().exists(), "refused before anything is made");
    output.err
}

#[tokio::test]
async fn a_misspelt_variable_is_no_sandbox() {
    let dir = TestDir::empty();
    for (typo, meant) in [
        ("JADONG_MOD", "JADONG_MODE"),
        ("JADONG_MODE_", "JADONG_MODE"),
        ("JADONG_LISTN", "JADONG_LISTEN"),
        ("jadong_mode", "JADONG_MODE"),
        ("JADONG_PG_SECRETKEY", "JADONG_PG_SECRET_KEY"),
        ("JADNOG_MODE", "JADONG_MODE"),
    ] {
        let error = wrong(&dir, &[], &[(typo, "live")]).await;
        assert!(error.contains(typo) && error.contains(meant), "{error}");
    }
    let doctor = dir.run(&["doctor"], &[("JADONG_MOD", "live")]).await;
    assert!(
        doctor.code == Some(1) && doctor.out.contains("JADONG_MODE"),
        "{}",
        doctor.out
    );
}

#[tokio::test]
async fn a_value_that_is_none_is_told_with_its_place_and_a_right_one() {
    let dir = TestDir::empty();
    for (args, env, parts) in [
        (&["--listen", "80"][..], &[][..], ["--listen", "127.0.0.1:80"]),
        (&["--listen", ":8080"], &[], ["--listen", "127.0.0.1:8080"]),
        (&["--listen", "localhost:8080"], &[], ["--listen", "127.0.0.1:8080"]),
        (&["--consent-hold", "8"], &[], ["--consent-hold", "8s"]),
        (&[], &[("JADONG_CONSENT_HOLD", "8")], ["JADONG_CONSENT_HOLD", "8s"]),
        (
            &[],
            &[("JADONG_ADMIN_LISTEN", "9000")],
            ["JADONG_ADMIN_LISTEN", "127.0.0.1:9000"],
        ),
        (
            &[],
            &[("JADONG_DEBITS_CLOSED", "midnight")],
            ["JADONG_DEBITS_CLOSED", "23:30-00:30"],
        ),
        (&[], &[("JADONG_LOG", "a=b=c")], ["JADONG_LOG", "log"]),
        (&[], &[("JADONG_DRAIN", "20s")], ["JADONG_DRAIN", "pg_read_timeout"]),
        (
            &[],
            &[("JADONG_WRITE_QUEUE_MAX", "0")],
            ["JADONG_WRITE_QUEUE_MAX", "1 to"],
        ),
        (
            &["--config", "/nowhere/jadong.toml"],
            &[],
            ["--config", "/nowhere/jadong.toml"],
        ),
    ] {
        let error = wrong(&dir, args, env).await;
        for part in parts {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}
