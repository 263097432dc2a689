//! What is hidden of any text: credentials, known by their names or by their own words.
//!
//! ```text
//! name            what a name says of its value
//! capability      URLs that are a credential themselves
//! authorization   what of an Authorization header is understood as a signature; the rest is hidden
//! text            names with their values in any text, however it is written and escaped
//! ```
//!
//! What is hidden is replaced by its length. What of a request is hidden is decided in `request::redact`, what of a trace in
//! `report::redact`; both ask here.

pub(crate) mod authorization;
pub(crate) mod capability;
mod name;
mod text;
mod unescape;

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::secret::Secret;

pub(crate) use authorization::trimmed;
pub(crate) use name::Kind;
pub(crate) use text::{hidden, merged};
use unescape::Unescaped;

/// Whether hidden values are shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reveal {
    /// They stay hidden.
    #[default]
    Nothing,
    /// Session tokens are shown, derived keys are not.
    Tokens,
    /// The user asked for everything.
    Secrets,
}

/// Names of headers and query parameters that hold a session token.
pub(crate) const SESSION_TOKENS: [&str; 2] = ["x-amz-security-token", "x-amz-s3session-token"];

/// Names of headers and query parameters that signers treat as credentials.
const TOKENS: [&str; 8] = [
    "securitytoken",
    "x-amz-security-token",
    "x-amz-s3session-token",
    "x-goog-security-token",
    "cookie",
    "x-api-key",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
];

/// Whether a signer treats the header or query parameter of this name as a credential. What may be shown is decided by [`is_secret`].
pub fn is_token(name: &[u8]) -> bool {
    TOKENS.iter().any(|token| name.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

/// Whether the value of a header, parameter or field of this name is hidden, wholly or but for a signature. A name may be escaped.
pub fn is_secret(name: &[u8]) -> bool {
    kind(name).is_credential()
}

/// What an escaped name says.
pub(crate) fn kind(name: &[u8]) -> Kind {
    const LAYERS: usize = 3;
    let mut name = Cow::Borrowed(name);
    for _ in 0..LAYERS {
        match Unescaped::of(&name) {
            Some(unescaped) => name = Cow::Owned(unescaped.text),
            None => break,
        }
    }
    Kind::of(&name)
}

/// The places of a header's value that are hidden: all of a credential, all of an `Authorization` that is no signature, the user in front
/// of a host, and of any other value what it holds by its own words.
pub fn in_header(name: &[u8], value: &[u8]) -> Vec<Range<usize>> {
    match kind(name) {
        Kind::Secret | Kind::Cookie => merged(vec![0..value.len()]),
        Kind::Authorization => authorization::hidden(value),
        Kind::Host => in_host(value).into_iter().collect(),
        Kind::Open => hidden(&unfolded(value)),
    }
}

/// The user and password in front of a host, escaped or not; else what stands in the place of its port, and is none.
pub(crate) fn in_host(host: &[u8]) -> Option<Range<usize>> {
    /// A shorter word is a port with a slip of the pen.
    const LONG: usize = 6;
    let end = [&b"@"[..], b"%40"].into_iter().filter_map(|at| memchr::memmem::rfind(host, at)).max();
    if let Some(end) = end.filter(|end| *end > 0) {
        return Some(0..end);
    }
    let port = memchr::memrchr(b':', host)? + 1..host.len();
    let text = &host[port.clone()];
    let is_word = text.iter().all(|byte| byte.is_ascii_graphic() && !b"{}<>$[]();,=".contains(byte));
    (text.len() >= LONG && is_word && !text.iter().all(u8::is_ascii_digit)).then_some(port)
}

/// A value that is folded to several lines on one, each byte where it was.
fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr(b'\n', value) {
        None => Cow::Borrowed(value),
        Some(_) => {
            value.iter().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }).collect()
        }
    }
}

/// A text without this secret, wherever it stands: nothing may hold the key itself, be it that a header repeats it.
pub fn without<'t>(text: &'t str, secret: &Secret) -> Cow<'t, str> {
    match Spellings::of(secret).left_out(text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The ways in which a text may repeat a secret, made once for all texts.
pub(crate) struct Spellings(Zeroizing<Vec<String>>);

impl Spellings {
    pub(crate) fn of(secret: &Secret) -> Self {
        /// A shorter one would be found in words.
        const LEAST: usize = 8;
        const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');
        let plain = Zeroizing::new(String::from_utf8_lossy(secret.expose()).into_owned());
        let escaped = |text: &str, set: &'static AsciiSet| utf8_percent_encode(text, set).to_string();
        let (query, path) = (escaped(&plain, NON_ALPHANUMERIC), escaped(&plain, PATH));
        let mut all = vec![
            plain.to_string(),
            // In a query or a path that is encoded twice.
            escaped(&query, NON_ALPHANUMERIC),
            escaped(&path, PATH),
            query,
            path,
            // In JSON, and as the password of a login.
            plain.replace('/', "\\/"),
            STANDARD.encode(secret.expose()),
        ];
        all.retain(|form| form.len() >= LEAST);
        Self(Zeroizing::new(all))
    }

    /// A text without any of them.
    pub(crate) fn left_out<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let places = self.0.iter().flat_map(|form| {
            memchr::memmem::find_iter(text, form).map(|at| at..at + form.len()).collect::<Vec<_>>()
        });
        match merged(places.collect()) {
            ranges if ranges.is_empty() => Cow::Borrowed(text),
            ranges => Cow::Owned(replaced(text, &ranges)),
        }
    }
}

