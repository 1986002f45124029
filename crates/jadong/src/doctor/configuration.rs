//! Settings that cannot work, and settings that can and are rarely meant.

use std::time::Duration;

use super::finding::Finding;
use crate::config::{self, Config, Mode};

/// Longer than clients usually wait for an answer.
const HOLD_MAX: Duration = Duration::from_secs(50);

pub fn check(config: &Config) -> Vec<Finding> {
    if let Err(error) = config::check(config) {
        return vec![Finding::fail(
            "configuration",
            format!("{error:#}"),
            "이 설정으로는 시작하지 않습니다.",
            "With this setting the gateway does not start.",
        )];
    }
    let mut findings = doubts(config);
    if findings.is_empty() {
        let mode = if config.mode == Mode::Live { "live" } else { "sandbox" };
        findings.push(Finding::ok(
            "configuration",
            format!("{mode}, listens on {}", config.listen),
        ));
    }
    findings
}

fn doubts(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut doubt = |found: &str, ko: &str, en: &str| findings.push(Finding::warn("configuration", found, ko, en));
    if config.mode == Mode::Sandbox && !config.listen.ip().is_loopback() {
        doubt(
            "a sandbox listens beyond this machine",
            "샌드박스의 키는 누구나 압니다. 밖에서 쓸 것이 아니면 listen을 127.0.0.1로 바꾸십시오.",
            "Everybody knows a sandbox's credentials: set listen to 127.0.0.1 unless others should use it.",
        );
    }
    if config.mode == Mode::Live && config.behind_proxy {
        if config.public_url.is_empty() {
            doubt(
                "behind_proxy without public_url",
                "응답의 gateway_url이 안쪽 주소가 됩니다. public_url을 설정하십시오.",
                "Answers carry the inner address as gateway_url: set public_url.",
            );
        }
        if config.trusted_proxies == 0 {
            doubt(
                "behind_proxy with trusted_proxies = 0",
                "IP 허용 목록이 프록시의 주소를 보게 됩니다. trusted_proxies를 설정하십시오.",
                "IP allow lists see the proxy's address: set trusted_proxies.",
            );
        }
    }
    if config.consent_hold.0 > HOLD_MAX {
        doubt(
            "consent_hold is longer than clients wait",
            "클라이언트가 먼저 끊습니다. 50초 아래로 줄이십시오.",
            "Clients hang up before the answer: make it less than 50 s.",
        );
    }
    findings
}
