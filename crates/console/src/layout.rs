//! What surrounds every page: navigation, project, language, theme, who.

use gateway::{Language, Role};

use crate::appearance::{Appearance, Theme, language_tag};
use crate::assets;
use crate::page_context::PageContext;
use crate::words;

/// A part of the console, as the navigation lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Overview,
    Phone,
    Receipts,
    Keys,
    Reserves,
    Webhooks,
    Doubts,
    Audit,
    Requests,
    Faults,
}

impl Section {
    /// In the navigation's order.
    const ALL: &'static [Self] = &[
        Self::Overview,
        Self::Phone,
        Self::Receipts,
        Self::Keys,
        Self::Reserves,
        Self::Doubts,
        Self::Webhooks,
        Self::Requests,
        Self::Faults,
        Self::Audit,
    ];

    /// Whether it is about the simulated PG, and nothing without one.
    fn is_for_simulated_pg(self) -> bool {
        matches!(self, Self::Phone | Self::Faults)
    }

    fn href(self) -> &'static str {
        match self {
            Self::Overview => "/console",
            Self::Phone => "/console/phone",
            Self::Receipts => "/console/receipts",
            Self::Keys => "/console/keys",
            Self::Reserves => "/console/reserves",
            Self::Doubts => "/console/doubts",
            Self::Webhooks => "/console/webhooks",
            Self::Audit => "/console/audit",
            Self::Requests => "/console/requests",
            Self::Faults => "/console/faults",
        }
    }

    fn label(self, words: &words::Frame) -> &'static str {
        match self {
            Self::Overview => words.overview,
            Self::Phone => words.phone,
            Self::Receipts => words.receipts,
            Self::Keys => words.keys,
            Self::Reserves => words.reserves,
            Self::Doubts => words.doubts,
            Self::Webhooks => words.webhooks,
            Self::Audit => words.audit,
            Self::Requests => words.requests,
            Self::Faults => words.faults,
        }
    }
}

/// One entry of the navigation.
pub struct Entry {
    pub href: &'static str,
    pub label: &'static str,
    pub is_here: bool,
}

/// One choice of a switch.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

/// The frame of one page; every template that extends `layout.html` has it as `frame`.
pub struct Frame {
    pub words: &'static words::Frame,
    pub lang: &'static str,
    pub theme: &'static str,
    pub title: String,
    pub entries: Vec<Entry>,
    pub projects: Vec<Choice>,
    pub languages: Vec<Choice>,
    pub themes: Vec<Choice>,
    pub person: String,
    pub role: &'static str,
    /// Not the local person of a sandbox, who never signed in.
    pub may_sign_out: bool,
    /// Where the language and the theme lead back to.
    pub here: String,
    /// Ends the address of every form that acts: the project of this page.
    pub of: String,
    pub is_sandbox: bool,
    /// Nothing moves money: the database was restored from a backup.
    pub is_held: bool,
    /// How far the project's clock is ahead of the machine's, for people; empty where it is not.
    pub ahead: String,
    /// The project's time, in Korea.
    pub now: String,
    /// Where there are several nodes: that what a part shows is of this one alone. Empty where there is one.
    pub of_one_node: String,
    /// What the assets' addresses end with.
    pub version: &'static str,
}

impl Frame {
    /// The frame of a page of `section`.
    pub fn of(context: &PageContext, section: Option<Section>, title: &str) -> Self {
        let words = Self::words_of(context.language());
        let is_open = |entry: &&Section| match entry {
            Section::Audit => context.person.role >= Role::Admin,
            entry => context.operator.has_phones() || !entry.is_for_simulated_pg(),
        };
        let entries = Section::ALL.iter().filter(is_open).map(|entry| Entry {
            href: entry.href(),
            label: entry.label(words),
            is_here: Some(*entry) == section,
        });
        let projects = context.projects.iter().map(|project| Choice {
            value: project.id.to_string(),
            label: project.name.clone(),
            is_chosen: project.id == context.project,
        });
        Self {
            words,
            lang: language_tag(context.language()),
            theme: context.appearance.theme.name(),
            title: title.to_owned(),
            entries: entries.collect(),
            projects: projects.collect(),
            languages: languages(&context.appearance),
            themes: themes(&context.appearance, words),
            person: context.person.name.clone(),
            role: words::People::of(context.language()).role(context.person.role.name()),
            may_sign_out: context.has_session,
            here: context.came_from.clone().unwrap_or_else(|| context.here.clone()),
            of: context.of(),
            is_sandbox: context.operator.is_sandbox(),
            is_held: context.operator.are_debits_held(),
            ahead: ahead(context.operator.offset_ms(context.project)),
            now: context.operator.now(context.project).to_wire(),
            of_one_node: of_one_node(context, words),
            version: assets::version(),
        }
    }

    pub fn words_of(language: Language) -> &'static words::Frame {
        words::Frame::of(language)
    }
}

fn of_one_node(context: &PageContext, words: &words::Frame) -> String {
    match context.operator.node() {
        (_, 1) => String::new(),
        (node, nodes) => format!("{} {node} (1/{nodes}).", words.of_one_node),
    }
}

/// `+62 d`, `+5 h`, `+3 min`.
fn ahead(ms: i64) -> String {
    let minutes = ms.saturating_add(30_000) / 60_000;
    match minutes {
        ..1 => String::new(),
        1..120 => format!("+{minutes} min"),
        120..2_880 => format!("+{} h", minutes / 60),
        _ => format!("+{} d", minutes / (24 * 60)),
    }
}

fn languages(appearance: &Appearance) -> Vec<Choice> {
    [(Language::Korean, "한국어"), (Language::English, "English")]
        .map(|(language, label)| Choice {
            value: language_tag(language).to_owned(),
            label: label.to_owned(),
            is_chosen: language == appearance.language,
        })
        .into()
}

fn themes(appearance: &Appearance, words: &words::Frame) -> Vec<Choice> {
    let choice = |theme: &Theme| Choice {
        value: theme.name().to_owned(),
        label: match theme {
            Theme::Auto => words.theme_auto,
            Theme::Light => words.theme_light,
            Theme::Dark => words.theme_dark,
        }
        .to_owned(),
        is_chosen: *theme == appearance.theme,
    };
    Theme::ALL.iter().map(choice).collect()
}
