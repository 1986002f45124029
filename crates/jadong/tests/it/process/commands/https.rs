//! A gateway behind TLS: whose certificate is trusted, and what is said when it is not.

use testkit::process::{TestDir, run};

/// Writes a certificate for 127.0.0.1 that is valid between two days, and its key; gives the two files' paths.
pub fn certificate(dir: &TestDir, from: (i32, u8, u8), until: (i32, u8, u8)) -> (String, String) {
    let mut wanted = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    wanted.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    wanted.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
    let key = rcgen::KeyPair::generate().expect("a key");
    let made = wanted.self_signed(&key).expect("a certificate");
    let written = |name: &str, pem: String| {
        let path = dir.path().join(name);
        std::fs::write(&path, pem).expect("a file");
        path.to_str().expect("text").to_owned()
    };
    (written("cert.pem", made.pem()), written("key.pem", key.serialize_pem()))
}

#[tokio::test]
async fn a_private_certificate_is_trusted_when_it_is_named_and_blamed_when_it_is_not() {
    let dir = TestDir::empty();
    let (certificates, key) = certificate(&dir, (2020, 1, 1), (2099, 1, 1));
    let tls = [
        ("JADONG_TLS_CERTIFICATES", certificates.as_str()),
        ("JADONG_TLS_KEY", key.as_str()),
    ];
    let gateway = dir.serve(&tls).await;
    assert!(gateway.url.starts_with("https://"), "{}", gateway.url);

    let args = ["ars", "list", "--url", &gateway.url];
    let trusting = super::done(&[&args[..], &["--cacert", &certificates]].concat(), &[]).await;
    assert!(trusting.out.contains("No telephone rings"), "{}", trusting.out);
    let env = [
        ("JADONG_URL", gateway.url.as_str()),
        ("JADONG_CACERT", certificates.as_str()),
    ];
    let clock = super::printed(&["clock", "show", "--json"], &env).await;
    assert!(clock["now"].is_string(), "{clock}");

    let strict = run(&args, &[]).await;
    assert_eq!(strict.code, Some(1));
    for words in ["certificate is not accepted", "UnknownIssuer", "--cacert"] {
        assert!(strict.err.contains(words), "{words}: {}", strict.err);
    }
    assert!(!strict.err.contains("jadong serve"), "it is there: {}", strict.err);

    let no_file = run(&[&args[..], &["--cacert", &key]].concat(), &[]).await;
    assert!(
        no_file.code == Some(1) && no_file.err.contains("no certificate in it"),
        "{}",
        no_file.err
    );
}
