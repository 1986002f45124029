//! The language in which a command tells people something.

use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use domain::Language;

/// The option of every command that tells something in one language. What programs read by name stays as it is.
#[derive(Args, Debug, Clone, Copy, Default)]
pub struct LangOption {
    /// ko or en [default: Korean where LC_ALL, LC_MESSAGES or LANG begins with ko, else English]
    // `--language` is what `jadong manual` once called it.
    #[arg(long, value_enum, global = true, alias = "language", hide_possible_values = true)]
    lang: Option<Lang>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lang {
    Ko,
    En,
}

/// What `--lang` said to this process.
static CHOSEN: OnceLock<Language> = OnceLock::new();

impl LangOption {
    /// The language asked for, else the terminal's.
    pub fn language(self) -> Language {
        match self.lang {
            Some(Lang::Ko) => Language::Korean,
            Some(Lang::En) => Language::English,
            None => of_terminal(|name| std::env::var(name).ok()),
        }
    }

    /// Makes it the language of everything that this process tells, for commands that tell from many places.
    pub fn choose(self) {
        // A second choice would be another command's; there is none.
        let _ = CHOSEN.set(self.language());
    }
}

/// One of two, in the language of this process: that which was chosen, else the terminal's.
pub fn localized<T>(korean: T, english: T) -> T {
    let chosen = CHOSEN.get().copied();
    in_language(
        chosen.unwrap_or_else(|| LangOption::default().language()),
        korean,
        english,
    )
}

/// The first of the three that says anything, as POSIX has it.
fn of_terminal(environment: impl Fn(&str) -> Option<String>) -> Language {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let said = names
        .into_iter()
        .find_map(|name| environment(name).filter(|value| !value.is_empty()));
    if said.is_some_and(|value| value.starts_with("ko")) {
        Language::Korean
    } else {
        Language::English
    }
}

/// One of two.
pub fn in_language<T>(language: Language, korean: T, english: T) -> T {
    match language {
        Language::Korean => korean,
        Language::English => english,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_is_korean_only_where_it_says_so() {
        let language_of = |set: &[(&str, &str)]| {
            of_terminal(|name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(language_of(&[]), Language::English);
        assert_eq!(language_of(&[("LANG", "C.UTF-8")]), Language::English);
        assert_eq!(language_of(&[("LANG", "ko_KR.UTF-8")]), Language::Korean);
        assert_eq!(
            language_of(&[("LC_MESSAGES", "en_US.UTF-8"), ("LANG", "ko_KR.UTF-8")]),
            Language::English
        );
        assert_eq!(language_of(&[("LC_ALL", ""), ("LANG", "ko")]), Language::Korean);
    }
}
