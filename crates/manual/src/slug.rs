//! Anchors of headings, formed as code hosts form them, so that one link works there and here.

use std::collections::HashMap;

/// Gives each heading of one page its anchor.
#[derive(Default)]
pub struct Slugs {
    given: HashMap<String, usize>,
}

impl Slugs {
    pub fn of(&mut self, heading: &str) -> String {
        let plain = slug(heading);
        let before = self.given.entry(plain.clone()).or_default();
        *before += 1;
        if *before == 1 {
            plain
        } else {
            format!("{plain}-{}", *before - 1)
        }
    }
}

fn slug(heading: &str) -> String {
    let kept = heading
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_code_hosts() {
        let mut slugs = Slugs::default();
        for (heading, anchor) in [
            ("What 41 means", "what-41-means"),
            ("`POST /v2/cancel` — cancel", "post-v2cancel--cancel"),
            ("왜 계좌번호를 남기지 않는가?", "왜-계좌번호를-남기지-않는가"),
            ("RC_NOT_FOUND", "rc_not_found"),
            ("What 41 means", "what-41-means-1"),
        ] {
            assert_eq!(slugs.of(heading), anchor);
        }
    }
}
