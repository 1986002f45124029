//! Acts about a mandate.

use std::sync::Arc;

use domain::mandate::{MandateAct, Withdrawal};
use domain::transition::Actor;
use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal, sensitive_text, text};
use store::{CommitError, CommitRefused};

use crate::ledger::mandate_record::ToldOfMandate;
use crate::services::Services;
use crate::services::key::{self, Reserves, by_key};

/// Puts what the merchant did on record.
///
/// Errors: `RC_NOT_FOUND`; `SUBSCRIBE_BK_EXPIRED` for a new price of a mandate that has ended.
pub async fn act(services: &Services, project: ProjectId, id: BillingKeyId, act: MandateAct) -> Result<(), Refusal> {
    let key = by_key(services, project, id).await?;
    let told = ToldOfMandate::act(key.receipt_id, services.now_of(project), &act);
    // Also of a mandate's end the payer may be told.
    let needs_key = matches!(act, MandateAct::PriceChange(_));
    let changes = needs_key.then(|| key.still_active().into()).into_iter().collect();
    let committed = services.ledger.commit_told(project, changes, &[told]).await;
    committed.map_err(|error| match error {
        CommitError::Refused(CommitRefused::LostRace) => Refusal::of(ErrorCode::KeyExpired),
        other => other.into(),
    })
}

const CHANNEL_CHARACTERS_MAX: usize = 50;
const REASON_CHARACTERS_MAX: usize = 500;

/// A withdrawal as it goes on record. Errors: `FIELD_INVALID`, `SUBSCRIBE_AT_SENSITIVE_TEXT`, naming the field.
pub fn withdrawal(channel: String, reason: Option<String>, by: Actor) -> Result<Withdrawal, Refusal> {
    Ok(Withdrawal {
        channel: needed(Some(channel), "channel", CHANNEL_CHARACTERS_MAX)?,
        reason: told(reason, "reason", REASON_CHARACTERS_MAX)?,
        by,
    })
}

/// How something was said, as it goes on record.
pub fn channel(sent: Option<String>) -> Result<String, Refusal> {
    needed(sent, "channel", CHANNEL_CHARACTERS_MAX)
}

/// What the payer was shown, as it goes on record.
pub fn wording(sent: Option<String>) -> Result<String, Refusal> {
    needed(sent, "wording", domain::mandate::WORDING_CHARACTERS_MAX)
}

/// A text that goes on record, and so holds nothing that must not be kept.
fn told(sent: Option<String>, name: &'static str, most: usize) -> Result<Option<String>, Refusal> {
    let sent = sent.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let Some(sent) = sent else {
        return Ok(None);
    };
    if text::length(&sent) > most {
        let hint = format!("{most}자 이하 (at most {most} characters)");
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint(hint));
    }
    sensitive_text::refuse_shapes(&sent, name)?;
    Ok(Some(sent))
}

fn needed(sent: Option<String>, name: &'static str, most: usize) -> Result<String, Refusal> {
    told(sent, name, most)?.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, name))
}

/// The payer takes the consent back: the key is dead from now on, its reserves are revoked, and that it was the payer's own act
/// is on record.
///
/// Errors: `RC_NOT_FOUND`; `SUBSCRIBE_BK_EXPIRED` when it has ended already.
pub async fn withdraw(
    services: &Arc<Services>,
    project: ProjectId,
    id: BillingKeyId,
    withdrawal: Withdrawal,
) -> Result<(), Refusal> {
    key::destroy(services, project, id, Reserves::Revoked, Some(withdrawal)).await
}
