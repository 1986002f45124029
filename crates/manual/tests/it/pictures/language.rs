//! Captions exist twice.

#[derive(Clone, Copy)]
pub enum Tongue {
    Korean,
    English,
}

impl Tongue {
    pub const ALL: [Self; 2] = [Self::Korean, Self::English];

    pub fn say(self, korean: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Korean => korean,
            Self::English => english,
        }
    }

    pub fn code(self) -> &'static str {
        self.say("ko", "en")
    }

    pub fn file(self, name: &str) -> String {
        match self {
            Self::Korean => format!("{name}.ko.svg"),
            Self::English => format!("{name}.svg"),
        }
    }
}
