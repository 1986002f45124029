//! Amounts under names that nobody reads. A cancel without an amount gives everything back, so an amount that was meant and
//! not found is no detail: it is looked for by what a member means, not by a list of names.

use domain::text::nfkc;
use domain::{ErrorCode, Refusal};

use super::json_shape::JsonShape;

/// Less is a flag, a number of pieces or a version: nobody is refunded less than the smallest coin.
const COIN: u64 = 10;

/// A member of a body or a query that the endpoint does not take, and that holds a number.
#[derive(Debug, PartialEq)]
pub struct Stray {
    /// Where it is: `refund.amount`, `?price`. Letters only, so that it carries no number of a person.
    place: String,
    subject: Subject,
    /// Whole won, where it could be an amount of money.
    amount: Option<u64>,
}

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Money,
    TaxFree,
    /// An id, a telephone, a quantity, a time.
    Other,
    Unsaid,
}

/// Which parts of a body are the merchant's own notes, and are not looked into.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The members at the top that the endpoint takes.
    pub own: &'a [&'a str],
    /// Members with a purpose of their own: what is in them is about something else.
    pub apart: &'a [&'a str],
}

impl Reading<'_> {
    /// The strays of `body` and `query`.
    pub fn strays(&self, body: &JsonShape, query: Option<&str>) -> Vec<Stray> {
        let mut found = Vec::new();
        let JsonShape::Object(members) = body else { return found };
        for (name, value) in members {
            let is_read =
                self.own.contains(&name.as_str()) && !matches!(value, JsonShape::Object(_) | JsonShape::List(_));
            if !is_read && !self.apart.contains(&name.as_str()) {
                gather(value, name, Subject::of(name), &mut found);
            }
        }
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            gather(
                &JsonShape::Text(value.into_owned()),
                &format!("?{name}"),
                Subject::of(&name),
                &mut found,
            );
        }
        found
    }
}

/// Refuses an amount that was meant for `field`. `most`: an unnamed number above it is none of this payment's.
pub fn refuse_meant(strays: &[Stray], field: &'static str, code: ErrorCode, most: Option<u64>) -> Result<(), Refusal> {
    let is_meant = |stray: &&Stray| match stray.subject {
        Subject::Money => true,
        Subject::Unsaid => stray
            .amount
            .zip(most)
            .is_some_and(|(amount, most)| (COIN..=most).contains(&amount)),
        Subject::TaxFree | Subject::Other => false,
    };
    refuse(strays.iter().find(is_meant), field, code)
}

/// Refuses a tax-free share that was meant for `field`.
pub fn refuse_tax_free(strays: &[Stray], field: &'static str, code: ErrorCode) -> Result<(), Refusal> {
    let is_share = |stray: &&Stray| stray.subject == Subject::TaxFree && stray.amount != Some(0);
    refuse(strays.iter().find(is_share), field, code)
}

/// Whether any of them could be an amount, if only the payment is large enough.
pub fn any_unsaid(strays: &[Stray]) -> bool {
    strays
        .iter()
        .any(|stray| stray.subject == Subject::Unsaid && stray.amount >= Some(COIN))
}

fn refuse(stray: Option<&Stray>, field: &'static str, code: ErrorCode) -> Result<(), Refusal> {
    match stray {
        None => Ok(()),
        Some(stray) => Err(Refusal::new(code, field).hint(format!("{} → {field}", stray.place))),
    }
}

fn gather(value: &JsonShape, place: &str, subject: Subject, found: &mut Vec<Stray>) {
    match value {
        JsonShape::Word => {}
        JsonShape::List(items) => items.iter().for_each(|item| gather(item, place, subject, found)),
        JsonShape::Object(members) => {
            for (name, value) in members {
                // Of `amount: {value: 300}` the outer name says it, of `cancel: {price: 300}` the inner one.
                let inner = match Subject::of(name) {
                    Subject::Unsaid => subject,
                    said => said,
                };
                gather(value, &format!("{place}.{name}"), inner, found);
            }
        }
        JsonShape::Number(number) => push(found, place, subject, whole_won(*number), true),
        JsonShape::Text(text) => {
            let inner = text
                .trim_start()
                .starts_with(['{', '['])
                .then(|| super::json_shape::read(text.as_bytes()));
            match inner {
                Some(Ok(inner)) => gather(&inner, place, subject, found),
                _ => push(
                    found,
                    place,
                    subject,
                    written_amount(text),
                    text.chars().any(char::is_numeric),
                ),
            }
        }
    }
}

