//! Values in the JSON of a body, as places in it: a general reader keeps no places, and repairs what it reads.

use std::ops::Range;

/// How deep a value may stand.
const DEEPEST: usize = 128;

/// The place of the value at `path`; of a string, what stands between its quotation marks.
pub fn find(text: &[u8], path: &[String]) -> Option<Range<usize>> {
    let mut reader = Reader { text, at: 0 };
    for name in path {
        reader.member(name)?;
    }
    reader.blanks();
    let start = reader.at;
    reader.value(0)?;
    Some(inner(text, start..reader.at))
}

/// The members of an object: the places of their names and values.
pub fn members(text: &[u8]) -> Option<Vec<(Range<usize>, Range<usize>)>> {
    let mut reader = Reader { text, at: 0 };
    let mut members = Vec::new();
    reader.open(b'{')?;
    while let Some((name, value)) = reader.next_member()? {
        members.push((inner(text, name), inner(text, value)));
    }
    Some(members)
}

/// What the characters of a string mean, its escapes taken off.
pub fn unescaped(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'\\') {
        return text.to_vec();
    }
    let quoted = [b"\"", text, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).map_or_else(|_| text.to_vec(), String::into_bytes)
}

/// A string without its quotation marks; anything else as it is.
fn inner(text: &[u8], range: Range<usize>) -> Range<usize> {
    match text[range.clone()] {
        [b'"', .., b'"'] => range.start + 1..range.end - 1,
        _ => range,
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.at += self.text[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn open(&mut self, bracket: u8) -> Option<()> {
        self.blanks();
        (self.text.get(self.at) == Some(&bracket)).then(|| self.at += 1)
    }

    /// Goes to the value of a member, or of an element where `name` is a number.
    fn member(&mut self, name: &str) -> Option<()> {
        if self.open(b'[').is_some() {
            for _ in 0..name.parse::<usize>().ok()? {
                self.value(0)?;
                self.open(b',')?;
            }
            return Some(());
        }
        self.open(b'{')?;
        loop {
            let (key, value) = self.next_member()??;
            if unescaped(&self.text[inner(self.text, key)]) == name.as_bytes() {
                self.at = value.start;
                return Some(());
            }
        }
    }

    /// The places of the next member's name and value; `Some(None)` behind the last.
    fn next_member(&mut self) -> Option<Option<(Range<usize>, Range<usize>)>> {
        let _ = self.open(b',');
        if self.open(b'}').is_some() {
            return Some(None);
        }
        self.blanks();
        let start = self.at;
        self.string()?;
        let name = start..self.at;
        self.open(b':')?;
        self.blanks();
        let start = self.at;
        self.value(0)?;
        Some(Some((name, start..self.at)))
    }

    fn string(&mut self) -> Option<()> {
        self.open(b'"')?;
        loop {
            match self.text.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.blanks();
        match self.text.get(self.at)? {
            b'"' => self.string(),
            b'{' | b'[' if depth < DEEPEST => {
                self.at += 1;
                loop {
                    self.blanks();
                    match self.text.get(self.at)? {
                        b'}' | b']' => {
                            self.at += 1;
                            return Some(());
                        }
                        b',' | b':' => self.at += 1,
                        _ => self.value(depth + 1)?,
                    }
                }
            }
            b'{' | b'[' => None,
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:]}".contains(byte);
                let length = self.text[self.at..].iter().take_while(|byte| !ends(byte)).count();
                self.at += length;
                (length > 0).then_some(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(text: &'a str, path: &str) -> Option<&'a str> {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        find(text.as_bytes(), &path).map(|range| &text[range])
    }

    #[test]
    fn values_are_found_by_their_path() {
        let text = r#" {"a": 1, "b\"c": [ {"d": "x\"y"}, {"d": {"e": null}}], "f" : "" }"#;
        assert_eq!(at(text, "a"), Some("1"));
        assert_eq!(at(text, "f"), Some(""));
        assert_eq!(at(text, "b\"c.0.d"), Some(r#"x\"y"#));
        assert_eq!(at(text, "b\"c.1.d.e"), Some("null"));
        assert_eq!(at(text, "b\"c.1.d"), Some(r#"{"e": null}"#));
        assert_eq!(at(text, "g"), None);
        assert_eq!(at(text, "a.b"), None);
    }

    #[test]
    fn what_is_no_json_holds_nothing() {
        for text in ["", "{", "{\"a\"", "{\"a\":", "[", "\"\\", "{\"a\":}", &"[".repeat(100_000)] {
            assert_eq!(at(text, "a"), None, "{text:.20}");
        }
        assert_eq!(members(b"[1]"), None);
        assert_eq!(members(b"{}").unwrap().len(), 0);
    }
}
