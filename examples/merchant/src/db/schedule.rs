//! `schedule`: when each customer is charged next.

use jiff::Span;
use jiff::civil::Date;
use rusqlite::{Connection, params};

use super::ServiceDb;
use crate::error::ApiError;

/// The first month is due today, and the day stays: on the 31st, months that have none are charged on their last day.
pub(super) fn start_schedule(db: &Connection, customer_id: &str, today: Date) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO schedule (customer_id, billing_day, next_on) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![customer_id, today.day(), today.to_string()],
    )?;
    Ok(())
}

/// The same day of the next month, or its last.
fn month_after(date: Date, billing_day: i8) -> Date {
    let first = date.first_of_month().saturating_add(Span::new().months(1));
    let day = billing_day.min(first.days_in_month());
    first.with().day(day).build().unwrap_or(first)
}

impl ServiceDb {
    /// Makes a payment of every month that has become due by `today`, and moves the schedule on, in one transaction: a
    /// month becomes one payment, whenever the process dies. Answers how many.
    pub(crate) async fn become_due(&self, today: Date, price_won: u64) -> Result<usize, ApiError> {
        self.run(move |db| {
            let mut due = 0;
            let mut select =
                db.prepare("SELECT customer_id, billing_day, next_on FROM schedule WHERE next_on <= ?1")?;
            let rows = select.query_map([today.to_string()], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, i8>(1)?, row.get::<_, String>(2)?))
            })?;
            for row in rows {
                let (customer_id, billing_day, next_on) = row?;
                let Ok(mut on) = next_on.parse::<Date>() else { continue };
                while on <= today {
                    let order_id = format!("{customer_id}-{}", on.strftime("%Y-%m"));
                    db.execute(
                        "INSERT INTO payment (order_id, customer_id, price, state) VALUES (?1, ?2, ?3, 'due')
                         ON CONFLICT DO NOTHING",
                        params![order_id, customer_id, i64::try_from(price_won).unwrap_or(i64::MAX)],
                    )?;
                    due += 1;
                    on = month_after(on, billing_day);
                }
                db.execute(
                    "UPDATE schedule SET next_on = ?2 WHERE customer_id = ?1",
                    params![customer_id, on.to_string()],
                )?;
            }
            Ok(due)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_31st_stays_the_31st_through_short_months() {
        let mut on = date(2026, 12, 31);
        let mut seen = Vec::new();
        for _month in 0..3 {
            on = month_after(on, 31);
            seen.push(on);
        }
        assert_eq!(seen, [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]);
    }
}
