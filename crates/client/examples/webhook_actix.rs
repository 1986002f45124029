//! A webhook endpoint in actix-web: verified before the handler is called.
//!
//! ```sh
//! WEBHOOK_SECRET=$(jadong webhook secret sandbox) cargo run -p jadong-client --features actix --example webhook_actix
//! jadong webhook ordeal --url http://127.0.0.1:8000/webhooks --secret "$WEBHOOK_SECRET"
//! ```

use actix_web::{App, HttpServer, web};
use jadong_client::webhook::{Order, Reply, Sequences, VerifiedWebhook, Verifier};
use std::sync::{Mutex, PoisonError};

async fn receive(VerifiedWebhook(event): VerifiedWebhook, seen: web::Data<Mutex<Sequences>>) -> Reply {
    let Some(receipt) = event.receipt() else {
        return Reply::Success;
    };
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    match seen.see(&receipt.receipt_id, event.sequence) {
        Order::Old => println!("{}: handled already", receipt.receipt_id),
        _ => println!("{}: {:?}", receipt.receipt_id, event.kind),
    }
    Reply::Success
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    actix_web::rt::System::new().block_on(serve())
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let verifier = web::Data::new(Verifier::new(&std::env::var("WEBHOOK_SECRET")?)?);
    let seen = web::Data::new(Mutex::new(Sequences::of_at_most(100_000)));
    let app = move || {
        let route = web::post().to(receive);
        App::new()
            .app_data(verifier.clone())
            .app_data(seen.clone())
            .route("/webhooks", route)
    };
    HttpServer::new(app).workers(2).bind(("127.0.0.1", 8000))?.run().await?;
    Ok(())
}
