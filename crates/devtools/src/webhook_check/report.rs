//! What is said of the verdicts, in one language.

use domain::Language;
use reqwest::Url;
use serde_json::json;
use terminal::lang::in_language;

use super::cases::{CASES, Case, Sentences};
use super::{Failure, Verdict};
use crate::endpoint::EndpointReply;
use crate::local_url::place;

pub struct CheckReport {
    pub url: Url,
    pub has_secret: bool,
    pub language: Language,
}

impl CheckReport {
    /// One case, as soon as it is over. `is_last`: what is wrong explains all that was not played.
    pub fn print(&self, case: &Case, verdict: &Verdict, is_last: bool) {
        match verdict {
            Verdict::Passed => println!("✓ {}", case.name),
            Verdict::Skipped => {
                let why = in_language(self.language, "--secret 없이는 시험할 수 없습니다", "needs --secret");
                println!("- {}  ({why})", case.name);
            }
            Verdict::Gone | Verdict::Nobody => println!("✗ {}\n    {}", case.name, self.cause(verdict)),
            Verdict::Failed(failures) => {
                let language = self.language;
                println!("✗ {}", case.name);
                println!(
                    "    {} {}",
                    in_language(language, "기대", "expected:"),
                    self.one(&case.expected)
                );
                for failure in failures {
                    println!(
                        "    {} {}",
                        in_language(language, "응답", "said:    "),
                        self.said(failure)
                    );
                }
                let meaning = if is_last {
                    self.cause(verdict)
                } else {
                    self.one(&case.mistake).to_owned()
                };
                println!("    {} {meaning}", in_language(language, "뜻  ", "means:   "));
            }
        }
        if is_last {
            println!(
                "    {}",
                in_language(
                    self.language,
                    "나머지는 모두 같은 이유로 실패하므로 시험하지 않았습니다.",
                    "Everything after it would fail for the same reason, and was not played."
                )
            );
        }
    }

