//! Objects as languages print them, read without knowing the language: JSON, JavaScript, Python, Ruby, Elixir, Rust's `Debug`, .NET's
//! `ToString`, attributes of logs.
//!
//! All of them are groups in brackets, whose members are texts or groups again, most behind a key. What a bracket is called in front of it
//! (`Object [AxiosHeaders] {`, `Some(`) tells nothing more, and is dropped; a name in the place of a key is kept.

mod bare;
mod string;

use bare::authorization;
pub(super) use string::string;

/// Groups within groups are read down to this depth.
const DEEPEST: usize = 48;

/// What was read: a text, or a group.
pub(super) enum Node {
    Text {
        text: String,
        /// Whether it stood in quotes.
        is_quoted: bool,
    },
    Group(Group),
}

/// Members in brackets, and the bytes from one bracket to the other.
#[derive(Default)]
pub(super) struct Group {
    pub(super) members: Vec<Member>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A member of a group.
pub(super) struct Member {
    pub(super) key: Option<String>,
    pub(super) value: Node,
}

/// What stands between key and value.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Between {
    Colon,
    TightColon,
    Equals,
    Space,
}

/// Everything in a text, as one group.
pub(super) fn read(text: &str) -> Group {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let mut group = Group::default();
    while reader.at < text.len() {
        group.members.append(&mut reader.members());
        // A bracket that closes nothing.
        reader.skip_char();
    }
    group.end = text.len();
    group
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_char(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn skip_while(&mut self, is_one: impl Fn(char) -> bool) {
        self.at += self.rest().find(|c| !is_one(c)).unwrap_or(self.rest().len());
    }

    /// Members up to a bracket that closes, or the end.
    fn members(&mut self) -> Vec<Member> {
        let mut members = Vec::new();
        loop {
            self.skip_while(|c| c.is_whitespace() || ",;".contains(c));
            // PowerShell's sign that a line goes on opens no string.
            if self.rest().starts_with("`\n") || self.rest().starts_with("`\r") {
                self.skip_char();
                continue;
            }
            match self.peek() {
                None | Some('}' | ']' | ')') => return members,
                Some(_) => {
                    let before = self.at;
                    members.extend(self.member());
                    if self.at == before {
                        self.skip_char();
                    }
                }
            }
        }
    }

    fn member(&mut self) -> Option<Member> {
        self.skip_prefix_of_string();
        if let Some(len) = authorization(self.rest()) {
            let text = self.rest()[..len].to_owned();
            self.at += len;
            return Some(Member { key: None, value: Node::Text { text, is_quoted: false } });
        }
        match self.peek()? {
            '{' | '[' | '(' => Some(Member { key: None, value: self.group() }),
            '"' | '\'' | '`' => {
                let found = string(self.text, self.at).filter(|(text, _)| !self.is_apostrophe(text));
                let Some((text, end)) = found else {
                    self.skip_char();
                    return None;
                };
                self.at = end;
                match self.between(&text) {
                    Some(between) => Some(Member { key: Some(text), value: self.value(between) }),
                    None => Some(Member { key: None, value: Node::Text { text, is_quoted: true } }),
                }
            }
            _ => self.bare_member(),
        }
    }

    /// Whether the quote here is one of prose, and the text behind it no string: `didn't`.
    fn is_apostrophe(&self, text: &str) -> bool {
        let is_single = self.rest().starts_with('\'');
        let is_in_word = self.text[..self.at].ends_with(char::is_alphanumeric);
        is_single && (is_in_word || self.depth == 0 && text.contains('\n'))
    }

    /// A member that begins with a word: a key, a name of what follows in brackets, or a text.
    fn bare_member(&mut self) -> Option<Member> {
        let start = self.at;
        self.skip_while(|c| c.is_alphanumeric() || "-_.@$/*+%&?~!#".contains(c));
        let word = &self.text[start..self.at];
        if self.rest().starts_with("://") {
            self.skip_while(|c| !c.is_whitespace() && !"\"'`<>{}[]()".contains(c));
            let text = self.text[start..self.at].trim_end_matches([',', ';', '.']).to_owned();
            return Some(Member { key: None, value: Node::Text { text, is_quoted: false } });
        }
        if word.is_empty() {
            // A colon before a name: HTTP/2, Elixir, Ruby.
            self.skip_char();
            return None;
        }
        let key = word.trim_start_matches(['-', '@', '$']).to_owned();
        if let Some(between) = self.between(&key) {
            return Some(Member { key: Some(key), value: self.value(between) });
        }
        let is_option = word.starts_with('-') && word[1..].starts_with(|c: char| c.is_ascii_alphabetic());
        let inline = self.rest().trim_start_matches([' ', '\t', '@']);
        if is_option && self.rest().starts_with(' ') && inline.starts_with(['"', '\'', '{', '(']) {
            return Some(Member { key: Some(key), value: self.value(Between::Space) });
        }
        if inline.starts_with(['{', '(', '[']) {
            self.at += self.rest().len() - inline.len();
            return Some(Member { key: Some(key), value: self.group() });
        }
        Some(Member { key: None, value: Node::Text { text: word.to_owned(), is_quoted: false } })
    }

    /// What stands between a key and its value, if this is a key.
    fn between(&mut self, key: &str) -> Option<Between> {
        let inline = self.rest().trim_start_matches([' ', '\t']);
        let (len, between) = match () {
            () if inline.starts_with("=>") => (2, Between::Equals),
            () if inline.starts_with("==") => return None,
            () if inline.starts_with('=') => (1, Between::Equals),
            () if inline.starts_with("::") || inline.starts_with("://") => return None,
            () if is_tight(key, inline) => (1, Between::TightColon),
            () if inline.starts_with(':') => (1, Between::Colon),
            () => return None,
        };
        self.at += self.rest().len() - inline.len() + len;
        Some(between)
    }

    fn value(&mut self, between: Between) -> Node {
        self.skip_while(|c| c == ' ' || c == '\t');
        let next = self.rest().trim_start();
        if next.starts_with(['{', '[', '(', '"', '\'']) || next.starts_with("@{") {
            self.at += self.rest().len() - next.len();
        }
        self.skip_while(|c| c == '@');
        self.skip_prefix_of_string();
        match self.peek() {
            Some('{' | '[' | '(') => self.group(),
            Some('"' | '\'' | '`') => match string(self.text, self.at) {
                Some((text, end)) => {
                    self.at = end;
                    Node::Text { text, is_quoted: true }
                }
                None => self.bare_value(between),
            },
            Some(_) | None => self.bare_value(between),
        }
    }

    /// The letter before a string, as in `b'…'`.
    fn skip_prefix_of_string(&mut self) {
        let mut chars = self.rest().chars();
        let (letter, quote) = (chars.next(), chars.next());
        if matches!(letter, Some('b' | 'u' | 'r' | 'f' | '~')) && matches!(quote, Some('"' | '\'')) {
            self.at += 1;
        }
    }

    fn group(&mut self) -> Node {
        let start = self.at;
        self.skip_char();
        if self.depth == DEEPEST {
            return Node::Text { text: String::new(), is_quoted: false };
        }
        self.depth += 1;
        let members = self.members();
        self.depth -= 1;
        self.skip_char();
        Node::Group(Group { members, start, end: self.at })
    }
}

/// Whether Go's `%+v` wrote a key: a capital, and the value right behind the colon.
fn is_tight(key: &str, behind: &str) -> bool {
    let value = behind.strip_prefix(':').unwrap_or_default();
    key.starts_with(char::is_uppercase) && value.starts_with(char::is_alphanumeric)
}

/// Whether a name in front of a text says only how it is kept: `Some`, `H0`, `_private`, `inner`.
fn is_wrapper(key: &str) -> bool {
    key.starts_with(|c: char| c.is_uppercase() || c == '_') || key == "inner"
}

impl Node {
    /// The text, where it is one or holds just one, and whether it stood in quotes.
    pub(super) fn text(&self) -> Option<(&str, bool)> {
        match self {
            Self::Text { text, is_quoted } => Some((text, *is_quoted)),
            Self::Group(group) => match &group.members[..] {
                // `Some("x")`: what stands before a bracket is no name of the text.
                [Member { key, value }] if key.as_deref().is_none_or(is_wrapper) => value.text(),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests;
