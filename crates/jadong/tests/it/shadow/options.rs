//! What cannot be meant is said before anything starts, without what was typed.

use testkit::net::vacant_address;
use testkit::process::run;

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
