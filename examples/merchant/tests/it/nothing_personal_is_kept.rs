//! The account, the birth date and the phone pass through; neither the service DB nor the exchanges keep them.

use axum::http::Method;
use serde_json::json;

use crate::fake::{ACCOUNT, BIRTH, KEY, PHONE, PUBLISH, RECEIPT, REQUEST, Reply, Stage, accepted, issued};

#[tokio::test]
async fn no_file_and_no_exchange_has_them() {
    // The worst gateway: it echoes the account in an error, and answers an unmasked one with the key.
    let echo = json!({"error_code": "SUBSCRIBE_AT_BANK_ACCOUNT_BLANK", "message": format!("계좌 {ACCOUNT} 오류")});
    let unmasked = json!({"bank_name": "국민", "bank_account": ACCOUNT, "username": "홍길*"});
    let Reply::Json(_, mut key) = issued() else {
        unreachable!()
    };
    key["billing_data"] = unmasked;
    let stage = Stage::new(vec![
        (REQUEST, Reply::Json(400, echo)),
        (REQUEST, accepted()),
        (PUBLISH, Reply::Json(200, key)),
    ])
    .await;
    stage.signup().await;
    let exchanges = stage.send(Method::GET, "/exchanges", None).await.1.to_string();
    assert!(
        exchanges.contains("010****1234") && exchanges.contains("계좌 ****** 오류"),
        "{exchanges}"
    );
    assert_absent(exchanges.as_bytes(), "the exchanges");

    stage.signup().await;
    assert_eq!(stage.confirm(0).await.0, 200);
    let folder = stage.folder.path();
    let rows = merchant::stored_rows(&folder.join("service.db")).expect("a service DB");
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].contains(&("receipt_id".to_owned(), RECEIPT.to_owned())),
        "the row was really written"
    );

    assert!(!format!("{rows:?}").contains(KEY), "the key is sealed");
    assert_eq!(stage.stored_key().as_deref(), Some(KEY));

    // While it is open the row is in the write-ahead log, afterwards in the file.
    assert_absent_in_files(folder);
    let folder = stage.end().await;
    assert_absent_in_files(folder.path());
}

fn assert_absent_in_files(folder: &std::path::Path) {
    let files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|file| file.expect("a file").path())
        .collect();
    assert!(!files.is_empty());
    for file in files {
        assert_absent(&std::fs::read(&file).expect("readable"), &file.display().to_string());
    }
}

fn assert_absent(bytes: &[u8], place: &str) {
    for planted in [ACCOUNT, BIRTH, PHONE, KEY] {
        let found = bytes.windows(planted.len()).any(|window| window == planted.as_bytes());
        assert!(!found, "{planted} is in {place}");
    }
}
