//! What is as it should be is silent.

use serde_json::Value;
use testkit::process::TestDir;

use super::{audit, findings, lively};

fn rows(report: &Value, table: &str) -> u64 {
    let searched = report["searched"].as_array().expect("a list");
    let found = searched.iter().find(|one| one["table"] == table);
    found.and_then(|one| one["rows"].as_u64()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_in_which_everything_happened_is_clean_while_it_serves_and_afterwards() {
    let dir = TestDir::on_either_engine();
    let gateway = lively(&dir).await;
    let log = dir.log().display().to_string();
    let more = ["--also", log.as_str()];
    let serving = audit(&dir, &more, &[]).await;
    let report = serving.json();
    assert_eq!(findings(&report), Vec::<String>::new(), "{}", serving.out);
    assert_eq!(serving.code, Some(0), "{}\n{}", serving.out, serving.err);
    for (table, least) in [
        ("issuance", 2),
        ("billing_key", 2),
        ("payment", 5),
        ("cancel", 4),
        ("reserve", 1),
        ("cash_receipt", 1),
        ("delivery", 4),
        ("transition", 20),
        ("idempotency_key", 4),
    ] {
        let rows = rows(&report, table);
        assert!(rows >= least, "{table}: {rows} rows were searched");
    }
    let files = report["searched"].to_string();
    assert!(files.contains("serve.log") && files.contains("bank.journal"), "{files}");
    assert!(report["skipped"].to_string().contains("pepper.key"), "{report}");
    assert!(gateway.process.stop().await.success());
    let stopped = audit(&dir, &more, &[]).await;
    assert_eq!(stopped.code, Some(0), "{}\n{}", stopped.out, stopped.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_searched_however_many_there_are() {
    let dir = TestDir::on_either_engine();
    let gateway = dir.serve(&[]).await;
    assert!(gateway.process.stop().await.success());
    let project = "0123456789abcdef01234567";
    let (column, value, nothing) = match dir.postgres() {
        Some(_) => ("bucket, ", "7, ", "''"),
        None => ("", "", "x''"),
    };
    // 1,203 rows are three pages; every one has a number.
    super::planted::sql(
        &dir,
        &format!(
            "INSERT INTO idempotency_key ({column}project_id, key, fingerprint, receipt_id)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)
             SELECT {value}'{project}', 'charge 010-9871-' || (1000 + i), {nothing}, 'x' FROM n"
        ),
    );
    let output = audit(&dir, &[], &[]).await;
    let report = output.json();
    assert_eq!(rows(&report, "idempotency_key"), 1203, "{}", output.err);
    assert!(report["found"].as_u64() >= Some(1203), "{}", report["found"]);
    assert_eq!(output.code, Some(1));
    assert!(
        !output.out.contains("9871"),
        "the key of a row is told without its value"
    );
}
