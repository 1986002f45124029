//! A merchant's id is one in every spelling of Unicode, and comes back as it was sent.

use jadong_store::CommitRefused;

use crate::commits::refused;
use crate::engine::Engine;
use crate::rows::{issuance, open, project_id};

/// `주문é` as Windows types it, as a Mac does, and half and half.
const SPELLINGS: [&str; 3] = [
    "주문é",
    "\u{110c}\u{116e}\u{1106}\u{116e}\u{11ab}e\u{301}",
    "주\u{1106}\u{116e}\u{11ab}é",
];

pub async fn an_id_is_one_in_every_spelling_and_comes_back_as_sent<E: Engine>() {
    for sent in SPELLINGS {
        let engine = E::fresh();
        let store = engine.open();
        let (mut first, mut second) = (issuance(1), issuance(2));
        first.terms.subscription_id = sent.to_owned();
        second.project_id = first.project_id;
        store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
        for asked in SPELLINGS {
            let found = store.open_issuance(first.project_id, asked).await.expect("a read");
            assert_eq!(found.as_ref(), Some(&first), "{asked}");
            second.terms.subscription_id = asked.to_owned();
            assert_eq!(
                refused(&store.commit(project_id(1), vec![open(&second)]).await),
                Some(CommitRefused::AlreadyOpen)
            );
        }
    }
}
