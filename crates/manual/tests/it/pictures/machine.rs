//! A state machine: its boxes stand where they are put, its arrows are the ones that the table allows.

use crate::pictures::svg::Sheet;

const COLUMN: f64 = 244.0;
const ROW: f64 = 96.0;
const BOX: (f64, f64) = (172.0, 50.0);
const MARGIN: f64 = 22.0;

/// How a state is coloured.
#[derive(Clone, Copy)]
pub enum Kind {
    Open,
    Good,
    Bad,
    Doubt,
}

pub struct Place {
    pub column: f64,
    pub row: f64,
    pub kind: Kind,
    pub caption: &'static str,
}

/// One machine of the domain, and how it is laid out.
pub struct Machine<'a, S> {
    pub all: &'a [S],
    pub name: fn(S) -> &'static str,
    pub may_become: fn(S, S) -> bool,
    pub place: &'a dyn Fn(S) -> Place,
    /// How far, and to which side, an arrow leaves the straight way, in pixels.
    pub bend: &'a dyn Fn(S, S) -> f64,
    /// Room at the left for arrows that go round.
    pub left: f64,
}

impl<S: Copy + PartialEq> Machine<'_, S> {
    pub fn draw(&self, language: &str, title: &str) -> String {
        let places: Vec<Place> = self.all.iter().map(|state| (self.place)(*state)).collect();
        let largest = |of: fn(&Place) -> f64| places.iter().map(of).fold(0.0, f64::max);
        let width = self.left + largest(|place| place.column) * COLUMN + BOX.0 + 2.0 * MARGIN;
        let height = largest(|place| place.row) * ROW + BOX.1 + 2.0 * MARGIN + 16.0;
        let mut sheet = Sheet::new(width.ceil(), height.ceil());
        for (from, place) in self.all.iter().zip(&places) {
            for (to, other) in self.all.iter().zip(&places) {
                if (self.may_become)(*from, *to) {
                    self.arrow(&mut sheet, place, other, (self.bend)(*from, *to), from == to);
                }
            }
        }
        let first = self.centre(&places[0]);
        sheet.dot((first.0, 8.0));
        sheet.arrow((first.0, 8.0), (first.0, 14.0), (first.0, first.1 - BOX.1 / 2.0));
        for (state, place) in self.all.iter().zip(&places) {
            let (x, y) = self.centre(place);
            let class = match place.kind {
                Kind::Open => "box",
                Kind::Good => "good",
                Kind::Bad => "bad",
                Kind::Doubt => "doubt",
            };
            sheet.rect((x - BOX.0 / 2.0, y - BOX.1 / 2.0), BOX, class);
            sheet.text((x, y - 4.0), "name", (self.name)(*state));
            sheet.text((x, y + 14.0), "small", place.caption);
        }
        sheet.finish(language, title)
    }

    fn centre(&self, place: &Place) -> (f64, f64) {
        (
            self.left + MARGIN + BOX.0 / 2.0 + place.column * COLUMN,
            MARGIN + 16.0 + BOX.1 / 2.0 + place.row * ROW,
        )
    }

    fn arrow(&self, sheet: &mut Sheet, from: &Place, to: &Place, bend: f64, itself: bool) {
        let (a, b) = (self.centre(from), self.centre(to));
        if itself {
            let top = a.1 - BOX.1 / 2.0;
            sheet.arrow((a.0 + 30.0, top), (a.0 + 52.0, top - 46.0), (a.0 + 62.0, top));
            return;
        }
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy);
        // The curve passes halfway between its control point and the straight line.
        let by = (
            f64::midpoint(a.0, b.0) - dy / length * bend * 2.0,
            f64::midpoint(a.1, b.1) + dx / length * bend * 2.0,
        );
        sheet.arrow(edge(a, by), by, edge(b, by));
    }
}

/// Where the line from the middle of a box towards `towards` leaves the box.
fn edge(centre: (f64, f64), towards: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (towards.0 - centre.0, towards.1 - centre.1);
    let along_x = if dx == 0.0 {
        f64::INFINITY
    } else {
        BOX.0 / 2.0 / dx.abs()
    };
    let along_y = if dy == 0.0 {
        f64::INFINITY
    } else {
        BOX.1 / 2.0 / dy.abs()
    };
    let share = along_x.min(along_y).min(1.0);
    (centre.0 + dx * share, centre.1 + dy * share)
}
