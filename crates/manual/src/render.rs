//! Markdown to HTML: anchors on headings, links rewritten, tables and code that can be scrolled with the keyboard.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::links::{Target, rewrite};
use crate::slug::Slugs;
use crate::{Language, TocEntry};

pub struct Rendered {
    /// The first heading's text.
    pub title: String,
    pub html: String,
    /// The headings below the title.
    pub toc: Vec<TocEntry>,
}

pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

pub fn render(markdown: &str, path: &str, language: Language) -> Rendered {
    let events: Vec<Event> = Parser::new_ext(markdown, options()).collect();
    let mut title = String::new();
    let mut toc = Vec::new();
    let mut slugs = Slugs::default();
    let mut anchor = String::new();
    let mut out = Vec::with_capacity(events.len() + 64);
    // Whether each link that is open here leads out of the manual.
    let mut outside = Vec::new();
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let text = heading_text(&events[index + 1..]);
                anchor = slugs.of(&text);
                out.push(raw(format!("<{level} id=\"{}\">", escaped(&anchor))));
                if title.is_empty() {
                    title = text;
                } else {
                    let level = *level as u8;
                    let anchor = anchor.clone();
                    toc.push(TocEntry { level, text, anchor });
                }
            }
            Event::End(TagEnd::Heading(level)) => {
                let anchor = escaped(&anchor);
                out.push(raw(format!(
                    " <a class=\"anchor\" href=\"#{anchor}\" aria-hidden=\"true\" tabindex=\"-1\">#</a></{level}>\n"
                )));
            }
            Event::Start(Tag::Link { dest_url, title, .. }) => {
                let target = rewrite(dest_url, path, language);
                outside.push(matches!(target, Target::Outside(_)));
                out.push(raw(opening(&target, title)));
            }
            Event::End(TagEnd::Link) => {
                let closing = if outside.pop() == Some(true) { "</span>" } else { "</a>" };
                out.push(raw(closing.to_owned()));
            }
            other => push_other(other, path, language, &mut out),
        }
    }
    let mut text = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut text, out.into_iter());
    Rendered {
        title,
        html: without_inline_styles(&text),
        toc,
    }
}

fn push_other<'a>(event: &Event<'a>, path: &str, language: Language, out: &mut Vec<Event<'a>>) {
    match event {
        Event::Start(Tag::Table(_)) => {
            out.push(raw("<div class=\"wide\" tabindex=\"0\">".to_owned()));
            out.push(event.clone());
        }
        Event::End(TagEnd::Table) => {
            out.push(event.clone());
            out.push(raw("</div>\n".to_owned()));
        }
        Event::Start(Tag::CodeBlock(_)) => out.push(raw("<pre tabindex=\"0\"><code>".to_owned())),
        // A box to tick on paper: a real one would be a control without a name.
        Event::TaskListMarker(_) => out.push(raw("<span class=\"task\" aria-hidden=\"true\">☐</span> ".to_owned())),
        Event::End(TagEnd::CodeBlock) => out.push(raw("</code></pre>\n".to_owned())),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let dest_url = match rewrite(dest_url, path, language) {
                Target::Address(address) => CowStr::from(address),
                Target::Outside(_) => dest_url.clone(),
            };
            let (link_type, title, id) = (*link_type, title.clone(), id.clone());
            out.push(Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }));
        }
        other => out.push(other.clone()),
    }
}

fn opening(target: &Target, title: &str) -> String {
    match target {
        Target::Address(address) if title.is_empty() => format!("<a href=\"{}\">", escaped(address)),
        Target::Address(address) => format!("<a href=\"{}\" title=\"{}\">", escaped(address), escaped(title)),
        Target::Outside(file) => format!("<span class=\"outside\" title=\"{}\">", escaped(file)),
    }
}

/// The text of what follows, up to the end of its heading.
fn heading_text(events: &[Event]) -> String {
    let inside = events
        .iter()
        .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    inside
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect()
}

fn raw<'a>(html: String) -> Event<'a> {
    Event::InlineHtml(html.into())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The pages are served without leave for inline styles; the renderer knows no other way to align a column.
fn without_inline_styles(html: &str) -> String {
    ["left", "center", "right"]
        .into_iter()
        .fold(html.to_owned(), |html, side| {
            html.replace(&format!(" style=\"text-align: {side}\""), &format!(" class=\"{side}\""))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        render(markdown, "concepts/states", Language::English).html
    }

    #[test]
    fn headings_become_a_table_of_contents() {
        let rendered = render(
            "# One `two`\n\ntext\n\n## Three\n\n### Four\n\n## Three\n",
            "",
            Language::English,
        );
        assert_eq!(rendered.title, "One two");
        let toc: Vec<_> = rendered
            .toc
            .iter()
            .map(|entry| (entry.level, entry.anchor.as_str()))
            .collect();
        assert_eq!(toc, [(2, "three"), (3, "four"), (2, "three-1")]);
        assert!(rendered.html.contains("<h2 id=\"three-1\">"));
    }

    #[test]
    fn code_is_text() {
        let shown = html("```html\n<script>alert(1)</script>\n```\n");
        assert!(
            shown.contains("&lt;script&gt;") && !shown.contains("<script"),
            "{shown}"
        );
    }

    #[test]
    fn no_style_is_inline() {
        let shown = html("| a | b |\n|---|---:|\n| 1 | 2 |\n");
        assert!(
            shown.contains("<td class=\"right\">2") && !shown.contains("style="),
            "{shown}"
        );
    }

    #[test]
    fn a_link_out_of_the_manual_names_the_file() {
        let shown = html("[the merchant](../../examples/merchant/src/lib.rs) [a](../README.md)");
        assert!(shown.contains("<span class=\"outside\" title=\"examples/merchant/src/lib.rs\">the merchant</span>"));
        assert!(shown.contains("<a href=\"/manual/en\">a</a>"), "{shown}");
    }
}
