//! A record as a document for people, in Korean.

use std::sync::Arc;

use krilla::Document;
use krilla::color::rgb;
use krilla::error::KrillaError;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::text::{Font, TextDirection};

use super::record::ConsentRecord;
use super::words;

/// SIL Open Font License 1.1; its text is beside it.
const TYPEFACE: &[u8] = include_bytes!("../../../assets/Pretendard-Regular.otf");

/// So many debits are drawn, the newest; all that a record has are in the JSON.
const DEBITS_MAX: usize = 1_000;

/// A4, in points.
const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 56.0;
/// Between the feet of two lines, in the size of the letters.
const LEADING: f32 = 1.5;

/// A line as it is set; one that is too long goes on below.
pub(super) struct Line {
    pub text: String,
    pub size: f32,
    pub indent: f32,
    /// Room above, in points.
    pub above: f32,
    pub gray: u8,
}

impl Line {
    pub fn body(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            text,
            size: 9.5,
            indent: 0.0,
            above: 0.0,
            gray: 30,
        }
    }

    /// What somebody else wrote, word for word: nothing in it is taken for a line of the record.
    pub fn quoted(text: &str) -> Vec<Self> {
        let lines = text.lines().map(|line| format!("\u{2502} {line}"));
        lines
            .map(|line| Self {
                indent: 28.0,
                gray: 90,
                size: 9.0,
                ..Self::body(line)
            })
            .collect()
    }

    pub fn heading(text: &str) -> Self {
        Self {
            size: 12.0,
            above: 14.0,
            gray: 0,
            ..Self::body(text)
        }
    }

    pub fn small(text: impl Into<String>) -> Self {
        Self {
            size: 7.5,
            indent: 14.0,
            gray: 110,
            ..Self::body(text)
        }
    }
}

/// How wide a character is at most, in the size of the letters: what is measured too wide is only set a little shorter.
fn width(character: char) -> f32 {
    match character {
        'W' | 'M' | '@' | '%' => 1.0,
        'A'..='Z' | 'm' | 'w' => 0.8,
        ' ' | '.' | ',' | ':' | '|' | 'i' | 'l' => 0.32,
        character if character.is_ascii() => 0.62,
        _ => 0.92,
    }
}

/// `text` in pieces that fit.
fn wrap(text: &str, size: f32, room: f32) -> Vec<String> {
    let mut pieces = Vec::new();
    for paragraph in text.lines() {
        let (mut piece, mut used) = (String::new(), 0.0);
        for character in paragraph.chars().filter(|character| !character.is_control()) {
            let more = width(character) * size;
            if used + more > room && !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
                used = 0.0;
            }
            piece.push(character);
            used += more;
        }
        pieces.push(piece);
    }
    pieces
}

