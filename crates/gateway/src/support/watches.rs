//! Rows that another gateway over the same store may be moving. Whoever waits for one reads it now and then; all who wait for the
//! same row in this process share what one of them has read.

use std::sync::Arc;

use dashmap::DashMap;
use domain::{EpochMs, ProjectId, ReceiptId};
use fairness::{FairSemaphore, NoRoom, Permit, Share};
use tokio::sync::Mutex;

/// A row is not read again for so long: the shortest pause between two looks.
pub const FRESH_MS: u64 = 100;

/// The rows of one kind that somebody waits for.
pub struct Watches<T> {
    rows: Arc<DashMap<ReceiptId, Arc<Row<T>>>>,
    places: FairSemaphore<ProjectId, 1>,
}

/// When it was read last, and what it was.
type Row<T> = Mutex<Option<(EpochMs, Option<T>)>>;

/// Somebody who waits for a row, until it is dropped.
pub struct Watch<T> {
    rows: Arc<DashMap<ReceiptId, Arc<Row<T>>>>,
    id: ReceiptId,
    row: Arc<Row<T>>,
    _place: Permit<ProjectId, 1>,
}

impl<T: Clone> Watches<T> {
    /// For so many who wait.
    pub fn new(max: usize) -> Self {
        Self {
            rows: Arc::default(),
            places: FairSemaphore::new(max),
        }
    }

    /// One more who waits for this row. Errors: whose limit is reached.
    pub fn begin(&self, id: ReceiptId, share: Share<ProjectId>) -> Result<Watch<T>, NoRoom> {
        let place = self.places.try_acquire([share])?;
        let row = self.rows.entry(id).or_default().clone();
        Ok(Watch {
            rows: self.rows.clone(),
            id,
            row,
            _place: place,
        })
    }
}

impl<T: Clone> Watch<T> {
    /// The row as it was a moment ago at most: read by this one, or by another who waits for it.
    pub async fn look<E>(
        &self,
        now: EpochMs,
        read: impl Future<Output = Result<Option<T>, E>>,
    ) -> Result<Option<T>, E> {
        let mut last = self.row.lock().await;
        if let Some((at, row)) = last.as_ref()
            && now.since_ms(*at) < FRESH_MS
        {
            return Ok(row.clone());
        }
        let row = read.await?;
        *last = Some((now, row.clone()));
        Ok(row)
    }
}

impl<T> Drop for Watch<T> {
    fn drop(&mut self) {
        // Two: the map's own and this one's.
        self.rows.remove_if(&self.id, |_, row| Arc::strong_count(row) <= 2);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    use domain::ids::ObjectId;
    use fairness::Limit;

    use super::*;

    fn id(number: u32) -> ObjectId {
        ObjectId::from_parts(1, [0; 5], number)
    }

    fn share(number: u32) -> Share<ProjectId> {
        Share {
            of: ProjectId(id(number)),
            limit: Limit::OfFree(3),
        }
    }

    #[tokio::test]
    async fn however_many_wait_a_row_is_read_ten_times_a_second() {
        let watches = Watches::<u32>::new(64);
        let wait = || watches.begin(ReceiptId(id(1)), share(1)).unwrap_or_else(|_| panic!());
        let waiting: Vec<_> = (0..20).map(|_| wait()).collect();
        let reads = AtomicU32::new(0);
        for now in (0..1_000).step_by(10) {
            for one in &waiting {
                let read = async { Ok::<_, Infallible>(Some(reads.fetch_add(1, Ordering::Relaxed))) };
                let Ok(seen) = one.look(EpochMs(now), read).await;
                assert_eq!(seen, Some(u32::try_from(now / 100).unwrap()));
            }
        }
        assert_eq!(reads.load(Ordering::Relaxed), 10);
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_read_again_by_the_next() {
        let watches = Watches::<u32>::new(64);
        let one = watches.begin(ReceiptId(id(1)), share(1)).unwrap_or_else(|_| panic!());
        assert_eq!(one.look(EpochMs(5), async { Err("no store") }).await, Err("no store"));
        let read = async { Ok::<_, &str>(Some(7)) };
        assert_eq!(one.look(EpochMs(5), read).await, Ok(Some(7)));
    }

    #[test]
    fn one_project_leaves_places_to_others_and_nothing_stays_behind() {
        let watches = Watches::<u32>::new(8);
        let wait = |number, of| watches.begin(ReceiptId(id(number)), share(of));
        let all: Vec<_> = (0..8).map_while(|number| wait(number / 2, 1).ok()).collect();
        assert_eq!((all.len(), wait(9, 1).err()), (6, Some(NoRoom::Share)));
        let other = wait(0, 2);
        assert!(other.is_ok());
        drop(all);
        assert_eq!(watches.rows.len(), 1, "the other still waits for it");
        drop(other);
        assert_eq!(watches.rows.len(), 0);
    }
}
