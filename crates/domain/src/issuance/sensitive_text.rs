//! Stored text that would carry a number which must not be stored.

use super::Terms;
use super::request::Payer;
use crate::error::{ErrorCode, Refusal};
use crate::identity::Identity;
use crate::sensitive::Sensitive;

/// A cash receipt number is a phone, business or card number; shorter texts occur by chance.
const TELLING_LENGTH: usize = 8;

/// A stored field must not carry what must not be stored. A birth date is left out: six digits occur by chance.
pub fn refuse(terms: &Terms, payer: &Payer) -> Result<(), Refusal> {
    // Without its leading zero it is also found behind a +82.
    let phone = Sensitive::new(payer.phone.digits().reveal().trim_start_matches('0'));
    let mut secrets = vec![payer.account.digits(), &phone];
    if let Identity::BusinessNumber(number) = &payer.identity {
        secrets.push(number);
    }
    let receipt_identity = payer.cash_receipt_identity.as_ref().map(without_separators);
    secrets.extend(
        receipt_identity
            .as_ref()
            .filter(|text| text.reveal().len() >= TELLING_LENGTH),
    );
    let stored = [
        ("subscription_id", &terms.subscription_id),
        ("order_name", &terms.order_name),
        ("username", &terms.shown.holder_masked),
        ("metadata", &terms.metadata),
    ];
    for (name, text) in stored {
        // In JSON a digit may be written as an escape: `\u0031`.
        let text = Sensitive::new(text.replace("\\u003", ""));
        let digits = without_separators(&text);
        if secrets.iter().any(|secret| digits.reveal().contains(secret.reveal())) {
            return Err(Refusal::new(ErrorCode::SensitiveText, name));
        }
    }
    Ok(())
}

fn without_separators(text: &Sensitive) -> Sensitive {
    let kept = text.reveal().chars().filter(|c| !matches!(c, '-' | ' ' | '.'));
    Sensitive::new(kept.collect::<String>())
}
