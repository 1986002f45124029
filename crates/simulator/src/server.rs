//! The running bank: the socket, its connections, and their end.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use fairness::{StallLimited, heed_slow_readers};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use seams::{Clock, Entropy};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::config::{SimulatorConfig, StartError};
use crate::engine::Engine;
use crate::http::{Control, Refuse, Shell, serve};

/// Connections at a time; further ones wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 4096;
/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;
/// A head must have arrived by then; also how long a kept connection may stay idle, and an answer unread.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection may be idle for longer than any client keeps one: it is not closed just as the next request comes.
const KEEP_ALIVE: Duration = Duration::from_secs(100);
/// After an accept that failed, for want of file descriptors say.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Idle connections have closed, and their clients know it, this long after they were told to.
const CLOSING: Duration = Duration::from_millis(20);

/// Starts a bank; it serves when this returns.
///
/// Errors: the config is out of range, the address cannot be listened on, or the folder cannot be used or read.
pub async fn start(
    config: SimulatorConfig,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<RunningSimulator, StartError> {
    config.check()?;
    let engine = Engine::open(&config, clock, entropy)?;
    let listener = reserve(config.listen).and_then(|socket| socket.listen(BACKLOG));
    let listener = listener.map_err(StartError::Listen)?;
    let addr = listener.local_addr().map_err(StartError::Listen)?;
    let (to_door, refusals) = mpsc::channel(1);
    let shell = Arc::new(Shell::new(&config, engine, to_door));
    let mut door = Door {
        addr,
        control: Control::new(Arc::clone(&shell)),
        shell: Arc::clone(&shell),
        connections: JoinSet::new(),
        graceful: GracefulShutdown::new(),
        refusals,
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        tokio::select! {
            _ = stopped => {}
            error = door.serve(listener) => tracing::error!(%error, "the bank cannot listen again"),
        }
        door.connections.shutdown().await;
    });
    tracing::info!(%addr, "the simulated PG listens");
    Ok(RunningSimulator {
        addr,
        shell,
        task,
        stop: Some(stop),
    })
}

/// A bank that serves until it is stopped or dropped.
pub struct RunningSimulator {
    addr: SocketAddr,
    shell: Arc<Shell>,
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

impl RunningSimulator {
    /// `http://127.0.0.1:port`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        let mut addr = self.addr;
        if addr.ip().is_unspecified() {
            addr.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        format!("http://{addr}")
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Ends every connection, answered or not, and returns when the port and the folder are free.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        // An error means that the task panicked or was aborted; either way it is over.
        let _ = (&mut self.task).await;
    }
}

impl Drop for RunningSimulator {
    fn drop(&mut self) {
        self.task.abort();
        // Aborted tasks end a little later; nothing may be committed until then.
        self.shell.engine.close();
    }
}

/// Accepts, and refuses on demand.
struct Door {
    addr: SocketAddr,
    shell: Arc<Shell>,
    control: Control,
    connections: JoinSet<()>,
    graceful: GracefulShutdown,
    refusals: mpsc::Receiver<Refuse>,
}

impl Door {
    /// Serves until it cannot listen again after a refusal.
    async fn serve(&mut self, mut listener: TcpListener) -> std::io::Error {
        loop {
            tokio::select! {
                Some(refuse) = self.refusals.recv() => {
                    drop(listener);
                    listener = match self.refuse(refuse).await {
                        Ok(listener) => listener,
                        Err(error) => return error,
                    };
                }
                Some(_) = self.connections.join_next(), if !self.connections.is_empty() => {}
                accepted = listener.accept(), if self.connections.len() < CONNECTIONS_MAX => match accepted {
                    Ok((stream, peer)) => self.welcome(stream, peer.ip()),
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
    }

    fn welcome(&mut self, stream: TcpStream, peer: IpAddr) {
        // An answer is one small write; it must not wait for another.
        let _ = stream.set_nodelay(true);
        heed_slow_readers(&stream);
        // The bank does not wait for its clients when it stops.
        let stream = StallLimited::new(stream, PATIENCE, CancellationToken::new());
        let (shell, control) = (Arc::clone(&self.shell), self.control.clone());
        let service = service_fn(move |request| serve(Arc::clone(&shell), control.clone(), peer, request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(KEEP_ALIVE)
            .serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        self.connections.spawn(async move {
            // An error is a client that left, or a fault that was asked for.
            let _ = connection.await;
        });
    }

    /// Refuses connections for a while, then listens again. The listener was dropped before.
    ///
    /// A socket that is bound and does not listen keeps the port meanwhile: connects to it are refused, nobody else
    /// can take it, and no client connects to itself by picking it as its own.
    async fn refuse(&mut self, refuse: Refuse) -> std::io::Result<TcpListener> {
        let socket = reserve(self.addr)?;
        let graceful = std::mem::take(&mut self.graceful);
        self.connections.spawn(graceful.shutdown());
        tokio::time::sleep(CLOSING).await;
        // An error means that whoever asked has left.
        let _ = refuse.closed.send(());
        tokio::time::sleep(Duration::from_millis(refuse.for_ms)).await;
        socket.listen(BACKLOG)
    }
}

/// A socket bound to `addr`; connections that are still closing there do not stand in the way.
fn reserve(addr: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}
