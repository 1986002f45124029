//! The seven steps, from an account to a stored key.

use crate::pictures::language::Tongue;
use crate::pictures::svg::Sheet;

const LANES: [f64; 5] = [80.0, 240.0, 400.0, 560.0, 720.0];
const TOP: f64 = 64.0;
const STEP: f64 = 44.0;

struct Message {
    /// The step that begins with it.
    step: &'static str,
    from: usize,
    to: usize,
    korean: &'static str,
    english: &'static str,
}

const fn message(step: &'static str, from: usize, to: usize, korean: &'static str, english: &'static str) -> Message {
    Message {
        step,
        from,
        to,
        korean,
        english,
    }
}

/// Lanes: 0 the merchant's database, 1 the merchant, 2 Jadong, 3 the PG, 4 the customer.
const MESSAGES: [Message; 11] = [
    message("①", 1, 2, "POST …/automatic-transfer", "POST …/automatic-transfer"),
    message("②", 2, 3, "예금주 확인, 동의 요청", "check the holder, ask"),
    message("", 3, 4, "전화(ARS) 또는 앱(간편인증)", "calls, or an app message"),
    message("③", 4, 3, "동의", "agrees"),
    message("", 3, 2, "동의함", "agreed"),
    message("④", 2, 1, "status 41, receipt_id", "status 41, receipt_id"),
    message("⑤", 1, 2, "POST …/publish", "POST …/publish"),
    message("", 2, 3, "키 등록", "register the key"),
    message("", 3, 2, "등록됨", "registered"),
    message("⑥", 2, 1, "status 1, billing_key", "status 1, billing_key"),
    message("⑦", 1, 0, "billing_key 저장", "stores billing_key"),
];

pub fn seven_steps(tongue: Tongue) -> String {
    let lanes = [
        tongue.say("서비스 DB", "Service DB"),
        tongue.say("가맹점 서버", "Merchant backend"),
        "Jadong",
        "PG",
        tongue.say("고객", "Customer"),
    ];
    let rows = f64::from(u8::try_from(MESSAGES.len()).expect("few"));
    let bottom = TOP + rows * STEP + 6.0;
    let mut sheet = Sheet::new(800.0, bottom + 14.0);
    for (x, name) in LANES.into_iter().zip(lanes) {
        sheet.path(&format!("M{x} 44V{bottom}"), "faint");
        sheet.rect((x - 68.0, 10.0), (136.0, 34.0), "box");
        sheet.text((x, 32.0), "strong", name);
    }
    let mut y = TOP + 20.0;
    for Message {
        step,
        from,
        to,
        korean,
        english,
    } in MESSAGES
    {
        let (a, b) = (LANES[from], LANES[to]);
        let middle = f64::midpoint(a, b);
        sheet.arrow((a, y), (middle, y), (b, y));
        let words = tongue.say(korean, english);
        let words = if step.is_empty() {
            words.to_owned()
        } else {
            format!("{step} {words}")
        };
        sheet.text((middle, y - 7.0), "small", &words);
        y += STEP;
    }
    let title = tongue.say("빌링키를 발급하는 일곱 단계", "The seven steps to a billing key");
    sheet.finish(tongue.code(), title)
}
