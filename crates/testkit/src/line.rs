//! A line to the hosted API that loses requests on their way there, or answers on their way back.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What is lost of the calls to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loses {
    /// They leave, and nobody gets them.
    Requests(&'static str),
    /// They leave, and arrive when nothing is lost any more.
    ForAWhile(&'static str),
    /// What was asked for is done, and nobody hears of it.
    Answers(&'static str),
}

impl Loses {
    const fn path(self) -> &'static str {
        let (Self::Requests(path) | Self::ForAWhile(path) | Self::Answers(path)) = self;
        path
    }
}

/// Passes everything on that it does not lose.
pub struct Line {
    /// Where to connect instead.
    pub address: SocketAddr,
    target: watch::Sender<SocketAddr>,
    loses: watch::Sender<Option<Loses>>,
    asked: Asked,
}

/// The first line of each request.
type Asked = Arc<Mutex<Vec<String>>>;

impl Line {
    /// A line to `target`. It lives on the test's threads.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (target, loses) = (watch::Sender::new(target), watch::Sender::new(None));
        let (leads_to, seen) = (target.subscribe(), loses.subscribe());
        let asked = Asked::default();
        let noted = asked.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let target = *leads_to.borrow();
                tokio::spawn(pass_on(near, target, seen.clone(), noted.clone()));
            }
        });
        Self {
            address,
            target,
            loses,
            asked,
        }
    }

    /// How many requests were sent over it, also in vain, that begin so, as `GET /v2/receipt/`.
    pub fn asked(&self, begin: &str) -> usize {
        let asked = self.asked.lock().expect("nobody panics");
        asked.iter().filter(|line| line.starts_with(begin)).count()
    }

    /// Who is at its other end has started again, elsewhere.
    pub fn leads_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
    }

    /// `None`: nothing any more.
    pub fn loses(&self, what: Option<Loses>) {
        self.loses.send_replace(what);
    }
}

/// Until either side has gone. A connection on which something was lost is lost from then on.
async fn pass_on(
    mut near: TcpStream,
    target: SocketAddr,
    seen: watch::Receiver<Option<Loses>>,
    noted: Asked,
) -> std::io::Result<()> {
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
                if let Some(line) = text.lines().next().filter(|line| line.contains(" HTTP/1.")) {
                    noted.lock().expect("nobody panics").push(line.to_owned());
                }
                let now = *seen.borrow();
                lost = lost.or(now.filter(|lost| text.contains(lost.path())));
                match lost {
                    Some(Loses::Requests(_)) => {}
                    Some(Loses::ForAWhile(_)) => return arrive_late(&mut far, &asked[..read], seen).await,
                    Some(Loses::Answers(_)) | None => far.write_all(&asked[..read]).await?,
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

/// Whoever asked has given up by then.
async fn arrive_late(
    far: &mut TcpStream,
    asked: &[u8],
    mut seen: watch::Receiver<Option<Loses>>,
) -> std::io::Result<()> {
    // An error says that the test is over.
    if seen.wait_for(Option::is_none).await.is_ok() {
        far.write_all(asked).await?;
        // It is answered, and nobody hears of it.
        let _ = far.read(&mut [0; 1024]).await?;
    }
    Ok(())
}
