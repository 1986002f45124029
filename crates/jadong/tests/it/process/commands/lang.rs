//! One option, `--lang`, and the terminal's own language without it.

use super::done;
use testkit::process::TestDir;

const KOREAN: [(&str, &str); 1] = [("LANG", "ko_KR.UTF-8")];

/// Says `korean` in Korean and `english` in English: by the option, by the environment, and without either.
async fn speaks(args: &[&str], env: &[(&str, &str)], korean: &str, english: &str) {
    for (lang, more, wanted, other) in [
        (&["--lang", "ko"][..], &[][..], korean, english),
        (&["--lang", "en"], &KOREAN[..], english, korean),
        (&[], &KOREAN[..], korean, english),
        (&[], &[("LANG", "C.UTF-8")], english, korean),
        (&[], &[], english, korean),
    ] {
        let env = [env, more].concat();
        let out = done(&[args, lang].concat(), &env).await.out;
        assert!(out.contains(wanted), "{args:?} {lang:?} {env:?}: {wanted}\n{out}");
        assert!(!out.contains(other), "{args:?} {lang:?} {env:?}: {other}\n{out}");
    }
}

#[tokio::test]
async fn every_command_that_tells_people_something_speaks_one_language_at_a_time() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let data = dir.data_text();
    let url = [("JADONG_URL", gateway.url.as_str())];
    let in_data = |args: &[&'static str]| [args, &["--data"]].concat();
    let with = |args: &[&'static str]| -> Vec<String> {
        let args = in_data(args);
        args.iter().map(|arg| (*arg).to_owned()).chain([data.clone()]).collect()
    };
    for (args, korean, english) in [
        (with(&["in-doubt"]), "모든 결제가 판정", "Every payment"),
        (with(&["webhook", "list"]), "마지막 결과", "last result"),
        (with(&["doctor"]), "데이터 폴더", "data folder"),
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        // The default ports may be anybody's.
        let free = [
            ("JADONG_LISTEN", "127.0.0.1:0"),
            ("JADONG_ADMIN_LISTEN", "127.0.0.1:0"),
            ("JADONG_BANK_LISTEN", "127.0.0.1:0"),
        ];
        speaks(&args, &free, korean, english).await;
    }
    speaks(&["ars", "list"], &url, "울리는 전화가 없습니다", "No telephone rings").await;
    speaks(&["ars", "phone"], &url, "번호대로", "Each customer").await;
    speaks(&["error", "2350"], &[], "원인\n", "Cause\n").await;
    speaks(&["manual"], &[], "개념\n", "Concepts\n").await;
}

#[tokio::test]
async fn the_manual_still_takes_the_options_older_name() {
    let old = done(&["manual", "--language", "ko"], &[]).await.out;
    assert_eq!(old, done(&["manual", "--lang", "ko"], &[]).await.out);
    let help = done(&["manual", "--help"], &[]).await.out;
    assert!(help.contains("--lang") && !help.contains("--language"), "{help}");
}
