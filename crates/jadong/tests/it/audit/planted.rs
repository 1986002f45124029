//! What is planted is found, and not told.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use testkit::process::TestDir;

use super::{audit, findings, lively};

/// Whatever is found: none of it may be printed, with or without what is between.
const VALUES: [&str; 12] = [
    "987654-32-109871",
    "98765432109871",
    "010-9871-2345",
    "01098712345",
    "９８７６５４",
    "900101-1234568",
    "220-81-62517",
    "sk_live_abcdefgh",
    "sk_live_of_the_settings",
    "heron-of-paper",
    "3333-01-7654321",
    "7654321",
];

/// Writes to the database by hand.
pub fn sql(dir: &TestDir, statement: &str) {
    if let Some(database) = dir.postgres() {
        database.sql(statement);
        return;
    }
    let db = rusqlite::Connection::open(dir.data().join("jadong.db")).expect("it opens");
    db.busy_timeout(testkit::PATIENCE).expect("a pragma");
    db.execute_batch(statement).expect("it is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planted_is_found_and_never_told() {
    let dir = TestDir::on_either_engine();
    let gateway = lively(&dir).await;
    assert!(gateway.process.stop().await.success());
    sql(
        &dir,
        "UPDATE payment SET order_name = '계좌 987654-32-109871로', feedback_url = 'https://x.kr/01098712345'
            WHERE order_id = '20261130123456';
         UPDATE delivery SET payload = '{\"order_id\":\"98765432109871\",\"phone\":\"010-9871-2345\"}';
         UPDATE cancel SET message = '９８７６５４\u{a0}３２\u{a0}１０９８７１';
         UPDATE reserve SET metadata = '{\"a\":[{\"b\":\"900101-1234568\",\"c\":\"220-81-62517\"}]}';
         UPDATE project SET pg_credentials = '{\"client_key\":\"ck_live\",\"secret_key\":\"sk_live_abcdefgh\"}';",
    );
    let logs = dir.path().join("logs");
    std::fs::create_dir(&logs).unwrap();
    let coded = STANDARD.encode("note=heron-of-paper;");
    std::fs::write(logs.join("a.log"), format!("body {coded}\n")).unwrap();
    std::fs::write(logs.join("b.log"), "PG said sk_live_of_the_settings\n").unwrap();
    std::fs::write(logs.join("c.log"), "3333 01/7654321\n").unwrap();
    let hex = hex::encode("heron-of-paper").to_uppercase();
    std::fs::write(logs.join("d.log"), format!("{hex}, heron%2Dof%2Dpaper")).unwrap();
    let list = dir.path().join("list.txt");
    std::fs::write(&list, "heron-of-paper\r\n\n3333-01-7654321\n").unwrap();
    let (logs, list) = (logs.display().to_string(), list.display().to_string());
    let more = ["--also", &logs, "--canary", &list];
    let env = [("JADONG_PG_SECRET_KEY", "sk_live_of_the_settings")];

    let output = audit(&dir, &more, &env).await;
    let found = findings(&output.json());
    let expected = [
        "a.log: canary",
        "b.log: credential",
        "c.log: canary",
        "cancel.message: account",
        "d.log: canary",
        "delivery.payload: phone",
        "payment.feedback_url: phone",
        "payment.order_name: account",
        "project.pg_credentials: secret",
        "project.pg_credentials: unsealed",
        "reserve.metadata: business_number",
        "reserve.metadata: resident_number",
    ];
    // Of a file its bytes are searched besides.
    let found: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|line| !line.starts_with("jadong.db"))
        .collect();
    assert_eq!(found, expected, "{}", output.out);
    assert_eq!(output.code, Some(1), "{}", output.err);
    let text = dir.run(&[&["audit", "pii"][..], &more[..2]].concat(), &env).await;
    for value in VALUES {
        for told in [&output.out, &output.err, &text.out, &text.err] {
            assert!(!told.contains(value), "{value} is told: {told}");
        }
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_clean() {
    let dir = TestDir::on_either_engine();
    let port = testkit::net::vacant_address().port();
    for (more, wanted) in [
        (vec![], "there is no database"),
        (
            vec![
                "--store".to_owned(),
                format!("postgres://me:pa55word@127.0.0.1:{port}/d"),
            ],
            "cannot be reached",
        ),
    ] {
        let args: Vec<&str> = ["audit", "pii"]
            .into_iter()
            .chain(more.iter().map(String::as_str))
            .collect();
        let output = dir.run(&args, &[]).await;
        assert_eq!(output.code, Some(2), "{}\n{}", output.out, output.err);
        assert!(output.out.contains(wanted), "{}", output.out);
        assert!(!(output.out + &output.err).contains("pa55word"));
    }
    if let Some(database) = dir.postgres() {
        // Somebody who may not read a table has not searched it.
        let role = format!("blind_{}", database.name());
        database.sql(&format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'only-for-tests'; GRANT SELECT ON project TO {role}"
        ));
        let url = database.url().replacen("postgres:only", &format!("{role}:only"), 1);
        let output = dir.run(&["audit", "pii", "--store", &url], &[]).await;
        database.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
        assert_eq!(output.code, Some(2), "{}\n{}", output.out, output.err);
        assert!(output.out.contains("permission denied"), "{}", output.out);
    }
}
