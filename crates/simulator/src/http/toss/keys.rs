//! `POST /api/v1/billing-key`, `…/status` and `…/remove`.

use http::header::HOST;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::PAGES;
use super::{No, is_name, is_text, parse};
use crate::core::wallet::{BANK_CODE, LinkView, StartLink};
use crate::http::banks::bank_name;
use crate::http::counter::Counter;

const URL_MAX: usize = 1500;
const CALLBACK_MAX: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    user_id: String,
    display_id: Option<String>,
    product_desc: String,
    result_callback: String,
    #[serde(default)]
    ret_app_scheme: String,
    #[serde(default)]
    return_success_url: String,
    #[serde(default)]
    return_failure_url: String,
}

/// What the bank knows it by: the user, and the key's own name where one was given. No name has a `~`.
fn order_id(user_id: &str, display_id: Option<&str>) -> Result<String, No> {
    if !is_name(user_id, 50) || display_id.is_some_and(|name| !is_name(name, 50)) {
        return Err(No::BAD_PARAMETER);
    }
    Ok(display_id.map_or_else(|| user_id.to_owned(), |name| format!("{user_id}~{name}")))
}

pub fn create(counter: &Counter<'_>, headers: &HeaderMap, body: &[u8]) -> Result<Value, No> {
    let ask: Create = parse(body)?;
    let order_id = order_id(&ask.user_id, ask.display_id.as_deref())?;
    let returns = [&ask.return_success_url, &ask.return_failure_url];
    let has_return = is_text(&ask.ret_app_scheme, URL_MAX) || returns.iter().all(|url| is_text(url, URL_MAX));
    if !is_text(&ask.product_desc, 255) || !is_text(&ask.result_callback, CALLBACK_MAX) || !has_return {
        return Err(No::BAD_PARAMETER);
    }
    let start = StartLink {
        order_id: &order_id,
        goods_name: &ask.product_desc,
        callback: &ask.result_callback,
        success_url: &ask.return_success_url,
        failure_url: &ask.return_failure_url,
        random: 0,
        ahead_ms: 0,
    };
    let link = counter.visit.start_link(&start)?.ok_or(No::BAD_PARAMETER)?;
    if link.status == "ACTIVE" {
        return Err(No(StatusCode::OK, "BILLING_KEY_ALREADY_ACTIVATED"));
    }
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let url = format!("http://{host}{PAGES}{}", link.wallet.bid);
    Ok(json!({
        "code": 0,
        "billingKey": link.wallet.bid.to_string(),
        "checkoutAndroidUri": url,
        "checkoutIosUri": url,
        "checkoutUri": url,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    user_id: String,
    display_id: Option<String>,
}

pub fn status(counter: &Counter<'_>, body: &[u8]) -> Result<Value, No> {
    let ask: Status = parse(body)?;
    let order_id = order_id(&ask.user_id, ask.display_id.as_deref())?;
    let link = counter.visit.find_link(&order_id);
    let link = link.ok_or(No(StatusCode::OK, "COMMON_BILLING_KEY_NOT_FOUND"))?;
    let mut answer = described(&link);
    answer["code"] = json!(0);
    answer["status"] = json!(link.status);
    Ok(answer)
}

/// The key and what stands behind it, as the status and the callback have it.
pub fn described(link: &LinkView) -> Value {
    let (user_id, display_id) = match link.order_id.split_once('~') {
        Some((user_id, name)) => (user_id, Some(name)),
        None => (&*link.order_id, None),
    };
    let mut described = json!({"userId": user_id, "billingKey": link.wallet.bid.to_string()});
    if let Some(name) = display_id {
        described["displayId"] = json!(name);
    }
    if link.status == "ACTIVE" {
        described["payMethod"] = json!("TOSS_MONEY");
        described["accountBankCode"] = json!(BANK_CODE);
        described["accountBankName"] = json!(bank_name(BANK_CODE));
        described["accountNumber"] = json!("110******676");
    }
    described
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Remove {
    billing_key: String,
}

pub fn remove(counter: &Counter<'_>, body: &[u8]) -> Result<Value, No> {
    let ask: Remove = parse(body)?;
    counter.visit.expire(&ask.billing_key, &removal_of(&ask.billing_key))?;
    Ok(json!({"code": 0, "billingKey": ask.billing_key}))
}

/// The order of a removal, which has none of its own at this PG.
pub fn removal_of(billing_key: &str) -> String {
    format!("{billing_key}~remove")
}