/// A sentence, a message or a log line with credentials replaced.
pub fn sentence(text: &str) -> Cow<'_, str> {
    match hidden(text.as_bytes()) {
        ranges if ranges.is_empty() => Cow::Borrowed(text),
        ranges => Cow::Owned(String::from_utf8_lossy(&replaced(text.as_bytes(), &ranges)).into_owned()),
    }
}

/// The name of the scheme of an `Authorization` header, where it tells nothing else.
pub fn scheme(authorization: &[u8]) -> Option<&[u8]> {
    authorization::scheme(authorization)
}

/// An access key id with its scope or without, or a signature, as a claim has it: hidden where it has another form.
pub fn claimed(text: &[u8]) -> Cow<'_, [u8]> {
    match authorization::is_credential(text)
        || text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte))
            && !authorization::looks_secret(text)
    {
        true => Cow::Borrowed(text),
        false => Cow::Owned(placeholder(text.len()).into_bytes()),
    }
}

/// Whether a stretch of text is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shows {
    /// As it is.
    Text,
    /// Its length alone.
    Nothing,
}

/// A range cut where what is hidden begins and ends; `hidden` is in order, and its ranges are apart from each other.
pub fn cut(range: Range<usize>, hidden: &[Range<usize>]) -> Vec<(Range<usize>, Shows)> {
    let (mut out, mut at) = (Vec::new(), range.start);
    let first = hidden.partition_point(|place| place.end <= range.start);
    for place in hidden[first..].iter().take_while(|place| place.start < range.end) {
        let (start, end) = (place.start.max(at), place.end.min(range.end));
        out.push((at..start, Shows::Text));
        out.push((start..end, Shows::Nothing));
        at = end;
    }
    out.push((at..range.end, Shows::Text));
    out.retain(|(range, _)| !range.is_empty());
    out
}

/// What stands in place of a hidden value of `len` bytes.
pub fn placeholder(len: usize) -> String {
    format!("{HIDDEN}{len} bytes]")
}

/// What each of them begins with.
const HIDDEN: &str = "[hidden, ";

/// Whether something was left out of a text.
pub fn holds_placeholder(text: &[u8]) -> bool {
    memchr::memmem::find(text, HIDDEN.as_bytes()).is_some()
}

pub(crate) fn replaced(bytes: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    for range in ranges {
        out.extend_from_slice(&bytes[at..range.start]);
        out.extend_from_slice(placeholder(range.len()).as_bytes());
        at = range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// Copies a text with credentials replaced, however long it is: a stretch is held in memory at a time.
///
/// # Errors
///
/// When one of the two fails.
pub fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    /// As much is looked at in one go, and as much again stays to look back at.
    const STRETCH: u64 = 1 << 20;
    const BACK: usize = 32 << 10;
    let (mut text, mut done) = (Vec::new(), 0);
    loop {
        let is_last = (&mut *from).take(STRETCH).read_to_end(&mut text)? < STRETCH as usize;
        let ranges = hidden(&text);
        // What may go on in the next stretch waits for it.
        let mut end = if is_last { text.len() } else { text.len().saturating_sub(BACK).max(done) };
        let crossing = ranges.iter().find(|range| range.contains(&end) && end - range.start < BACK);
        end = crossing.map_or(end, |range| range.start.max(done));
        let within = ranges.into_iter().map(|range| range.start.max(done)..range.end.min(end));
        let within = within.filter(|range| range.start < range.end);
        let within: Vec<_> = within.map(|range| range.start - done..range.end - done).collect();
        to.write_all(&replaced(&text[done..end], &within))?;
        if is_last {
            return Ok(());
        }
        let gone = end.saturating_sub(BACK);
        text.drain(..gone);
        done = end - gone;
    }
}

/// Whether a value is what people write in the place of one that they took out: `[removed]`, `<redacted>`, `****`, `XXXX`.
pub fn is_taken_out(value: &[u8]) -> bool {
    const WORDS: [&str; 8] =
        ["removed", "redacted", "hidden", "omitted", "masked", "snip", "sanitized", "deleted"];
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let core = text.trim_matches(|c: char| c.is_whitespace() || "[]<>(){}*.…_\"'-".contains(c));
    let is_crossed_out = core.chars().all(|c| c == 'x');
    !text.trim().is_empty()
        && (core.len() <= 24 && WORDS.iter().any(|word| core.contains(word)) || is_crossed_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_itself_is_hidden_however_it_is_written() {
        let secret = Secret::new("BPOWNsecret+7mZq/Kw2");
        for form in [
            "BPOWNsecret+7mZq/Kw2",
            "BPOWNsecret%2B7mZq%2FKw2",
            "BPOWNsecret%2B7mZq/Kw2",
            "BPOWNsecret%252B7mZq%252FKw2",
            "BPOWNsecret%252B7mZq/Kw2",
            "BPOWNsecret+7mZq\\/Kw2",
            // By Python's base64.
            "QlBPV05zZWNyZXQrN21acS9LdzI=",
        ] {
            let shown = without(form, &secret).into_owned();
            assert!(shown.starts_with(HIDDEN), "{form}: {shown}");
        }
        assert_eq!(without("/7mZq/Kw2", &secret), "/7mZq/Kw2");
    }
}
