//! A search that finds nothing proves something only if it can find.

use rusqlite::Connection;

use super::search::{ALL, files, search, search_folder};

#[test]
fn the_search_finds_every_value_in_every_coat_wherever_it_begins() {
    for planted in &ALL {
        for text in [planted.plain, planted.hyphenated] {
            for before in ["", "a", "ab", "abc", "{\"phone\":\""] {
                let sentence = format!("{before}{text}\"}}");
                for bytes in [
                    sentence.clone().into_bytes(),
                    hex::encode(&sentence).into_bytes(),
                    hex::encode_upper(&sentence).into_bytes(),
                    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &sentence).into_bytes(),
                    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &sentence).into_bytes(),
                ] {
                    let found = search("here", &bytes);
                    assert!(
                        found.iter().any(|line| line.contains(planted.name)),
                        "{} is not found in {}",
                        planted.name,
                        String::from_utf8_lossy(&bytes)
                    );
                }
            }
        }
    }
    assert_eq!(
        search("here", b"sub_1 98765432***** 010****2345 220-81"),
        Vec::<String>::new()
    );
}

#[test]
fn the_search_finds_a_value_in_a_database_and_in_its_write_ahead_log() {
    let folder = tempfile::tempdir().unwrap();
    let db = Connection::open(folder.path().join("jadong.db")).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE kept (text TEXT);")
        .unwrap();
    db.execute("INSERT INTO kept VALUES (?1)", [ALL[0].hyphenated]).unwrap();
    let (in_log, _) = search_folder(folder.path());
    assert!(in_log.iter().any(|line| line.contains("jadong.db-wal")), "{in_log:?}");
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let (in_database, _) = search_folder(folder.path());
    assert_eq!(in_database.len(), 1, "{in_database:?}");
    assert_eq!(files(folder.path()).len(), 3);
}
