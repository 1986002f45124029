//! A settlement file: what the PG says that it has moved on a day, line by line.

use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::csv_text;

/// What the columns are called where nothing else is said.
const COLUMNS: [&str; 4] = ["tid", "order_id", "kind", "amount"];
const DEBITS: [&str; 9] = [
    "debit", "paid", "payment", "approve", "approved", "승인", "결제", "출금", "매출",
];
const REFUNDS: [&str; 10] = [
    "refund",
    "refunded",
    "cancel",
    "cancelled",
    "canceled",
    "partial_cancel",
    "취소",
    "부분취소",
    "환불",
    "승인취소",
];

/// Which column of the file is which.
#[derive(Debug, Clone, Default)]
pub struct ColumnNames(Vec<(&'static str, String)>);

impl std::str::FromStr for ColumnNames {
    type Err = String;

    /// `tid=거래번호,kind=구분,amount=금액`
    fn from_str(text: &str) -> Result<Self, String> {
        let mut names: Vec<(&'static str, String)> = Vec::new();
        for pair in text.split(',') {
            let (ours, theirs) = pair.split_once('=').unwrap_or((pair, ""));
            let ours = COLUMNS.into_iter().find(|name| *name == ours.trim());
            let ours = ours.ok_or_else(|| format!("one of {} = the name of the file's column", COLUMNS.join(", ")))?;
            if theirs.trim().is_empty() {
                return Err(format!("{ours}= what the file calls it"));
            }
            if names.iter().any(|(named, _)| *named == ours) {
                return Err(format!("{ours} is named twice"));
            }
            names.push((ours, theirs.trim().to_owned()));
        }
        Ok(Self(names))
    }
}

impl ColumnNames {
    fn name(&self, ours: &'static str) -> &str {
        let named = self.0.iter().find(|(name, _)| *name == ours);
        named.map_or(ours, |(_, theirs)| theirs.as_str())
    }

    fn is_named(&self, ours: &'static str) -> bool {
        self.0.iter().any(|(name, _)| *name == ours)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Debit,
    Refund,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Refund => "refund",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// In the file; the header is 1.
    pub line: u64,
    /// The PG's number of the debit, and our order id there; one of them at least.
    pub tid: Option<String>,
    pub order_id: Option<String>,
    pub kind: Kind,
    /// In won.
    pub amount: u64,
}

/// Reads the file; all of it is checked. Errors: what is wrong on which line; never the line itself.
pub fn read(path: &Path, names: &ColumnNames) -> anyhow::Result<Vec<Moved>> {
    let bytes = csv_text::read(path)?;
    parse(&bytes, names).with_context(|| path.display().to_string())
}

fn parse(bytes: &[u8], names: &ColumnNames) -> anyhow::Result<Vec<Moved>> {
    let text = csv_text::decoded(bytes)?;
    let mut reader = csv_text::reader(text);
    let header = reader.headers().context("line 1, the header")?.clone();
    let mut columns = [None; 4];
    for (found, ours) in columns.iter_mut().zip(COLUMNS) {
        let theirs = names.name(ours);
        let mut at = header.iter().enumerate().filter(|(_, name)| *name == theirs);
        *found = at.next().map(|(index, _)| index);
        ensure!(at.next().is_none(), "line 1: the column {theirs} is there twice");
        ensure!(
            found.is_some() || !names.is_named(ours),
            "line 1: no column {theirs}, which --columns names"
        );
    }
    let [tid, order_id, kind, amount] = columns;
    ensure!(
        amount.is_some() && (tid.is_some() || order_id.is_some()),
        "line 1: no column for {}; say which it is: --columns tid=거래번호,kind=구분,amount=금액",
        if amount.is_none() {
            "the amount"
        } else {
            "the PG's number or the order id"
        }
    );
    let mut moved = Vec::new();
    for record in csv_text::records(text, &mut reader) {
        let (line, record) = record?;
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).filter(|text| !text.is_empty());
        let written = field(amount).with_context(|| format!("line {line}: no amount"))?;
        let (is_negative, amount) = won(written).with_context(|| format!("line {line}: the amount is no whole won"))?;
        let kind = kind_of(field(kind), is_negative).with_context(|| {
            format!(
                "line {line}: its kind is neither a debit ({}) nor a refund ({})",
                DEBITS.join(", "),
                REFUNDS.join(", ")
            )
        })?;
        let (tid, order_id) = (field(tid).map(str::to_owned), field(order_id).map(str::to_owned));
        if tid.is_none() && order_id.is_none() {
            bail!("line {line}: neither the PG's number nor the order id");
        }
        moved.push(Moved {
            line,
            tid,
            order_id,
            kind,
            amount,
        });
    }
    Ok(moved)
}

/// `1,000`, `-1000`, `1000원`: whether it is negative, and how much.
fn won(text: &str) -> Option<(bool, u64)> {
    let text = text.trim_end_matches('원').trim();
    let (is_negative, digits) = match text.strip_prefix(['-', '−', '△']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let groups: Vec<&str> = digits.split(',').collect();
    let is_grouped = groups.len() == 1 || groups.iter().skip(1).all(|group| group.len() == 3);
    let digits = groups.concat();
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    (is_grouped && is_number).then(|| digits.parse().ok().map(|amount| (is_negative, amount)))?
}

/// By its name; without one by the sign.
fn kind_of(name: Option<&str>, is_negative: bool) -> Option<Kind> {
    let Some(name) = name else {
        return Some(if is_negative { Kind::Refund } else { Kind::Debit });
    };
    let name = name.to_lowercase();
    if REFUNDS.contains(&name.as_str()) {
        return Some(Kind::Refund);
    }
    // A debit is not negative.
    (DEBITS.contains(&name.as_str()) && !is_negative).then_some(Kind::Debit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, columns: &str) -> Result<Vec<Moved>, String> {
        let names = match columns {
            "" => ColumnNames::default(),
            columns => columns.parse().unwrap(),
        };
        parse(text.as_bytes(), &names).map_err(|error| error.to_string())
    }

    #[test]
    fn lines_are_read_by_the_names_that_the_pg_gives_its_columns() {
        let text = "\u{feff}거래번호,구분,금액,비고\r\nT1,승인,\"1,000\",\r\nT2,부분취소,-300원,x\r\n";
        let lines = read(text, "tid=거래번호,kind=구분,amount=금액").unwrap();
        let told: Vec<_> = lines.iter().map(|line| (line.line, line.kind, line.amount)).collect();
        assert_eq!(told, [(2, Kind::Debit, 1000), (3, Kind::Refund, 300)]);
        let by_sign = read("order_id,amount\na,5\nb,-5\n", "").unwrap();
        assert_eq!((by_sign[0].kind, by_sign[1].kind), (Kind::Debit, Kind::Refund));
        assert!(
            read("tid,amount\n", "").unwrap().is_empty(),
            "a day on which nothing moved"
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_line_and_never_shown() {
        for (text, columns, told) in [
            ("tid,kind\n1,paid\n", "", "line 1: no column for the amount"),
            ("amount,kind\n1,paid\n", "", "line 1: no column for the PG's number"),
            ("tid,amount\n1,1\n", "amount=금액", "line 1: no column 금액"),
            ("tid,amount,tid\n1,1,2\n", "", "line 1: the column tid is there twice"),
            ("tid,amount\nSECRET,1.5\n", "", "line 2: the amount is no whole won"),
            ("tid,amount\nSECRET,\n", "", "line 2: no amount"),
            ("tid,amount\nSECRET,1\nSECRET,10,00\n", "", "line 3 has another number"),
            (
                "tid,amount\nSECRET,\"10,00\"\n",
                "",
                "line 2: the amount is no whole won",
            ),
            ("tid,kind,amount\nSECRET,수수료,1\n", "", "line 2: its kind is neither"),
            ("tid,kind,amount\nSECRET,승인,-1\n", "", "line 2: its kind is neither"),
            ("tid,order_id,amount\n,,1\n", "", "line 2: neither"),
            (
                "tid,amount\nSECRET,99999999999999999999999\n",
                "",
                "line 2: the amount is no whole won",
            ),
        ] {
            let error = read(text, columns).unwrap_err();
            assert!(error.starts_with(told), "{error}");
            assert!(!error.contains("SECRET"), "{error}");
        }
        let korean = parse(b"tid,amount\n\xb1\xb8,1\n", &ColumnNames::default()).unwrap_err();
        assert!(korean.to_string().starts_with("line 2 is not UTF-8"), "{korean}");
        for bad in ["tid", "tid=", "누구=x", "tid=a,tid=b"] {
            assert!(bad.parse::<ColumnNames>().is_err(), "{bad}");
        }
    }
}
