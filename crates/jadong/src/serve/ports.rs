//! Whether the ports are free, before anything is made for a gateway that cannot start.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use anyhow::bail;
use terminal::lang::localized;

use crate::config::{Config, ConfiguredPg};

/// Errors: an address that another program has, with what to do.
pub fn check(config: &Config) -> anyhow::Result<()> {
    let mut wanted = vec![("listen", config.listen), ("admin_listen", config.admin_address()?)];
    if config.pg == ConfiguredPg::Simulated {
        wanted.push(("bank_listen", config.bank_address()?));
    }
    for (setting, address) in wanted {
        if is_taken(address) {
            let other = SocketAddr::new(config.listen.ip(), 8080);
            bail!(
                "{}\n  jadong serve --listen {other}",
                localized(
                    format!("{address} ({setting})은 다른 프로그램이 쓰고 있습니다. 다른 포트를 고르십시오:"),
                    format!("{address} ({setting}) is in use: another program listens there. Choose another port:"),
                )
            );
        }
    }
    Ok(())
}

/// A port of 0 is never taken.
fn is_taken(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}
