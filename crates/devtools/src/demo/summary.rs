//! What stands before and after the seven steps.

use gateway::sandbox_credentials::{CLIENT_KEY, SECRET_KEY};
use terminal::lang::localized;

use super::leak_check::{LeakFound, PLACES, SECRETS};
use super::start::DemoServers;
use super::steps::Issued;
use super::{actors, style};

pub fn opening(servers: &DemoServers) {
    println!(
        "{}",
        style::title(localized(
            "자동이체 빌링키, 일곱 단계",
            "An account billing key in seven steps"
        ))
    );
    println!("  {} {}", localized("게이트웨이", "gateway   "), servers.gateway_url);
    println!("  {} {}", localized("가상 PG   ", "PG        "), servers.bank_url);
    println!("  {} {}", localized("상점      ", "merchant  "), servers.merchant_url);
}

pub fn closing(servers: &DemoServers, issued: &Issued, found: &LeakFound, is_kept: bool) {
    println!("\n{}", style::title(localized("요약", "Summary")));
    println!("  billing_key  {}", style::key_field(&issued.billing_key));
    println!(
        "  {} {}",
        localized("계좌        ", "account     "),
        style::key_field(&issued.account_masked)
    );
    println!("  ①–⑦         {} ms", issued.total.as_millis());
    let gone = localized(
        "  (끝나면 지웁니다. 남기려면 --keep)",
        "  (removed at the end; --keep leaves it)",
    );
    let gone = if is_kept { "" } else { gone };
    println!(
        "  {} {}{}",
        localized("서비스 DB   ", "service DB  "),
        servers.service_db.display(),
        style::faint(gone)
    );
    for (at, secret) in SECRETS.iter().enumerate() {
        let counts = of_places(found.counts.map(|counts| counts[at]));
        let (name, is_clean) = (
            localized(secret.korean, secret.english),
            found.counts.iter().all(|counts| counts[at] == 0),
        );
        let line = localized(format!("{name} 발견: {counts}"), format!("{name} found in: {counts}"));
        let line = if is_clean {
            style::key_field(&line)
        } else {
            style::alarm(&line)
        };
        println!("  {line}");
    }
    let bytes = format!(
        "{}: {}",
        localized("검색한 바이트", "bytes searched"),
        of_places(found.bytes)
    );
    println!("  {}", style::faint(&bytes));
}

fn of_places(counts: [usize; PLACES.len()]) -> String {
    let counts = PLACES
        .iter()
        .zip(counts)
        .map(|(place, count)| format!("{place} {count}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// For `--keep`: how to go on by hand.
pub fn addresses(servers: &DemoServers, issued: &Issued) {
    let DemoServers {
        gateway_url,
        bank_url,
        merchant_url,
        ..
    } = servers;
    println!("\n{}", style::title(localized("계속 켜 둡니다", "Staying up")));
    println!("  client_key {CLIENT_KEY}   secret_key {SECRET_KEY}");
    println!("  # {}", localized("빌링키 조회", "look the key up"));
    println!(
        "  curl -u {CLIENT_KEY}:{SECRET_KEY} {gateway_url}/v2/subscribe/billing_key/{}",
        issued.receipt_id
    );
    println!(
        "  # {}",
        localized("다른 고객 (거절하는 전화번호)", "another customer, whose phone refuses")
    );
    println!(
        "  curl {merchant_url}/signup -H 'Content-Type: application/json' -d '{}'",
        another_customer()
    );
    println!("  # {}", localized("누구에게 전화했나", "who was called"));
    println!("  curl {bank_url}/control/calls");
    println!(
        "  # {}",
        localized("상점이 보여 줄 수 있는 것", "what the merchant may show")
    );
    println!("  curl {merchant_url}/customers/{}", actors::CUSTOMER_ID);
    println!("{}", style::faint(localized("  Ctrl-C로 끝냅니다", "  Ctrl-C ends it")));
}

fn another_customer() -> String {
    format!(
        r#"{{"customer_id":"cust_0002","name":"김철수","bank":"{}","account":"98765432109876","birth":"851224","phone":"01000000001"}}"#,
        actors::BANK
    )
}
