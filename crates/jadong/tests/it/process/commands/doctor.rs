//! `jadong doctor`: what is planted is found, and only that; nothing is changed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use super::https::certificate;
use testkit::net::listener;
use testkit::process::{Simulator, TestDir};

/// The findings about a dir whose gateway listens at `listen`, and the exit code.
async fn doctor(dir: &TestDir, listen: &str, env: &[(&str, &str)]) -> (Vec<Value>, Option<i32>) {
    let output = dir.run(&["doctor", "--json", "--listen", listen], env).await;
    (output.json().as_array().expect("a list").clone(), output.code)
}

/// What is not ok: check and grade.
fn bad(findings: &[Value]) -> Vec<(String, String)> {
    let text = |finding: &Value, key: &str| finding[key].as_str().expect(key).to_owned();
    let bad = findings.iter().filter(|finding| finding["grade"] != "ok");
    bad.inspect(|finding| {
        assert!(finding["mend"].is_string(), "it says how to mend it: {finding}");
    })
    .map(|finding| (text(finding, "check"), text(finding, "grade")))
    .collect()
}

fn is(check: &str, grade: &str) -> Vec<(String, String)> {
    vec![(check.to_owned(), grade.to_owned())]
}

/// The machine of a test may have less room or fewer files than a server should; that is not what is tested.
fn of_the_house(findings: Vec<Value>) -> Vec<Value> {
    let machine = ["disk space", "open files"];
    let own = findings
        .into_iter()
        .filter(|finding| machine.iter().all(|check| finding["check"] != *check));
    own.collect()
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
}

/// A dir whose gateway has run and stopped.
async fn settled() -> TestDir {
    let dir = TestDir::empty();
    assert!(dir.serve(&[]).await.process.stop().await.success());
    dir
}

#[tokio::test]
async fn an_empty_folder_a_running_gateway_and_a_stopped_one_are_well() {
    let dir = TestDir::empty();
    let (findings, code) = doctor(&dir, "127.0.0.1:0", &[]).await;
    assert_eq!((bad(&of_the_house(findings)), code), (vec![], Some(0)));
    assert!(!dir.data().exists(), "it makes nothing");
    let gateway = dir.serve(&[]).await;
    let (findings, code) = doctor(&dir, &gateway.address(), &[]).await;
    let findings = of_the_house(findings);
    let ports = findings.iter().filter(|finding| finding["check"] == "ports");
    assert!(ports.clone().count() > 0 && code == Some(0));
    assert!(
        findings
            .iter()
            .any(|finding| finding["found"] == "a gateway is serving from this folder")
    );
    assert!(bad(&findings).iter().all(|(check, _)| check == "ports"), "{findings:?}");
    assert!(gateway.process.stop().await.success());
    let (findings, code) = doctor(&dir, "127.0.0.1:0", &[]).await;
    assert_eq!((bad(&of_the_house(findings)), code), (vec![], Some(0)));
}

#[tokio::test]
async fn permissions_are_looked_at() {
    let dir = settled().await;
    set_mode(&dir.data(), 0o755);
    let (findings, code) = doctor(&dir, "127.0.0.1:0", &[]).await;
    assert_eq!(
        (bad(&of_the_house(findings)), code),
        (is("data folder", "warn"), Some(0))
    );
    set_mode(&dir.data(), 0o700);
    set_mode(&dir.data().join("pepper.key"), 0o644);
    let (findings, code) = doctor(&dir, "127.0.0.1:0", &[]).await;
    assert_eq!(
        (bad(&of_the_house(findings)), code),
        (is("pepper.key", "fail"), Some(1))
    );
}

