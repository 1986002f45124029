//! Nothing of a person, and no credential, is on disk, in the log, on the terminal or in the report.

use std::path::Path;

use serde_json::json;
use testkit::TestGateway;

use super::Shadow;

/// What the merchant sends of its customer, and what it signs in with; as it stands, and as it may be written elsewhere.
const PLANTED: [&str; 9] = [
    "98765432109876",
    "010-7777-8888",
    "01077778888",
    "850317",
    "김비밀",
    "kim@shop.example",
    "sandbox_secret_key",
    "c2FuZGJveF9jbGllbnRfa2V5OnNhbmRib3hfc2VjcmV0X2tleQ==",
    "hook.shop.example",
];

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            // What is deleted meanwhile holds nothing any more.
            found.extend(
                std::fs::read(&path)
                    .ok()
                    .map(|bytes| (path.display().to_string(), bytes)),
            );
        }
    }
}

fn search(place: &str, bytes: &[u8], also: &[&str]) {
    for planted in PLANTED.iter().chain(also) {
        let is_there = bytes.windows(planted.len()).any(|window| window == planted.as_bytes());
        assert!(!is_there, "{planted} in {place}");
    }
}

#[tokio::test]
async fn nothing_that_was_planted_is_found_anywhere() {
    let gateway = TestGateway::start().await;
    let shadow = Shadow::of(&format!("http://{}", gateway.node.address)).await;
    let merchant = shadow.merchant();
    let person = json!({
        "bank_account": "98765432109876", "identity_no": "850317", "phone": "010-7777-8888", "username": "김비밀",
        "metadata": { "mail": "kim@shop.example" },
    });
    let (receipt, key) = merchant.issue(person).await;
    let order = json!({
        "order_id": "order-for-kim", "order_name": "김비밀님 구독", "feedback_url": "https://hook.shop.example/x",
        "user": { "username": "김비밀", "phone": "01077778888", "email": "kim@shop.example" },
    });
    let paid = merchant.charge(&key, order).await.expect(200).text("receipt_id");
    let cash = json!({ "receipt_id": paid, "identity_no": "01077778888", "cash_receipt_type": "소득공제", "username": "김비밀" });
    merchant
        .post("/v2/request/receipt/cash/publish", cash)
        .await
        .expect(200);
    let refund =
        json!({ "refund": { "bank_account": "98765432109876", "bank_username": "김비밀", "bank_code": "004" } });
    merchant.cancel(&paid, refund).await.expect(200);
    merchant.get("/v2/lookup/order/010-7777-8888").await;
    let told = merchant
        .ask(json!({ "subscription_id": "user-01077778888", "phone": "01077778888" }))
        .await;
    assert_eq!(
        told.verdict(),
        "400 SUBSCRIBE_AT_SENSITIVE_TEXT",
        "and so says the shadow's own sandbox"
    );

    let report = shadow.report(7).await;
    assert_eq!(report["different"], json!(0), "{report:#}");
    // Ids and keys of the upstream are nobody's business either.
    let also = [receipt.as_str(), key.as_str(), paid.as_str(), "order-for-kim"];
    search("the report", report.to_string().as_bytes(), &also);
    let mut found = Vec::new();
    files(shadow.dir.path(), &mut found);
    assert!(
        found
            .iter()
            .any(|(path, _)| path.contains("jadong-shadow-") && path.ends_with("jadong.db"))
    );
    for (path, bytes) in &found {
        search(path, bytes, &also);
    }
    let dir = shadow.dir.path().to_owned();
    let process_folder = |folder: &Path| std::fs::read_dir(folder).expect("a folder").flatten().count();
    assert_eq!(process_folder(&dir), 2, "its log and its temporary folder");
    gateway.stop().await;
    let (printed, log) = shadow.ended().await;
    search("the terminal", printed.as_bytes(), &also);
    search("the log", log.as_bytes(), &also);
}
