//! Waiting for a customer in the background, whatever becomes of their browser.

use std::time::Duration;

use client::{IssueError, IssuedKey, ReceiptId};

use crate::confirm::store;
use crate::db::{Signup, Stage};
use crate::error::ApiError;
use crate::shop::Shop;
use crate::signup::Form;

/// The gateway gives a customer ten minutes at most.
const PATIENCE: Duration = Duration::from_secs(11 * 60);

/// Calls the customer and returns; the page looks in the service DB.
pub(super) async fn begin(shop: &Shop, form: Form) -> Result<(), ApiError> {
    let customer_id = form.customer_id.clone();
    shop.db.begin_signup(&customer_id).await?;
    let shop = shop.clone();
    tokio::spawn(async move {
        let request = form.into_request();
        let (db, id) = (shop.db.clone(), customer_id.clone());
        let issuing = shop.client.issue(&request).patience(PATIENCE);
        // Stored before the waiting begins: after a restart it goes on with the receipt.
        let issuing = issuing.on_requested(move |requested| {
            let receipt_id = requested.receipt_id.to_string();
            tokio::spawn(async move { remember(&db, &id, &receipt_id).await });
        });
        let issued = issuing.await;
        end(&shop, &customer_id, issued).await;
    });
    Ok(())
}

async fn remember(db: &crate::db::ServiceDb, customer_id: &str, receipt_id: &str) {
    if let Err(error) = db.requested(customer_id, receipt_id).await {
        tracing::error!(
            customer_id,
            receipt_id,
            ?error,
            "the receipt of an open sign-up could not be stored"
        );
    }
}

/// Goes on with the sign-ups that were open when the process ended.
pub(crate) async fn resume(shop: &Shop) -> Result<(), ApiError> {
    for signup in shop.db.open_signups().await? {
        let Signup {
            customer_id,
            receipt_id,
            ..
        } = signup;
        let Some(receipt_id) = receipt_id else {
            // The account went with the process, as it should. The customer applies again.
            shop.db
                .end_signup(&customer_id, Stage::Failed, "다시 신청해 주세요. (Please apply again.)")
                .await?;
            continue;
        };
        let shop = shop.clone();
        tokio::spawn(async move {
            let waiting = shop
                .client
                .await_key(ReceiptId::from(receipt_id))
                .without_first_payment();
            let issued = waiting.patience(PATIENCE).await;
            end(&shop, &customer_id, issued).await;
        });
    }
    Ok(())
}

async fn end(shop: &Shop, customer_id: &str, issued: Result<IssuedKey, IssueError>) {
    let done = match issued {
        Ok(key) => {
            // The request of an issuance that was answered faster than its receipt was stored.
            let remembered = shop.db.requested(customer_id, key.receipt_id.as_str()).await;
            match remembered {
                Ok(()) => store(shop, key).await.map(|_| ()),
                Err(error) => Err(error),
            }
        }
        Err(error) => {
            let stage = match &error {
                IssueError::Refused { .. } => Stage::Refused,
                IssueError::Expired { .. } | IssueError::TimedOut { .. } => Stage::Expired,
                _ => Stage::Failed,
            };
            let reason = error
                .error()
                .api()
                .map_or_else(String::new, |refusal| refusal.message.clone());
            tracing::info!(customer_id, ?stage, "no billing key");
            shop.db.end_signup(customer_id, stage, &reason).await
        }
    };
    if let Err(error) = done {
        tracing::error!(
            customer_id,
            ?error,
            "the end of a sign-up could not be stored; the next start goes on with it"
        );
    }
}
