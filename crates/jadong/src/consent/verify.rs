//! `jadong consent verify`: exit code 0 for a file that is as the installation with that key has given it out, 1 for one that is not, 2
//! where nobody said whose key it must be.

use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Language;
use gateway::{NotVerified, VerifiedFile, VerifiedRecord, verify_sealed_file};
use serde_json::json;
use terminal::lang::in_language;

use super::VerifyOptions;
use crate::output::{Output, print_json};

/// A record of ten thousand debits has a few million bytes.
const BYTES_MAX: u64 = 64 << 20;

/// The file is whole, and whose it is nobody knows.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SignerNotChecked(&'static str);

pub fn verify(wanted: &VerifyOptions, output: Output) -> anyhow::Result<()> {
    let language = wanted.lang.language();
    if let Some(key) = &wanted.key
        && STANDARD.decode(key.trim()).map_or(0, |bytes| bytes.len()) != 32
    {
        bail!(
            "--key: {}",
            in_language(language, "공개 키가 아닙니다", "this is no public key")
        );
    }
    let file = read(&wanted.file)?;
    let shown = wanted.file.display();
    let verified = verify_sealed_file(&file, wanted.key.as_deref());
    let verified = verified.map_err(|why| anyhow::anyhow!("{shown}: {}", said(&why, language)))?;
    let VerifiedFile {
        public_key,
        record,
        report_made_at,
    } = verified;
    if output == Output::Json {
        let is_checked = wanted.key.is_some();
        print_json(
            &json!({ "whole": true, "public_key": public_key, "signer_checked": is_checked, "record": record, "report_made_at": report_made_at }),
        )?;
        return checked(wanted, language);
    }
    println!(
        "{}",
        in_language(
            language,
            "서명된 뒤로 바뀌지 않았습니다.",
            "It was not changed after it was signed."
        )
    );
    match (record, report_made_at) {
        (Some(record), _) => tell(&record, language),
        (None, Some(made_at)) => println!(
            "{}",
            in_language(
                language,
                format!("{made_at}에 만든 파기 보고서입니다."),
                format!("A report of what was destroyed, made {made_at}."),
            )
        ),
        (None, None) => println!(
            "{}",
            in_language(
                language,
                "PDF는 사건끼리의 연결까지는 확인할 수 없습니다. JSON으로 확인하세요.",
                "Of a PDF it cannot be said whether its events follow from each other: check the JSON for that.",
            )
        ),
    }
    println!("{public_key}");
    checked(wanted, language)?;
    println!(
        "{}",
        in_language(
            language,
            "지정한 키로 서명되었습니다.",
            "Signed with the key that you named."
        )
    );
    Ok(())
}

/// Errors: nobody said whose key it must be.
fn checked(wanted: &VerifyOptions, language: Language) -> anyhow::Result<()> {
    if wanted.key.is_some() {
        return Ok(());
    }
    let korean = "누가 서명했는지는 확인하지 않았습니다. 따로 받은 공개 키를 --key로 주세요";
    let english = "whose signature it is was not checked: name the key that you were given with --key";
    Err(SignerNotChecked(in_language(language, korean, english)).into())
}

fn tell(record: &VerifiedRecord, language: Language) {
    let VerifiedRecord {
        billing_key,
        made_at,
        events,
        debits,
        has_consent,
    } = record;
    let korean = format!("빌링키 {billing_key}, {made_at} 발행, 이어진 사건 {events}건, 출금 {debits}건");
    let english = format!(
        "billing key {billing_key}, made {made_at}, {events} events that follow from each other, {debits} debits"
    );
    println!("{}", in_language(language, korean, english));
    if !has_consent {
        let korean =
            "서명된 사건 가운데 고객의 동의가 없습니다: 기록이 시작되기 전의 빌링키이거나 기록이 지워졌습니다.";
        let english = "None of the signed events is the payer's consent: the key is from before the record, or the record was deleted.";
        println!("{}", in_language(language, korean, english));
    }
}

fn said(why: &NotVerified, language: Language) -> String {
    let korean = match why {
        NotVerified::NoSeal => "서명이 없습니다. 동의 기록이 아니거나 끝이 잘렸습니다".to_owned(),
        NotVerified::Changed => "서명된 뒤에 바뀌었거나 다른 파일의 서명입니다".to_owned(),
        NotVerified::AnotherKey(key) => format!("다른 설치가 서명했습니다. 그 공개 키: {key}"),
        NotVerified::UnknownFormat(what) => format!("서명은 맞지만 이 프로그램이 모르는 형식입니다: {what}"),
        NotVerified::BrokenChain(number) => {
            format!(
                "서명은 맞지만 {number}번째 사건이 앞 사건에서 이어지지 않습니다. 데이터베이스의 기록이 바뀌었습니다"
            )
        }
    };
    in_language(language, korean, why.to_string())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let named = || path.display().to_string();
    let about = std::fs::metadata(path).with_context(named)?;
    if !about.is_file() || about.len() > BYTES_MAX {
        bail!("{}: this is no consent record", path.display());
    }
    std::fs::read(path).with_context(named)
}