    fn one(&self, words: &Sentences) -> &'static str {
        in_language(self.language, words.ko, words.en)
    }

    fn said(&self, failure: &Failure) -> String {
        let place = if failure.of > 1 {
            format!("{}/{}: ", failure.number, failure.of)
        } else {
            String::new()
        };
        let status = failure
            .heard
            .status()
            .map_or_else(String::new, |status| format!("{status} "));
        let wrong = match &failure.heard {
            EndpointReply::Success => in_language(self.language, "받아들였습니다", "took it").to_owned(),
            other => other.wrong(&self.url, self.language),
        };
        format!("{place}{status}{wrong}")
    }

    /// Why nothing at all can be taken.
    fn cause(&self, verdict: &Verdict) -> String {
        let language = self.language;
        let heard = match verdict {
            Verdict::Nobody => &EndpointReply::Nobody,
            Verdict::Gone => {
                return in_language(
                    language,
                    "엔드포인트가 이 웹훅에서 종료되어 더는 받지 않습니다.",
                    "The endpoint ended at this delivery and listens no more.",
                )
                .to_owned();
            }
            Verdict::Failed(failures) => failures
                .first()
                .map_or(&EndpointReply::Nobody, |failure| &failure.heard),
            Verdict::Passed | Verdict::Skipped => return String::new(),
        };
        let (korean, english) = match heard {
            EndpointReply::Nobody => {
                let place = place(&self.url);
                return in_language(
                    language,
                    format!("{place}에서 아무것도 받지 않습니다. 엔드포인트를 먼저 실행하고 주소와 포트를 확인하세요."),
                    format!(
                        "Nothing listens at {place}: start the endpoint first, and look at the address and the port."
                    ),
                );
            }
            EndpointReply::Answer { status: 200, .. } => (
                "엔드포인트가 200과 함께 {\"success\": true}라고 답해야 합니다. 다른 본문은 실패로 보고 다시 보냅니다.",
                "The endpoint must answer 200 with {\"success\": true}; any other body counts as a failure, and it comes again.",
            ),
            EndpointReply::Answer { status: 401 | 403, .. } if !self.has_secret => (
                "서명이 없는 웹훅을 거절합니다. 엔드포인트가 아는 서명 비밀을 --secret으로 주세요.",
                "It refuses what is not signed: give the signing secret that it knows with --secret.",
            ),
            EndpointReply::Answer { status: 400..404, .. } => (
                "올바르게 서명한 웹훅도 거절합니다. 엔드포인트가 다른 비밀을 쓰거나, 본문 원문이 아니라 다시 쓴 JSON으로 서명을 확인합니다.",
                "It refuses even what is signed well: it knows another secret, or verifies over JSON that it wrote itself instead of the raw body.",
            ),
            EndpointReply::Answer { status: 404 | 405, .. } => (
                "이 주소에는 POST를 받는 곳이 없습니다. URL의 경로를 확인하세요.",
                "Nothing takes a POST at this address: look at the path of the URL.",
            ),
            EndpointReply::Answer { status: 300..400, .. } => (
                "다른 주소로 보냅니다. 리다이렉트는 따라가지 않으니 마지막 주소를 등록하세요.",
                "It leads elsewhere, and redirects are not followed: register the address where it ends.",
            ),
            EndpointReply::TooLate => (
                "평범한 웹훅 하나에도 5초 안에 답하지 않습니다. 먼저 답하고 일은 뒤에 하세요.",
                "Not even a plain delivery is answered within 5 s: answer first, and work afterwards.",
            ),
            _ => (
                "평범한 결제 완료 웹훅도 받지 못합니다. 엔드포인트의 로그를 보세요.",
                "Not even a plain completed payment is taken: look into the endpoint's log.",
            ),
        };
        in_language(language, korean, english).to_owned()
    }

    pub fn sum_up(&self, verdicts: &[(&Case, Verdict)]) {
        let count = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|(_, verdict)| wanted(verdict)).count();
        let passed = count(|verdict| *verdict == Verdict::Passed);
        let failed = count(|verdict| matches!(verdict, Verdict::Failed(_) | Verdict::Gone | Verdict::Nobody));
        let skipped = count(|verdict| *verdict == Verdict::Skipped);
        println!(
            "\n{}",
            in_language(
                self.language,
                format!("통과 {passed} · 실패 {failed} · 건너뜀 {skipped}"),
                format!("{passed} passed · {failed} failed · {skipped} skipped"),
            )
        );
    }

    /// The last word when `failed` of `played` failed.
    pub fn failed(&self, failed: usize, played: usize) -> String {
        let all = CASES.len();
        if played < all {
            return in_language(
                self.language,
                format!("{all}개 중 {played}번째에서 멈췄습니다"),
                format!("stopped at {played} of {all}"),
            );
        }
        in_language(
            self.language,
            format!("{all}개 중 {failed}개 실패"),
            format!("{failed} of {all} failed"),
        )
    }

    pub fn json(&self, verdicts: &[(&Case, Verdict)]) -> serde_json::Result<String> {
        let rows = verdicts.iter().map(|(case, verdict)| {
            let (name, said) = match verdict {
                Verdict::Passed => ("passed", None),
                Verdict::Failed(failures) => {
                    let said: Vec<String> = failures.iter().map(|failure| self.said(failure)).collect();
                    ("failed", Some(said.join("; ")))
                }
                Verdict::Gone => ("gone", None),
                Verdict::Nobody => ("nobody", Some(EndpointReply::Nobody.wrong(&self.url, self.language))),
                Verdict::Skipped => ("skipped", None),
            };
            json!({
                "case": case.name,
                "verdict": name,
                "said": said,
                "expected": { "ko": case.expected.ko, "en": case.expected.en },
                "mistake": { "ko": case.mistake.ko, "en": case.mistake.en },
            })
        });
        serde_json::to_string_pretty(&rows.collect::<Vec<_>>())
    }
}
