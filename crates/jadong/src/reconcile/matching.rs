//! A settlement file against what happened here on that day.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::settlement::{Kind, Moved};

/// A payment as the gateway tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    pub receipt_id: String,
    pub order_id: String,
    pub state: String,
    pub price: u64,
    pub left_here: u64,
    pub tid: Option<String>,
    /// In Korean time, as all times of it.
    pub debited_at: Option<String>,
    pub refunds: Vec<Refund>,
    /// `None` where the PG was not asked.
    pub found: Option<String>,
    pub left_at_pg: Option<u64>,
    pub mend: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    pub id: String,
    pub price: u64,
    pub at: String,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// In the file; `None` for what is not in it.
    pub line: Option<u64>,
    pub receipt_id: Option<String>,
    pub kind: &'static str,
    pub amount: u64,
    pub found: &'static str,
}

/// A payment, and what of it a line has told.
struct Told {
    row: Row,
    debit: bool,
    refunds: Vec<bool>,
}

/// The payments that a line of the file may mean: of the day, and of the days beside it, for a clock is never exactly the PG's.
#[derive(Default)]
pub struct Matching {
    told: Vec<Told>,
    by_name: HashMap<String, usize>,
}

impl Matching {
    pub fn add(&mut self, row: Row) {
        let index = self.told.len();
        if self.by_name.contains_key(&row.receipt_id) {
            return;
        }
        let refunds = row.refunds.iter().map(|refund| refund.id.clone());
        let names = refunds.chain([row.receipt_id.clone()]).chain(row.tid.clone());
        for name in names {
            self.by_name.entry(name).or_insert(index);
        }
        self.told.push(Told {
            debit: false,
            refunds: vec![false; row.refunds.len()],
            row,
        });
    }

    /// What of the file is not so here, and what of the day here is not in the file. The day (`2026-01-31`) is between the one before and
    /// the one after it.
    pub fn misfits(mut self, lines: &[Moved], days: [&str; 3]) -> Vec<Misfit> {
        let mut misfits: Vec<Misfit> = lines.iter().filter_map(|line| self.misfit(line, days)).collect();
        let of_day = |at: &str| at.starts_with(days[1]);
        for told in &self.told {
            let missing = |kind: Kind, amount| Misfit {
                line: None,
                receipt_id: Some(told.row.receipt_id.clone()),
                kind: kind.name(),
                amount,
                found: "not_in_file",
            };
            if !told.debit && told.row.debited_at.as_deref().is_some_and(of_day) {
                misfits.push(missing(Kind::Debit, told.row.price));
            }
            let refunds = told.row.refunds.iter().zip(&told.refunds);
            let left = refunds.filter(|(refund, is_told)| !**is_told && of_day(&refund.at));
            // The PG dates a refund when it makes it: one of the last minute may be the next day's there.
            let left = left.filter(|(refund, _)| !refund.at.contains("T23:59"));
            misfits.extend(left.map(|(refund, _)| missing(Kind::Refund, refund.price)));
        }
        misfits
    }

    fn misfit(&mut self, line: &Moved, days: [&str; 3]) -> Option<Misfit> {
        let names = [&line.tid, &line.order_id].into_iter().flatten();
        let index = names.filter_map(|name| self.by_name.get(name)).next().copied();
        let misfit = |receipt_id, found| {
            Some(Misfit {
                line: Some(line.line),
                receipt_id,
                kind: line.kind.name(),
                amount: line.amount,
                found,
            })
        };
        let Some(told) = index.and_then(|index| self.told.get_mut(index)) else {
            return misfit(None, "unknown_here");
        };
        let receipt_id = Some(told.row.receipt_id.clone());
        match line.kind {
            Kind::Debit if told.row.debited_at.is_none() => misfit(receipt_id, "debited_there"),
            Kind::Debit if told.debit => misfit(receipt_id, "twice_in_file"),
            Kind::Debit => {
                told.debit = true;
                let is_of_day = told.row.debited_at.as_deref().is_some_and(|at| is_about(at, days));
                match (told.row.price == line.amount, is_of_day) {
                    (false, _) => misfit(receipt_id, "other_amount"),
                    (true, false) => misfit(receipt_id, "other_day"),
                    (true, true) => None,
                }
            }
            Kind::Refund => {
                let refunds = told.row.refunds.iter().zip(&mut told.refunds);
                let same = refunds.filter(|(refund, is_told)| refund.price == line.amount && !**is_told);
                // The one with the line's own order id; else of this day; else of the minutes beside it.
                let best = same.min_by_key(|(refund, _)| {
                    let is_named = line.order_id.as_ref() == Some(&refund.id);
                    let is_of_day = refund.at.starts_with(days[1]);
                    (!is_named, !is_of_day, !is_about(&refund.at, days))
                });
                match best {
                    Some((refund, is_told)) if is_about(&refund.at, days) => {
                        *is_told = true;
                        None
                    }
                    _ => misfit(receipt_id, "given_back_there"),
                }
            }
        }
    }
}

