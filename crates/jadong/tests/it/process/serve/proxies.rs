//! An IP allow list behind a proxy: whatever the proxy writes of a caller, the caller's own entries let nobody in.

use testkit::net::http;
use testkit::process::TestDir;

const NOWHERE: &str = "/v2/lookup/order/nothing";

#[tokio::test]
async fn what_the_proxy_wrote_counts_and_what_it_could_not_say_lets_nobody_in() {
    let dir = TestDir::empty();
    let far = dir.create_project("far", &["--allow-ip", "203.0.113.0/24"]).await;
    let proxied = [("JADONG_BEHIND_PROXY", "true"), ("JADONG_TRUSTED_PROXIES", "1")];
    let gateway = dir.serve(&proxied).await;
    let text = |key: &str| far[key].as_str().expect("text").to_owned();
    let asked = async |lines: &[&[u8]]| {
        let mut request = http()
            .get(format!("{}{NOWHERE}", gateway.url))
            .basic_auth(text("client_key"), Some(text("secret_key")));
        for line in lines {
            let value = reqwest::header::HeaderValue::from_bytes(line).expect("a header");
            request = request.header("x-forwarded-for", value);
        }
        request.send().await.expect("an answer").status().as_u16()
    };
    for its_own in [
        &b"198.51.100.7, 203.0.113.9"[..],
        b"198.51.100.7, 203.0.113.9:51324",
        b"unknown, \"203.0.113.9\"",
        b"\xff, ::ffff:203.0.113.9",
    ] {
        assert_ne!(asked(&[its_own]).await, 401, "{}", String::from_utf8_lossy(its_own));
    }
    for anothers in [
        &b"203.0.113.9, 198.51.100.7"[..],
        b"203.0.113.9, 198.51.100.7:51324",
        b"203.0.113.9, [2001:db8::7]",
        b"203.0.113.9, [2001:db8::7]:443",
        b"203.0.113.9, unknown",
        b"203.0.113.9, \"198.51.100.7\"",
        b"203.0.113.9, fe80::1%eth0",
        b"203.0.113.9, ",
        b"203.0.113.9, _hidden",
        b"\xff, 198.51.100.7",
    ] {
        assert_eq!(asked(&[anothers]).await, 401, "{}", String::from_utf8_lossy(anothers));
    }
    assert_eq!(asked(&[b"203.0.113.9", b"\x80, 198.51.100.7"]).await, 401, "two lines");
    assert_eq!(asked(&[b"203.0.113.9", b"\x80"]).await, 401, "a line of no text");
    assert_eq!(asked(&[]).await, 401, "past the proxy");
    gateway.process.stop().await;
}
