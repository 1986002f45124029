//! What a role may do, and that all of it is written down.

use serde_json::json;

use crate::process::console::browser::{Browser, user};
use testkit::process::{Gateway, TestDir};
use testkit::{Merchant, PATIENCE, until};

const PASSWORD: &str = "correct horse battery";

async fn signed_in(dir: &TestDir, gateway: &Gateway, name: &str, role: &str) -> Browser {
    user(dir, &["add", name, "--role", role], PASSWORD).await.success();
    let mut browser = Browser::elsewhere(&gateway.url);
    assert_eq!(browser.sign_in(name, PASSWORD).await, 303);
    browser
}

/// A paid receipt and the key it was paid with.
async fn paid(api: &Merchant) -> (String, String) {
    let (_, key) = api.issue_for("sub_1").await;
    let paid = api.charge(&key, json!({ "price": 9900 })).await.expect(200);
    (paid.text("receipt_id"), key)
}

#[tokio::test]
async fn roles_hold_for_every_act_and_each_act_is_on_record() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (receipt, key) = paid(&api).await;
    let viewer = signed_in(&dir, &gateway, "vera", "viewer").await;
    let operator = signed_in(&dir, &gateway, "otto", "operator").await;
    let admin = signed_in(&dir, &gateway, "anna", "admin").await;

    let cancel = format!("/console/receipts/{receipt}/cancel");
    let destroy = format!("/console/keys/{key}/destroy");
    for act in [
        cancel.as_str(),
        destroy.as_str(),
        &format!("/console/keys/{key}/withdraw"),
        "/console/clock",
        &format!("/console/reserves/{receipt}/revoke"),
        &format!("/console/doubts/{receipt}/ask"),
        &format!("/console/doubts/{receipt}/settle"),
        &format!("/console/receipts/{receipt}/webhooks/{receipt}/resend"),
    ] {
        let page = viewer.post(act, "price=1&by=1d&verdict=paid&note=x").await;
        assert_eq!(page.status, 403, "a viewer: {act}");
    }
    assert_eq!(viewer.get("/console/audit").await.status, 403);
    assert_eq!(operator.get("/console/audit").await.status, 403);
    let page = viewer.get(&format!("/console/receipts/{receipt}")).await;
    assert!(!page.body.contains(&cancel), "no form that may not be sent");
    assert_eq!(api.look_up(&receipt).await["cancelled_price"], 0);

    assert_eq!(operator.post(&cancel, "price=900&message=reason").await.status, 303);
    assert_eq!(api.look_up(&receipt).await["cancelled_price"], 900);
    let too_much = operator.post(&cancel, "price=99000").await;
    assert_eq!(too_much.status / 100, 4, "{}", too_much.body);
    assert_eq!(operator.post(&cancel, "price=&message=").await.status, 303);
    assert_eq!(api.look_up(&receipt).await["status"], 20);
    assert_eq!(operator.post(&destroy, "reserves=1").await.status, 303);
    let page = operator.get(&format!("/console/keys/{key}")).await;
    assert!(!page.body.contains(&destroy), "a key is destroyed once");

    let log = admin.get("/console/audit").await;
    assert_eq!(log.status, 200);
    for text in [
        "otto",
        "결제 취소",
        "빌링키 파기",
        "요청함",
        "완료",
        &receipt,
        &key,
        "127.0.0.1",
        "계정 추가",
        "권한 없는 시도",
    ] {
        assert!(log.body.contains(text), "{text} is not in the log: {}", log.body);
    }
    assert!(
        !log.body.contains("vera<small>조회자</small></td>\n    <td>결제 취소"),
        "what was not allowed was not done"
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_withdrawal_that_a_person_writes_down_is_the_payers_on_the_record() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (_, key) = paid(&gateway.merchant()).await;
    let browser = Browser::at(&gateway.url);
    let path = format!("/console/keys/{key}");
    let page = browser.get(&path).await;
    assert!(page.body.contains(&format!("{path}/consent/pdf")), "{}", page.body);
    for refused in ["channel=&reason=", "reason=why"] {
        let page = browser.post(&format!("{path}/withdraw"), refused).await;
        assert_eq!(page.status / 100, 4, "{refused}");
    }
    assert_eq!(
        browser
            .post(&format!("{path}/withdraw"), "channel=phone&reason=")
            .await
            .status,
        303
    );
    assert!(
        !browser.get(&path).await.body.contains(&format!("{path}/withdraw")),
        "once"
    );
    let record = browser.get(&format!("{path}/consent/json")).await;
    assert!(
        record
            .body
            .contains(r#""by":"operator","channel":"phone","event":"withdrawn""#),
        "{}",
        record.body
    );
    let document = browser.get(&format!("{path}/consent/pdf")).await;
    assert!(document.body.starts_with("%PDF-1.7"));
    let named = document
        .headers
        .get("content-disposition")
        .and_then(|name| name.to_str().ok());
    assert_eq!(named, Some(&*format!("attachment; filename=\"consent-{key}.pdf\"")));
    gateway.process.stop().await;
}

/// The value of a hidden field of a page.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let marker = format!("name=\"{name}\" value=\"");
    let found = page.split(&marker).nth(1).and_then(|rest| rest.split('"').next());
    found.unwrap_or_else(|| panic!("no {name} in {page}"))
}

