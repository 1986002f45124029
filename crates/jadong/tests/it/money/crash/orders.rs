//! What merchants want, and what they were told about it.

use super::arena::STANDING;
use super::books::Books;

/// What one merchant does with one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Charge,
    Reserve,
    /// A key with a first payment.
    First,
    /// A charge, while nothing goes wrong, to be cancelled later.
    ToCancel,
    /// A cash receipt: of a charge, or by itself.
    Cash,
    /// The same, while nothing goes wrong, to be taken back later.
    CashToCancel,
    /// A key with reserves, to be destroyed: with its reserves, or leaving them to fail.
    ToDestroy,
}

/// One order, and everything its merchant was told.
#[derive(Debug, Clone)]
pub struct Order {
    pub kind: Kind,
    pub order_id: String,
    pub account: &'static str,
    pub billing_key: String,
    pub number: usize,
    pub price: u64,
    /// Receipts of which the API said: paid.
    pub paid: Vec<String>,
    /// Receipts of which it said: no money was taken.
    pub declined: Vec<String>,
    pub reserve_id: Option<String>,
    /// Cancels of which it said: done; `cancel_id` and amount.
    pub cancelled: Vec<(String, u64)>,
    /// Cash receipts of which it said: issued.
    pub receipted: Vec<String>,
    /// And: taken back.
    pub taken_back: Vec<String>,
    /// Keys of which it said: destroyed.
    pub destroyed: Vec<String>,
    /// Reserves of a key that is destroyed.
    pub left: Vec<String>,
    pub retries: u32,
    pub surprises: Vec<String>,
    pub is_stuck: bool,
}

impl Order {
    pub fn new(kind: Kind, name: &str, number: usize, (account, billing_key): (&'static str, &str)) -> Self {
        Self {
            kind,
            order_id: format!("{name}-{number}"),
            account,
            billing_key: billing_key.to_owned(),
            number,
            price: 1_000 + number as u64,
            paid: Vec::new(),
            declined: Vec::new(),
            reserve_id: None,
            cancelled: Vec::new(),
            receipted: Vec::new(),
            taken_back: Vec::new(),
            destroyed: Vec::new(),
            left: Vec::new(),
            retries: 0,
            surprises: Vec::new(),
            is_stuck: false,
        }
    }

    /// The same, where its merchant was told the PG's ids.
    pub fn in_own_ids(&self, books: &Books) -> Self {
        let own = |receipts: &[String]| receipts.iter().map(|receipt| books.own(receipt).to_owned()).collect();
        Self {
            paid: own(&self.paid),
            declined: own(&self.declined),
            receipted: own(&self.receipted),
            taken_back: own(&self.taken_back),
            ..self.clone()
        }
    }

    pub fn is_plain(&self) -> bool {
        self.account == "0000" || self.account == STANDING
    }

    /// Whether its cash receipt belongs to no payment.
    pub fn stands_alone(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// Whether its merchant does not ask again, but looks.
    pub fn is_patient(&self) -> bool {
        self.number % 3 == 1
    }

    /// Whether its key is destroyed together with its reserves.
    pub fn takes_reserves_along(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// What its merchant cancels, in this order: everything, or two parts of it.
    pub fn cancels(&self) -> Vec<(String, u64)> {
        match self.number % 2 {
            0 => vec![(format!("c-{}", self.order_id), self.price)],
            _ => vec![
                (format!("c1-{}", self.order_id), 300),
                (format!("c2-{}", self.order_id), 200),
            ],
        }
    }
}
