//! Account numbers: digits, lengths, and the kinds that cannot be debited.

use super::Bank;
use crate::error::{ErrorCode, Refusal};
use crate::sensitive::Sensitive;

/// The most digits an account may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountDigitsMax {
    /// 16: no Korean bank has longer ones.
    Live,
    /// 20: the SDKs' own samples have 17.
    Sandbox,
}

impl AccountDigitsMax {
    fn digits(self) -> usize {
        match self {
            Self::Live => 16,
            Self::Sandbox => 20,
        }
    }
}

/// A checked account number: digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account(Sensitive);

impl Account {
    /// Reads an account number of `bank` with or without hyphens and spaces.
    ///
    /// A length that the bank does not use is not an error: [`length_hint`](Self::length_hint) tells it. Alias accounts
    /// (평생계좌), deposit-only and virtual accounts are refused.
    pub fn parse(text: &str, bank: &Bank, max: AccountDigitsMax) -> Result<Self, Refusal> {
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ' | '.')).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !(7..=max.digits()).contains(&digits.len()) {
            let hint = format!("숫자 7~{max}자리 (7 to {max} digits)", max = max.digits());
            return Err(Refusal::new(ErrorCode::AccountInvalid, "bank_account").hint(hint));
        }
        if let Some(why) = not_debitable(&bank.code, &digits) {
            return Err(Refusal::new(ErrorCode::AccountNotDebitable, "bank_account").hint(why));
        }
        Ok(Self(Sensitive::new(digits)))
    }

    #[must_use]
    pub fn digits(&self) -> &Sensitive {
        &self.0
    }

    #[must_use]
    pub fn masked(&self) -> String {
        crate::mask::account(self.0.reveal())
    }

    /// What to tell the merchant when the bank has no accounts of this length.
    #[must_use]
    pub fn length_hint(&self, bank: &Bank) -> Option<String> {
        if bank.account_lengths.contains(&self.0.reveal().len()) {
            return None;
        }
        let lengths: Vec<_> = bank.account_lengths.iter().map(ToString::to_string).collect();
        Some(format!("{} accounts have {} digits", bank.code, lengths.join(", ")))
    }
}

/// Why an account of this shape cannot be debited, from the notes of the bank table.
fn not_debitable(bank_code: &str, digits: &str) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| digits.starts_with(prefix));
    match (bank_code, digits.len()) {
        ("003", 10 | 11) => Some("기업은행 평생계좌번호(별칭)입니다 (a lifetime alias, not an account)"),
        ("004", 10 | 11) if starts(&["0"]) => Some("입금 전용 계좌입니다 (deposit only)"),
        ("011", 13) if starts(&["351", "352", "355", "356"]) => {
            Some("지역농축협(012) 계좌입니다 (belongs to 012, which takes no automatic transfers)")
        }
        ("088", 14) if starts(&["560", "561"]) => Some("출금할 수 없는 계좌입니다 (cannot be debited)"),
        ("089", 10) if starts(&["9"]) => Some("출금할 수 없는 계좌입니다 (cannot be debited)"),
        ("089", 14) if starts(&["7", "9"]) => Some("출금할 수 없는 계좌입니다 (cannot be debited)"),
        ("092", _) if starts(&["17", "19"]) => Some("가상계좌입니다 (a virtual account)"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(code: &str, text: &str) -> Result<Account, ErrorCode> {
        let bank = Bank::by_code(code).unwrap();
        Account::parse(text, bank, AccountDigitsMax::Live).map_err(|refusal| refusal.code)
    }

    #[test]
    fn separators_do_not_count_and_lengths_do() {
        assert_eq!(
            parse("004", "123-4567 8901234").unwrap().digits().reveal(),
            "12345678901234"
        );
        for bad in ["123456", "12345678901234567", "1234567890123a", "１２３４５６７８"] {
            assert_eq!(parse("004", bad), Err(ErrorCode::AccountInvalid), "{bad}");
        }
        let bank = Bank::by_code("004").unwrap();
        assert!(Account::parse("67561234123492472", bank, AccountDigitsMax::Sandbox).is_ok());
    }

    #[test]
    fn a_length_that_the_bank_does_not_use_is_only_a_hint() {
        let bank = Bank::by_code("092").unwrap();
        let account = Account::parse("1000000000001", bank, AccountDigitsMax::Live).unwrap();
        assert!(account.length_hint(bank).unwrap().contains("12 digits"));
    }

    #[test]
    fn alias_deposit_only_and_virtual_accounts_are_refused() {
        let cases = [
            ("003", "0101234567"),
            ("004", "0123456789"),
            ("011", "3521234567890"),
            ("088", "56012345678901"),
            ("089", "9123456789"),
            ("089", "71234567890123"),
            ("092", "170000000001"),
        ];
        for (code, account) in cases {
            assert_eq!(
                parse(code, account),
                Err(ErrorCode::AccountNotDebitable),
                "{code} {account}"
            );
        }
        assert!(parse("003", "01234567890123").is_ok());
    }
}
