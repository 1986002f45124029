//! What cannot be meant is said before anything starts, without what was typed.

use testkit::net::{http, vacant_address};
use testkit::process::{TestDir, ended, jadong, run};
use tokio::io::{AsyncBufReadExt, BufReader};

use super::Shadow;
use crate::process::commands::https::certificate;

async fn refused(args: &[&str]) -> String {
    let output = run(&[&["shadow"], args].concat(), &[("LANG", "C")]).await;
    assert_eq!(
        (output.code, output.out.as_str()),
        (Some(2), ""),
        "{args:?}: {}",
        output.err
    );
    output.err
}

#[tokio::test]
async fn an_upstream_that_is_none_is_told_what_would_be_one() {
    for (upstream, why) in [
        ("api.bootpay.co.kr", "no https://"),
        ("https://api.bootpay.co.kr/v2", "a path in it"),
        ("https://me:hush-hush@api.bootpay.co.kr", "credentials in it"),
        ("ftp://api.bootpay.co.kr", "neither https:// nor http://"),
        ("https://", "--upstream"),
    ] {
        let said = refused(&["--upstream", upstream]).await;
        assert!(
            said.contains(why) && said.contains("write https://api.bootpay.co.kr"),
            "{said}"
        );
        assert!(!said.contains("hush-hush"), "{said}");
    }
    assert!(refused(&[]).await.contains("--upstream"));
}

#[tokio::test]
async fn it_listens_to_this_machine_unless_it_is_told_of_a_proxy() {
    let upstream = ["--upstream", "https://api.bootpay.co.kr"];
    let said = refused(&[&upstream[..], &["--listen", "0.0.0.0:0"]].concat()).await;
    assert!(said.contains("--behind-proxy"), "{said}");
    let said = refused(&[&upstream[..], &["--behind-proxy", "--page", "0.0.0.0:0"]].concat()).await;
    assert!(said.contains("loopback"), "{said}");
    let address = vacant_address().to_string();
    let itself = format!("http://{address}");
    let said = refused(&["--upstream", &itself, "--listen", &address]).await;
    assert!(said.contains("itself"), "{said}");
}

#[tokio::test]
async fn a_port_or_a_file_that_cannot_be_had_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    let upstream = [
        "shadow",
        "--upstream",
        "https://api.bootpay.co.kr",
        "--page",
        "127.0.0.1:0",
    ];
    let output = run(&[&upstream[..], &["--listen", &address]].concat(), &[]).await;
    assert_eq!(output.code, Some(1));
    assert!(output.err.contains(&format!("--listen {address}")), "{}", output.err);
    let nowhere = ["--listen", "127.0.0.1:0", "--report", "/nowhere/shadow.json"];
    let output = run(&[&upstream[..], &nowhere].concat(), &[]).await;
    assert!(
        output.code == Some(1) && output.err.contains("--report /nowhere/shadow.json"),
        "{}",
        output.err
    );
}

#[tokio::test]
async fn an_upstream_with_a_certificate_of_its_own_is_trusted_when_it_is_named() {
    let dir = TestDir::empty();
    let (certificates, key) = certificate(&dir, (2020, 1, 1), (2099, 1, 1));
    let tls = [
        ("JADONG_TLS_CERTIFICATES", certificates.as_str()),
        ("JADONG_TLS_KEY", key.as_str()),
    ];
    let gateway = dir.serve(&tls).await;
    let path = "/v2/receipt/6655069ca691573f1bb9c28a";
    let trusting = Shadow::with(&gateway.url, &["--cacert", &certificates]).await;
    let there = trusting.merchant().get(path).await;
    assert_eq!(there.verdict(), "404 RC_NOT_FOUND");
    let strict = Shadow::of(&gateway.url).await;
    let refused = http()
        .get(format!("{}{path}", strict.url))
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status().as_u16(), 502);
    let said = refused.text().await.expect("text");
    assert!(
        said.contains("certificate is not accepted") && said.contains("nothing was sent"),
        "{said}"
    );
}

/// Whatever else is said goes beside the report.
#[tokio::test]
async fn with_json_nothing_but_the_report_is_on_standard_output() {
    let upstream = format!("http://{}", vacant_address());
    let ports = ["--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--json"];
    let args = [&["shadow", "--upstream", &upstream][..], &ports].concat();
    let mut child = jadong(args, &[]).spawn().expect("it starts");
    let mut told = BufReader::new(child.stderr.take().expect("piped")).lines();
    while let Some(line) = told.next_line().await.expect("text") {
        if line.starts_with("listening on ") {
            break;
        }
    }
    let id = child
        .id()
        .and_then(|id| rustix::process::Pid::from_raw(id.try_into().ok()?));
    rustix::process::kill_process(id.expect("it runs"), rustix::process::Signal::TERM).expect("it runs");
    let output = ended(child).await.success();
    assert_eq!(
        (&output.json()["upstream"], &output.json()["requests"]),
        (&upstream.into(), &0.into())
    );
}