#[tokio::test]
async fn a_damaged_database_is_found() {
    let dir = settled().await;
    let path = dir.data().join("jadong.db");
    let mut bytes = std::fs::read(&path).expect("a database");
    // Pages behind the first, whose header says what it is.
    for byte in bytes.iter_mut().skip(4096 * 2) {
        *byte = 0x5a;
    }
    std::fs::write(&path, bytes).expect("written");
    let (findings, code) = doctor(&dir, "127.0.0.1:0", &[]).await;
    assert_eq!(code, Some(1));
    let bad = bad(&of_the_house(findings));
    assert!(bad.contains(&("database".to_owned(), "fail".to_owned())), "{bad:?}");
}

#[tokio::test]
async fn a_port_of_somebody_else_is_found() {
    let dir = settled().await;
    let (_taken, address) = listener().await;
    let address = address.to_string();
    let env = [
        ("JADONG_ADMIN_LISTEN", "127.0.0.1:0"),
        ("JADONG_BANK_LISTEN", "127.0.0.1:0"),
    ];
    let (findings, code) = doctor(&dir, &address, &env).await;
    assert_eq!((bad(&of_the_house(findings)), code), (is("ports", "fail"), Some(1)));
}

#[tokio::test]
async fn a_setting_that_cannot_work_is_found_and_its_secrets_are_not_shown() {
    let dir = TestDir::empty();
    let env = [
        ("JADONG_MODE", "live"),
        ("JADONG_PG_SECRET_KEY", "a-secret-nobody-may-see"),
    ];
    let output = dir.run(&["doctor"], &env).await;
    assert_eq!(output.code, Some(1));
    assert!(output.out.contains("fail  configuration"), "{}", output.out);
    assert!(!output.out.contains("nobody-may-see") && !output.err.contains("nobody-may-see"));
    let output = dir.run(&["doctor"], &[("JADONG_CONSENT_HOLD", "soon")]).await;
    assert!(output.code == Some(1) && output.out.contains("soon"), "{}", output.out);
}

#[tokio::test]
async fn the_pg_is_asked_whether_it_takes_the_credentials() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let env = pg.settings();
    let (findings, _) = doctor(&dir, "127.0.0.1:0", &env).await;
    assert!(
        bad(&of_the_house(findings.clone()))
            .iter()
            .all(|(check, _)| check == "clock"),
        "{findings:?}"
    );
    assert!(
        findings
            .iter()
            .any(|finding| finding["check"] == "PG" && finding["grade"] == "ok")
    );

    let mut wrong = pg.settings();
    wrong.retain(|(name, _)| *name != "JADONG_PG_CLIENT_KEY");
    wrong.push(("JADONG_PG_CLIENT_KEY", "somebody-else"));
    let (findings, code) = doctor(&dir, "127.0.0.1:0", &wrong).await;
    assert_eq!(code, Some(1));
    assert!(
        bad(&findings).contains(&("PG".to_owned(), "fail".to_owned())),
        "{findings:?}"
    );

    let mut nowhere = pg.settings();
    nowhere.retain(|(name, _)| *name != "JADONG_PG_URL");
    nowhere.push(("JADONG_PG_URL", "http://127.0.0.1:9"));
    let (findings, code) = doctor(&dir, "127.0.0.1:0", &nowhere).await;
    assert_eq!(code, Some(1));
    assert!(
        bad(&findings).contains(&("PG".to_owned(), "fail".to_owned())),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_webhook_url_that_leads_nowhere_is_found() {
    let dir = settled().await;
    for (url, expected) in [
        ("http://127.0.0.1:8000/hook", vec![]),
        ("http://nowhere.invalid/hook", is("webhooks", "fail")),
    ] {
        dir.run(&["webhook", "set", "sandbox", url], &[]).await.success();
        let (findings, _) = doctor(&dir, "127.0.0.1:0", &[]).await;
        assert_eq!(bad(&of_the_house(findings)), expected, "{url}");
    }
}

/// What is found by a check, and how bad it is.
fn of_check(findings: &[Value], check: &str) -> Vec<(String, String)> {
    let text = |finding: &Value, key: &str| finding[key].as_str().expect(key).to_owned();
    let found = findings.iter().filter(|finding| finding["check"] == check);
    found
        .map(|finding| (text(finding, "grade"), text(finding, "found")))
        .collect()
}

#[tokio::test]
async fn a_certificate_is_looked_at() {
    let dir = TestDir::empty();
    let day = |days: i8| {
        let day = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(days));
        let part = |part: i8| u8::try_from(part).expect("positive");
        (i32::from(day.year()), part(day.month()), part(day.day()))
    };
    for (from, until, grade, words) in [
        (day(-1), day(60), "ok", "belong together"),
        (day(-1), day(7), "warn", "ends at"),
        (day(-7), day(-1), "fail", "ends at"),
        (day(2), day(60), "fail", "not valid before"),
    ] {
        let (certificates, key) = certificate(&dir, from, until);
        let env = [
            ("JADONG_TLS_CERTIFICATES", certificates.as_str()),
            ("JADONG_TLS_KEY", key.as_str()),
        ];
        let (findings, _) = doctor(&dir, "127.0.0.1:0", &env).await;
        let found = of_check(&findings, "TLS");
        assert!(
            found.len() == 1 && found[0].0 == grade && found[0].1.contains(words),
            "{found:?}"
        );
        let other = rcgen::KeyPair::generate().expect("a key").serialize_pem();
        for (written, words) in [(other.as_str(), "cert.pem"), ("no PEM", "key.pem")] {
            std::fs::write(&key, written).expect("a file");
            let (findings, code) = doctor(&dir, "127.0.0.1:0", &env).await;
            let found = of_check(&findings, "TLS");
            assert_eq!(code, Some(1));
            assert!(found[0].0 == "fail" && found[0].1.contains(words), "{found:?}");
        }
    }
    let (findings, _) = doctor(&dir, "127.0.0.1:0", &[]).await;
    assert_eq!(
        of_check(&findings, "TLS"),
        vec![],
        "without TLS there is nothing to look at"
    );
}

