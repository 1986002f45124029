//! A customer signs up, is charged, and gets a part and then the rest back. Against `jadong serve`:
//!
//! ```sh
//! cargo run -p jadong-client --example sign_up_and_charge
//! ```

use std::error::Error;
use std::time::Duration;

use jadong_client::{Bank, Cancel, Charge, Client, Credentials, KeyRequest, Payer, ReceiptStatus, Retries, Won};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::var("JADONG_URL").unwrap_or_else(|_| "http://127.0.0.1:4141".to_owned());
    let client = Client::builder(Credentials::keys("sandbox_client_key", "sandbox_secret_key"))
        .base_url(&url)
        // Jadong answers the same order id again, so a charge whose answer was lost may be repeated.
        .retries(Retries::ByIdentity)
        .build()?;
    run(&client).await
}

async fn run(client: &Client) -> Result<(), Box<dyn Error>> {
    let payer = Payer {
        holder: "홍길동".into(),
        bank: Bank::Name("국민은행".to_owned()),
        account: "12345678901234".into(),
        identity: "900101".into(),
        phone: "01012345678".into(),
    };
    let request = KeyRequest::new("sub_42", "월 구독", payer);
    let key = client
        .issue(&request)
        .patience(Duration::from_secs(180))
        .on_requested(|requested| println!("the customer is called: {}", requested.receipt_id))
        .await?;
    if let Some(account) = &key.billing_data {
        println!("issued: {} {}", account.bank_name, account.bank_account);
    }

    let december = Charge::new(
        key.billing_key.clone(),
        "sub_42-2026-12",
        "월 구독 12월",
        Won::new(9_900)?,
    );
    let receipt = client.charge(&december).await?;
    println!("debited: {} won, {}", receipt.price, receipt.receipt_id);

    // The id of a cancel is made of what it is for, so that a program that starts over does not give it back twice.
    let part = Cancel::part(receipt.receipt_id.clone(), "sub_42-2026-12-goodwill", Won::new(900)?);
    let receipt = client.cancel(&part.message("불편 보상")).await?;
    println!("given back: {} won, left {}", receipt.cancelled_price, receipt.left());
    let rest = client
        .cancel(&Cancel::whole(receipt.receipt_id, "sub_42-2026-12-end"))
        .await?;
    assert_eq!(rest.status, ReceiptStatus::Cancelled);
    client.destroy_key(&key.billing_key).await?;
    Ok(())
}
