//! What is said of the verdicts.

use serde_json::json;

use super::Verdict;
use super::cases::Case;

/// One case, as soon as it is over.
pub fn say(case: &Case, verdict: &Verdict) {
    match verdict {
        Verdict::Passed => println!("✓ {}", case.name),
        Verdict::Skipped => println!("- {}  (--secret 없이는 시험할 수 없습니다 / needs --secret)", case.name),
        Verdict::Gone => {
            println!("✗ {}", case.name);
            println!("    엔드포인트가 이 배달에서 종료되어 더는 받지 않습니다. 나머지는 시험하지 않았습니다.");
            println!("    The endpoint ended at this delivery and listens no more; the rest was not played.");
        }
        Verdict::Failed(said) => {
            println!("✗ {}", case.name);
            println!("    기대 / expected: {} / {}", case.expected.ko, case.expected.en);
            println!("    응답 / said:     {said}");
            println!("    뜻   / means:    {}", case.mistake.ko);
            println!("                     {}", case.mistake.en);
        }
    }
}

pub fn sum_up(verdicts: &[(&Case, Verdict)]) {
    let count = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|(_, verdict)| wanted(verdict)).count();
    println!(
        "\n통과 {} · 실패 {} · 건너뜀 {} (passed, failed, skipped)",
        count(|verdict| *verdict == Verdict::Passed),
        count(|verdict| matches!(verdict, Verdict::Failed(_) | Verdict::Gone)),
        count(|verdict| *verdict == Verdict::Skipped),
    );
}

pub fn json(verdicts: &[(&Case, Verdict)]) -> serde_json::Result<String> {
    let rows = verdicts.iter().map(|(case, verdict)| {
        let (verdict, said) = match verdict {
            Verdict::Passed => ("passed", None),
            Verdict::Failed(said) => ("failed", Some(said)),
            Verdict::Gone => ("gone", None),
            Verdict::Skipped => ("skipped", None),
        };
        json!({
            "case": case.name,
            "verdict": verdict,
            "said": said,
            "expected": { "ko": case.expected.ko, "en": case.expected.en },
            "mistake": { "ko": case.mistake.ko, "en": case.mistake.en },
        })
    });
    serde_json::to_string_pretty(&rows.collect::<Vec<_>>())
}
