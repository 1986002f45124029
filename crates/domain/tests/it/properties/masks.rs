//! What may be shown never shows too much.

use jadong_domain::{mask, text};
use proptest::prelude::*;

proptest! {
    #[test]
    fn an_account_mask_never_shows_the_last_five_digits(digits in "[0-9]{5,20}") {
        let masked = mask::account(&digits);
        let (shown, hidden) = masked.split_at(masked.find('*').expect("something is hidden"));
        prop_assert_eq!(masked.len(), digits.len());
        prop_assert!(digits.starts_with(shown));
        prop_assert!(hidden.len() >= 5 && hidden.bytes().all(|byte| byte == b'*'), "{}", masked);
    }

    #[test]
    fn a_holder_mask_hides_at_least_one_character_and_nothing_in_front(name in "\\PC{1,40}") {
        let masked = mask::holder(&name);
        let name = text::nfc(&name);
        let length = name.chars().count();
        prop_assert_eq!(masked.chars().count(), length);
        prop_assert!(masked.ends_with('*') && !masked.contains(char::is_numeric));
        prop_assert_eq!(masked.chars().take(length * 2 / 3).collect::<String>(),
            mask::digits(&name.chars().take(length * 2 / 3).collect::<String>()));
    }

    #[test]
    fn a_phone_mask_shows_at_most_seven_digits(digits in "0[0-9]{8,10}") {
        let masked = mask::phone(&digits);
        prop_assert_eq!(masked.len(), digits.len());
        prop_assert_eq!(masked.bytes().filter(|byte| *byte != b'*').count(), 7);
    }

    #[test]
    fn a_mask_takes_any_text_without_a_panic(text in "\\PC*") {
        let _ = (mask::account(&text), mask::phone(&text), mask::holder(&text), mask::free_text(&text));
    }

    #[test]
    fn a_pg_text_keeps_no_run_of_six_digits(
        before in "[가-힣 ]{0,9}", digits in "[0-9]([-]?[0-9]){5,19}", after in "[가-힣 ]{0,9}",
    ) {
        let hidden = mask::free_text(&format!("{before}{digits}{after}"));
        prop_assert!(!hidden.contains(|character: char| character.is_ascii_digit()), "{}", hidden);
    }

    /// However somebody writes a telephone or a business number down.
    #[test]
    fn free_text_keeps_no_number_whatever_is_between_its_digits(
        before in "[가-힣 :]{0,9}", number in "[0-9](( |\\.|-|·|/|–|\\) |[0-9０-９])[0-9]){5,12}", after in "[가-힣 ]{0,9}",
    ) {
        let hidden = mask::free_text(&format!("{before}{number}{after}"));
        prop_assert!(!hidden.contains(char::is_numeric), "{} of {}", hidden, number);
        prop_assert!(hidden.starts_with(&before) && hidden.ends_with(&after), "{} of {}", hidden, number);
    }

    #[test]
    fn free_text_is_left_alone_where_it_names_no_number(text in "[가-힣a-z .,-]{0,20}[0-9]{0,5}[가-힣]{1,3}") {
        prop_assert_eq!(mask::free_text(&text), text);
    }
}
