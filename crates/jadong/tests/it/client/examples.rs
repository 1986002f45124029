//! The examples of the crate, run as they are built.

use super::sandbox::Sandbox;
use testkit::process::run_built;

/// What an example printed, which must succeed.
async fn example(name: &str, args: &[&str], sandbox: &Sandbox) -> String {
    let env = [("JADONG_URL", sandbox.url.as_str())];
    let output = run_built(&format!("examples/{name}"), args, &env).await;
    output.success().out
}

#[tokio::test]
async fn a_customer_signs_up_is_charged_and_refunded() {
    let sandbox = Sandbox::start(&[]).await;
    let printed = example("sign_up_and_charge", &[], &sandbox).await;
    assert!(printed.contains("given back: 900 won, left 9000"), "{printed}");
    let ledger = sandbox.pg.ledger().await;
    assert_eq!(
        (ledger.debits.len(), ledger.totals.debited),
        (1, ledger.totals.refunded)
    );
}

#[tokio::test]
async fn a_month_is_charged_once_however_often_it_is_run() {
    let sandbox = Sandbox::start(&[]).await;
    let key = sandbox.key("sub_1", "12345678901234").await;
    for _run in 0..3 {
        let outcome = example("monthly", &[key.billing_key.as_str(), "sub_1", "2026-12"], &sandbox).await;
        assert!(outcome.starts_with("paid: 9900 won"), "{outcome}");
    }
    assert_eq!(sandbox.debits().await, 1);
    let broke = sandbox.key("sub_2", "12345678900001").await;
    let outcome = example("monthly", &[broke.billing_key.as_str(), "sub_2", "2026-12"], &sandbox).await;
    assert!(outcome.starts_with("not debited; again on another day"), "{outcome}");
}