#[tokio::test]
async fn a_live_console_in_plain_text_and_one_that_nobody_may_enter_are_found() {
    let dir = TestDir::empty();
    dir.run(&["project", "create", "shop"], &[]).await.success();
    let live = [
        ("JADONG_MODE", "live"),
        ("JADONG_PG", "nicepay"),
        ("JADONG_PG_URL", "https://127.0.0.1:9"),
        ("JADONG_PG_CLIENT_KEY", "my-own-key"),
        ("JADONG_PG_SECRET_KEY", "12345678901234567890123456789012"),
        ("JADONG_BEHIND_PROXY", "true"),
        ("JADONG_TRUSTED_PROXIES", "1"),
        ("JADONG_PUBLIC_URL", "https://pay.example"),
    ];
    let open = [&live[..], &[("JADONG_ADMIN_LISTEN", "0.0.0.0:0")]].concat();
    let (findings, _) = doctor(&dir, "127.0.0.1:0", &open).await;
    let found = of_check(&findings, "configuration");
    assert!(
        found.len() == 1 && found[0].0 == "warn" && found[0].1.contains("plain text"),
        "{found:?}"
    );
    let nobody = vec![("warn".to_owned(), "nobody may sign in to the console".to_owned())];
    assert_eq!(of_check(&findings, "console"), nobody);

    let off = [&open[..], &[("JADONG_CONSOLE", "off")]].concat();
    let (findings, _) = doctor(&dir, "127.0.0.1:0", &off).await;
    assert_eq!(of_check(&findings, "configuration")[0].0, "ok");
    assert_eq!(of_check(&findings, "console"), vec![]);

    let password = "a long password that nobody guesses";
    crate::process::console::browser::user(&dir, &["add", "kim", "--role", "admin"], password)
        .await
        .success();
    let (findings, _) = doctor(&dir, "127.0.0.1:0", &live).await;
    assert_eq!(of_check(&findings, "configuration")[0].0, "ok", "loopback is no worry");
    assert_eq!(of_check(&findings, "console"), vec![]);
}
