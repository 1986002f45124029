//! Planted values are not found again: not on disk, not in any answer of the control API.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use nicepay::wire::{PayerFields, WireAuthType};

use crate::client::Request;
use crate::shop::{Shop, find, register, start_with};
use crate::till;

const SECRETS: &[&str] = &[
    "98765432109871",
    "987-654-32109871",
    "810203",
    "2208162517",
    "220-81-62517",
    "01098712345",
    "010-9871-2345",
    "임꺽정",
];

/// A value in every coat it might be found in.
fn coats(secret: &str) -> Vec<Vec<u8>> {
    let hex = hex::encode(secret);
    vec![
        secret.as_bytes().to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        STANDARD.encode(secret).into_bytes(),
        STANDARD_NO_PAD.encode(secret).into_bytes(),
        URL_SAFE_NO_PAD.encode(secret).into_bytes(),
    ]
}

fn check(place: &str, bytes: &[u8]) {
    for secret in SECRETS {
        for coat in coats(secret) {
            let found = bytes.windows(coat.len()).any(|window| window == coat);
            assert!(!found, "{place} holds {secret}");
        }
    }
}

fn planted(id_no: &str) -> PayerFields {
    PayerFields {
        bank_code: "004".into(),
        account_no: "987-654-32109871".into(),
        holder: "임꺽정".into(),
        id_no: id_no.into(),
        tel: "010-9871-2345".into(),
        cash_receipt_type: "1".into(),
        cash_receipt_no: "010-9871-2345".into(),
    }
}

#[tokio::test]
async fn no_planted_value_is_on_disk_or_in_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let tid = shop
        .answer(&start_with("order-1", WireAuthType::Ars, &planted("810203")))
        .await
        .tid
        .unwrap();
    shop.answer(&register("order-1", &tid)).await;
    shop.answer(&start_with("order-2", WireAuthType::App, &planted("220-81-62517")))
        .await;
    let bid = shop.answer(&find("order-1")).await.bid.unwrap();
    let money = [
        till::charge(&bid, "pay-1", 1_000),
        till::find("pay-1"),
        till::issue_receipt("receipt-1", 1_000, "010-9871-2345"),
        till::issue_receipt("receipt-2", 1_000, "98765432109871"),
        till::issue_receipt("receipt-3", 1_000, "220-81-62517"),
    ];
    for request in &money {
        let response = shop.send(request).await.unwrap().unwrap();
        assert_eq!(response.json()["resultCode"], "0000", "{}", request.path);
        check(&request.path, &response.body);
    }
    for (method, path, body) in [
        ("GET", "/control/ledger/orders/pay-1", ""),
        ("GET", "/control/ledger/orders/receipt-1", ""),
        ("GET", "/control/ledger/orders/01098712345", ""),
        (
            "PUT",
            "/control/accounts/01098712345/scenario",
            r#"{"scenario":"01098712345"}"#,
        ),
        (
            "PUT",
            "/control/maintenance",
            r#"{"bank_code":"01098712345","from_ms":0,"until_ms":1}"#,
        ),
        ("PUT", "/control/scenarios/010-9871-2345", r#"{"scenario":"waits"}"#),
        ("PUT", "/control/scenarios/01098712345", r#"{"scenario":"01098712345"}"#),
        ("PUT", "/control/scenarios/01098712345x", r#"{"scenario":"waits"}"#),
        ("GET", "/control/scenarios", ""),
        ("GET", "/control/calls", ""),
        ("GET", "/control/ledger", ""),
        ("GET", "/control/faults", ""),
        ("GET", "/control/01098712345", ""),
        (
            "POST",
            "/control/calls/01098712345/answer",
            r#"{"action":"01098712345"}"#,
        ),
        ("DELETE", "/control/scenarios/01098712345", ""),
        ("DELETE", "/control/scenarios/01098712345", ""),
    ] {
        let response = shop.send(&Request::new(method, path, body)).await.unwrap().unwrap();
        check(path, &response.body);
        check(path, response.head.as_bytes());
    }
    let found = shop.send(&find("order-1")).await.unwrap().unwrap();
    check("the PG's answer", &found.body);
    let journal = std::fs::read(folder.path().join("bank.journal")).unwrap();
    assert!(journal.windows(7).any(|window| window == b"order-1"));
    check("the journal", &journal);
}
