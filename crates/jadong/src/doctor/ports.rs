//! The ports that the gateway will listen on.

use std::net::{SocketAddr, TcpListener};

use super::database::Served;
use super::finding::Finding;
use crate::config::{Config, Pg};

const PORTS: &str = "ports";

pub fn check(config: &Config, served: Served) -> Vec<Finding> {
    let mut wanted = vec![("listen", Ok(config.listen)), ("admin_listen", config.admin_address())];
    if config.pg == Pg::Simulated {
        wanted.push(("bank_listen", config.bank_address()));
    }
    wanted
        .into_iter()
        .filter_map(|(setting, address)| Some((setting, address.ok()?)))
        .map(|(setting, address)| port(setting, address, served))
        .collect()
}

fn port(setting: &str, address: SocketAddr, served: Served) -> Finding {
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