#[tokio::test]
async fn a_cancel_that_is_sent_twice_gives_back_once() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (receipt, _) = paid(&api).await;
    let browser = Browser::at(&gateway.url);
    let page = browser.get(&format!("/console/receipts/{receipt}")).await;
    let form = format!("price=3000&message=&cancel_id={}", hidden(&page.body, "cancel_id"));
    let path = format!("/console/receipts/{receipt}/cancel");
    for _press in 0..2 {
        assert_eq!(browser.post(&path, &form).await.status, 303);
    }
    assert_eq!(api.look_up(&receipt).await["cancelled_price"], 3000);
    let page = browser.get(&format!("/console/receipts/{receipt}")).await;
    let another = format!("price=3000&message=&cancel_id={}", hidden(&page.body, "cancel_id"));
    assert_eq!(browser.post(&path, &another).await.status, 303);
    assert_eq!(
        api.look_up(&receipt).await["cancelled_price"],
        6000,
        "a form of its own counts"
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_page_acts_on_its_own_project_whichever_another_tab_has_chosen() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (receipt, _) = paid(&api).await;
    dir.create_project("other", &[]).await;
    let browser = Browser::at(&gateway.url);
    let path = format!("/console/receipts/{receipt}");
    // The gateway hears of a new project within seconds.
    let list = until(PATIENCE, async || {
        let list = browser.get("/console/receipts").await.body;
        if list.contains(">other</option>") {
            Ok(list)
        } else {
            Err(list)
        }
    })
    .await;
    let id_of = |name: &str| {
        let mut options = list.split("<option value=\"");
        let option = options.find(|option| option.contains(&format!(">{name}</option>")));
        option
            .and_then(|option| option.split('"').next())
            .expect("an option")
            .to_owned()
    };
    let (own, other) = (id_of("sandbox"), id_of("other"));
    let page = browser.get(&format!("{path}?project={own}")).await;
    let mut forms = page.body.split("action=\"");
    let action = forms.find(|part| part.starts_with(&format!("{path}/cancel")));
    let action = action
        .and_then(|part| part.split('"').next())
        .expect("a form")
        .to_owned();
    assert!(action.contains("?project="), "{action}");
    let elsewhere = Browser::at(&gateway.url).with("cookie", &format!("jadong_project={other}"));
    assert_eq!(elsewhere.get(&path).await.status, 404, "another project's page");
    let done = elsewhere.post(&action, "price=100").await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(done.header("location").starts_with(&format!("{path}?project=")));
    assert_eq!(api.look_up(&receipt).await["cancelled_price"], 100);
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_refused_form_leads_back_to_where_it_was() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (receipt, _) = paid(&api).await;
    let page = format!("/console/receipts/{receipt}");
    let url = format!("{}{page}", gateway.url);
    let browser = Browser::at(&gateway.url).with("referer", &url);
    let refused = browser.post(&format!("{page}/cancel"), "price=99000").await;
    assert_eq!(refused.status / 100, 4);
    assert!(
        refused.body.contains(&format!("<a href=\"{page}\">")),
        "{}",
        refused.body
    );
    let evil = Browser::at(&gateway.url).with("referer", "https://evil.example/x");
    let refused = evil.post(&format!("{page}/cancel"), "price=99000").await;
    assert!(
        refused.body.contains("<a href=\"/console/receipts\">"),
        "{}",
        refused.body
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_waiting_reserve_is_found_by_day_revoked_and_the_clock_moves_the_others() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let now = api.post("/sandbox/clock", json!({"advance": "1s"})).await.json();
    let at = domain::written_time::parse(now["now"].as_str().expect("a time")).expect("a time");
    let mut reserves = Vec::new();
    for number in 1..=2_u64 {
        let due = at.plus_ms(number * 24 * 60 * 60 * 1000).to_wire();
        let changes = json!({ "order_id": format!("reserve-{number}"), "reserve_execute_at": due });
        let reserve = api.reserve(&key, changes).await.expect(200);
        reserves.push((reserve.text("reserve_id"), due));
    }
    let browser = Browser::at(&gateway.url);
    for (number, (_, due)) in reserves.iter().enumerate() {
        let page = browser.get(&format!("/console/reserves?day={}", &due[..10])).await;
        let order = format!("reserve-{}", number + 1);
        assert!(page.body.contains(&order), "{order} is not on its day");
    }
    let (first, _) = &reserves[0];
    assert_eq!(
        browser
            .post(&format!("/console/reserves/{first}/revoke"), "")
            .await
            .status,
        303
    );
    let again = browser.post(&format!("/console/reserves/{first}/revoke"), "").await;
    assert_eq!(again.status / 100, 4, "once only");
    assert_eq!(browser.post("/console/clock", "by=3d").await.status, 303);
    let (second, _) = &reserves[1];
    let page = browser.get(&format!("/console/reserves/{second}")).await;
    assert!(
        page.body.contains("/console/receipts/"),
        "it was executed on the way: {}",
        page.body
    );
    assert_eq!(browser.post("/console/clock", "by=soon").await.status, 400);
    gateway.process.stop().await;
}
