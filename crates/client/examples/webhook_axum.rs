//! A webhook endpoint in axum: verified, each delivery once, in order.
//!
//! ```sh
//! WEBHOOK_SECRET=$(jadong webhook secret sandbox) cargo run -p jadong-client --features axum --example webhook_axum
//! jadong webhook ordeal --url http://127.0.0.1:8000/webhooks --secret "$WEBHOOK_SECRET"
//! ```

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::post;
use jadong_client::webhook::{Kind, Order, Reply, Sequences, VerifiedWebhook, Verifier};

#[derive(Clone)]
struct Shop {
    verifier: Verifier,
    /// A service with a database keeps the number there.
    seen: Arc<Mutex<Sequences>>,
}

impl FromRef<Shop> for Verifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

async fn receive(State(shop): State<Shop>, VerifiedWebhook(event): VerifiedWebhook) -> Reply {
    let Some(receipt) = event.receipt() else {
        return Reply::Success;
    };
    let order = {
        let mut seen = shop.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.see(&receipt.receipt_id, event.sequence)
    };
    match (order, &event.kind) {
        (Order::Old, _) => println!("{}: handled already", receipt.receipt_id),
        (_, Kind::PaymentCompleted) => println!("{}: paid {}", receipt.receipt_id, receipt.price),
        (_, Kind::PaymentCancelled | Kind::PaymentPartialCancelled) => {
            println!("{}: {} given back", receipt.receipt_id, receipt.cancelled_price);
        }
        (_, other) => println!("{}: {other:?}", receipt.receipt_id),
    }
    Reply::Success
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shop = Shop {
        verifier: Verifier::new(&std::env::var("WEBHOOK_SECRET")?)?,
        seen: Arc::new(Mutex::new(Sequences::of_at_most(100_000))),
    };
    let app = Router::new().route("/webhooks", post(receive)).with_state(shop);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    println!("listening on http://{}/webhooks", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
