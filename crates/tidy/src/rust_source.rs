//! Just enough of Rust's grammar to look at code alone: comments, strings and characters are blanked out.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_blank_and_lines_stay() {
        let source = "fn a() {\n let x = \"}\"; // }\n let y = '}'; /* } /* } */ */\n let z = r#\"}\"#;\n}\nfn b<'a>(r#type: &'a u8) {}\n";
        let code = code_only(source);
        assert_eq!(code.lines().count(), source.lines().count());
        assert_eq!((code.matches('{').count(), code.matches('}').count()), (2, 2));
        assert!(code.contains("fn b<'a>(r#type: &'a u8) {}"));
    }
}
