//! Just enough of Rust's grammar to measure functions: comments, strings and characters are blanked out, and then
//! braces can be counted.

/// The source with every comment, string and character literal replaced by spaces. Lines stay where they are.
pub fn code_only(source: &str) -> String {
    let characters: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < characters.len() {
        let length = literal_or_comment(&characters, at);
        if length == 0 {
            code.push(characters[at]);
            at += 1;
            continue;
        }
        let end = (at + length).min(characters.len());
        code.extend(characters[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    code
}

/// The length of the comment or literal that starts here, 0 when none does.
fn literal_or_comment(source: &[char], at: usize) -> usize {
    let rest = &source[at..];
    let starts_word = at == 0 || !is_word(source[at - 1]);
    match rest {
        ['/', '/', ..] => rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => block_comment(rest),
        ['"', ..] => quoted(rest, '"'),
        ['\'', '\\', ..] => quoted(rest, '\''),
        ['\'', _, '\'', ..] => 3,
        ['r', '"' | '#', ..] if starts_word => raw_string(rest, 1),
        ['b' | 'c', 'r', '"' | '#', ..] if starts_word => raw_string(rest, 2),
        _ => 0,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => depth += 1,
            ['*', '/', ..] => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// `r"…"`, `r#"…"#`. A raw identifier such as `r#type` is not one.
fn raw_string(rest: &[char], prefix: usize) -> usize {
    let hashes = rest[prefix..].iter().take_while(|&&c| c == '#').count();
    let open = prefix + hashes;
    if rest.get(open) != Some(&'"') {
        return 0;
    }
    let closes =
        |at: usize| rest[at] == '"' && rest.len() > at + hashes && rest[at + 1..=at + hashes].iter().all(|&c| c == '#');
    let close = (open + 1..rest.len()).find(|&at| closes(at)).unwrap_or(rest.len());
    close + 1 + hashes
}

pub struct Function {
    pub name: String,
    /// Counted from 1.
    pub line: usize,
    pub lines: usize,
}

/// Functions with a body, outside `#[cfg(test)]` modules. Takes what [`code_only`] gave.
pub fn functions(code: &str) -> Vec<Function> {
    let code = without_test_modules(code);
    let mut found = Vec::new();
    for (start, _) in code.match_indices("fn ") {
        if code[..start].chars().next_back().is_some_and(is_word) {
            continue;
        }
        let name: String = code[start + 3..].chars().take_while(|&c| is_word(c)).collect();
        let Some(open) = body_start(&code, start) else { continue };
        if name.is_empty() {
            continue;
        }
        let lines = code[start..block_end(&code, open)].lines().count();
        found.push(Function {
            name,
            line: line_of(&code, start),
            lines,
        });
    }
    found
}

/// Where the body's brace opens; none for a declaration that ends in `;`. `[u8; 4]` in a signature is no end.
fn body_start(code: &str, start: usize) -> Option<usize> {
    let mut nesting = 0_i32;
    for (offset, c) in code[start..].char_indices() {
        match c {
            '(' | '[' => nesting += 1,
            ')' | ']' => nesting -= 1,
            '{' if nesting == 0 => return Some(start + offset),
            ';' if nesting == 0 => return None,
            _ => {}
        }
    }
    None
}

fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + offset + 1;
        }
    }
    code.len()
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

fn without_test_modules(code: &str) -> String {
    let mut kept = code.to_owned();
    let marker = "#[cfg(test)]";
    let mut from = 0;
    while let Some(found) = kept[from..].find(marker) {
        let start = from + found;
        let after = start + marker.len();
        from = after;
        if !kept[after..].trim_start().starts_with("mod ") {
            continue;
        }
        let Some(open) = body_start(&kept, after) else { continue };
        let end = block_end(&kept, open);
        let blank: String = kept[start..end]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        from = start + blank.len();
        kept.replace_range(start..end, &blank);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_literals_and_comments_do_not_count() {
        let source =
            "fn a() {\n let x = \"}\"; // }\n let y = '}'; /* } /* } */ */\n let z = r#\"}\"#;\n}\nfn b() {}\n";
        let found = functions(&code_only(source));
        let sizes: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
        assert_eq!(sizes, [("a", 1, 5), ("b", 6, 1)]);
    }

    #[test]
    fn lifetimes_and_raw_identifiers_are_code() {
        let source = "fn a<'a>(x: &'a str, r#type: [u8; 2]) -> &'a str {\n    x\n}\n";
        assert_eq!(functions(&code_only(source))[0].lines, 3);
    }

    #[test]
    fn declarations_and_test_modules_are_left_out() {
        let source = "trait T { fn a(&self); }\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}\n";
        let found = functions(&code_only(source));
        assert_eq!(
            found.iter().map(|f| (f.name.as_str(), f.line)).collect::<Vec<_>>(),
            [("c", 6)]
        );
    }
}
