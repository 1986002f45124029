//! What surrounds every page: navigation, project, language, theme, who.

use gateway::{Attention, Language, Role};

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
    Developers,
    Health,
}

/// Sections that belong together in the navigation, and what they are called together.
struct Sections {
    label: fn(&words::Frame) -> &'static str,
    sections: &'static [Section],
}

const GROUPS: [Sections; 4] = [
    Sections {
        label: |words| words.money,
        sections: &[
            Section::Overview,
            Section::Receipts,
            Section::Keys,
            Section::Reserves,
            Section::Doubts,
        ],
    },
    Sections {
        label: |words| words.sandbox,
        sections: &[Section::Phone, Section::Faults],
    },
    Sections {
        label: |words| words.development,
        sections: &[Section::Developers, Section::Webhooks, Section::Requests],
    },
    Sections {
        label: |words| words.operation,
        sections: &[Section::Health, Section::Audit],
    },
];

impl Section {
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
            Self::Developers => "/console/developers",
            Self::Health => "/console/health",
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
            Self::Developers => words.developers,
            Self::Health => words.health,
        }
    }

    /// How much of it waits; 0: nothing, or nothing waits there.
    fn waiting(self, attention: Attention) -> u64 {
        match self {
            Self::Phone => attention.waiting,
            Self::Doubts => attention.in_doubt,
            _ => 0,
        }
    }
}

/// Entries of the navigation that belong together.
pub struct Group {
    pub label: &'static str,
    pub entries: Vec<Entry>,
}

/// One entry of the navigation.
pub struct Entry {
    pub href: &'static str,
    pub label: &'static str,
    pub is_here: bool,
    /// How much of it waits, where something does.
    pub waiting: Option<u64>,
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
    pub groups: Vec<Group>,
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
    /// Payments that need a person; 0 on the page that shows them.
    pub needs_person: u64,
    pub may_move_clock: bool,
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
        let entry = |entry: &Section| Entry {
            href: entry.href(),
            label: entry.label(words),
            is_here: Some(*entry) == section,
            waiting: Some(entry.waiting(context.attention)).filter(|count| *count > 0),
        };
        let groups = GROUPS.map(|group| Group {
            label: (group.label)(words),
            entries: group.sections.iter().filter(is_open).map(entry).collect(),
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
            groups: groups.into_iter().filter(|group| !group.entries.is_empty()).collect(),
            projects: projects.collect(),
            languages: languages(&context.appearance),
            themes: themes(&context.appearance, words),
            person: context.person.name.clone(),
            role: words::People::of(context.language()).role(context.person.role.name()),
            may_sign_out: context.has_session,
            here: context.came_from.clone().unwrap_or_else(|| context.here.clone()),
            of: context.of(),
            is_sandbox: context.operator.is_sandbox(),
            needs_person: if section == Some(Section::Doubts) {
                0
            } else {
                context.attention.needs_person
            },
            may_move_clock: context.operator.is_sandbox() && context.person.role >= Role::Operator,
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
