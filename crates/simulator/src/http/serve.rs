//! One request from its head to its answer, with the faults on the way.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use nicepay::codes;

use super::asked::Asked;
use super::body::{Dropped, Half, Outgoing};
use super::control::Control;
use super::counter::{Counter, project_of};
use super::reply::Reply;
use super::route::{NoRoute, Route, route};
use super::shell::Shell;
use super::{consents, expire, payments, receipts, regist, toss};
use crate::core::refusal::PgRefusal;
use crate::engine::ReplyTiming;
use crate::faults::{Fault, FaultKind};

/// Longest body of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A body must have arrived by then.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// A hanging answer lets go by then, or when the client leaves.
const HANG: Duration = Duration::from_secs(120);

/// Serves one request; an error closes the connection without an answer.
pub async fn serve(
    shell: Arc<Shell>,
    control: Control,
    peer: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Outgoing>, Dropped> {
    if request.uri().path().starts_with("/control/") {
        return Ok(control.serve(peer, request).await.map(Outgoing::Control));
    }
    if request.uri().path().starts_with(toss::PAGES) {
        return Ok(toss::page(&shell, &request));
    }
    let (head, body) = request.into_parts();
    let route = match route(&head.method, &head.uri) {
        Ok(route) => route,
        Err(NoRoute::NotFound) => return Ok(whole(&Reply::with(StatusCode::NOT_FOUND, codes::BAD_PARAMETER))),
        Err(NoRoute::MethodNotAllowed) => {
            let reply = Reply::with(StatusCode::METHOD_NOT_ALLOWED, codes::BAD_PARAMETER);
            return Ok(with_header(whole(&reply), ALLOW, "GET, POST"));
        }
    };
    shell.requests.count(route.call());
    let asked = match Asked::of(&route, &head.headers) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(whole(&Reply::refused(refusal))),
    };
    // Who asks for an outcome gets that one; faults that wait are for others.
    let (asked, fault) = match asked {
        Some(Asked {
            fault,
            customer,
            account,
        }) => (Some((customer, account)), fault),
        None => (None, shell.faults.take(route.call(), project_of(&head.headers))),
    };
    let body = match read(body).await? {
        Read::All(body) => body,
        Read::TooLong => return Ok(whole(&Reply::with(StatusCode::PAYLOAD_TOO_LARGE, codes::BAD_PARAMETER))),
    };
    match fault.as_ref().map(|fault| fault.kind) {
        Some(FaultKind::Hang) => return hang().await,
        Some(FaultKind::DropBefore) => return Err(Dropped),
        Some(FaultKind::Refuse) if matches!(route, Route::Toss(_)) => return Ok(whole(&toss::refused())),
        Some(FaultKind::Refuse) => return Ok(whole(&Reply::refused(PgRefusal(codes::BAD_PARAMETER)))),
        _ => {}
    }
    let is_toss = matches!(route, Route::Toss(_));
    if !is_toss && !shell.knows(&head.headers) {
        let reply = Reply::with(StatusCode::UNAUTHORIZED, codes::BAD_CREDENTIALS);
        return Ok(with_header(whole(&reply), WWW_AUTHENTICATE, "Basic realm=\"pg\""));
    }
    let (customer, account) = asked.unwrap_or_default();
    let counter = Counter::of(&shell, &head.headers).asked(customer, account);
    let told = match route {
        Route::Toss(call) => Ok(toss::perform(call, &counter, &head.headers, &body)),
        route => perform(&counter, route, head.uri.query().unwrap_or_default(), &body),
    };
    let reply = match told.unwrap_or_else(|refusal| ReplyTiming::Answer(Reply::refused(refusal))) {
        ReplyTiming::Answer(reply) => reply,
        ReplyTiming::Held => return hang().await,
        ReplyTiming::Silence => return Err(Dropped),
    };
    let reply = reply.signed(counter.visit.now_ms(), counter.secret_key);
    match fault {
        None => Ok(whole(&reply)),
        Some(fault) => broken(reply, fault).await,
    }
}

