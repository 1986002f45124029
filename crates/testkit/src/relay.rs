//! A line between a gateway and its PG that a test can cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::net::listener;

/// Passes everything on, while it is whole.
pub struct Relay {
    /// Where to connect instead.
    pub address: SocketAddr,
    is_whole: watch::Sender<bool>,
}

impl Relay {
    /// A line to `target`. It lives on the test's threads.
    pub async fn to(target: SocketAddr) -> Self {
        let (listener, address) = listener().await;
        let is_whole = watch::Sender::new(true);
        let mut seen = is_whole.subscribe();
        tokio::spawn(async move {
            let mut listener = Some(listener);
            loop {
                // Nobody listens while it is cut: a connection is refused, not broken.
                if seen.wait_for(|is_whole| *is_whole).await.is_err() {
                    return;
                }
                let open = match listener.take() {
                    Some(open) => open,
                    None => TcpListener::bind(address).await.expect("its port is still its own"),
                };
                let passing = pass_on(&open, target, seen.clone());
                tokio::select! {
                    // An error says that its gateway is gone.
                    cut = seen.wait_for(|is_whole| !is_whole) => if cut.is_err() { return },
                    () = passing => {}
                }
            }
        });
        Self { address, is_whole }
    }

    /// Ends every connection, and refuses new ones, until it is mended.
    pub fn cut(&self) {
        self.is_whole.send_replace(false);
    }

    /// Lets new connections through again.
    pub fn mend(&self) {
        self.is_whole.send_replace(true);
    }
}

async fn pass_on(listener: &TcpListener, target: SocketAddr, seen: watch::Receiver<bool>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let mut seen = seen.clone();
        tokio::spawn(async move {
            let passed = async {
                let mut far = TcpStream::connect(target).await?;
                copy_bidirectional(&mut near, &mut far).await
            };
            tokio::select! {
                biased;
                _ = seen.wait_for(|is_whole| !is_whole) => {}
                _ = passed => {}
            }
        });
    }
}
