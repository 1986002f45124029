//! Live mode: what it refuses, and that it serves HTTPS and nothing else.

use testkit::Merchant;
use testkit::process::TestDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SECRET: &str = "12345678901234567890123456789012";

/// Live settings that lack only TLS.
pub const LIVE: [(&str, &str); 5] = [
    ("JADONG_MODE", "live"),
    ("JADONG_PG", "nicepay"),
    ("JADONG_PG_URL", "https://127.0.0.1:9"),
    ("JADONG_PG_CLIENT_KEY", "my-own-key"),
    ("JADONG_PG_SECRET_KEY", SECRET),
];

/// Starts in live mode behind a proxy, with `changed` set otherwise; gives the refusal.
async fn refusal(dir: &TestDir, changed: &[(&str, &str)]) -> String {
    let mut env = LIVE.to_vec();
    env.push(("JADONG_BEHIND_PROXY", "true"));
    env.retain(|(name, _)| changed.iter().all(|(other, _)| name != other));
    env.extend(changed);
    let (code, error) = dir.refused(&env).await;
    assert!(matches!(code, Some(1 | 2)), "{error}");
    assert!(!error.contains(SECRET), "{error}");
    error
}

#[tokio::test]
async fn live_mode_refuses_everything_that_belongs_to_the_sandbox() {
    let dir = TestDir::empty();
    let error = refusal(&dir, &[("JADONG_PG", "simulated")]).await;
    assert!(error.contains("simulated PG") && error.contains("nicepay"), "{error}");
    let error = refusal(&dir, &[("JADONG_PG_CLIENT_KEY", simulator::SANDBOX_CLIENT_KEY)]).await;
    assert!(error.contains("credentials"), "{error}");
    let error = refusal(&dir, &[("JADONG_PG_SECRET_KEY", simulator::SANDBOX_SECRET_KEY)]).await;
    assert!(error.contains("credentials"), "{error}");
    let error = refusal(&dir, &[("JADONG_PG_URL", "http://127.0.0.1:9")]).await;
    assert!(error.contains("https://"), "{error}");
    let error = refusal(&dir, &[("JADONG_BEHIND_PROXY", "false")]).await;
    assert!(error.contains("TLS") && error.contains("behind_proxy"), "{error}");
    assert!(
        !dir.data().join("jadong.db").exists(),
        "refused before anything is written"
    );
}

#[tokio::test]
async fn live_mode_refuses_a_folder_that_was_a_sandbox() {
    let dir = TestDir::empty();
    assert!(dir.serve(&[]).await.process.stop().await.success());
    let error = refusal(&dir, &[]).await;
    assert!(
        error.contains("sandbox credentials") && error.contains("project create"),
        "{error}"
    );
}

/// Every sandbox lets in whoever knows the documentation.
#[tokio::test]
async fn a_sandbox_refuses_what_was_served_from_in_live_mode_and_writes_nothing() {
    let dir = TestDir::empty();
    dir.create_project("shop", &[]).await;
    let live = [&LIVE[..], &[("JADONG_BEHIND_PROXY", "true")]].concat();
    let gateway = dir.serve(&live).await;
    let as_everybody = Merchant::sandbox(&gateway.url);
    assert_eq!(as_everybody.get("/v2/lookup/order/x").await.status, 401);
    assert!(gateway.process.stop().await.success());
    let (code, error) = dir.refused(&[]).await;
    assert_eq!(code, Some(1), "{error}");
    assert!(
        error.contains("served from in live mode") && error.contains("JADONG_MODE=live"),
        "{error}"
    );
    let gateway = dir.serve(&live).await;
    let as_everybody = Merchant::sandbox(&gateway.url);
    assert_eq!(as_everybody.get("/v2/lookup/order/x").await.status, 401);
    assert!(gateway.process.stop().await.success());
}