/// Carries out a call.
fn perform(counter: &Counter<'_>, route: Route<'_>, query: &str, body: &[u8]) -> Result<ReplyTiming<Reply>, PgRefusal> {
    let reply = match route {
        Route::Start => consents::start(counter, body),
        Route::Find { order_id } => consents::find(counter, &order_id, query),
        Route::Register => regist::register(counter, body),
        Route::Expire { bid } => expire::expire(counter, bid, body),
        Route::Charge { bid } => return payments::charge(counter, bid, body),
        Route::FindPayment { order_id } => payments::find(counter, &order_id, query),
        Route::FindTid { tid } => payments::find_tid(counter, tid, query),
        Route::NetCancel => return payments::net_cancel(counter, body),
        Route::Cancel { tid } => payments::cancel(counter, tid, body),
        Route::IssueReceipt => receipts::issue(counter, body),
        Route::CancelReceipt { tid } => receipts::cancel(counter, tid, body),
        Route::FindReceipt { order_id } => receipts::find(counter, &order_id, query),
        Route::Toss(_) => Err(PgRefusal(codes::BAD_PARAMETER)),
    };
    reply.map(ReplyTiming::Answer)
}

/// No answer. Dropped before its time when the client leaves.
async fn hang() -> Result<Response<Outgoing>, Dropped> {
    tokio::time::sleep(HANG).await;
    Err(Dropped)
}

/// A body that came.
enum Read {
    All(Bytes),
    TooLong,
}

async fn read(body: Incoming) -> Result<Read, Dropped> {
    let all = Limited::new(body, BODY_BYTES_MAX).collect();
    match tokio::time::timeout(BODY_TIMEOUT, all).await {
        Ok(Ok(body)) => Ok(Read::All(body.to_bytes())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Ok(Read::TooLong),
        Ok(Err(_)) | Err(_) => Err(Dropped),
    }
}

/// What a client sees of an answer that was given, and spoilt on its way.
async fn broken(mut reply: Reply, fault: Fault) -> Result<Response<Outgoing>, Dropped> {
    match fault.kind {
        // These were done before the commit.
        FaultKind::Hang | FaultKind::DropBefore | FaultKind::Refuse | FaultKind::DropAfter => Err(Dropped),
        FaultKind::Slow => {
            tokio::time::sleep(Duration::from_millis(fault.slow_ms)).await;
            Ok(whole(&reply))
        }
        FaultKind::BadGatewayAfter => {
            let mut response = Response::new(Outgoing::whole("<html><body>502 Bad Gateway</body></html>"));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            Ok(with_header(response, CONTENT_TYPE, "text/html"))
        }
        FaultKind::HalfBody => Ok(half(&reply)),
        FaultKind::WrongSignature => {
            if let Some(signature) = reply.signature_mut() {
                *signature = "0".repeat(signature.len());
            }
            Ok(whole(&reply))
        }
        FaultKind::Garbage => {
            let response = Response::new(Outgoing::whole("resultCode=0000&resultMsg=garbage"));
            Ok(with_header(response, CONTENT_TYPE, "application/json;charset=utf-8"))
        }
    }
}

fn whole(reply: &Reply) -> Response<Outgoing> {
    answer(reply.status, Outgoing::whole(reply.to_bytes()))
}

fn half(reply: &Reply) -> Response<Outgoing> {
    let mut bytes = reply.to_bytes();
    let length = HeaderValue::from(bytes.len());
    bytes.truncate(bytes.len() / 2);
    let mut response = answer(reply.status, Outgoing::Half(Half::Bytes(bytes.into())));
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response
}

fn answer(status: StatusCode, body: Outgoing) -> Response<Outgoing> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    with_header(response, CONTENT_TYPE, "application/json;charset=utf-8")
}

fn with_header(mut response: Response<Outgoing>, name: http::HeaderName, value: &'static str) -> Response<Outgoing> {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}
