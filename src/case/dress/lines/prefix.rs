//! What tools write before each line: the request line tells it, and numbers may differ from line to line, as those of times do.

use crate::case::dress::paper::is_method;

/// Prefixes that name their tool, by a word in them. Sources: the tools' own output.
const TOOLS: [(&str, &str); 9] = [
    ("http-outgoing-", "a request in the wire log of Apache HttpClient"),
    ("-->", "a request in the log of OkHttp"),
    ("REQUEST", "a request as awscurl prints it"),
    (">>", "a request in a wire log"),
    ("|", "a request in the log of a container"),
    (">", "a request as curl -v prints it"),
    ("*", "a request in the output of a tool"),
    ("[", "a request in a log"),
    ("send", "a request in a log"),
];

/// How long the number is that a text begins with: an offset in hex, as dumps count bytes, or digits.
fn number(text: &str) -> usize {
    /// Offsets of dumps have as many digits.
    const OFFSET: usize = 4;
    let hex = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    let is_offset = hex >= OFFSET && text[hex..].starts_with(':');
    if is_offset { hex } else { text.bytes().take_while(u8::is_ascii_digit).count() }
}

/// A request line, with what stands around it.
pub(super) struct RequestLine<'a> {
    pub(super) prefix: &'a str,
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) version: &'a str,
    /// What a dump writes for a line break, such as `\r\n` or `[\r][\n]`.
    pub(super) end: &'static str,
}

/// How line breaks are written out.
const ENDS: [&str; 3] = ["\\r\\n", "[\\r][\\n]", "\\n"];

impl<'a> RequestLine<'a> {
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let (text, end) = without_end(line);
        let text = text.trim_end();
        let last = text.rsplit_once(' ').filter(|(_, word)| is_version(word));
        let (head, version) = last.map_or((text, ""), |(head, version)| (head.trim_end(), version));
        let (before, target) = head.rsplit_once([' ', '\t'])?;
        let before = before.trim_end();
        let at = before
            .rfind(|c: char| !c.is_ascii_uppercase())
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let (prefix, method) = before.split_at(at);
        let is_absolute = target.starts_with("http://") || target.starts_with("https://");
        let is_target = is_absolute || !version.is_empty() && target.starts_with(['/', '*']);
        let is_apart = prefix.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        // A sentence that names a method and a URL has words before them.
        let is_arrow = ["-->", "->", ">", ">>", ":"].iter().any(|end| prefix.trim_end().ends_with(end));
        let is_prefix = !version.is_empty() || is_arrow || prefix.split_whitespace().count() <= 1;
        (is_method(method) && is_target && is_apart && is_prefix).then_some(Self {
            prefix,
            method,
            target,
            version,
            end,
        })
    }
}

/// Whether a word is a version of HTTP, as tools write it.
fn is_version(word: &str) -> bool {
    let number = word.strip_prefix("HTTP/").or_else(|| word.strip_prefix("http/"));
    word == "h2" || number.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// A line without a line break that is written out, and without the quote behind it.
pub(super) fn without_end(line: &str) -> (&str, &'static str) {
    let line = line.trim_end();
    let bare = line.strip_suffix('"').unwrap_or(line);
    let end = ENDS.iter().find(|end| bare.ends_with(**end)).copied().unwrap_or_default();
    match end.is_empty() {
        true => (line, end),
        false => (&bare[..bare.len() - end.len()], end),
    }
}

/// What stands before each line.
#[derive(Clone, Copy)]
pub(in crate::case::dress) struct Prefix<'a>(pub(in crate::case::dress) &'a str);

impl<'a> Prefix<'a> {
    /// What follows the prefix; `None` where a line does not begin with it.
    pub(in crate::case::dress) fn strip(self, line: &str) -> Option<&str> {
        if self.0.trim().is_empty() {
            return Some(match line.get(..self.0.len()) {
                Some(start) if start.trim().is_empty() => &line[self.0.len()..],
                Some(_) | None => line.trim_start(),
            });
        }
        let (mut own, mut rest) = (self.0, line);
        while let Some(c) = own.chars().next() {
            let (mine, others) = (number(own), number(rest));
            match (mine, others) {
                (0, 0) => rest = rest.strip_prefix(c)?,
                (0, _) | (_, 0) => return None,
                (_, others) => rest = &rest[others..],
            }
            own = &own[if mine > 0 { mine } else { c.len_utf8() }..];
        }
        Some(rest)
    }

    /// The same, also for an empty line whose prefix lost its space at the end.
    pub(in crate::case::dress) fn strip_line(self, line: &str) -> Option<&str> {
        let is_blank = || line.trim_end() == self.0.trim_end();
        self.strip(line).or_else(|| is_blank().then_some(""))
    }

    pub(super) fn dress(self) -> &'static str {
        let own = self.0.trim();
        let named = TOOLS.iter().find(|(word, _)| own.contains(word)).map(|(_, dress)| *dress);
        match own.is_empty() {
            true => "a request within a text",
            false => named.unwrap_or("a request behind a prefix"),
        }
    }
}