/// What is due is due by a project's clock: of one that a sandbox has moved, reserves would be debited before their day.
#[tokio::test]
async fn live_mode_refuses_a_database_with_a_moved_clock() {
    let dir = TestDir::empty();
    dir.create_project("shop", &[]).await;
    let options = store::SqliteOptions {
        mode: store::OpenMode::Shared,
        ..store::SqliteOptions::in_folder(dir.data())
    };
    let guest = store::Store::open_sqlite(&options).expect("it opens");
    let project = guest.projects().await.expect("a read")[0].id;
    guest.set_clock_offset(project, 86_400_000).await.expect("moved");
    guest.close().await;
    let error = refusal(&dir, &[]).await;
    assert!(error.contains("clock") && error.contains("new data folder"), "{error}");
}

/// Makes a certificate for 127.0.0.1; gives the PEM text of it and the settings that use it.
fn certificate(dir: &TestDir) -> (String, String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).expect("a file");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
    let text = |path: std::path::PathBuf| path.to_str().expect("text").to_owned();
    (made.cert.pem(), text(certificate), text(key))
}

#[tokio::test]
async fn live_mode_serves_https_and_refuses_plain_text() {
    let dir = TestDir::empty();
    let (pem, certificate_file, key_file) = certificate(&dir);
    let shop = dir.create_project("shop", &[]).await;
    let mut env = LIVE.to_vec();
    env.extend([
        ("JADONG_TLS_CERTIFICATES", certificate_file.as_str()),
        ("JADONG_TLS_KEY", key_file.as_str()),
    ]);
    let gateway = dir.serve(&env).await;
    assert!(gateway.url.starts_with("https://"), "{}", gateway.url);
    let printed = gateway.process.printed();
    assert!(printed.contains("live") && !printed.contains("sandbox"), "{printed}");
    assert!(gateway.pg_url.is_none());

    let trusted = reqwest::Certificate::from_pem(pem.as_bytes()).expect("a certificate");
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([trusted])
        .build()
        .expect("a client");
    let get = |path: &str, secret: &str| {
        let key = shop["client_key"].as_str().expect("a key").to_owned();
        client
            .get(format!("{}{path}", gateway.url))
            .basic_auth(key, Some(secret.to_owned()))
            .send()
    };
    let ready = get("/readyz", "").await.expect("an answer over TLS");
    assert_eq!(ready.status().as_u16(), 200);
    let secret = shop["secret_key"].as_str().expect("a secret");
    let path = "/v2/receipt/6655069ca691573f1bb9c28a";
    assert_eq!(get(path, secret).await.expect("an answer").status().as_u16(), 404);
    assert_eq!(get(path, "wrong").await.expect("an answer").status().as_u16(), 401);
    let sandbox = client
        .get(format!("{}{path}", gateway.url))
        .basic_auth("sandbox_client_key", Some("sandbox_secret_key"));
    assert_eq!(sandbox.send().await.expect("an answer").status().as_u16(), 401);

    let mut plain = tokio::net::TcpStream::connect(gateway.address())
        .await
        .expect("connected");
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .expect("sent");
    let mut answer = Vec::new();
    let read = plain.read_to_end(&mut answer);
    let _reset_or_end = tokio::time::timeout(std::time::Duration::from_secs(15), read)
        .await
        .expect("it is closed");
    assert!(!answer.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&answer));
    assert!(gateway.process.stop().await.success());
}

#[tokio::test]
async fn a_key_that_does_not_belong_to_the_certificate_is_refused() {
    let dir = TestDir::empty();
    let (_, certificate_file, key_file) = certificate(&dir);
    let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    std::fs::write(&key_file, other.signing_key.serialize_pem()).expect("a file");
    let settings = [
        ("JADONG_TLS_CERTIFICATES", certificate_file.as_str()),
        ("JADONG_TLS_KEY", key_file.as_str()),
    ];
    assert!(refusal(&dir, &settings).await.contains("TLS"));
    std::fs::write(&key_file, "no PEM").expect("a file");
    let error = refusal(&dir, &settings).await;
    assert!(error.contains("TLS") && error.contains("key.pem"), "{error}");
}
