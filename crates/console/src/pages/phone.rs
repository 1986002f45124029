//! `GET /console/phone`: the simulated customers' telephones, and answering them by hand.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::bank::Bank;
use domain::issuance::AuthType;
use domain::{EpochMs, ErrorCode, ReceiptId};
use gateway::{Answering, ArsCall, CallAnswer, Language, Role, WhichCalls};
use serde::Deserialize;

use crate::Console;
use crate::format::{self, filters};
use crate::keypad::{KeypadPresses, WRONG_MAX};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::words;

/// The keys, in their rows.
const KEYS: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
/// Calls that are over, at the foot of the page.
const OVER_MAX: usize = 20;
const HERE: &str = "/console/phone";

#[derive(Template)]
#[template(path = "phone.html")]
struct Telephones {
    frame: Frame,
    words: &'static words::Phone,
    triggers: String,
    is_by_hand: bool,
    may_act: bool,
    phones: Vec<Ringing>,
    over: Vec<Over>,
    /// What is read aloud when it changes.
    announcement: String,
    keys: [&'static str; 12],
}

/// A telephone that rings.
struct Ringing {
    id: String,
    caller: &'static str,
    /// 간편인증: a message in an app, with no keys to press.
    is_app: bool,
    phone: String,
    holder: String,
    bank: &'static str,
    order_name: String,
    says: String,
    says_lang: &'static str,
    /// What the customer really hears, where `says` is a translation.
    original: Option<String>,
    seconds: u64,
    /// `2 / 3`; empty before the first wrong key.
    wrong: String,
    is_left: bool,
}

/// A call that is over.
struct Over {
    id: String,
    at: String,
    phone: String,
    bank: &'static str,
    order_name: String,
    ended: &'static str,
    tone: &'static str,
}

/// The telephones that ring now, and the last ones that rang.
pub async fn show(State(console): State<Console>, context: PageContext) -> Result<Response, PageError> {
    if !context.operator.has_phones() {
        return Err(PageError::not_found(&context));
    }
    let unavailable = |refusal: domain::Refusal| PageError::refused(&context, &refusal);
    let answering = context.operator.answering(context.project).await.map_err(unavailable)?;
    let calls = context
        .operator
        .calls(context.project, WhichCalls::All)
        .await
        .map_err(unavailable)?;
    let words = words::Phone::of(context.language());
    let now = context.operator.now(context.project);
    let (ringing, over): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.at_pg.status == "ringing");
    let phones: Vec<_> = ringing
        .into_iter()
        .map(|call| Ringing::new(call, context.language(), words, &console.presses, now))
        .collect();
    Ok(page(&Telephones {
        frame: Frame::of(&context, Some(Section::Phone), words.title),
        words,
        triggers: live::triggers(&[Kind::Issuance, Kind::Call, Kind::Phone]),
        is_by_hand: answering == Answering::ByHand,
        may_act: context.person.role >= Role::Operator,
        announcement: announcement(words, &phones),
        phones,
        over: over
            .into_iter()
            .take(OVER_MAX)
            .map(|call| Over::new(call, words))
            .collect(),
        keys: KEYS,
    }))
}

impl Ringing {
    fn new(
        call: &ArsCall,
        language: Language,
        words: &'static words::Phone,
        presses: &KeypadPresses,
        now: EpochMs,
    ) -> Self {
        let (terms, at_pg) = (&call.issuance.terms, &call.at_pg);
        let pressed = presses.of(call.issuance.receipt_id);
        let is_app = terms.auth_type == AuthType::App;
        let (says, says_lang, original) = match language {
            Language::Korean => (at_pg.says.clone(), "ko", None),
            Language::English => (at_pg.says_in_english.clone(), "en", Some(at_pg.says.clone())),
        };
        Self {
            id: call.issuance.receipt_id.to_string(),
            caller: if is_app { words.caller_app } else { words.caller_ars },
            is_app,
            phone: at_pg.phone_masked.clone(),
            holder: terms.shown.holder_masked.clone(),
            bank: bank(&at_pg.bank_code),
            order_name: terms.order_name.clone(),
            says,
            says_lang,
            original,
            seconds: now.since_ms(EpochMs(at_pg.started_at_ms)) / 1000,
            wrong: match pressed.wrong {
                0 => String::new(),
                wrong => format!("{wrong} / {WRONG_MAX}"),
            },
            is_left: pressed.is_left,
        }
    }
}

