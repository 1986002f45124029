//! How times and money look on a page.

/// Filters of the templates.
pub mod filters {
    /// `2026-11-26 22:40:05` from the wire's form, which is Korean time already.
    #[askama::filter_fn]
    pub fn kst(wire: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(super::kst(&wire.to_string()))
    }
}

/// An error's sentence.
pub fn sentence(code: domain::ErrorCode, language: gateway::Language) -> &'static str {
    match language {
        gateway::Language::Korean => code.korean(),
        gateway::Language::English => code.english(),
    }
}

/// `2026-11-26 22:40:05` from `2026-11-26T22:40:05+09:00`.
pub fn kst(wire: &str) -> String {
    wire.chars().take(19).collect::<String>().replacen('T', " ", 1)
}

/// `2026-11-26` and `22:40:05`, in Korean time.
pub fn date_and_clock(at: domain::EpochMs) -> (String, String) {
    let shown = kst(&at.to_wire());
    match shown.split_once(' ') {
        Some((date, clock)) => (date.to_owned(), clock.to_owned()),
        None => (shown, String::new()),
    }
}

/// `9,900원`.
pub fn won(amount: domain::Won) -> String {
    let digits = amount.get().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push('원');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_by_three() {
        let shown = |amount: u64| won(domain::Won::new(amount).unwrap());
        assert_eq!(shown(0), "0원");
        assert_eq!(shown(999), "999원");
        assert_eq!(shown(9_900), "9,900원");
        assert_eq!(shown(1_234_567), "1,234,567원");
    }

    #[test]
    fn a_time_is_the_wires_without_its_zone() {
        assert_eq!(kst("2026-11-26T22:40:05+09:00"), "2026-11-26 22:40:05");
    }
}
