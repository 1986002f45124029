//! A line to the hosted API that loses requests on their way there, or answers on their way back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What is lost of the calls to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loses {
    /// They leave, and nobody gets them.
    Requests(&'static str),
    /// What was asked for is done, and nobody hears of it.
    Answers(&'static str),
}

pub struct Line {
    pub address: SocketAddr,
    loses: watch::Sender<Option<Loses>>,
}

impl Line {
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let loses = watch::Sender::new(None);
        let seen = loses.subscribe();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(pass_on(near, target, seen.clone()));
            }
        });
        Self { address, loses }
    }

    /// `None`: nothing any more.
    pub fn loses(&self, what: Option<Loses>) {
        self.loses.send_replace(what);
    }
}

/// Until either side has gone. A connection on which something was lost is lost from then on.
async fn pass_on(mut near: TcpStream, target: SocketAddr, seen: watch::Receiver<Option<Loses>>) -> std::io::Result<()> {
    let mut far = TcpStream::connect(target).await?;
    let (mut asked, mut answered) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut lost = None;
    loop {
        tokio::select! {
            read = near.read(&mut asked) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                let text = String::from_utf8_lossy(&asked[..read]);
                let now = *seen.borrow();
                lost = lost.or(now.filter(|(Loses::Requests(path) | Loses::Answers(path))| text.contains(path)));
                if !matches!(lost, Some(Loses::Requests(_))) {
                    far.write_all(&asked[..read]).await?;
                }
            }
            read = far.read(&mut answered) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                if lost.is_none() {
                    near.write_all(&answered[..read]).await?;
                }
            }
        }
    }
}
