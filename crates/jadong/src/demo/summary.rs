//! What stands before and after the seven steps.

use super::leak_check::{LeakFound, SECRETS, SearchedPlace};
use super::start::DemoServers;
use super::steps::Issued;
use super::{Keep, actors, style};
use crate::lang::told;

pub fn opening(servers: &DemoServers) {
    println!(
        "{}",
        style::title(told(
            "자동이체 빌링키, 일곱 단계",
            "An account billing key in seven steps"
        ))
    );
    println!("  {} {}", told("게이트웨이", "gateway   "), servers.gateway_url);
    println!("  {} {}", told("모의 PG   ", "PG        "), servers.bank_url);
    println!("  {} {}", told("상점      ", "merchant  "), servers.merchant_url);
}

pub fn closing(servers: &DemoServers, issued: &Issued, found: &LeakFound, keep: Keep) {
    println!("\n{}", style::title(told("요약", "Summary")));
    println!("  billing_key  {}", style::key_field(&issued.billing_key));
    println!(
        "  {} {}",
        told("계좌        ", "account     "),
        style::key_field(&issued.account_masked)
    );
    println!("  ①–⑦         {} ms", issued.total.as_millis());
    let gone = match keep {
        Keep::Nothing => told(
            "  (끝나면 지웁니다. 남기려면 --keep)",
            "  (removed at the end; --keep leaves it)",
        ),
        Keep::UntilCtrlC => "",
    };
    println!(
        "  {} {}{}",
        told("서비스 DB   ", "service DB  "),
        servers.service_db.display(),
        style::faint(gone)
    );
    for secret in &SECRETS {
        let counts = SearchedPlace::ALL.map(|place| format!("{} {}", place.name(), found.count(place, secret)));
        let (name, counts) = (told(secret.korean, secret.english), counts.join(", "));
        let line = told(format!("{name} 발견: {counts}"), format!("{name} found in: {counts}"));
        let clean = SearchedPlace::ALL.iter().all(|place| found.count(*place, secret) == 0);
        println!(
            "  {}",
            if clean {
                style::key_field(&line)
            } else {
                style::alarm(&line)
            }
        );
    }
    let bytes = SearchedPlace::ALL.map(|place| format!("{} {}", place.name(), found.bytes(place)));
    println!(
        "  {}",
        style::faint(&format!(
            "{}: {}",
            told("검색한 바이트", "bytes searched"),
            bytes.join(", ")
        ))
    );
}

/// For `--keep`: how to go on by hand.
pub fn addresses(servers: &DemoServers, issued: &Issued) {
    let DemoServers {
        gateway_url,
        bank_url,
        merchant_url,
        ..
    } = servers;
    let (client_key, secret_key) = (actors::CLIENT_KEY, actors::SECRET_KEY);
    println!("\n{}", style::title(told("계속 켜 둡니다", "Staying up")));
    println!("  client_key {client_key}   secret_key {secret_key}");
    println!("  # {}", told("빌링키 조회", "look the key up"));
    println!(
        "  curl -u {client_key}:{secret_key} {gateway_url}/v2/subscribe/billing_key/{}",
        issued.receipt_id
    );
    println!(
        "  # {}",
        told("다른 고객 (거절하는 전화번호)", "another customer, whose phone refuses")
    );
    println!(
        "  curl {merchant_url}/signup -H 'Content-Type: application/json' -d '{}'",
        another_customer()
    );
    println!("  # {}", told("누구에게 전화했나", "who was called"));
    println!("  curl {bank_url}/control/calls");
    println!(
        "  # {}",
        told("상점이 보여 줄 수 있는 것", "what the merchant may show")
    );
    println!("  curl {merchant_url}/customers/{}", actors::CUSTOMER_ID);
    println!("{}", style::faint(told("  Ctrl-C로 끝냅니다", "  Ctrl-C ends it")));
}

fn another_customer() -> String {
    format!(
        r#"{{"customer_id":"cust_0002","name":"김철수","bank":"{}","account":"98765432109876","birth":"851224","phone":"01000000001"}}"#,
        actors::BANK
    )
}
