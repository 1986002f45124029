//! What must be true after all the crashes, as a list of what is not.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::arena::{Arena, Left};
use super::books::{Books, Payment};
use super::orders::{Kind, Order};
use testkit::Ledger;
use testkit::ledger::Refund;
use testkit::process::TestDir;

/// Stops the gateway and compares what merchants were answered, the gateway's books, and the PG's ledger. Prints a summary;
/// panics with every violation there is.
pub async fn judge(name: &str, cases: usize, arena: Arena, orders: &[Order]) {
    let keys = arena.keys.clone();
    arena.in_time(until_dead_at_the_pg(&arena)).await;
    arena.in_time(without_doubt(&arena)).await;
    let Left {
        dir,
        books,
        ledger,
        crashes,
    } = arena.stop().await;
    let orders: &Vec<_> = &orders.iter().map(|order| order.in_own_ids(&books)).collect();
    let mut wrong = ended(orders, &books);
    wrong.extend(
        books
            .payments
            .iter()
            .flat_map(|payment| agrees(payment, &books, &ledger)),
    );
    wrong.extend(once_per_order(&books, &ledger));
    wrong.extend(reserves(&books));
    wrong.extend(readable(&books));
    wrong.extend(super::webhooks::judge(&books));
    wrong.extend(super::receipts::judge(orders, &keys, &books, &ledger));
    let mut verdicts = BTreeMap::<&str, usize>::new();
    for payment in &books.payments {
        *verdicts.entry(&payment.state).or_default() += 1;
    }
    println!(
        "{name}: {cases} cases, {crashes} crashes, {} orders, {} retries, {} cancels, {} steps, verdicts {verdicts:?}, {} violations",
        orders.len(),
        orders.iter().map(|order| order.retries).sum::<u32>(),
        books.cancels.len(),
        books.steps.len(),
        wrong.len(),
    );
    let log = dir.log_text();
    let log = &log[log.len().saturating_sub(4_000)..];
    assert!(wrong.is_empty(), "{name}:\n  {}\n--- log\n{log}", wrong.join("\n  "));
}

