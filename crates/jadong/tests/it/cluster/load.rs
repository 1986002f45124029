//! Merchants that charge, cancel and reserve while nodes and databases fail, and the books at the end: what was acknowledged, what the
//! database says, and what the PG really did.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use serde_json::json;
use testkit::{Ledger, Merchant, SimulatedPg, until};
use tokio::task::JoinSet;

/// Merchants at once.
const BUYERS: usize = 6;
/// How long an order is tried before its buyer goes on with the next.
const PATIENCE: Duration = Duration::from_secs(90);

/// Where the nodes are now: a buyer whose node does not answer goes to the next.
pub type Addresses = Arc<RwLock<Vec<String>>>;

/// Buyers at work. They stop when they are told to, each at the end of its order.
pub struct Load {
    buyers: JoinSet<Vec<Sold>>,
    stop: Arc<AtomicBool>,
    pub done: Arc<AtomicUsize>,
}

/// An order with its last answer.
pub struct Sold {
    order_id: String,
    /// HTTP status; 0 when none came.
    status: u16,
    receipt_id: String,
    /// When the first answer that was no fault came, since the first try.
    pub took: Duration,
}

impl Load {
    pub fn start(addresses: &Addresses, key: &str) -> Self {
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut buyers = JoinSet::new();
        for buyer in 0..BUYERS {
            let buyer = Buyer {
                number: buyer,
                addresses: addresses.clone(),
                key: key.to_owned(),
                stop: stop.clone(),
                done: done.clone(),
            };
            buyers.spawn(buyer.buy());
        }
        Self { buyers, stop, done }
    }

    /// Waits until so many more orders have an answer.
    pub async fn more(&self, orders: usize) {
        let until_done = self.done.load(Ordering::Relaxed) + orders;
        until(PATIENCE, async || {
            let done = self.done.load(Ordering::Relaxed);
            if done >= until_done { Ok(()) } else { Err(done) }
        })
        .await;
    }

    pub async fn end(mut self) -> Vec<Sold> {
        self.stop.store(true, Ordering::Relaxed);
        let mut sold = Vec::new();
        while let Some(orders) = self.buyers.join_next().await {
            sold.extend(orders.expect("no buyer panics"));
        }
        sold
    }
}

struct Buyer {
    number: usize,
    addresses: Addresses,
    key: String,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
}

impl Buyer {
    async fn buy(self) -> Vec<Sold> {
        let mut sold = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let order_id = format!("order-{}-{}", self.number, sold.len());
            let order = self.pay(&order_id, sold.len()).await;
            // Some of it goes back at once, at another node.
            if order.status == 200 && sold.len() % 3 == 0 {
                let cancel = json!({ "receipt_id": order.receipt_id, "cancel_id": "once", "cancel_price": 400 });
                let merchant = self.merchant(self.number + sold.len() + 1);
                let _ = merchant.try_post("/v2/cancel", &cancel).await;
            }
            self.done.fetch_add(1, Ordering::Relaxed);
            sold.push(order);
        }
        sold
    }

    /// The same order again and again, at one node and the other, until it has a last word.
    async fn pay(&self, order_id: &str, turn: usize) -> Sold {
        let (since, mut tries) = (Instant::now(), 0);
        let order = json!({ "billing_key": self.key, "order_name": "구독", "order_id": order_id, "price": 1_000 });
        loop {
            let merchant = self.merchant(self.number + turn + tries);
            let answer = merchant.try_post("/v2/subscribe/payment", &order).await;
            let status = answer.as_ref().map_or(0, |answer| answer.status);
            let is_open = status == 0 || status == 503 || answer.as_ref().is_some_and(in_doubt);
            if !is_open || since.elapsed() > PATIENCE {
                return Sold {
                    order_id: order_id.to_owned(),
                    status,
                    receipt_id: answer.map(|answer| answer.text("receipt_id")).unwrap_or_default(),
                    took: since.elapsed(),
                };
            }
            tries += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn merchant(&self, turn: usize) -> Merchant {
        let addresses = self.addresses.read().expect("no panic while held");
        Merchant::sandbox(&addresses[turn % addresses.len()])
    }
}

fn in_doubt(answer: &testkit::Answer) -> bool {
    answer.error_code() == "RC_CONFIRM_CRITICAL_FAILED"
}

/// What came out of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Books {
    pub acknowledged: usize,
    pub debits: usize,
    /// Acknowledged orders that the database does not have as paid.
    pub lost: Vec<String>,
    /// Orders with more than one debit that stays.
    pub doubles: Vec<String>,
    /// Debits that stay without a paid payment, and paid payments without one.
    pub strays: Vec<String>,
}

/// Waits until nothing is open any more, and compares. `sql` asks the database.
pub async fn books(sold: &[Sold], pg: &SimulatedPg, sql: impl Fn(&str) -> String) -> Books {
    let open = "SELECT (SELECT count(*) FROM payment WHERE state IN ('intended', 'in_doubt')) + (SELECT count(*) FROM cancel \
                WHERE state = 'intended')";
    until(Duration::from_secs(120), async || match sql(open).trim() {
        "0" => Ok(()),
        count => Err(count.to_owned()),
    })
    .await;
    let rows = sql("SELECT receipt_id, order_id, state, price - cancelled_price FROM payment");
    let payments: Vec<Vec<&str>> = rows.lines().map(|row| row.split('|').collect()).collect();
    let ledger = pg.ledger().await;
    let mut books = Books {
        debits: ledger.debits.len(),
        ..Books::default()
    };
    let is_paid = |state: &str| ["paid", "partly_cancelled", "cancelled"].contains(&state);
    for order in sold.iter().filter(|order| order.status == 200) {
        books.acknowledged += 1;
        let found = payments.iter().find(|row| row[0] == order.receipt_id);
        if !found.is_some_and(|row| is_paid(row[2])) {
            books.lost.push(order.order_id.clone());
        }
    }
    let mut staying: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &payments {
        let (kept, wanted) = (kept(&ledger, row[0]), if is_paid(row[2]) { row[3] } else { "0" });
        if kept.to_string() != wanted {
            books.strays.push(format!("{} {} {wanted} but {kept}", row[0], row[2]));
        }
        *staying.entry(row[1]).or_default() += usize::from(kept > 0);
    }
    let ours: Vec<_> = payments.iter().map(|row| row[0]).collect();
    let unknown = ledger
        .debits
        .iter()
        .filter(|debit| !ours.contains(&debit.order_id.as_str()));
    books
        .strays
        .extend(unknown.map(|debit| format!("{} is not ours", debit.order_id)));
    let twice = staying.into_iter().filter(|(_, debits)| *debits > 1);
    books.doubles.extend(twice.map(|(order, _)| order.to_owned()));
    books
}

fn kept(ledger: &Ledger, receipt_id: &str) -> u64 {
    ledger.debited(receipt_id).1
}

/// Fails with everything that is wrong; tells the figures.
#[track_caller]
pub fn are_right(what: &str, sold: &[Sold], books: &Books) {
    let longest = sold.iter().map(|order| order.took).max().unwrap_or_default();
    let unanswered = sold.iter().filter(|order| order.status != 200).count();
    println!(
        "{what}: {} orders, {} acknowledged, {} debits, longest {longest:?}, without a good end {unanswered}",
        sold.len(),
        books.acknowledged,
        books.debits,
    );
    let wrong = [&books.lost, &books.doubles, &books.strays];
    assert!(wrong.iter().all(|list| list.is_empty()), "{what}: {books:?}");
    assert!(books.acknowledged > 20, "{what}: too little happened: {books:?}");
}
