//! Waiting for what another gateway over the same store moves: its row is read again until it has moved. What is under way in
//! this process tells of itself ([`crate::support::InFlight`]), and is not read.

use domain::cash_receipt::CashReceipt;
use domain::issuance::Issuance;
use domain::payment::{Cancel, Payment};
use domain::{EpochMs, ProjectId, ReceiptId};
use store::ReadError;

use super::Services;
use crate::settings::Limits;
use crate::support::{FRESH_MS, Watches};

/// A call to the PG mostly ends within the first look; what takes longer is not worth as many reads.
const FIRST_MS: u64 = FRESH_MS;
const LATER_MS: u64 = 250;

/// What somebody waits for that is not under way here.
pub struct Watching {
    pub payments: Watches<Payment>,
    pub cancels: Watches<Cancel>,
    pub issuances: Watches<Issuance>,
    pub cash_receipts: Watches<CashReceipt>,
}

impl Watching {
    pub fn new(limits: &Limits) -> Self {
        Self {
            payments: Watches::new(limits.open_payments),
            cancels: Watches::new(limits.open_payments),
            issuances: Watches::new(limits.open_consents),
            cash_receipts: Watches::new(limits.open_payments),
        }
    }
}

/// A row, and until when it is worth waiting for.
pub struct Watched<'a, T> {
    pub among: &'a Watches<T>,
    pub project: ProjectId,
    pub id: ReceiptId,
    /// By the project's clock.
    pub until: EpochMs,
}

/// Looks at a row, now and until `is_over` is true of it, its time is up, or the gateway stops; gives what was seen last. `None` when
/// nothing was seen: the store does not answer, or as many wait as may. Whoever asked goes by what it knows then.
pub async fn watch<T, R>(
    services: &Services,
    watched: Watched<'_, T>,
    read: impl Fn() -> R,
    is_over: impl Fn(&T) -> bool,
) -> Option<T>
where
    T: Clone,
    R: Future<Output = Result<Option<T>, ReadError>>,
{
    let Watched {
        among, project, until, ..
    } = watched;
    let watch = among.begin(watched.id, services.ledger.share_of(project)).ok()?;
    let (mut latest, mut pause_ms) = (None, FIRST_MS);
    loop {
        if let Ok(Some(seen)) = watch.look(services.now_of(project), read()).await {
            let is_over = is_over(&seen);
            latest = Some(seen);
            if is_over {
                return latest;
            }
        }
        let now = services.now_of(project);
        if now >= until {
            return latest;
        }
        tokio::select! {
            () = services.clocks.sleep_until(project, now.plus_ms(pause_ms).min(until)) => {}
            () = services.stopping.cancelled() => return latest,
        }
        pause_ms = LATER_MS;
    }
}
