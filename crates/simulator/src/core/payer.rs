//! Who is called, as far as the bank remembers it: fingerprints and a masked phone.

use nicepay::payment::ReceiptType;
use nicepay::wire::PayerFields;
use zeroize::Zeroizing;

use super::debit::DebitScenario;
use super::fingerprint::{FingerprintKey, SimulatorFingerprint};
use super::issue_receipt::read_number;
use super::receipt::StandingReceipt;
use super::scenario::Scenario;

/// What is left of [`PayerFields`] once they were checked; holds nothing that must not be printed.
pub struct SimulatedPayer {
    pub bank_code: Box<str>,
    pub account: SimulatorFingerprint,
    pub phone: SimulatorFingerprint,
    /// `010****5678`
    pub phone_masked: Box<str>,
    /// How this phone behaves unless the control API says otherwise.
    pub usual: Scenario,
    /// How this account behaves when it is debited.
    pub debit: DebitScenario,
    /// What every charge of the key brings, when cash receipts were asked for.
    pub cash_receipt: Option<StandingReceipt>,
}

impl SimulatedPayer {
    /// `None` when a field is missing or malformed: bank code 3 digits, account 6–20, id number 6 (birth date) or 10
    /// (business number) and never 13 (a resident number may not be taken), phone 9–12.
    #[must_use]
    pub fn read(fields: &PayerFields, fingerprints: &FingerprintKey) -> Option<Self> {
        let bank_code = digits(&fields.bank_code).filter(|code| code.len() == 3)?;
        let account = digits(&fields.account_no).filter(|account| (6..=20).contains(&account.len()))?;
        digits(&fields.id_no).filter(|id| matches!(id.len(), 6 | 10))?;
        if fields.holder.trim().is_empty() {
            return None;
        }
        let phone = Phone::read(&fields.tel, fingerprints)?;
        Some(Self {
            account: fingerprints.account(&bank_code, &account),
            debit: DebitScenario::of_account(&account),
            cash_receipt: standing_receipt(fields, fingerprints),
            bank_code: bank_code.as_str().into(),
            phone: phone.mark,
            phone_masked: phone.masked,
            usual: phone.usual,
        })
    }
}

/// Without a number of its own it is the payer's phone, or business number. What is no number brings no receipts.
fn standing_receipt(fields: &PayerFields, fingerprints: &FingerprintKey) -> Option<StandingReceipt> {
    let (receipt_type, usual) = match fields.cash_receipt_type.trim() {
        "소득공제" | "1" => (ReceiptType::Individual, &fields.tel),
        "지출증빙" | "2" => (ReceiptType::Company, &fields.id_no),
        _ => return None,
    };
    let number = match fields.cash_receipt_no.trim() {
        "" => usual,
        number => number,
    };
    Some(StandingReceipt {
        receipt_type,
        number: read_number(number, fingerprints)?,
    })
}

/// A phone number as the bank remembers it.
pub struct Phone {
    pub mark: SimulatorFingerprint,
    pub masked: Box<str>,
    pub usual: Scenario,
}

impl Phone {
    /// `None` unless `text` has 9 to 12 digits, separators aside.
    #[must_use]
    pub fn read(text: &str, fingerprints: &FingerprintKey) -> Option<Self> {
        let digits = digits(text).filter(|phone| (9..=12).contains(&phone.len()))?;
        Some(Self {
            mark: fingerprints.phone(&digits),
            masked: mask(&digits),
            usual: Scenario::of_phone(&digits),
        })
    }
}

/// The digits of `text` without `-`, `.` and blanks; `None` when anything else is in it. Wiped when dropped.
pub fn digits(text: &str) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            '-' | '.' | ' ' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// The first three and the last four digits of a phone.
fn mask(digits: &str) -> Box<str> {
    let hidden = digits.len() - 7;
    format!("{}{}{}", &digits[..3], "*".repeat(hidden), &digits[3 + hidden..]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_do_not_make_another_phone() {
        let fingerprints = FingerprintKey::with_key(&[7; 32]);
        let plain = Phone::read("01000000001", &fingerprints).unwrap();
        let hyphened = Phone::read("010-0000-0001", &fingerprints).unwrap();
        assert!(plain.mark == hyphened.mark);
        assert_eq!(hyphened.masked.as_ref(), "010****0001");
        assert_eq!(hyphened.usual, Scenario::Refuses);
        assert!(Phone::read("010-0000-000a", &fingerprints).is_none());
    }

    #[test]
    fn a_resident_number_is_not_taken() {
        let fingerprints = FingerprintKey::with_key(&[7; 32]);
        let mut fields = PayerFields {
            bank_code: "004".into(),
            account_no: "123-456-7890".into(),
            holder: "홍길동".into(),
            id_no: "9001011234567".into(),
            tel: "01012345678".into(),
            cash_receipt_type: String::new(),
            cash_receipt_no: String::new(),
        };
        assert!(SimulatedPayer::read(&fields, &fingerprints).is_none());
        fields.id_no = "900101".into();
        assert!(SimulatedPayer::read(&fields, &fingerprints).is_some());
    }
}