/// Of this day, or of the minutes before and after it: the PG's clock is another one.
fn is_about(at: &str, [before, date, after]: [&str; 3]) -> bool {
    at.starts_with(date) || at.starts_with(&format!("{before}T23:5")) || at.starts_with(&format!("{after}T00:0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, price: u64, refunds: &[u64]) -> Row {
        Row {
            receipt_id: format!("r{number}"),
            order_id: format!("o{number}"),
            state: "paid".to_owned(),
            price,
            left_here: price,
            tid: Some(format!("t{number}")),
            debited_at: Some("2026-01-31T10:00:00+09:00".to_owned()),
            refunds: (refunds.iter().enumerate())
                .map(|(index, price)| Refund {
                    id: format!("c{number}{index}"),
                    price: *price,
                    at: "2026-01-31T11:00:00+09:00".to_owned(),
                })
                .collect(),
            found: None,
            left_at_pg: None,
            mend: None,
        }
    }

    fn line(number: u64, name: &str, kind: Kind, amount: u64) -> Moved {
        let is_tid = name.starts_with('t');
        Moved {
            line: number,
            tid: is_tid.then(|| name.to_owned()),
            order_id: (!is_tid).then(|| name.to_owned()),
            kind,
            amount,
        }
    }

    fn misfits(rows: Vec<Row>, lines: &[Moved]) -> Vec<(Option<u64>, &'static str, u64)> {
        let mut matching = Matching::default();
        rows.into_iter().for_each(|row| matching.add(row));
        let misfits = matching.misfits(lines, ["2026-01-30", "2026-01-31", "2026-02-01"]);
        misfits.iter().map(|of| (of.line, of.found, of.amount)).collect()
    }

    #[test]
    fn a_file_of_what_happened_fits() {
        let rows = || vec![row(1, 1000, &[]), row(2, 500, &[200, 200]), row(1, 1000, &[])];
        let by_number = [
            line(2, "t1", Kind::Debit, 1000),
            line(3, "t2", Kind::Debit, 500),
            line(4, "t2", Kind::Refund, 200),
            line(5, "t2", Kind::Refund, 200),
        ];
        assert_eq!(misfits(rows(), &by_number), []);
        let by_order = [
            line(2, "r1", Kind::Debit, 1000),
            line(3, "r2", Kind::Debit, 500),
            line(4, "c20", Kind::Refund, 200),
            line(5, "c21", Kind::Refund, 200),
        ];
        assert_eq!(misfits(rows(), &by_order), []);
    }

    /// A refund of another day covers none of this one, and each line takes the refund that it names.
    #[test]
    fn a_refund_is_of_its_day() {
        let two = || {
            let mut two = row(1, 1000, &[200, 200]);
            two.debited_at = Some("2026-01-30T10:00:00+09:00".to_owned());
            two.refunds[0].at = "2026-01-30T11:00:00+09:00".to_owned();
            two
        };
        let both = [line(2, "t1", Kind::Refund, 200), line(3, "t1", Kind::Refund, 200)];
        assert_eq!(misfits(vec![two()], &both), [(Some(3), "given_back_there", 200)]);
        assert_eq!(misfits(vec![two()], &[line(2, "c11", Kind::Refund, 200)]), []);
        // The minutes beside midnight are of the midnights of this day only.
        for (at, fits) in [("30T00:05", false), ("30T23:55", true)] {
            let mut one = row(1, 1000, &[200]);
            one.debited_at = None;
            one.refunds[0].at = format!("2026-01-{at}:00+09:00");
            assert_eq!(misfits(vec![one], &both[..1]).is_empty(), fits, "{at}");
        }
        assert_eq!(
            misfits(
                vec![two()],
                &[line(2, "t1", Kind::Debit, 1000), line(3, "t1", Kind::Refund, 200)]
            ),
            [(Some(2), "other_day", 1000)]
        );
    }

    #[test]
    fn what_does_not_fit_is_told_once_each() {
        let mut voided = row(3, 700, &[]);
        voided.debited_at = None;
        let mut late = row(4, 800, &[800]);
        late.debited_at = Some("2026-01-30T10:00:00+09:00".to_owned());
        late.refunds[0].at = "2026-01-31T23:59:58+09:00".to_owned();
        let rows = vec![row(1, 1000, &[]), row(2, 500, &[200]), voided, late];
        let lines = [
            line(2, "t1", Kind::Debit, 900),
            line(3, "t1", Kind::Debit, 900),
            line(4, "t2", Kind::Refund, 300),
            line(5, "t3", Kind::Debit, 700),
            line(6, "t9", Kind::Debit, 1),
        ];
        assert_eq!(
            misfits(rows, &lines),
            [
                (Some(2), "other_amount", 900),
                (Some(3), "twice_in_file", 900),
                (Some(4), "given_back_there", 300),
                (Some(5), "debited_there", 700),
                (Some(6), "unknown_here", 1),
                (None, "not_in_file", 500),
                (None, "not_in_file", 200),
            ]
        );
    }
}
