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
    format!("{}원", amount.grouped())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_wires_without_its_zone() {
        assert_eq!(kst("2026-11-26T22:40:05+09:00"), "2026-11-26 22:40:05");
    }
}
