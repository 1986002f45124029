//! Which bank a merchant means: by name, alias or code.

use super::name::{compared, form, read};
use super::{BANKS, Bank};
use crate::error::{ErrorCode, Refusal};

/// More banks than this that are equally near say that none is meant.
const NEAREST_MAX: usize = 3;
/// Shorter names stand in other words by chance.
const CONTAINED_MIN: usize = 2;

/// Finds the bank that `name` (a name, an alias or a code) means; without a name, the one that `code` means.
///
/// Errors: 2350 for a name that is no bank, or a bank without automatic transfers; 2356 when there is no name and the
/// code is blank or unknown, or when name and code mean two different banks.
pub fn find(name: Option<&str>, code: Option<&str>) -> Result<&'static Bank, Refusal> {
    let by_code = code.and_then(read);
    let (bank, field) = match name {
        Some(name) => {
            let bank = read(name).ok_or_else(|| {
                let refusal = Refusal::new(ErrorCode::BankNotFound, "bank_name");
                refusal.hint(nearest(name).unwrap_or_else(|| "국민은행, 국민, 004".to_owned()))
            })?;
            (bank, "bank_name")
        }
        None => {
            let bank = by_code.ok_or_else(|| {
                let near = code.and_then(nearest).unwrap_or_else(|| "004 (국민은행)".to_owned());
                Refusal::new(ErrorCode::BankCodeBlank, "bank_code").hint(near)
            })?;
            (bank, "bank_code")
        }
    };
    if !bank.auto_transfer {
        // Names no bank: what a hint names can be sent.
        return Err(Refusal::new(ErrorCode::BankNotFound, field).hint(
            "자동이체를 지원하지 않습니다: 다른 은행의 계좌 (takes no automatic transfers: an account of another bank)",
        ));
    }
    if by_code.is_some_and(|other| other.code != bank.code) {
        return Err(Refusal::new(ErrorCode::BankCodeBlank, "bank_code").hint(format!("{} ({})", bank.code, bank.name)));
    }
    Ok(bank)
}

/// The banks whose names are nearest, for a hint: `국민은행 (004)`. `None` when none is near, or a nearest one takes no
/// automatic transfers.
fn nearest(name: &str) -> Option<String> {
    // Without `은행` first, which makes any two banks look alike; whole for who misspelt even that.
    near(name, form)
        .or_else(|| near(name, compared))
        .or_else(|| contained(name))
}

fn near(name: &str, form: fn(&str) -> String) -> Option<String> {
    let names: Vec<(String, &Bank)> = BANKS
        .iter()
        .flat_map(|bank| bank.names().map(move |name| (form(name), bank)))
        .collect();
    let near = crate::suggest::suggestions(&form(name), names.iter().map(|(name, _)| name.as_str()));
    shown(
        names
            .iter()
            .filter(|(name, _)| near.contains(&name.as_str()))
            .map(|(_, bank)| *bank),
    )
}

/// The banks whose Korean names stand in a longer text, such as one with a branch.
fn contained(text: &str) -> Option<String> {
    let text = compared(text);
    let is_in = |name: &str| {
        let name = form(name);
        let is_korean = name.chars().all(|letter| ('가'..='힣').contains(&letter));
        is_korean && name.chars().count() >= CONTAINED_MIN && text.contains(&name)
    };
    shown(BANKS.iter().filter(|bank| bank.names().any(is_in)))
}

