//! A monthly charge that may be run as often as one likes, and what each outcome means.
//!
//! ```sh
//! cargo run -p jadong-client --example monthly -- <billing_key> <subscription> 2026-12
//! ```

use std::error::Error;

use jadong_client::{Advice, BillingKey, Charge, Client, Credentials, OrderId, Receipt, Retries, Won};

/// What a month came to.
enum Outcome {
    /// Debited, now or at an earlier run.
    Paid(Box<Receipt>),
    /// Not debited; try again on another day.
    Later(Advice),
    /// Not debited, and trying again does not help: ask the customer.
    AskCustomer(Advice),
    /// Nobody knows yet. Do nothing but look again: the service finds out.
    InDoubt,
    /// Something else; the message is for an operator.
    Failed(String),
}

async fn charge_month(client: &Client, key: &BillingKey, subscription: &str, month: &str) -> Outcome {
    // The order id is the month of the subscription: there is no way to charge it twice.
    let order_id = OrderId::from(format!("{subscription}-{month}"));
    let Ok(price) = Won::new(9_900) else {
        return Outcome::Failed("no price".to_owned());
    };
    let charge = Charge::new(key.clone(), order_id, format!("월 구독 {month}"), price);
    let error = match client.charge(&charge).await {
        Ok(receipt) => return Outcome::Paid(Box::new(receipt)),
        Err(error) => error,
    };
    if error.is_in_doubt() {
        return Outcome::InDoubt;
    }
    match error
        .api()
        .and_then(|refusal| refusal.decline_reason())
        .map(|reason| reason.advice())
    {
        Some(advice @ (Advice::NewKey | Advice::CustomerAsksBank)) => Outcome::AskCustomer(advice),
        Some(advice) => Outcome::Later(advice),
        None if error.is_retryable() => Outcome::Later(Advice::TryLater),
        None => Outcome::Failed(error.to_string()),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [key, subscription, month] = arguments.as_slice() else {
        return Err("three arguments: the billing key, the subscription, the month".into());
    };
    let url = std::env::var("JADONG_URL").unwrap_or_else(|_| "http://127.0.0.1:4141".to_owned());
    let client = Client::builder(Credentials::keys("sandbox_client_key", "sandbox_secret_key"))
        .base_url(&url)
        .retries(Retries::ByIdentity)
        .build()?;
    match charge_month(&client, &BillingKey::from(key.as_str()), subscription, month).await {
        Outcome::Paid(receipt) => println!("paid: {} won, {}", receipt.price, receipt.receipt_id),
        Outcome::Later(advice) => println!("not debited; again on another day: {advice:?}"),
        Outcome::AskCustomer(advice) => println!("not debited; the customer has to act: {advice:?}"),
        Outcome::InDoubt => println!("nobody knows yet; look again later"),
        Outcome::Failed(message) => return Err(message.into()),
    }
    Ok(())
}
