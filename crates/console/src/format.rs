//! How times and money look on a page.

/// Filters of the templates.
pub mod filters {
    /// `2026-11-26 22:40:05` from the wire's form, which is Korean time already.
    #[askama::filter_fn]
    pub fn kst(wire: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(super::kst(&wire.to_string()))
    }

    /// A lesson's words: what stands between backticks is code.
    #[askama::filter_fn]
    pub fn ticked(
        text: impl std::fmt::Display,
        _: &dyn askama::Values,
    ) -> askama::Result<askama::filters::Safe<String>> {
        Ok(askama::filters::Safe(super::ticked(&text.to_string())))
    }
}

/// HTML of a text, with `code` between backticks.
fn ticked(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    for (index, part) in text.split('`').enumerate() {
        let escaped = askama::filters::escape(part, askama::filters::Html);
        let escaped = escaped.map_or_else(|_| String::new(), |safe| safe.to_string());
        if index % 2 == 1 {
            html.push_str("<code>");
            html.push_str(&escaped);
            html.push_str("</code>");
        } else {
            html.push_str(&escaped);
        }
    }
    html
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

/// `9,900원`, `9,900 won`.
pub fn won(amount: domain::Won, language: gateway::Language) -> String {
    in_won(&amount.grouped(), language)
}

/// The same of a sum, which may be more than one amount can be.
pub fn won_in_all(sum: u64, language: gateway::Language) -> String {
    let grouped = domain::Won::new(sum).map_or_else(|| sum.to_string(), domain::Won::grouped);
    in_won(&grouped, language)
}

fn in_won(grouped: &str, language: gateway::Language) -> String {
    match language {
        gateway::Language::Korean => format!("{grouped}원"),
        gateway::Language::English => format!("{grouped} won"),
    }
}

/// `2026-11-26 22:40:05.123` of a moment; without the last part for one that is known to the second only.
pub fn to_the_ms(at: domain::EpochMs) -> String {
    let shown = kst(&at.to_wire());
    match at.0.rem_euclid(1000) {
        0 => shown,
        ms => format!("{shown}.{ms:03}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks_and_nothing_is_markup() {
        assert_eq!(ticked("`a<b` & c"), "<code>a&#60;b</code> &#38; c");
        assert_eq!(ticked("one ` alone"), "one <code> alone</code>");
    }

    #[test]
    fn money_and_moments_are_written_in_one_way_each() {
        let won = |language| super::won(domain::Won::new(12_000).unwrap(), language);
        assert_eq!(won(gateway::Language::Korean), "12,000원");
        assert_eq!(won(gateway::Language::English), "12,000 won");
        let at = |ms: i64| to_the_ms(domain::EpochMs(1_716_848_284_000 + ms));
        assert_eq!(at(0), "2024-05-28 07:18:04");
        assert_eq!(at(7), "2024-05-28 07:18:04.007");
    }

    #[test]
    fn a_time_is_the_wires_without_its_zone() {
        assert_eq!(kst("2026-11-26T22:40:05+09:00"), "2026-11-26 22:40:05");
    }
}
