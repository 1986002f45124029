//! Banks as people write them.

use jadong_domain::ErrorCode;
use jadong_domain::bank::{BANKS, Bank, find};
use proptest::prelude::*;
use proptest::sample::select;
use unicode_normalization::UnicodeNormalization;

fn names() -> Vec<(String, &'static Bank)> {
    let codes = |bank: &'static Bank| [bank.code.clone(), bank.code.trim_start_matches('0').to_owned()];
    BANKS
        .iter()
        .flat_map(|bank| {
            let names = bank.names().map(str::to_owned).chain(codes(bank));
            names.map(move |name| (name, bank))
        })
        .collect()
}

fn full_width(text: &str) -> String {
    let widen = |letter: char| match letter {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(letter as u32 + 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars().map(widen).collect()
}

/// What people do to a bank's name; each may follow another.
fn decorated(text: &str, how: u8, place: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (before, after) = letters.split_at(place % (letters.len() + 1));
    let (before, after): (String, String) = (before.iter().collect(), after.iter().collect());
    let is_code = text
        .chars()
        .all(|letter| letter.is_numeric() || !letter.is_alphanumeric());
    match how {
        0 => format!("{before} {after}"),
        1 => text.to_uppercase(),
        2 => text.to_lowercase(),
        3 => full_width(text),
        4 => format!("({text})"),
        5 => format!("[{text}]"),
        6 if !is_code => format!("{text}은행"),
        7 if !is_code => format!("{text} Bank"),
        8 => text.nfd().collect(),
        9 => format!("\u{200b}{text}\u{feff}"),
        10 if !is_code => format!("{before}.{after}"),
        11 => format!("\u{a0}{text}\t"),
        _ => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn every_name_is_found_however_it_is_written(
        (name, bank) in select(names()),
        how in proptest::collection::vec((0..12_u8, any::<usize>()), 0..4),
        company in select(vec!["", "(주)", "㈜ ", "주식회사 "]),
    ) {
        let sent = company.to_owned() + &how.iter().fold(name, |text, (how, place)| decorated(&text, *how, *place));
        match find(Some(&sent), None) {
            Ok(found) => prop_assert_eq!((&found.code, bank.auto_transfer), (&bank.code, true), "{}", sent),
            Err(refusal) => {
                prop_assert!(!bank.auto_transfer, "{sent}");
                prop_assert_eq!(refusal.code, ErrorCode::BankNotFound);
            }
        }
    }

}

proptest! {
    // A hint compares with every name.
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// One letter of a name goes wrong, is lost or doubled: found, or refused with a hint whose every bank can be sent.
    #[test]
    fn a_hint_holds((name, _) in select(names()), place in any::<usize>(), slip in 0..3_u8, other in any::<char>()) {
        let mut letters: Vec<char> = name.chars().collect();
        let place = place % letters.len();
        match slip {
            0 => letters[place] = other,
            1 => drop(letters.remove(place)),
            _ => letters.insert(place, other),
        }
        check_hint(&letters.into_iter().collect::<String>())?;
    }

    #[test]
    fn any_text_is_found_or_refused_with_a_hint_that_holds(text in "[가-힣a-zA-Z0-9 ()저축농협은행KB-]{0,12}") {
        check_hint(&text)?;
    }
}

fn check_hint(sent: &str) -> Result<(), TestCaseError> {
    for refusal in [find(Some(sent), None), find(None, Some(sent))]
        .into_iter()
        .filter_map(Result::err)
    {
        let hint = refusal.hint.unwrap_or_default();
        for bank in BANKS.iter().filter(|bank| !bank.auto_transfer) {
            prop_assert!(!hint.contains(&bank.name), "{sent}: {hint}");
        }
        if hint.contains("자동이체") {
            continue;
        }
        for named in hint.split(", ") {
            prop_assert!(find(Some(named), None).is_ok(), "{sent}: {named}");
            prop_assert!(find(None, Some(named)).is_ok(), "{sent}: {named}");
        }
    }
    Ok(())
}

#[test]
fn what_people_write_is_read() {
    for (code, written) in [
        (
            "004",
            "KB국민 ＫＢ국민은행 kb국민은행 국민은행(KB) [004]국민 Kookmin (주)국민은행 ㈜국민은행",
        ),
        ("011", "NH농협 nh농협은행 농협(NH) ＮＨ농협"),
        ("003", "IBK기업 ibk 기업은행(IBK) 중소기업은행"),
        ("071", "우체국은행 우체국 우체국예금"),
        ("090", "kakaobank KakaoBank 카카오뱅크 카카오은행 카뱅 Kakao_Bank"),
        ("092", "TossBank 토스은행 toss 토스bank"),
        ("089", "Kbank K뱅크 케이뱅크은행 k-bank K은행"),
        ("088", "ShinhanBank SHINHAN 신한은행(088)"),
        ("031", "iM뱅크 im은행 iM뱅크(구대구은행) DGB대구"),
        ("023", "SC제일 SC제일은행(구제일은행) SC"),
        ("081", "KEB하나 하나은행(외환) 005"),
        ("045", "MG새마을금고 mg 새마을금고중앙회"),
        ("007", "Sh수협 수협은행 sh"),
    ] {
        for name in written.split(' ') {
            assert_eq!(
                find(Some(name), None).map(|bank| bank.code.as_str()).ok(),
                Some(code),
                "{name}"
            );
        }
    }
}
