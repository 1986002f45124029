//! The pictures of the manual are drawn from the domain's own tables, so that none can say what the code does not.
//! After a change: `JADONG_BLESS=1 cargo nextest run -p jadong-manual pictures`, and look at them.

mod language;
mod machine;
mod machines;
mod resolution;
mod sequence;
mod svg;

use std::fs;
use std::path::Path;

use language::Tongue;

type Drawing = fn(Tongue) -> String;

const PICTURES: [(&str, Drawing); 7] = [
    ("seven-steps", sequence::seven_steps),
    ("issuance", machines::issuance),
    ("key", machines::key),
    ("payment", machines::payment),
    ("reserve", machines::reserve),
    ("delivery", machines::delivery),
    ("resolution", resolution::resolution),
];

#[test]
fn the_pictures_are_those_of_the_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    let bless = std::env::var_os("JADONG_BLESS").is_some();
    let mut different = Vec::new();
    for tongue in Tongue::ALL {
        for (name, draw) in PICTURES {
            let (file, drawn) = (tongue.file(name), draw(tongue));
            if bless {
                fs::write(folder.join(&file), &drawn).expect("a picture written");
            } else if fs::read_to_string(folder.join(&file)).ok().as_deref() != Some(drawn.as_str()) {
                different.push(file);
            }
        }
    }
    assert!(
        different.is_empty(),
        "draw them anew with JADONG_BLESS=1 and look at them: {different:?}"
    );
}

/// Every arrow of a machine is an arrow of its picture, and no other.
#[test]
fn a_picture_has_as_many_arrows_as_its_table() {
    let moves = |all: &[domain::payment::PaymentState]| {
        let pairs = all.iter().flat_map(|from| all.iter().map(move |to| (*from, *to)));
        pairs.filter(|(from, to)| from.may_become(*to)).count()
    };
    let heads = machines::payment(Tongue::English).matches("class=\"head\"").count();
    // One more leads to the first state.
    assert_eq!(heads, moves(domain::payment::PaymentState::ALL) + 1);
}
