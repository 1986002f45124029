//! A proxy of one connection's bytes, which cuts where a test wants it to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of what goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Pass,
    /// There is no server.
    Refuse,
    /// The next COMMIT does not arrive, and its connection is cut.
    CutBeforeCommit(Next),
    /// The next COMMIT arrives; its answer does not, and its connection is cut.
    CutAfterCommit(Next),
    /// The answer to the next look at a mark does not arrive, and its connection is cut.
    CutAfterLook,
    /// The next COMMIT and all that follows stays here, and the connection stays too: its client is paused.
    Pause,
}

/// What comes after a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Pass,
    Refuse,
    CutAfterLook,
}

pub struct Proxy {
    pub port: u16,
    mode: Arc<watch::Sender<Mode>>,
    cuts: Arc<AtomicU32>,
}

impl Proxy {
    /// In front of a server on this machine.
    pub async fn of(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mode, cuts) = (Arc::new(watch::Sender::new(Mode::Pass)), Arc::default());
        let (shared, counted) = (mode.clone(), Arc::clone(&cuts));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let now = *shared.borrow();
                if now != Mode::Refuse {
                    tokio::spawn(carry(client, server, shared.clone(), Arc::clone(&counted)));
                }
            }
        });
        Self { port, mode, cuts }
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// How many connections were cut as a test wanted.
    pub fn cuts(&self) -> u32 {
        self.cuts.load(Ordering::SeqCst)
    }
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Carries bytes both ways until an end closes, or a cut.
async fn carry(mut client: TcpStream, server: u16, mode: Arc<watch::Sender<Mode>>, cuts: Arc<AtomicU32>) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    let (mut up, mut down) = (vec![0; 65536], vec![0; 65536]);
    let mut changes = mode.subscribe();
    let mut looks = false;
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Some(sent) = read.ok().filter(|count| *count > 0).map(|count| &up[..count]) else { return };
                let now = *mode.borrow();
                let is_commit = has(sent, "COMMIT\0");
                match now {
                    Mode::CutBeforeCommit(next) if is_commit => return cut(&mode, next, &cuts),
                    Mode::CutAfterCommit(next) if is_commit => {
                        server.write_all(sent).await.unwrap();
                        let _ = server.read(&mut down).await;
                        return cut(&mode, next, &cuts);
                    }
                    Mode::CutAfterLook if looks => {
                        server.write_all(sent).await.unwrap();
                        let _ = server.read(&mut down).await;
                        return cut(&mode, Next::Pass, &cuts);
                    }
                    Mode::Pause if is_commit => {
                        cuts.fetch_add(1, Ordering::SeqCst);
                        return std::future::pending().await;
                    }
                    _ => {}
                }
                // The statement is prepared first, and run in what is sent next.
                looks |= has(sent, "RETURNING is_fence");
                if server.write_all(sent).await.is_err() { return }
            }
            read = server.read(&mut down) => {
                let Some(count) = read.ok().filter(|count| *count > 0) else { return };
                if client.write_all(&down[..count]).await.is_err() { return }
            }
            () = async { drop(changes.wait_for(|mode| *mode == Mode::Refuse).await) } => return,
        }
    }
}

fn cut(mode: &watch::Sender<Mode>, next: Next, cuts: &AtomicU32) {
    cuts.fetch_add(1, Ordering::SeqCst);
    mode.send_replace(match next {
        Next::Pass => Mode::Pass,
        Next::Refuse => Mode::Refuse,
        Next::CutAfterLook => Mode::CutAfterLook,
    });
}
