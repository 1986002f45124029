//! What is repeated and what is not, by the number of times it arrives.

use client::{Cancel, Charge, Client, Error, Retries};

use super::sandbox::{builder, won};
use super::scripted::Service;

const PROXY_PAGE: &str = "<html>502 Bad Gateway</html>";

async fn charge(client: &Client) -> Error {
    let order = Charge::new("66550abf3324a61b141f9206", "order_1", "월 구독", won(100));
    client.charge(&order).await.expect_err("no success")
}

async fn cancel(client: &Client) -> Error {
    let whole = Cancel::whole("66550abf3324a61b141f9205", "c1");
    client.cancel(&whole).await.expect_err("no success")
}

async fn lookup(client: &Client) -> Error {
    client.lookup_order(&"order_1".into()).await.expect_err("no success")
}

#[tokio::test]
async fn a_proxys_page_after_a_charge_is_in_doubt_and_only_a_service_that_knows_ids_is_asked_again() {
    for (retries, charges) in [(Retries::Never, 1), (Retries::WithoutRisk, 1), (Retries::ByIdentity, 4)] {
        let service = Service::answering(502, &[], PROXY_PAGE).await;
        let error = charge(&service.client(retries)).await;
        assert!(
            matches!(error, Error::Unexpected(_)) && error.is_in_doubt(),
            "{error:?}"
        );
        assert_eq!(service.came().len(), charges, "{retries:?}");
        let error = cancel(&service.client(retries)).await;
        assert!(error.is_in_doubt());
        assert_eq!(service.came().len(), 2 * charges, "{retries:?}");
    }
}

#[tokio::test]
async fn a_lookup_is_repeated_and_never_in_doubt() {
    for (retries, lookups) in [(Retries::Never, 1), (Retries::WithoutRisk, 4)] {
        let service = Service::answering(502, &[], PROXY_PAGE).await;
        let error = lookup(&service.client(retries)).await;
        assert!(!error.is_in_doubt() && error.is_retryable());
        assert_eq!(service.came(), vec!["GET /v2/lookup/order/order_1"; lookups]);
    }
}

#[tokio::test]
async fn busy_is_repeated_after_the_time_it_asks_for_and_a_refusal_never() {
    let busy = r#"{"error_code":"GATEWAY_OVERLOADED","message":"…"}"#;
    let limited = r#"{"error_code":"RATE_LIMITED","message":"…"}"#;
    let refused = r#"{"error_code":"RC_CONFIRM_FAILED","message":"…","pg_error_code":"V301"}"#;
    let unknown = r#"{"error_code":"RC_CONFIRM_CRITICAL_FAILED","message":"…"}"#;
    for (status, headers, body, arrivals) in [
        (503, &[("retry-after", "0")][..], busy, 4),
        // Without the header it is not the gateway's own: somebody on the way said it, perhaps after the debit.
        (503, &[], busy, 1),
        (503, &[("retry-after", "0")], PROXY_PAGE, 1),
        (503, &[("retry-after", "600")], busy, 1),
        (429, &[], limited, 4),
        (400, &[], refused, 1),
        (400, &[("retry-after", "0")], unknown, 1),
        (500, &[], r#"{"error_code":"INTERNAL_ERROR","message":"…"}"#, 1),
    ] {
        let service = Service::answering(status, headers, body).await;
        charge(&service.client(Retries::WithoutRisk)).await;
        assert_eq!(service.came().len(), arrivals, "{status} {headers:?} {body}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_an_account_in_hand() {
    let service = Service::answering(307, &[("location", "http://127.0.0.1:9/")], "").await;
    let error = charge(&service.client(Retries::WithoutRisk)).await;
    assert!(
        matches!(&error, Error::Unexpected(answer) if answer.http_status() == 307),
        "{error:?}"
    );
    assert_eq!(service.came().len(), 1);
}

#[tokio::test]
async fn nothing_was_sent_where_nobody_listens_and_the_key_is_not_in_the_error() {
    // Port 9 (discard) is not served here.
    let client = builder("http://127.0.0.1:9").build().expect("a client");
    let error = charge(&client).await;
    assert!(
        matches!(&error, Error::Transport(transport) if transport.was_not_sent()),
        "{error:?}"
    );
    assert!(error.is_retryable() && !error.is_in_doubt());
    let error = client
        .destroy_key(&"66550abf3324a61b141f9206".into())
        .await
        .expect_err("nobody listens");
    assert!(
        !format!("{error} {error:?}").contains("66550abf3324a61b141f9206"),
        "{error:?}"
    );
}