fn push(found: &mut Vec<Stray>, place: &str, subject: Subject, amount: Option<u64>, has_digits: bool) {
    let is_said = has_digits && matches!(subject, Subject::Money | Subject::TaxFree);
    if subject != Subject::Other && (is_said || amount.is_some()) {
        let is_shown = |c: &char| c.is_alphabetic() || matches!(c, '_' | '-' | '.' | '?');
        let place = place.chars().filter(is_shown).take(40).collect();
        found.push(Stray { place, subject, amount });
    }
}

fn whole_won(number: f64) -> Option<u64> {
    let number = number.abs();
    (number.fract() == 0.0 && number < 1e12).then_some(number as u64)
}

/// `300`, `3,000`, `3,000원`, `₩3000`, `3000 KRW`, `３０００`. A number with a zero in front is a code.
fn written_amount(text: &str) -> Option<u64> {
    let text: String = nfkc(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '_' | '\''))
        .collect();
    let text = text.to_lowercase();
    let bare = ["원", "won", "krw", "₩", "\\"]
        .iter()
        .fold(text.as_str(), |text, unit| {
            text.strip_suffix(unit)
                .or_else(|| text.strip_prefix(unit))
                .unwrap_or(text)
        });
    let bare = bare.strip_prefix(['-', '+']).unwrap_or(bare);
    let is_code = bare.len() > 1 && bare.starts_with('0') && !bare.starts_with("0.");
    domain::Won::parse(bare).filter(|_| !is_code).map(domain::Won::get)
}

const MONEY: &str = "amount amt price money 금액 가격 요금 대금 비용 액수";
const MONEY_WORDS: &str = "sum total won krw cost fee pay 원 값 돈 환불 refund";
const TAX_FREE: &str = "taxfree freetax nontax dutyfree 면세 비과세";
const OTHER: &str = "id ids no num number nr code cd seq sequence idx index key phone tel mobile hp fax account zip post postcode age \
    birth birthday date day month year time at on ts timestamp expire expires ttl timeout qty quantity count cnt \
    quota version ver page limit offset size retry attempt status level rate percent port ip token hash uid uuid \
    nonce";
const OTHER_KOREAN: &str = "번호 수량 개수 갯수 코드 전화 휴대폰 핸드폰 연락처 계좌 날짜 일자 일시 시간 시각 회차 나이 생일 버전 아이디 횟수 순번";

impl Subject {
    fn of(name: &str) -> Self {
        let words = words(name);
        let joined = words.concat();
        let Some(last) = words.last() else { return Self::Unsaid };
        let is_one_of = |word: &str, known: &str| known.split(' ').any(|known| known == word);
        let holds = |known: &str| known.split(' ').any(|known| joined.contains(known));
        let ends = |known: &str| known.len() > 3 && last.ends_with(known);
        if is_one_of(last, OTHER)
            || OTHER.split(' ').any(ends)
            || OTHER_KOREAN.split(' ').any(|word| joined.ends_with(word))
        {
            return Self::Other;
        }
        if holds(TAX_FREE) || is_near(&joined, "taxfree") || is_near(&joined, "canceltaxfree") {
            return Self::TaxFree;
        }
        let is_slip = |word: &str| is_near(word, "amount") || is_near(word, "price");
        let is_money = |word: &String| {
            is_one_of(word, MONEY_WORDS)
                || word.ends_with('액')
                || (word.ends_with('금') && word.chars().count() > 2)
                || is_slip(word)
        };
        if holds(MONEY) || is_near(&joined, "cancelprice") || words.iter().any(is_money) {
            return Self::Money;
        }
        if words.iter().any(|word| is_one_of(word, OTHER)) || holds(OTHER_KOREAN) {
            return Self::Other;
        }
        Self::Unsaid
    }
}

/// `cancelPrice`, `cancel-price` and `CANCEL_PRICE` as `cancel`, `price`; digits are no words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in nfkc(name).chars() {
        let is_hump = c.is_uppercase() && before.is_lowercase();
        if (!c.is_alphabetic() || is_hump) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphabetic() {
            words
                .last_mut()
                .into_iter()
                .for_each(|word| word.extend(c.to_lowercase()));
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A slip of a letter or two, and not as near to what is no money.
fn is_near(word: &str, meant: &str) -> bool {
    word.len() > 4 && domain::suggest::suggestions(word, [meant, "account", "count", "phone", "place"]) == [meant]
}

#[cfg(test)]
mod tests;
