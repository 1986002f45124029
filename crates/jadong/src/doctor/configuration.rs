//! Settings that cannot work, and settings that can and are rarely meant.

use std::time::Duration;

use super::finding::Finding;
use crate::config::{self, Config, ConfiguredConsole, ConfiguredMode};

/// Longer than clients usually wait for an answer.
const HOLD_MAX: Duration = Duration::from_secs(50);

pub fn check(config: &Config) -> Vec<Finding> {
    if let Err(error) = config::check(config) {
        return vec![Finding::fail(
            "configuration",
            format!("{error:#}"),
            (
                "이 설정으로는 시작하지 않습니다.",
                "With this setting the gateway does not start.",
            ),
        )];
    }
    let findings: Vec<Finding> = notices(config)
        .into_iter()
        .map(|(found, mend)| Finding::warn("configuration", found, mend))
        .collect();
    if !findings.is_empty() {
        return findings;
    }
    let (mode, listen) = (
        if config.mode == ConfiguredMode::Live {
            "live"
        } else {
            "sandbox"
        },
        config.listen,
    );
    vec![Finding::ok(
        "configuration",
        (
            format!("{mode}, {listen}에서 받습니다"),
            format!("{mode}, listens on {listen}"),
        ),
    )]
}

/// What is found and how to mend it, each in Korean and English.
type Notice = ((&'static str, &'static str), (&'static str, &'static str));

fn notices(config: &Config) -> Vec<Notice> {
    let mut notices = Vec::new();
    if config.mode == ConfiguredMode::Sandbox && !config.listen.ip().is_loopback() {
        notices.push((
            (
                "샌드박스가 이 기계 밖에서도 받습니다",
                "a sandbox listens beyond this machine",
            ),
            (
                "샌드박스의 키는 누구나 압니다. 밖에서 쓸 것이 아니면 listen을 127.0.0.1로 바꾸십시오.",
                "Everybody knows a sandbox's credentials: set listen to 127.0.0.1 unless others should use it.",
            ),
        ));
    }
    if config.mode == ConfiguredMode::Live {
        notices.extend(live_notices(config));
    }
    if config.consent_hold.0 > HOLD_MAX {
        notices.push((
            (
                "consent_hold가 클라이언트가 기다리는 시간보다 깁니다",
                "consent_hold is longer than clients wait",
            ),
            (
                "클라이언트가 먼저 끊습니다. 50초 아래로 줄이십시오.",
                "Clients hang up before the answer: make it less than 50 s.",
            ),
        ));
    }
    notices
}

fn live_notices(config: &Config) -> Vec<Notice> {
    let mut notices = Vec::new();
    if config.behind_proxy && config.public_url.is_empty() {
        notices.push((
            (
                "behind_proxy인데 public_url이 없습니다",
                "behind_proxy without public_url",
            ),
            (
                "응답의 gateway_url이 안쪽 주소가 됩니다. public_url을 설정하십시오.",
                "Answers carry the inner address as gateway_url: set public_url.",
            ),
        ));
    }
    if config.behind_proxy && config.trusted_proxies == 0 {
        notices.push((
            (
                "behind_proxy인데 trusted_proxies = 0입니다",
                "behind_proxy with trusted_proxies = 0",
            ),
            (
                "IP 허용 목록이 프록시의 주소를 보게 됩니다. trusted_proxies를 설정하십시오.",
                "IP allow lists see the proxy's address: set trusted_proxies.",
            ),
        ));
    }
    let is_admin_open = config.admin_address().is_ok_and(|address| !address.ip().is_loopback());
    if config.console == ConfiguredConsole::Auto && is_admin_open {
        notices.push((
            (
                "콘솔이 이 기계 밖에서 암호화 없이 열립니다 (admin_listen)",
                "the console is served beyond this machine in plain text (admin_listen)",
            ),
            (
                "비밀번호와 세션이 그대로 지나갑니다. admin_listen을 127.0.0.1로 두고 SSH나 TLS 프록시로 여십시오.",
                "Passwords and sessions pass in the clear: keep admin_listen on 127.0.0.1, and reach it by SSH or a TLS \
                 proxy.",
            ),
        ));
    }
    notices
}
