//! The ports that the gateway will listen on.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use super::database::Served;
use super::finding::Finding;
use crate::admin_url;
use crate::config::{Config, ConfiguredPg};

const PORTS: &str = "ports";

pub fn check(config: &Config, served: Served) -> Vec<Finding> {
    let mut wanted = vec![("listen", Ok(config.listen)), ("admin_listen", config.admin_address())];
    if config.pg == ConfiguredPg::Simulated {
        wanted.push(("bank_listen", config.bank_address()));
    }
    wanted
        .into_iter()
        .filter_map(|(setting, address)| Some((setting, address.ok()?)))
        .map(|(setting, address)| port(setting, address, served, &config.data))
        .collect()
}

/// Whether the gateway that serves from `data` said that it listens there.
fn is_ours(address: SocketAddr, data: &Path) -> bool {
    admin_url::read(data).is_ok_and(|url| url == format!("http://{address}"))
}

fn port(setting: &str, address: SocketAddr, served: Served, data: &Path) -> Finding {
    let at = format!("{setting} {address}");
    match TcpListener::bind(address) {
        Ok(_) if served == Served::Yes => Finding::warn(
            PORTS,
            (
                format!("{at}: 게이트웨이가 도는데 비어 있습니다"),
                format!("{at} is free, though a gateway is serving"),
            ),
            (
                "게이트웨이가 다른 포트에서 돌고 있습니다. 시작할 때와 같은 설정으로 확인하십시오.",
                "The gateway listens elsewhere: run this with the settings it was started with.",
            ),
        ),
        Ok(_) => Finding::ok(PORTS, (format!("{at}: 비어 있습니다"), format!("{at} is free"))),
        Err(_) if served == Served::Yes && setting == "admin_listen" && !is_ours(address, data) => Finding::warn(
            PORTS,
            (
                format!("{at}: 다른 프로그램이 쓰고 있고, 이 폴더의 게이트웨이는 다른 곳에서 돕니다"),
                format!("{at} is taken by another program; the gateway of this folder listens elsewhere"),
            ),
            (
                "시작할 때와 같은 설정(--listen, JADONG_LISTEN)으로 확인하십시오.",
                "Run this with the settings that it was started with (--listen, JADONG_LISTEN).",
            ),
        ),
        Err(_) if served == Served::Yes => Finding::ok(
            PORTS,
            (
                format!("{at}: 도는 게이트웨이가 쓰고 있습니다"),
                format!("{at} is taken, by the gateway that serves"),
            ),
        ),
        Err(error) => Finding::fail(
            PORTS,
            format!("{at}: {error}"),
            (
                "다른 프로그램이 쓰고 있거나 이 기계의 주소가 아닙니다. 다른 주소를 고르십시오.",
                "Another program has it, or it is no address of this machine: choose another.",
            ),
        ),
    }
}
