//! Columns that line up in a terminal, where a Korean letter is as wide as two others.

use comfy_table::{Table, presets};
use domain::text::printable;
use unicode_width::UnicodeWidthStr;

/// A table without lines.
pub fn plain<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table
}

/// A table as it is printed. Its texts are merchants': not even a colour of theirs is left.
pub fn shown(table: &Table) -> String {
    let text = table.to_string();
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// `text`, made `width` columns wide.
pub fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn korean_takes_two_columns_a_letter() {
        assert_eq!(padded("결제", 6), "결제  ");
        assert_eq!(padded("paid", 6), "paid  ");
        assert_eq!(padded("verdict", 6), "verdict");
    }
}
