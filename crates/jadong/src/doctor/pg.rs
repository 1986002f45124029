//! The PG: reached, lets us in, and agrees on what time it is.

use std::sync::Arc;
use std::time::Duration;

use domain::EpochMs;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use pg::{CallTime, Connector, ConsentLookup, FindConsentRequest, NicePay, Outcome};
use seams::SystemClock;

use super::finding::Finding;
use crate::config::{Config, ConfiguredPg};
use crate::serve::pg_settings;

const PG: &str = "PG";
const CLOCK: &str = "clock";
const PATIENCE: Duration = Duration::from_secs(10);
/// Signed requests carry their time.
const SKEW_MAX_S: i64 = 60;

pub async fn check(config: &Config) -> Vec<Finding> {
    if config.pg == ConfiguredPg::Simulated {
        return vec![Finding::ok(
            PG,
            (
                "가상 PG입니다. `jadong serve`와 함께 시작합니다",
                "the simulated one; it starts with `jadong serve`",
            ),
        )];
    }
    if config.pg == ConfiguredPg::None {
        return vec![Finding::ok(
            PG,
            (
                "프로젝트마다 자기 PG를 씁니다: `jadong project list`",
                "each project has its own: `jadong project list`",
            ),
        )];
    }
    vec![credentials(config).await, clock(config).await]
}

/// Asks for an order that nobody has: a PG that lets us in says that there is none.
async fn credentials(config: &Config) -> Finding {
    let url = &config.pg_url;
    let unreachable = |ko: &str, en: &str| {
        Finding::fail(
            PG,
            (format!("{url}: {ko}"), format!("{url}: {en}")),
            (
                "pg_url과 방화벽, 인증서를 확인하십시오.",
                "Check pg_url, the firewall, and the certificates.",
            ),
        )
    };
    let connector = match NicePay::new(pg_settings(config, None), Arc::new(SystemClock)) {
        Ok(connector) => connector,
        Err(error) => return unreachable(&error.to_string(), &error.to_string()),
    };
    let now = EpochMs(Timestamp::now().as_millisecond());
    let asked = connector.find_consent(
        FindConsentRequest {
            order_id: format!("doctor-{}", now.0),
            tid: None,
        },
        CallTime::of_machine(now),
    );
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Outcome::Done(ConsentLookup::Nothing | ConsentLookup::Consent { .. })) => {
            let found = (
                format!("{url}: 응답하고 키를 받아들입니다"),
                format!("{url} answers and accepts the credentials"),
            );
            Finding::ok(PG, found)
        }
        Ok(Outcome::Refused { pg, .. }) => Finding::fail(
            PG,
            (
                format!("{url}: 거절합니다: {} {}", pg.code, pg.text),
                format!("{url} refuses: {} {}", pg.code, pg.text),
            ),
            (
                "pg_client_key와 pg_secret_key를 확인하십시오.",
                "Check pg_client_key and pg_secret_key.",
            ),
        ),
        Ok(Outcome::NotSent(_)) => unreachable("연결되지 않습니다", "no connection"),
        Ok(Outcome::Unknown(_)) => unreachable(
            "응답을 이해할 수 없거나, pg_secret_key로 서명되지 않았습니다",
            "its answer cannot be understood, or is not signed with pg_secret_key",
        ),
        Err(_) => unreachable("10초 안에 응답이 없습니다", "no answer within 10 s"),
    }
}

/// Compares this machine's clock with the PG's `Date` header.
async fn clock(config: &Config) -> Finding {
    let Some(theirs) = date(&config.pg_url).await else {
        return Finding::warn(
            CLOCK,
            (
                "PG가 견줄 시각을 알려 주지 않습니다",
                "the PG tells no time to compare with",
            ),
            (
                "NTP가 도는지 확인하십시오: timedatectl",
                "See that NTP runs: timedatectl",
            ),
        );
    };
    let skew_s = Timestamp::now().as_second() - theirs.as_second();
    if skew_s.abs() > SKEW_MAX_S {
        return Finding::fail(
            CLOCK,
            (format!("PG와 {skew_s}초 차이"), format!("{skew_s} s off the PG's")),
            (
                "시계를 맞추십시오 (NTP). 서명과 망취소 시한이 어긋납니다.",
                "Set the clock (NTP): signatures and the net-cancel hour go wrong.",
            ),
        );
    }
    let within_s = skew_s.abs().max(1);
    Finding::ok(
        CLOCK,
        (
            format!("PG와 {within_s}초 이내"),
            format!("within {within_s} s of the PG's"),
        ),
    )
}

async fn date(url: &str) -> Option<Timestamp> {
    let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().ok()?;
    let answer = http.head(url).send().await.ok()?;
    let date = answer.headers().get("date")?.to_str().ok()?.to_owned();
    Some(rfc2822::parse(&date).ok()?.timestamp())
}
