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

/// `9,900원`.
pub fn won(amount: domain::Won) -> String {
    format!("{}원", amount.grouped())
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
    fn a_time_is_the_wires_without_its_zone() {
        assert_eq!(kst("2026-11-26T22:40:05+09:00"), "2026-11-26 22:40:05");
    }
}
