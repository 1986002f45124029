//! A stream whose writes must get on. A client that asks and does not read would hold its connection for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::HeadLimit;

/// While the server stops, nobody has longer than this.
const WHEN_STOPPING: Duration = Duration::from_secs(1);
/// What may be written and not sent: a stream takes more as soon as about half of it has left, so that a reader who is slow
/// is told from one who does not read. The system's own buffer holds megabytes, and takes more after a third of it.
const UNSENT_MAX: u32 = 4 * 1024;

/// A stream that ends, with [`io::ErrorKind::TimedOut`], when a write gets nowhere for as long as the patience is.
pub struct StallLimited<S> {
    inner: S,
    patience: Duration,
    stopping: CancellationToken,
    /// Since a write waits for its reader.
    stalled: Option<Box<Stalled>>,
    head: Option<HeadLimit>,
}

struct Stalled {
    until: Pin<Box<Sleep>>,
    /// `None` once the server stops.
    stopping: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl<S> StallLimited<S> {
    pub fn new(inner: S, patience: Duration, stopping: CancellationToken) -> Self {
        Self {
            inner,
            patience,
            stopping,
            stalled: None,
            head: None,
        }
    }

    /// The same, and each request's head must come in time.
    #[must_use]
    pub fn with_head_limit(mut self, head: HeadLimit) -> Self {
        self.head = Some(head);
        self
    }

    fn judge<T>(&mut self, written: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| {
            Box::new(Stalled {
                until: Box::pin(tokio::time::sleep(self.patience)),
                stopping: Some(Box::pin(self.stopping.clone().cancelled_owned())),
            })
        });
        if let Some(stopping) = &mut stalled.stopping
            && stopping.as_mut().poll(context).is_ready()
        {
            stalled.stopping = None;
            let soon = Instant::now() + WHEN_STOPPING;
            if soon < stalled.until.deadline() {
                stalled.until.as_mut().reset(soon);
            }
        }
        match stalled.until.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the client does not read its answers",
            ))),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Has the system say of a connection early that its client reads again; without it, slow ones would seem to do nothing.
pub fn heed_slow_readers(stream: &TcpStream) {
    // Elsewhere, and should it fail, only very slow readers of long answers are taken for lost.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_MAX);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = (stream, UNSENT_MAX);
}

impl<S: AsyncRead + Unpin> AsyncRead for StallLimited<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let had = into.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, into);
        if let Some(head) = &mut self.head {
            match read {
                Poll::Pending if head.is_over(context) => {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "the head of a request did not come",
                    )));
                }
                Poll::Ready(Ok(())) if into.filled().len() > had => head.has_read(),
                _ => {}
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for StallLimited<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.judge(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        self.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(context);
        self.judge(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.inner).poll_shutdown(context);
        self.judge(ended, context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(200);

    fn patient(
        patience: Duration,
    ) -> (
        StallLimited<tokio::io::DuplexStream>,
        tokio::io::DuplexStream,
        CancellationToken,
    ) {
        let (ours, theirs) = duplex(16);
        let stopping = CancellationToken::new();
        (StallLimited::new(ours, patience, stopping.clone()), theirs, stopping)
    }

    #[tokio::test]
    async fn a_reader_who_does_not_read_is_given_up_in_time() {
        let (mut writes, _reads, _stopping) = patient(PATIENCE);
        let since = Instant::now();
        let error = writes.write_all(&[0; 17]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(since.elapsed() >= PATIENCE, "{:?}", since.elapsed());
    }

    #[tokio::test]
    async fn a_slow_reader_is_waited_for_as_long_as_it_reads() {
        let (mut writes, mut reads, _stopping) = patient(PATIENCE);
        let slow = tokio::spawn(async move {
            let mut read = 0;
            while read < 100 {
                tokio::time::sleep(PATIENCE / 4).await;
                read += reads.read(&mut [0; 7]).await.unwrap();
            }
        });
        writes.write_all(&[0; 100]).await.unwrap();
        drop(writes);
        slow.await.unwrap();
    }

    #[tokio::test]
    async fn while_nothing_is_written_nobody_is_given_up() {
        let (mut writes, mut reads, _stopping) = patient(PATIENCE);
        writes.write_all(b"first").await.unwrap();
        tokio::time::sleep(PATIENCE * 3).await;
        writes.write_all(b"second").await.unwrap();
        let mut read = [0; 11];
        reads.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"firstsecond");
    }

    #[tokio::test]
    async fn a_server_that_stops_waits_a_second_at_most() {
        let (mut writes, _reads, stopping) = patient(Duration::from_secs(60));
        let stalled = tokio::spawn(async move { writes.write_all(&[0; 17]).await.unwrap_err() });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let since = Instant::now();
        stopping.cancel();
        stalled.await.unwrap();
        assert!(since.elapsed() < WHEN_STOPPING * 3, "{:?}", since.elapsed());
    }
}