/// Of a request that died with its process nobody waits for the verdict.
async fn without_doubt(arena: &Arena) {
    for _look in 0..300 {
        let books = Books::read(&arena.dir);
        let is_open = |payment: &Payment| matches!(payment.state.as_str(), "intended" | "in_doubt" | "needs_person");
        if !books.payments.iter().any(is_open) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// The worker tells the PG of a destroyed key in its own time; where that is a gateway as well, so does the worker of that one.
async fn until_dead_at_the_pg(arena: &Arena) {
    let dirs = [Some(&arena.dir), arena.there.as_ref().map(|there| &there.dir)];
    let is_told = |dir: &TestDir| Books::read(dir).destroyed.iter().all(|key| key.is_told_to_pg);
    for _look in 0..300 {
        if dirs.iter().flatten().all(|dir| is_told(dir)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// Every order came to its end, and what its merchant was answered still holds.
fn ended(orders: &[Order], books: &Books) -> Vec<String> {
    let states: HashMap<&str, &Payment> = books.payments.iter().map(|p| (p.receipt_id.as_str(), p)).collect();
    let state = |receipt: &String| {
        states
            .get(receipt.as_str())
            .map_or("unknown here", |payment| payment.state.as_str())
    };
    let mut wrong = Vec::new();
    for order in orders {
        let name = &order.order_id;
        if order.is_stuck {
            wrong.push(format!("{name} never ended: {order:?}"));
        }
        wrong.extend(
            order
                .surprises
                .iter()
                .map(|surprise| format!("{name} was answered {surprise}")),
        );
        for receipt in &order.paid {
            if !matches!(state(receipt), "paid" | "partly_cancelled" | "cancelled") {
                wrong.push(format!(
                    "{name}: {receipt} was answered as paid, it is {}",
                    state(receipt)
                ));
            }
        }
        for receipt in &order.declined {
            if !matches!(state(receipt), "declined" | "voided") {
                wrong.push(format!(
                    "{name}: {receipt} was answered as declined, it is {}",
                    state(receipt)
                ));
            }
        }
        if order.paid.len() > 1 {
            wrong.push(format!("{name} was answered as paid twice: {:?}", order.paid));
        }
        let is_repeated = match order.kind {
            Kind::Charge | Kind::ToCancel => true,
            Kind::Cash | Kind::CashToCancel => !order.stands_alone(),
            Kind::Reserve | Kind::First | Kind::ToDestroy => false,
        };
        if order.is_plain() && order.paid.is_empty() && is_repeated {
            wrong.push(format!("{name} has enough and was never paid: {order:?}"));
        }
        for (cancel_id, price) in &order.cancelled {
            let done = |cancel: &&super::books::Cancel| {
                cancel.cancel_id == *cancel_id && cancel.price == *price && cancel.state == "done"
            };
            if books.cancels.iter().filter(done).count() != 1 {
                wrong.push(format!(
                    "{name}: the cancel {cancel_id} was answered as done, and is not"
                ));
            }
        }
        if order
            .reserve_id
            .as_ref()
            .is_some_and(|id| books.reserves.iter().all(|reserve| reserve.reserve_id != *id))
        {
            wrong.push(format!("{name}: its reserve was answered and is lost"));
        }
    }
    wrong
}

/// One payment, here and at the PG.
fn agrees(payment: &Payment, books: &Books, ledger: &Ledger) -> Vec<String> {
    let mut wrong = Vec::new();
    let id = &payment.receipt_id;
    let debits = ledger.debits_of(id);
    let (_, net) = ledger.debited(id);
    let cancels: Vec<_> = books.cancels.iter().filter(|cancel| cancel.receipt_id == *id).collect();
    let refunds: Vec<_> = ledger.refunds.iter().filter(|refund| refund.order_id == *id).collect();
    let is_ours = |refund: &&&Refund| {
        let cancel_order = refund.cancel_order_id.as_deref();
        refund.kind == "cancel" && cancels.iter().any(|cancel| cancel_order == Some(cancel.id.as_str()))
    };
    let ours: u64 = refunds.iter().filter(is_ours).map(|refund| refund.amount).sum();
    let is_right = match payment.state.as_str() {
        "paid" => debits.len() == 1 && net == payment.price && payment.cancelled_price == 0,
        "partly_cancelled" | "cancelled" => debits.len() == 1 && net + payment.cancelled_price == payment.price,
        // The hosted API says the same of what it has undone.
        "declined" => net == 0 && debits.len() <= usize::from(books.is_of_hosted),
        "voided" => debits.len() <= 1 && net == 0,
        _ => false,
    };
    if !is_right || ours != payment.cancelled_price || (payment.state == "cancelled" && net != 0) {
        wrong.push(format!(
            "{payment:?}; at the PG: {debits:?}, {refunds:?}; steps {}",
            resolution(books, id)
        ));
    }
    let done: u64 = cancels
        .iter()
        .filter(|cancel| cancel.state == "done")
        .map(|cancel| cancel.price)
        .sum();
    // Where "it is not there" is no proof, nobody but a person says that nothing was debited.
    let mut history = books.history(id);
    if books.is_of_hosted && history.any(|row| row.to == "voided" && row.actor == "worker") {
        wrong.push(format!(
            "{payment:?} was voided without proof: steps {}",
            resolution(books, id)
        ));
    }
    if done != payment.cancelled_price || cancels.iter().any(|cancel| cancel.state == "intended") {
        wrong.push(format!("{payment:?} with {cancels:?}"));
    }
    wrong
}

fn resolution(books: &Books, receipt_id: &str) -> String {
    let steps = books.steps.iter().filter(|step| step.receipt_id == receipt_id);
    steps
        .map(|step| format!("{}:{}={}", step.number, step.act, step.outcome))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whatever was tried under whatever receipt: an order's customer paid at most once.
fn once_per_order(books: &Books, ledger: &Ledger) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut orders: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut known = HashSet::new();
    for payment in &books.payments {
        known.insert(payment.receipt_id.as_str());
        if ledger.debited(&payment.receipt_id).1 > 0 {
            orders.entry(&payment.order_id).or_default().push(&payment.receipt_id);
        }
    }
    for (order, receipts) in orders.iter().filter(|(_, receipts)| receipts.len() > 1) {
        wrong.push(format!("{order} was debited more than once: {receipts:?}"));
    }
    for debit in ledger
        .debits
        .iter()
        .filter(|debit| !known.contains(debit.order_id.as_str()))
    {
        wrong.push(format!("the PG has a debit that nobody knows here: {debit:?}"));
    }
    for subscription in &books.firsts {
        let firsts = books
            .payments
            .iter()
            .filter(|p| p.order_id == *subscription && p.source == "publish");
        let count = firsts.count();
        if count != 1 {
            wrong.push(format!("the key of {subscription} has {count} first payments"));
        }
    }
    wrong
}

/// Each reserve was executed to one end, and says what became of it.
fn reserves(books: &Books) -> Vec<String> {
    let mut wrong = Vec::new();
    for reserve in &books.reserves {
        let payments: Vec<_> = books.attempts(&reserve.reserve_id).collect();
        let (last, before) = match payments.split_last() {
            Some((last, before)) => (Some(last), before),
            None => (None, &[][..]),
        };
        // Tried again only after a process died before the PG had heard of it, or came too late to send it.
        let is_unheard = |receipt_id: &str| books.is_orphan(receipt_id) || books.never_left(receipt_id);
        let is_again = |attempt: &&Payment| attempt.state == "voided" && is_unheard(&attempt.receipt_id);
        let is_right = match (reserve.state.as_str(), last.map(|last| last.state.as_str())) {
            ("done", Some("paid" | "partly_cancelled" | "cancelled")) | ("failed", Some("declined")) => true,
            ("failed", Some("voided")) => {
                let is_known = |last: &Payment| was_heard_of(books, last) || books.is_by_person(&last.receipt_id);
                last.is_some_and(|last| !books.is_orphan(&last.receipt_id) || is_known(last))
            }
            ("failed", None) => reserve.failure.as_deref() == Some("SUBSCRIBE_BK_EXPIRED"),
            ("revoked", None) => true,
            _ => false,
        };
        if !is_right || !before.iter().all(is_again) {
            wrong.push(format!("{reserve:?} has the payments {payments:?}"));
        }
    }
    wrong
}

/// Whether the resolution found anything of a debit: then it was asked for, and its end is the reserve's.
fn was_heard_of(books: &Books, payment: &Payment) -> bool {
    let is_news = |outcome: &str| matches!(outcome, "paid" | "failed" | "cancelled");
    books
        .steps
        .iter()
        .any(|step| step.receipt_id == payment.receipt_id && is_news(&step.outcome))
}

/// Histories without a gap, and resolutions that a person can read from the first step to the verdict.
fn readable(books: &Books) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut at: HashMap<&str, (u32, &str)> = HashMap::new();
    for row in &books.transitions {
        let (seq, state) = at.get(row.object.as_str()).copied().unwrap_or((0, ""));
        // A key has no row of its own before the one that says it was destroyed.
        if row.seq != seq + 1 || (row.from != state && row.from != "active") {
            wrong.push(format!("a torn history: {row:?} after {state:?}"));
        }
        at.insert(&row.object, (row.seq, &row.to));
    }
    for payment in &books.payments {
        if at.get(payment.receipt_id.as_str()).map(|(_, state)| *state) != Some(payment.state.as_str()) {
            wrong.push(format!("{payment:?} is not where its history ends"));
        }
        let steps: Vec<_> = books
            .steps
            .iter()
            .filter(|step| step.receipt_id == payment.receipt_id)
            .collect();
        let in_order = steps
            .windows(2)
            .all(|two| two[0].number + 1 == two[1].number && two[0].at_ms <= two[1].at_ms);
        if !in_order || steps.first().is_some_and(|step| step.number != 1) {
            wrong.push(format!("{} has a torn resolution: {steps:?}", payment.receipt_id));
        }
        let doubted = books
            .transitions
            .iter()
            .any(|row| row.object == payment.receipt_id && row.to == "in_doubt");
        if doubted == steps.is_empty() {
            wrong.push(format!("{payment:?}: in doubt {doubted}, {} steps", steps.len()));
        }
    }
    wrong
}
