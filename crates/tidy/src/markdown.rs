//! The links of a Markdown page.

pub struct Link {
    /// Counted from 1.
    pub line: usize,
    pub target: String,
}

/// Links to files of this repository, without their `#anchor`. Code, web addresses and bare anchors are left out.
pub fn file_links(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut in_code_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code_block = !in_code_block;
        }
        if in_code_block {
            continue;
        }
        for target in inline_targets(&without_code(line)) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") && !path.starts_with("mailto:") {
                links.push(Link {
                    line: index + 1,
                    target: path.to_owned(),
                });
            }
        }
    }
    links
}

/// Every other piece between backticks is code.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

fn inline_targets(line: &str) -> Vec<&str> {
    let after_each = line.split("](").skip(1);
    let whole = after_each.filter_map(|rest| rest.split(')').next());
    whole.filter_map(|target| target.split_whitespace().next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_files_are_found() {
        let text = "[a](b.md) [c](https://x.y/z) [d](e/f.md#g \"title\") [h](#i)\n```\n[j](k.md)\n```\n`[l](m.md)`\n";
        let found: Vec<_> = file_links(text)
            .into_iter()
            .map(|link| (link.line, link.target))
            .collect();
        assert_eq!(found, [(1, "b.md".to_owned()), (1, "e/f.md".to_owned())]);
    }
}
