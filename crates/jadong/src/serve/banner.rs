//! What `serve` says when it is up: where it listens, the sandbox's credentials, and a curl that works.

use std::fmt::{Result, Write};

use gateway::sandbox_credentials;
use terminal::lang::localized;

use super::assemble::RunningServe;
use crate::config::{Config, ConfiguredConsole, ConfiguredMode};

/// Prints it. Not waited for: standard output may be a pipe that nobody reads.
pub fn print(config: &Config, running: &RunningServe) {
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = write(&mut text, config, running);
    std::thread::spawn(move || {
        let mut out = std::io::stdout().lock();
        // That nobody reads it is no reason to stop.
        let _ = std::io::Write::write_all(&mut out, text.as_bytes());
        let _ = std::io::Write::flush(&mut out);
    });
}

fn write(out: &mut String, config: &Config, running: &RunningServe) -> Result {
    let url = running.url(config);
    let mode = if config.mode == ConfiguredMode::Sandbox {
        "sandbox"
    } else {
        "live"
    };
    writeln!(
        out,
        "jadong {} · {mode} · data in {}",
        env!("CARGO_PKG_VERSION"),
        config.data.display()
    )?;
    if let Some(bank) = &running.bank {
        writeln!(out, "simulated PG on {}", bank.url())?;
    }
    writeln!(out, "metrics on http://{}/metrics", running.gateway.admin_address())?;
    writeln!(out, "manual on {url}{}", manual::MOUNT)?;
    if config.console == ConfiguredConsole::Auto {
        let home = if config.mode == ConfiguredMode::Sandbox {
            url.clone()
        } else {
            format!("http://{}", running.gateway.admin_address())
        };
        writeln!(out, "console on {home}/console")?;
    }
    writeln!(out, "listening on {url}")?;
    if config.mode == ConfiguredMode::Sandbox {
        print_sandbox(out, &url)?;
    }
    Ok(())
}

fn print_sandbox(out: &mut String, url: &str) -> Result {
    let rows = [
        ("client_key", sandbox_credentials::CLIENT_KEY),
        ("secret_key", sandbox_credentials::SECRET_KEY),
        ("application_id", sandbox_credentials::APPLICATION_ID),
        ("private_key", sandbox_credentials::PRIVATE_KEY),
    ];
    writeln!(out)?;
    for (name, value) in rows {
        writeln!(out, "  {name:<15} {value}")?;
    }
    writeln!(
        out,
        "\n{ask}:\n
  curl -s -u {key}:{secret} -H 'Content-Type: application/json' \\
    {url}/v2/request/subscribe/automatic-transfer \\
    -d '{{\"pg\":\"nicepay\",\"order_name\":\"월 구독\",\"subscription_id\":\"sub_1\",\"username\":\"홍길동\",\
\"bank_name\":\"국민은행\",\"bank_account\":\"12345678901234\",\"identity_no\":\"900101\",\"phone\":\"01012345678\"}}'

{publish}:

  curl -s -u {key}:{secret} -H 'Content-Type: application/json' \\
    {url}/v2/request/subscribe/automatic-transfer/publish -d '{{\"receipt_id\":\"…\"}}'
",
        ask = localized("빌링키를 요청해 보세요", "Ask for a billing key"),
        publish = localized(
            "고객이 동의하면 status 41, 이어서 발급",
            "Status 41 once the customer agrees; then publish it"
        ),
        key = sandbox_credentials::CLIENT_KEY,
        secret = sandbox_credentials::SECRET_KEY,
    )
}
