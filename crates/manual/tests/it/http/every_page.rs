//! Every page can be read, and every link on it leads to a page and to a heading that exist.

use std::collections::{HashMap, HashSet};

use jadong_manual::{Language, address, contents};

use crate::http::reader::get;

fn addresses() -> Vec<String> {
    let pages = Language::ALL.into_iter().flat_map(|language| {
        let entries = contents(language).iter().flat_map(|section| &section.entries);
        entries.map(move |entry| address(&entry.path, language))
    });
    let firsts = Language::ALL.into_iter().map(|language| address("", language));
    firsts.chain(pages).collect()
}

/// What follows each `marker` up to the next quote.
fn values<'a>(html: &'a str, marker: &str) -> Vec<&'a str> {
    let after = html.split(marker).skip(1);
    after.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn every_link_leads_to_a_page_and_a_heading() {
    let addresses = addresses();
    assert!(addresses.len() > 60, "only {} pages", addresses.len());
    let mut anchors: HashMap<String, HashSet<String>> = HashMap::new();
    let mut links = Vec::new();
    for address in &addresses {
        let answer = get(address).await;
        assert_eq!(answer.status, 200, "{address}");
        assert!(answer.text.contains("<h1"), "{address} has no title");
        let ids = values(&answer.text, " id=\"").into_iter().map(str::to_owned);
        anchors.insert(address.clone(), ids.collect());
        for target in values(&answer.text, " href=\"")
            .into_iter()
            .chain(values(&answer.text, " src=\""))
        {
            links.push((address.clone(), target.replace("&amp;", "&")));
        }
    }
    let mut broken = Vec::new();
    for (from, target) in links {
        let (page, anchor) = target.split_once('#').unwrap_or((&target, ""));
        let page = if page.is_empty() { from.as_str() } else { page };
        if page.contains("://") || page.ends_with(".css") {
            continue;
        }
        if page.ends_with(".svg") {
            if get(page).await.status != 200 {
                broken.push(format!("{from}: {target}"));
            }
            continue;
        }
        let known = anchors.get(page);
        if known.is_none_or(|ids| !anchor.is_empty() && !ids.contains(anchor)) {
            broken.push(format!("{from}: {target}"));
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n  {}", broken.join("\n  "));
}

#[tokio::test]
async fn a_page_weighs_little() {
    let stylesheet = get("/manual/manual.css").await.text.len();
    for address in addresses() {
        let weight = get(&address).await.text.len() + stylesheet;
        assert!(weight < 150 * 1024, "{address}: {weight} bytes");
    }
}
