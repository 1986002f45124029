//! `jadong consent verify`: exit code 0 for a file that is as it was given out, 1 for every other.

use std::path::Path;

use anyhow::{Context, bail};
use gateway::{VerifiedFile, verify_sealed_file};
use terminal::lang::in_language;

use super::VerifyOptions;

/// A record of ten thousand debits has three million bytes.
const BYTES_MAX: u64 = 64 << 20;

pub fn verify(wanted: &VerifyOptions) -> anyhow::Result<()> {
    let file = read(&wanted.file)?;
    let shown = wanted.file.display();
    let verified = verify_sealed_file(&file, wanted.key.as_deref()).with_context(|| shown.to_string())?;
    let VerifiedFile { public_key, record } = verified;
    let language = wanted.lang.language();
    println!("{}", in_language(language, "변경되지 않았습니다.", "It is whole."));
    if let Some(record) = record {
        let (key, made_at) = (record.billing_key, record.made_at);
        let (events, debits) = (record.events, record.debits);
        let korean = format!("빌링키 {key}, {made_at} 발행, 기록 {events}건과 그 연결, 출금 {debits}건");
        let english =
            format!("billing key {key}, made {made_at}, {events} events that follow from each other, {debits} debits");
        println!("{}", in_language(language, korean, english));
    }
    let told = match &wanted.key {
        Some(_) => in_language(
            language,
            "지정한 키로 서명되었습니다.",
            "Signed with the key that you named.",
        ),
        None => in_language(
            language,
            "서명한 키가 그 가맹점의 것인지는 따로 받은 키와 견주어 보세요(--key):",
            "Whose key it is, this file cannot say: compare it with the one that you were given (--key):",
        ),
    };
    println!("{told}");
    println!("{public_key}");
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let named = || path.display().to_string();
    let about = std::fs::metadata(path).with_context(named)?;
    if !about.is_file() || about.len() > BYTES_MAX {
        bail!("{}: this is no consent record", path.display());
    }
    std::fs::read(path).with_context(named)
}