fn shown<'a>(found: impl Iterator<Item = &'a Bank>) -> Option<String> {
    let mut banks: Vec<String> = Vec::new();
    for bank in found.filter(|bank| bank.auto_transfer) {
        let shown = format!("{} ({})", bank.name, bank.code);
        if !banks.contains(&shown) {
            banks.push(shown);
        }
    }
    (!banks.is_empty() && banks.len() <= NEAREST_MAX).then(|| banks.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(name: Option<&str>, code: Option<&str>) -> Result<&'static str, ErrorCode> {
        find(name, code)
            .map(|bank| bank.code.as_str())
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_bank_is_found_by_name_alias_and_code() {
        for name in ["국민", "국민은행", "KB국민은행", "kb 국민은행", "004", "4"] {
            assert_eq!(code_of(Some(name), None), Ok("004"), "{name}");
        }
        assert_eq!(code_of(None, Some("088")), Ok("088"));
        assert_eq!(code_of(Some("대구은행"), None), Ok("031"));
    }

    #[test]
    fn a_wrong_name_is_2350_and_a_missing_or_wrong_code_2356() {
        assert_eq!(code_of(Some("없는은행"), None), Err(ErrorCode::BankNotFound));
        assert_eq!(code_of(Some("없는은행"), Some("004")), Err(ErrorCode::BankNotFound));
        assert_eq!(code_of(None, None), Err(ErrorCode::BankCodeBlank));
        assert_eq!(code_of(None, Some("999")), Err(ErrorCode::BankCodeBlank));
        assert_eq!(code_of(Some("국민"), Some("088")), Err(ErrorCode::BankCodeBlank));
        assert_eq!(code_of(Some("국민"), Some("nonsense")), Ok("004"));
        assert_eq!(code_of(None, Some("국민은행 (004)")), Ok("004"));
    }

    #[test]
    fn a_near_miss_is_hinted() {
        let hint = |name: &str| find(Some(name), None).unwrap_err().hint.unwrap_or_default();
        for (sent, meant) in [
            ("국만은행", "국민은행 (004)"),
            ("궁민은행", "국민은행 (004)"),
            ("신안은행", "신한은행 (088)"),
            ("우이은행", "우리은행 (020)"),
            ("농엽", "농협은행 (011)"),
            ("카카오뱅쿠", "카카오뱅크 (090)"),
            ("토쓰뱅크", "토스뱅크 (092)"),
            ("kb국민은헹", "국민은행 (004)"),
        ] {
            assert_eq!(hint(sent), meant, "{sent}");
        }
        assert_eq!(hint("없는은행"), "국민은행, 국민, 004");
    }

    /// Every name with one slip in one letter still names its bank, alone or beside the few that are as near.
    #[test]
    fn one_slip_in_any_name_still_finds_the_bank() {
        let slip = |name: &str| {
            let mut letters: Vec<char> = name.chars().collect();
            // Another final or medial part of the first syllable.
            letters[0] = char::from_u32(letters[0] as u32 + 1).unwrap_or('가');
            letters.into_iter().collect::<String>()
        };
        for bank in BANKS
            .iter()
            .filter(|bank| bank.auto_transfer)
            .filter(|bank| ('가'..'힣').contains(&bank.name.chars().next().unwrap_or('a')))
        {
            let sent = slip(&bank.name);
            let Err(refusal) = find(Some(&sent), None) else {
                continue;
            };
            let hint = refusal.hint.unwrap_or_default();
            assert!(hint.contains(&bank.name), "{sent}: {hint}");
        }
    }

    #[test]
    fn a_bank_without_transfers_says_so_and_names_the_field_it_came_in() {
        for (name, code, field) in [
            (Some("저축은행"), None, "bank_name"),
            (Some("SBI저축은행"), Some("004"), "bank_name"),
            (None, Some("012"), "bank_code"),
        ] {
            let refusal = find(name, code).unwrap_err();
            assert_eq!((refusal.code, refusal.field), (ErrorCode::BankNotFound, Some(field)));
            assert!(refusal.hint.is_some_and(|hint| hint.contains("자동이체")));
        }
    }

    #[test]
    fn a_bank_with_its_branch_is_hinted_and_a_misspelt_one_without_transfers_is_not() {
        let hint = |name: &str| find(Some(name), None).unwrap_err().hint.unwrap_or_default();
        assert_eq!(hint("국민은행 강남역지점"), "국민은행 (004)");
        assert_eq!(hint("NG농협"), "농협은행 (011)");
        assert_eq!(hint("저축은헹"), "국민은행, 국민, 004");
    }
}