impl Over {
    fn new(call: &ArsCall, words: &'static words::Phone) -> Self {
        let at_pg = &call.at_pg;
        let (ended, tone) = match at_pg.status.as_str() {
            "agreed" => (words.agreed, "good"),
            "refused" => (words.refused, "bad"),
            "noAnswer" => (words.no_answer, "bad"),
            "busy" => (words.busy, "bad"),
            "wrongKey" => (words.wrong_key, "bad"),
            "signerMismatch" => (words.signer_mismatch, "bad"),
            "expired" => (words.expired, "bad"),
            _ => (words.over, ""),
        };
        Self {
            id: call.issuance.receipt_id.to_string(),
            at: format::kst(&EpochMs(at_pg.started_at_ms).to_wire()),
            phone: at_pg.phone_masked.clone(),
            bank: bank(&at_pg.bank_code),
            order_name: call.issuance.terms.order_name.clone(),
            ended,
            tone,
        }
    }
}

fn bank(code: &str) -> &'static str {
    Bank::by_code(code).map_or("", |bank| bank.short_name())
}

fn announcement(words: &words::Phone, phones: &[Ringing]) -> String {
    match phones {
        [] => words.silent.to_owned(),
        [newest, ..] => format!(
            "{} ({}): {}, {}, {}",
            words.rings,
            phones.len(),
            newest.caller,
            newest.phone,
            newest.order_name
        ),
    }
}

/// What was pressed: a key of the keypad, or one of the buttons below it.
#[derive(Deserialize)]
pub struct PhoneForm {
    key: Option<String>,
    answer: Option<String>,
}

/// `POST /console/phone/{receipt_id}`: answers in the customer's place.
pub async fn press(
    State(console): State<Console>,
    context: PageContext,
    Path(receipt_id): Path<String>,
    Form(pressed): Form<PhoneForm>,
) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let receipt: ReceiptId = receipt_id.parse().map_err(|_| PageError::not_found(&context))?;
    if let Some(answer) = answer(&console.presses, receipt, &pressed) {
        match context
            .operator
            .answer_call(&context.person, context.project, receipt, answer)
            .await
        {
            Ok(()) => console.presses.forget(receipt),
            // Decided in the meantime: the page shows how.
            Err(refusal) if refusal.code == ErrorCode::SandboxRefused => console.presses.forget(receipt),
            Err(refusal) if refusal.code == ErrorCode::ReceiptNotFound => return Err(PageError::not_found(&context)),
            Err(refusal) => return Err(PageError::refused(&context, &refusal)),
        }
    }
    Ok(context.seen_after(HERE))
}

/// What the PG is told; `None` as long as the telephone goes on ringing.
fn answer(presses: &KeypadPresses, receipt: ReceiptId, pressed: &PhoneForm) -> Option<CallAnswer> {
    if pressed.answer.as_deref() == Some("let_ring") {
        presses.leave(receipt);
        return None;
    }
    if let Some(name) = &pressed.answer {
        return name.parse().ok();
    }
    match pressed.key.as_deref()? {
        "1" => Some(CallAnswer::Agree),
        "2" => Some(CallAnswer::Refuse),
        key if KEYS.contains(&key) => (presses.wrong(receipt) >= WRONG_MAX).then_some(CallAnswer::WrongKey),
        _ => None,
    }
}

#[derive(Deserialize)]
pub struct Chosen {
    answering: String,
}

/// `POST /console/phone`: who answers calls from now on.
pub async fn choose(context: PageContext, Form(chosen): Form<Chosen>) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let answering: Option<Answering> = chosen.answering.parse().ok();
    let Some(answering) = answering else {
        return Err(PageError::not_found(&context));
    };
    let set = context
        .operator
        .set_answering(&context.person, context.project, answering)
        .await;
    set.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after(HERE))
}
