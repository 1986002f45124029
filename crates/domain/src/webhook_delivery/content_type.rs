//! How a webhook's body is written.

/// How a webhook's body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ContentType {
    #[default]
    #[strum(serialize = "application/json")]
    Json,
    #[strum(serialize = "application/x-www-form-urlencoded")]
    Form,
}

impl ContentType {
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// A media type in any case, with the parameters that mean what is sent anyway: `application/json; charset=utf-8`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
        let charset = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            (name.trim().eq_ignore_ascii_case("charset")).then(|| value.trim().trim_matches('"'))
        });
        let is_ours = |charset: &str| ["utf-8", "utf8"].iter().any(|ours| charset.eq_ignore_ascii_case(ours));
        [Self::Json, Self::Form]
            .into_iter()
            .filter(|_| charset.is_none_or(is_ours))
            .find(|kind| kind.name().eq_ignore_ascii_case(name.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::ContentType::{self, Form, Json};

    #[test]
    fn a_media_type_is_read_in_any_case_and_with_parameters() {
        for (text, read) in [
            ("application/json", Some(Json)),
            ("application/json; charset=utf-8", Some(Json)),
            ("Application/JSON;charset=\"UTF-8\"", Some(Json)),
            ("application/json;", Some(Json)),
            ("application/json ; version=2 ; charset = utf8", Some(Json)),
            ("APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8", Some(Form)),
            ("application/json; charset=euc-kr", None),
            ("application/jsonp", None),
            ("text/json", None),
            ("", None),
        ] {
            assert_eq!(ContentType::from_name(text), read, "{text}");
        }
    }
}
