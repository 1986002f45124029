//! One text for two engines. A statement is written once; where the engines differ, it says so in braces:
//!
//! | in the text | SQLite | PostgreSQL |
//! |---|---|---|
//! | `{a\|b}` | `a` | `b` |
//! | `{of}`, `{of d}` | nothing | the condition that the rows (of `d`) are of the place, and `AND` |
//! | `{same e d}` | nothing | the condition that `e` and `d` are of one project, and `AND` |
//! | `{bucket}`, `{place}` | nothing | `bucket, `, `bucket, project_id, ` in a list of columns |
//! | `{:bucket}`, `{:place}` | nothing | their values |
//! | `{each ?1}` | the texts of a list, as a subselect | the same |
//! | `{lock}` | nothing | locks the rows found, until the commit |
//! | `{postgres}` | such a statement is not run | nothing |
//!
//! Where a whole statement is only for PostgreSQL it makes true what the one writer of SQLite does by being one, or keeps a row
//! that a unique index of a partitioned table cannot.

use std::sync::OnceLock;

/// A statement's text for PostgreSQL. Behind the statement's own parameters come those of the place that it uses.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ForPostgres {
    pub sql: String,
    pub has_bucket: bool,
    pub has_project: bool,
}

/// The texts of a statement, each made when it is first wanted.
#[derive(Default)]
pub struct Texts {
    sqlite: OnceLock<Option<String>>,
    of_project: OnceLock<ForPostgres>,
    of_all: OnceLock<ForPostgres>,
}

impl Texts {
    pub const fn new() -> Self {
        Self {
            sqlite: OnceLock::new(),
            of_project: OnceLock::new(),
            of_all: OnceLock::new(),
        }
    }

    /// `None`: it is not for SQLite.
    pub fn sqlite(&self, sql: &str) -> Option<&str> {
        let text = || (!sql.starts_with("{postgres}")).then(|| for_sqlite(sql));
        self.sqlite.get_or_init(text).as_deref()
    }

    /// For the rows of one project, or of all.
    pub fn postgres(&self, sql: &str, is_of_project: bool) -> &ForPostgres {
        let text = if is_of_project { &self.of_project } else { &self.of_all };
        text.get_or_init(|| for_postgres(sql, is_of_project))
    }
}

/// The parts of a text: what stands outside of braces, and after each what is inside.
fn parts(sql: &str) -> impl Iterator<Item = (&str, &str)> {
    sql.split('}').map(|part| part.split_once('{').unwrap_or((part, "")))
}

fn for_sqlite(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    for (plain, token) in parts(sql) {
        text.push_str(plain);
        if let Some((here, _)) = token.split_once('|') {
            text.push_str(here);
        } else if let Some(list) = token.strip_prefix("each ") {
            text.push_str(&format!("(SELECT value FROM json_each({list}))"));
        }
    }
    text
}

fn for_postgres(sql: &str, is_of_project: bool) -> ForPostgres {
    let mut made = ForPostgres::default();
    let own = own_parameters(sql);
    let (bucket, project) = (format!("?{}", own + 1), format!("?{}", own + 2));
    let mut text = String::with_capacity(sql.len() + 100);
    for (plain, token) in parts(sql) {
        text.push_str(plain);
        let mut words = token.split(' ');
        match (words.next().unwrap_or_default(), words.next(), words.next()) {
            (_, _, _) if token.contains('|') => text.push_str(token.split_once('|').unwrap_or_default().1),
            ("of", alias, None) if is_of_project => {
                let dot = alias.map(|alias| format!("{alias}.")).unwrap_or_default();
                text.push_str(&format!("{dot}bucket = {bucket} AND {dot}project_id = {project} AND "));
                (made.has_bucket, made.has_project) = (true, true);
            }
            ("of" | "" | "postgres", _, None) => {}
            ("same", Some(a), Some(b)) => {
                text.push_str(&format!(
                    "{a}.bucket = {b}.bucket AND {a}.project_id = {b}.project_id AND "
                ));
            }
            ("bucket", None, None) => text.push_str("bucket, "),
            ("place", None, None) => text.push_str("bucket, project_id, "),
            (":bucket", None, None) => {
                text.push_str(&format!("{bucket}, "));
                made.has_bucket = true;
            }
            (":place", None, None) => {
                text.push_str(&format!("{bucket}, {project}, "));
                (made.has_bucket, made.has_project) = (true, true);
            }
            ("each", Some(list), None) => {
                text.push_str(&format!(
                    "(SELECT jsonb_array_elements_text(CAST({list} AS text)::jsonb))"
                ));
            }
            ("lock", None, None) => text.push_str(" FOR NO KEY UPDATE"),
            _ => panic!("{{{token}}} means nothing in a statement: {sql}"),
        }
    }
    made.sql = numbered(&text);
    made
}

/// The highest number among a text's parameters.
fn own_parameters(sql: &str) -> usize {
    let numbers = sql.split('?').skip(1).map(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

/// Parameters are `$1` there; a question mark inside a literal is none.
fn numbered(sql: &str) -> String {
    let mut is_literal = false;
    let letter = |letter| {
        is_literal ^= letter == '\'';
        if letter == '?' && !is_literal { '$' } else { letter }
    };
    sql.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_says_what_each_engine_takes() {
        let sql = "INSERT INTO t ({place}id) SELECT {:place}?1 FROM u AS d{ INDEXED BY i|} WHERE {of d}d.a = '?9' \
                   AND {max|greatest}(?2, 1) = 1 AND d.b IN {each ?3} ORDER BY a{lock}";
        let texts = Texts::new();
        assert_eq!(
            texts.sqlite(sql).unwrap(),
            "INSERT INTO t (id) SELECT ?1 FROM u AS d INDEXED BY i WHERE d.a = '?9' AND max(?2, 1) = 1 AND d.b IN (SELECT \
             value FROM json_each(?3)) ORDER BY a"
        );
        let made = texts.postgres(&sql.replace("'?9'", "'?'"), true);
        assert!(made.has_bucket && made.has_project);
        assert_eq!(
            made.sql,
            "INSERT INTO t (bucket, project_id, id) SELECT $4, $5, $1 FROM u AS d WHERE d.bucket = $4 AND d.project_id = $5 AND \
             d.a = '?' AND greatest($2, 1) = 1 AND d.b IN (SELECT jsonb_array_elements_text(CAST($3 AS text)::jsonb)) ORDER BY \
             a FOR NO KEY UPDATE"
        );
    }

    #[test]
    fn of_all_projects_there_is_no_condition() {
        let made = for_postgres("SELECT 1 FROM t WHERE {of}id = ?1", false);
        assert_eq!(
            (made.sql.as_str(), made.has_bucket),
            ("SELECT 1 FROM t WHERE id = $1", false)
        );
        assert_eq!(Texts::new().sqlite("{postgres}SELECT 1"), None);
    }
}
