//! Acts about a mandate.

use std::sync::Arc;

use domain::key::KeyDestroyed;
use domain::mandate::{KeyEnd, MandateAct, WORDING_CHARACTERS_MAX, Withdrawal, keepable};
use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal, mask, text};
use store::{CommitError, CommitRefused};

use crate::ledger::mandate_record::{ToldOfMandate, event_name};
use crate::services::Services;
use crate::services::key::{self, Reserves, by_key};

/// Puts what the merchant did on record.
///
/// Errors: `RC_NOT_FOUND`; `SUBSCRIBE_BK_EXPIRED` for a new price of a mandate that has ended.
pub async fn act(services: &Services, project: ProjectId, id: BillingKeyId, act: MandateAct) -> Result<(), Refusal> {
    let key = by_key(services, project, id).await?;
    let last = services.store().last_mandate_event(project, key.receipt_id).await?;
    if last.is_some_and(|last| last.number >= EVENTS_MAX) {
        let refusal = Refusal::new(ErrorCode::FieldInvalid, "event");
        return Err(refusal.hint(format!("기록은 {EVENTS_MAX}건까지 (at most {EVENTS_MAX} events)")));
    }
    let told = ToldOfMandate::act(key.receipt_id, services.now_of(project), &act);
    // Also of a mandate's end the payer may be told.
    let rests_on = match act {
        MandateAct::PriceChange(_) => key.still_active(),
        MandateAct::Notice(_) => key.still_on_record(),
    };
    let committed = services
        .ledger
        .commit_told(project, vec![rests_on.into()], &[told])
        .await;
    committed.map_err(|error| match error {
        CommitError::Refused(CommitRefused::LostRace) => Refusal::of(ErrorCode::KeyExpired),
        other => other.into(),
    })
}

const CHANNEL_CHARACTERS_MAX: usize = 50;
const REASON_CHARACTERS_MAX: usize = 500;
/// Of one mandate; only a withdrawal is taken after that.
const EVENTS_MAX: u32 = 1_000;

/// A withdrawal as it goes on record. It is not refused for a number that somebody wrote into it: that is hidden.
///
/// Errors: `FIELD_INVALID`, naming the field.
pub fn withdrawal(channel: Option<String>, reason: Option<String>) -> Result<Withdrawal, Refusal> {
    let hidden = |text: String| mask::free_text(&text::line(&text));
    Ok(Withdrawal {
        channel: hidden(needed(channel, "channel", CHANNEL_CHARACTERS_MAX)?),
        reason: short(reason, "reason", REASON_CHARACTERS_MAX)?.map(hidden),
    })
}

/// How something was said, as it goes on record.
pub fn channel(sent: Option<String>) -> Result<String, Refusal> {
    let channel = text::line(&needed(sent, "channel", CHANNEL_CHARACTERS_MAX)?);
    keepable(&channel, "channel").map(|()| channel)
}

/// What the payer was shown, as it goes on record.
pub fn wording(sent: Option<String>) -> Result<String, Refusal> {
    let wording = needed(sent, "wording", WORDING_CHARACTERS_MAX)?;
    keepable(&wording, "wording").map(|()| wording)
}

fn short(sent: Option<String>, name: &'static str, most: usize) -> Result<Option<String>, Refusal> {
    let sent = sent.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if sent.as_deref().is_some_and(|text| text::length(text) > most) {
        let hint = format!("{most}자 이하 (at most {most} characters)");
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint(hint));
    }
    Ok(sent)
}

fn needed(sent: Option<String>, name: &'static str, most: usize) -> Result<String, Refusal> {
    short(sent, name, most)?.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, name))
}

/// The payer takes the consent back: the key is dead from now on, its reserves are revoked, and that it was the payer's own act
/// is on record. Of a key that the merchant has destroyed before, it is only put on record.
///
/// Errors: `RC_NOT_FOUND`; `SUBSCRIBE_BK_EXPIRED` when it was withdrawn already.
pub async fn withdraw(
    services: &Arc<Services>,
    project: ProjectId,
    id: BillingKeyId,
    end: KeyEnd,
) -> Result<(), Refusal> {
    let key = by_key(services, project, id).await?;
    if !key.is_destroyed() {
        return key::destroy(services, project, id, Reserves::Revoked, end).await;
    }
    let events = services.store().mandate_events(project, key.receipt_id).await?;
    if events
        .iter()
        .any(|event| event_name(&event.entry).as_deref() == Some("withdrawn"))
    {
        return Err(Refusal::of(ErrorCode::KeyExpired));
    }
    let (billing_key, receipt_id, at) = (key.id, key.receipt_id, services.now_of(project));
    let told = ToldOfMandate::ended(&KeyDestroyed {
        billing_key,
        receipt_id,
        at,
        end,
    });
    let changes = vec![key.still_on_record().into()];
    Ok(services.ledger.commit_told(project, changes, &[told]).await?)
}