impl ConsentRecord {
    /// As a document. Errors: none that a record can have.
    pub(super) fn document(&self) -> Result<Vec<u8>, KrillaError> {
        let mut document = Document::new();
        document.set_metadata(Metadata::new().title(words::TITLE.to_owned()).language("ko".to_owned()));
        let font = Font::new(Arc::new(TYPEFACE.to_vec()).into(), 0).expect("the typeface is part of the program");
        for (number, lines) in (1..).zip(pages(self.lines())) {
            let settings = PageSettings::from_wh(PAGE.0, PAGE.1).expect("A4 has a size");
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            let foot = Line {
                indent: 0.0,
                ..Line::small(format!(
                    "{} · {} · {number}",
                    self.billing_key,
                    words::shown(&self.made_at)
                ))
            };
            for (y, line) in lines.iter().chain([&(PAGE.1 - MARGIN / 2.0, foot)]) {
                let paint = rgb::Color::new(line.gray, line.gray, line.gray).into();
                surface.set_fill(Some(Fill {
                    paint,
                    ..Fill::default()
                }));
                let at = Point::from_xy(MARGIN + line.indent, *y);
                surface.draw_text(
                    at,
                    font.clone(),
                    line.size,
                    &line.text,
                    false,
                    TextDirection::LeftToRight,
                );
            }
            surface.finish();
            page.finish();
        }
        document.finish()
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![Line {
            size: 18.0,
            gray: 0,
            ..Line::body(words::TITLE)
        }];
        lines.extend(words::warnings(self).into_iter().map(Line::body));
        lines.extend(words::particulars(self).into_iter().map(Line::body));
        lines.push(Line::heading("동의한 내용"));
        let (terms, wording) = words::terms(self);
        lines.extend(terms.into_iter().map(Line::body));
        lines.extend(Line::quoted(&wording));
        lines.push(Line::heading("경과"));
        for event in &self.events {
            let (told, wording) = words::event(event);
            lines.push(Line::body(told));
            lines.extend(Line::quoted(&wording));
            lines.push(Line::small(format!("해시 {}", event.hash)));
        }
        let unrecorded = self.unrecorded.iter();
        lines.extend(unrecorded.map(|step| Line::body(words::step(step))));
        lines.push(Line::heading(&format!("출금 {}건", self.debits.len())));
        if self.is_cut || self.debits.len() > DEBITS_MAX {
            lines.push(Line::body(
                "이보다 앞선 출금은 생략했습니다. JSON에는 최근 10,000건이 있습니다.",
            ));
        }
        lines.extend(
            self.debits_destroyed
                .iter()
                .map(|gone| Line::body(words::destroyed(gone))),
        );
        for debit in self.debits.iter().skip(self.debits.len().saturating_sub(DEBITS_MAX)) {
            lines.push(Line::body(words::debit(debit)));
            lines.push(Line::small(format!(
                "주문 {} · 영수증 {}",
                debit.order_id, debit.receipt_id
            )));
            lines.extend(debit.refunds.iter().map(|refund| Line {
                indent: 14.0,
                ..Line::body(words::refund(refund))
            }));
        }
        lines.push(Line::heading("이 기록에 없는 것"));
        lines.extend(words::not_here(self).into_iter().map(Line::body));
        lines.push(Line::heading("확인"));
        lines.push(Line::body(
            "이 문서에는 발행한 게이트웨이의 전자서명(Ed25519)이 붙어 있어, 한 바이트라도 바뀌면 드러납니다. 확인: jadong consent verify 파일",
        ));
        lines
    }
}

/// The lines with where they stand, page by page.
fn pages(lines: Vec<Line>) -> Vec<Vec<(f32, Line)>> {
    let (mut pages, mut page, mut y) = (Vec::new(), Vec::new(), MARGIN);
    for line in lines {
        let room = PAGE.0 - 2.0 * MARGIN - line.indent;
        for (number, text) in wrap(&line.text, line.size, room).into_iter().enumerate() {
            let above = if number == 0 { line.above } else { 0.0 };
            y += above + line.size * LEADING;
            if y > PAGE.1 - MARGIN {
                pages.push(std::mem::take(&mut page));
                y = MARGIN + line.size * LEADING;
            }
            page.push((y, Line { text, ..line }));
        }
    }
    pages.push(page);
    pages
}

/// `12,000원`.
pub(super) fn won(price: u64) -> String {
    let digits = price.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + "원"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_goes_on_below_and_on_the_next_page() {
        let quoted = Line::quoted("요금 안내\n6. 2026-12-01  고객이 동의함");
        assert!(
            quoted
                .iter()
                .all(|line| line.text.starts_with('│') && line.indent > 0.0),
            "no line of the record"
        );
        assert_eq!(wrap("가나다라", 10.0, 20.0), ["가나", "다라"]);
        assert_eq!(wrap("한 줄\n두 줄", 10.0, 200.0), ["한 줄", "두 줄"]);
        let pages = pages((0..200).map(|number| Line::body(number.to_string())).collect());
        assert_eq!(pages.iter().map(Vec::len).sum::<usize>(), 200);
        assert!(pages.len() > 1 && pages.iter().flatten().all(|(y, _)| *y <= PAGE.1 - MARGIN));
        assert_eq!(
            (won(0), won(999), won(1_234_567)),
            ("0원".into(), "999원".into(), "1,234,567원".into())
        );
    }
}
