//! Pictures as text: what each of them is written with. Every attribute and every text is escaped here.

use std::fmt::{Display, Write};

/// Attributes of an element.
pub type Attributes<'a> = [(&'a str, &'a dyn Display)];

/// A picture that is being written.
pub struct Svg(String);

impl Svg {
    /// A picture of this size, with more attributes of its own.
    pub fn new((width, height): (usize, usize), own: &Attributes<'_>) -> Self {
        let mut svg = Self(String::new());
        let size = format!("0 0 {width} {height}");
        svg.tag("svg", &[("xmlns", &"http://www.w3.org/2000/svg"), ("viewBox", &size)]);
        svg.attributes(own);
        svg.0.push('>');
        svg
    }

    /// What the picture is called, for those who hear it.
    pub fn title(&mut self, text: &str) {
        self.text("title", &[], text);
    }

    /// How its classes look; the text is ours.
    pub fn style(&mut self, css: &'static str) {
        let _ = writeln!(self.0, "<style>{css}</style>");
    }

    /// An element without content.
    pub fn shape(&mut self, name: &str, attributes: &Attributes<'_>) {
        self.tag(name, attributes);
        self.0.push_str("/>");
    }

    /// An element with a text.
    pub fn text(&mut self, name: &str, attributes: &Attributes<'_>, text: &str) {
        self.tag(name, attributes);
        let _ = write!(self.0, ">{}</{name}>", escaped(text));
    }

    /// Ends a line of the file, so that people can read it.
    pub fn end_line(&mut self) {
        self.0.push('\n');
    }

    /// The whole file.
    pub fn finish(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }

    fn tag(&mut self, name: &str, attributes: &Attributes<'_>) {
        let _ = write!(self.0, "<{name}");
        self.attributes(attributes);
    }

    fn attributes(&mut self, attributes: &Attributes<'_>) {
        for (name, value) in attributes {
            let _ = write!(self.0, " {name}=\"{}\"", escaped(&value.to_string()));
        }
    }
}

/// A text within XML or HTML. Characters that neither takes are none of a text that was made visible.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push(' '),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}')
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_attribute_or_its_element() {
        let mut svg = Svg::new((2, 1), &[("class", &"a\"b")]);
        svg.shape("rect", &[("width", &2), ("fill", &"<")]);
        svg.text("text", &[], "</text>&\u{1b}");
        let expected = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\" class=\"a&quot;b\"><rect width=\"2\" \
                        fill=\"&lt;\"/><text>&lt;/text&gt;&amp;\u{fffd}</text></svg>\n";
        assert_eq!(svg.finish(), expected);
    }
}
