//! The report on a terminal, and as a page.

use std::fmt::Write;

use domain::Language;
use terminal::lang::in_language;

use super::report::{EndpointSummary, Row, Summary};
use super::words;
use crate::table::{plain, shown};

/// A row's cells.
fn cells(one: &EndpointSummary) -> [String; 7] {
    let row = &one.row;
    [
        one.endpoint.clone(),
        one.sdk.clone(),
        row.requests.to_string(),
        row.same.to_string(),
        row.as_described.values().sum::<u64>().to_string(),
        row.different.to_string(),
        row.not_compared.values().sum::<u64>().to_string(),
    ]
}

/// What is to be told below the table: `3× status: 1 → 2`.
fn notes(row: &Row, language: Language) -> Vec<String> {
    let differences = row.differences.iter();
    let mut notes: Vec<String> = differences
        .map(|(found, count)| format!("{count}× {}", words::difference(found, language)))
        .collect();
    if row.more_differences > 0 {
        notes.push(format!("{}× …", row.more_differences));
    }
    let [described, left] = in_language(
        language,
        ["문서와만 비교", "비교 못 함"],
        ["as described", "not compared"],
    );
    for (head, reasons) in [(described, &row.as_described), (left, &row.not_compared)] {
        let told = reasons
            .iter()
            .map(|(why, count)| format!("{count}× {head}: {}", words::why(*why, language)));
        notes.extend(told);
    }
    notes
}

fn head(summary: &Summary, language: Language) -> String {
    let Summary {
        upstream, since, until, ..
    } = summary;
    in_language(
        language,
        format!("{upstream}의 그림자, {since} ~ {until}"),
        format!("the shadow of {upstream}, {since} to {until}"),
    )
}

/// The report as text.
pub fn text(summary: &Summary, language: Language) -> String {
    let mut table = plain(words::columns(language));
    for one in &summary.endpoints {
        table.add_row(cells(one));
    }
    let mut out = format!("{}\n\n{}\n", head(summary, language), shown(&table));
    for one in &summary.endpoints {
        let notes = notes(&one.row, language);
        if !notes.is_empty() {
            let _ = write!(out, "\n{} ({})\n  {}\n", one.endpoint, one.sdk, notes.join("\n  "));
        }
    }
    out
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884;vertical-align:top}\
.different{font-weight:600;color:#b3261e}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}.different{color:#ff8a80}}";

/// The report as a page.
pub fn page(summary: &Summary, language: Language) -> String {
    let (code, other, name) = in_language(language, ("ko", "en", "English"), ("en", "ko", "한국어"));
    let mut out = format!(
        "<!doctype html><html lang=\"{code}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>jadong shadow</title><style>{STYLE}</style><h1>jadong shadow</h1><p>{}</p>\
         <p><a href=\"?lang={other}\">{name}</a> · <a href=\"/report.json\">JSON</a></p><table><thead><tr>",
        escaped(&head(summary, language))
    );
    for column in words::columns(language) {
        let _ = write!(out, "<th scope=\"col\">{column}");
    }
    out.push_str("<tbody>");
    for one in &summary.endpoints {
        out.push_str("<tr>");
        for cell in cells(one) {
            let _ = write!(out, "<td>{}", escaped(&cell));
        }
        let notes = notes(&one.row, language);
        if !notes.is_empty() {
            let class = if one.row.different > 0 {
                " class=\"different\""
            } else {
                ""
            };
            let _ = write!(
                out,
                "<tr><td colspan=\"7\"{class}>{}",
                escaped(&notes.join("\n")).replace('\n', "<br>")
            );
        }
    }
    out.push_str("</table>");
    if summary.requests == 0 {
        out.push_str(in_language(
            language,
            "<p>아직 요청이 없습니다.</p>",
            "<p>No request has come yet.</p>",
        ));
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
