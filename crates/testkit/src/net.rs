//! Sockets and HTTP on this machine.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, ClientBuilder};
use tokio::net::TcpListener;

/// An HTTP client that no proxy and no certificate of the machine has a part in. It waits twenty seconds, and keeps no
/// connection that the other side could close meanwhile.
pub fn http() -> Client {
    client().pool_max_idle_per_host(0).build().expect("an HTTP client")
}

/// The same, to be changed before it is built; it keeps connections, as merchants do.
pub(crate) fn client() -> ClientBuilder {
    let client = Client::builder().no_proxy().tls_certs_only([]);
    client.timeout(Duration::from_secs(20))
}

/// Listens on a free port.
pub async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    (listener, address)
}

/// Where nobody listens: a port that was free a moment ago.
pub fn vacant_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound")
}
