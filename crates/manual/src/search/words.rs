//! What counts as the same word, and which words say nothing.

/// What nobody looks for, though everybody types it.
pub const FILLERS: [&str; 32] = [
    "a", "an", "and", "are", "can", "do", "does", "for", "from", "get", "how", "i", "in", "is", "it", "long", "must",
    "my", "of", "on", "or", "should", "the", "there", "to", "use", "what", "when", "where", "which", "why", "with",
];
/// Who says the first is on a page that says the others.
pub const ALSO: [(&str, &[&str]); 10] = [
    ("20", &["twenty"]),
    ("migrat", &["moving"]),
    ("monthly", &["every month"]),
    ("recurring", &["every month"]),
    ("law", &["duties"]),
    ("gdpr", &["duties"]),
    ("k8s", &["kubernetes"]),
    ("장고", &["django"]),
    ("옮기기", &["옮겨"]),
    ("이전", &["옮겨"]),
];
/// Of a part, at the most.
const COUNTED: usize = 5;

/// What a word ends with beside what it means: of English the forms, of Korean the particles. The longer ones first.
const ENDINGS: [&str; 29] = [
    "ing",
    "ed",
    "es",
    "ly",
    "s",
    "e",
    "y",
    "에서는",
    "하려면",
    "에서",
    "에게",
    "으로",
    "부터",
    "까지",
    "하기",
    "되는",
    "하는",
    "을",
    "를",
    "은",
    "는",
    "이",
    "가",
    "에",
    "의",
    "로",
    "와",
    "과",
    "도",
];

/// A word without its ending, where enough of it is left.
pub fn stem(word: &str) -> &str {
    let least = if word.is_ascii() { 4 } else { 2 };
    let stemmed = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending));
    stemmed.filter(|stem| stem.chars().count() >= least).unwrap_or(word)
}

/// How often it stands there; three letters or less only as a word of their own, or "ci" would be in every decision.
pub fn count(text: &str, spelling: &str) -> usize {
    let is_short = spelling.len() <= 3 && spelling.is_ascii();
    let is_apart = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + spelling.len()..].chars().next();
        let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        !is_letter(before) && !is_letter(after)
    };
    let found = text.match_indices(spelling);
    found.filter(|(at, _)| !is_short || is_apart(*at)).take(COUNTED).count()
}
