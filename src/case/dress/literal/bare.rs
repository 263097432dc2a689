//! Values without quotes: where they end is told by the line, by the group, and by how the next member is written.

use super::{Between, Node, Reader};

impl Reader<'_> {
    /// A value without quotes: up to the end of its line, of its group, or to the next member that is written as this one is.
    pub(super) fn bare_value(&mut self, between: Between) -> Node {
        let start = self.at;
        // Words before the first attribute of a log are no key: `HTTP Request Sent: http.method=POST`.
        if self.depth == 0 && between == Between::Colon {
            self.skip_name_of_object();
        }
        if self.depth == 0 && between == Between::Colon && self.begins_a_member(Between::Equals) {
            return Node::Text { text: String::new(), is_quoted: false };
        }
        let text = |reader: &Self| reader.text[start..reader.at].trim_end().trim_end_matches(',').to_owned();
        if let Some(len) = authorization(self.rest()) {
            self.at += len;
            return Node::Text { text: text(self), is_quoted: false };
        }
        let mut open = 0_usize;
        while let Some(c) = self.peek() {
            match c {
                '\n' | '\r' => break,
                '}' | ']' | ')' if open == 0 => break,
                '}' | ']' | ')' => open -= 1,
                '{' | '[' | '(' if is_name(self.text[start..self.at].trim_end()) => {
                    let mut group = self.group();
                    // `Object [AxiosHeaders] {`
                    while self.rest().trim_start_matches(' ').starts_with(['{', '[']) {
                        self.skip_while(|c| c == ' ');
                        group = self.group();
                    }
                    return group;
                }
                '{' | '[' | '(' => open += 1,
                ',' | ' ' | ';' if open == 0 && self.begins_a_member(between) => break,
                _ => {}
            }
            self.skip_char();
        }
        Node::Text { text: text(self), is_quoted: false }
    }

    /// `<AWSPreparedRequest method=…`: the sign and the name before the fields of an object.
    fn skip_name_of_object(&mut self) {
        let name = self.rest().strip_prefix('<').and_then(|rest| rest.split_once(' '));
        if let Some((name, _)) = name.filter(|(name, _)| is_name(name)) {
            self.at += name.len() + 2;
        }
    }

    /// Whether another member, written as one with this between key and value, begins behind the white space here.
    fn begins_a_member(&self, between: Between) -> bool {
        let rest = self.rest().trim_start_matches([',', ';', ' ']);
        let rest = rest.strip_prefix(['"', '\'', ':']).unwrap_or(rest);
        let len = rest.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c)).unwrap_or(rest.len());
        let behind = rest[len..].trim_start_matches(['"', '\'']);
        let is_there = match between {
            Between::Colon => behind.starts_with(": ") || behind.starts_with(":\n"),
            // Go's `%+v` leaves no space, and begins each name with a capital.
            Between::TightColon => behind.starts_with(':') && rest.starts_with(char::is_uppercase),
            Between::Equals => behind.starts_with('='),
            Between::Space => true,
        };
        len > 0 && !rest.starts_with(|c: char| c.is_ascii_digit()) && is_there
    }
}

/// How long an `Authorization` value of AWS is that begins here: it has commas, spaces and equal signs of its own.
pub(super) fn authorization(text: &str) -> Option<usize> {
    if !text.starts_with("AWS4-") {
        return None;
    }
    let line = &text[..text.find(['\n', '\r', '"', '\'']).unwrap_or(text.len())];
    let signature = line.find("Signature=")?;
    let from = signature + "Signature=".len();
    Some(from + line[from..].find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(line.len() - from))
}

/// Whether a word before a bracket names what is in it.
fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "_.:<>".contains(c))
}
