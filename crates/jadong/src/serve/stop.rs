//! When to stop.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Resolves when standard input ends: with whoever started this process, however that ended.
pub async fn stdin_ended() {
    let (tell, ended) = tokio::sync::oneshot::channel();
    // A thread of its own: a read of standard input cannot be called off, and no runtime waits for this one.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = tell.send(());
    });
    let _ = ended.await;
}

/// SIGTERM and SIGINT, from now on. Until this is made they end the process at once.
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    pub fn listen() -> std::io::Result<Self> {
        // A file that may not grow any more is a full disk, and no reason to die: listened to, it is an error of the write.
        let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?;
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Resolves on the first of them, also on one that came before.
    pub async fn asked(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
