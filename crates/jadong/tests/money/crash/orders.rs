//! What merchants want, and what they were told about it.

/// What one merchant does with one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Charge,
    Reserve,
    /// A key with a first payment.
    First,
    /// A charge, while nothing goes wrong, to be cancelled later.
    ToCancel,
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
            retries: 0,
            surprises: Vec::new(),
            is_stuck: false,
        }
    }

    pub fn is_plain(&self) -> bool {
        self.account == "0000"
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
