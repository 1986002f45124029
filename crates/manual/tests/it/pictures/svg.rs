//! A sheet to draw on: boxes, lines and words, readable on a light and on a dark page.

use std::fmt::Write;

const STYLE: &str = "\
text{font:13px system-ui,'Apple SD Gothic Neo','Noto Sans KR',sans-serif;fill:#1d2430}\
.name{font:600 13px ui-monospace,Menlo,Consolas,monospace}\
.small{font-size:11.5px;fill:#5b6573}.strong{font-weight:600}\
.box{fill:#f5f6f8;stroke:#9aa4b2}.good{fill:#e6f4ea;stroke:#3d8b53}.bad{fill:#fbeaea;stroke:#b4534f}.doubt{fill:#fdf3d8;stroke:#b08a1e}\
.line{fill:none;stroke:#6b7685;stroke-width:1.3}.faint{fill:none;stroke:#c3c9d1;stroke-dasharray:3 4}\
.head,.dot{fill:#6b7685}.paper{fill:#fff}\
@media(prefers-color-scheme:dark){text{fill:#dfe3e9}.small{fill:#98a2b0}\
.box{fill:#232830;stroke:#66707e}.good{fill:#17301f;stroke:#5fb47a}.bad{fill:#361c1c;stroke:#d27b77}.doubt{fill:#332a12;stroke:#d1ab44}\
.line{stroke:#8b95a3}.faint{stroke:#3c444f}.head,.dot{fill:#8b95a3}.paper{fill:#14171c}}";

pub struct Sheet {
    width: f64,
    height: f64,
    body: String,
}

impl Sheet {
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    pub fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str) {
        self.add(&format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"7\"/>"
        ));
    }

    pub fn dot(&mut self, (x, y): (f64, f64)) {
        self.add(&format!("<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>"));
    }

    /// Words whose middle is at `x`.
    pub fn text(&mut self, (x, y): (f64, f64), class: &str, words: &str) {
        let words = words.replace('&', "&amp;").replace('<', "&lt;");
        self.add(&format!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{words}</text>"
        ));
    }

    pub fn path(&mut self, d: &str, class: &str) {
        self.add(&format!("<path class=\"{class}\" d=\"{d}\"/>"));
    }

    /// A line from `from` to `to` that is drawn towards `by` on its way, with a head at its end.
    pub fn arrow(&mut self, from: (f64, f64), by: (f64, f64), to: (f64, f64)) {
        let (dx, dy) = (to.0 - by.0, to.1 - by.1);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let base = (to.0 - 9.0 * ux, to.1 - 9.0 * uy);
        self.path(
            &format!(
                "M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
                from.0, from.1, by.0, by.1, base.0, base.1
            ),
            "line",
        );
        let side = (-uy * 4.0, ux * 4.0);
        self.path(
            &format!(
                "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z",
                to.0,
                to.1,
                base.0 + side.0,
                base.1 + side.1,
                base.0 - side.0,
                base.1 - side.1
            ),
            "head",
        );
    }

    fn add(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// The file. `title` is what a reader without eyes is told.
    pub fn finish(self, language: &str, title: &str) -> String {
        let (width, height) = (self.width, self.height);
        let mut svg = String::new();
        let _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" xml:lang=\"{language}\">\n<title>{title}</title>\n<style>{STYLE}</style>"
        );
        svg.push_str(&self.body);
        svg.push_str("</svg>\n");
        svg
    }
}
