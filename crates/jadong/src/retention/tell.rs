//! What a run came to, in a terminal.

use domain::Language;
use domain::retention::RecordKind;
use gateway::{Destroying, OldRecords, Retention};
use terminal::lang::in_language;

use crate::table::{plain, shown};

fn called(kind: RecordKind, language: Language) -> &'static str {
    let (korean, english) = match kind {
        RecordKind::Payment => (
            "결제(환불·현금영수증·웹훅 포함)",
            "payments, with refunds, cash receipts, webhooks",
        ),
        RecordKind::Reserve => ("끝난 예약", "reserves that have ended"),
        RecordKind::CashReceipt => ("별도 현금영수증", "cash receipts that stand alone"),
        RecordKind::Mandate => ("끝난 빌링키와 동의 기록", "ended keys, with their consent records"),
        RecordKind::Issuance => ("빌링키가 되지 않은 요청", "requests that led to no key"),
        RecordKind::Request => ("멱등성 키", "idempotency keys"),
    };
    in_language(language, korean, english)
}

/// The day in which the oldest or newest of some records was made.
fn day(found: &OldRecords, at: domain::EpochMs) -> String {
    if found.destroyed.count == 0 {
        return "-".to_owned();
    }
    at.to_day()
}

pub fn tell(done: &[(String, Retention)], destroying: Destroying, language: Language) {
    let header = match (destroying, language) {
        (Destroying::Dry, Language::Korean) => ["프로젝트", "종류", "파기 대상", "유지", "가장 오래된", "가장 새로운"],
        (Destroying::Real, Language::Korean) => ["프로젝트", "종류", "파기함", "유지", "가장 오래된", "가장 새로운"],
        (Destroying::Dry, Language::English) => ["PROJECT", "KIND", "WOULD GO", "KEPT", "OLDEST", "NEWEST"],
        (Destroying::Real, Language::English) => ["PROJECT", "KIND", "DESTROYED", "KEPT", "OLDEST", "NEWEST"],
    };
    let mut table = plain(header);
    for (project, retention) in done {
        for found in &retention.kinds {
            let destroyed = &found.destroyed;
            table.add_row([
                project.as_str(),
                called(destroyed.kind, language),
                &destroyed.count.to_string(),
                &found.kept.to_string(),
                &day(found, destroyed.oldest),
                &day(found, destroyed.newest),
            ]);
        }
    }
    println!("{}", shown(&table));
    if destroying == Destroying::Dry {
        println!(
            "{}",
            in_language(
                language,
                "바뀐 것은 없습니다. 파기하려면 --yes를 붙이십시오. 되돌릴 수 없습니다.",
                "Nothing was changed. --yes destroys them, and there is no way back.",
            )
        );
    }
}
