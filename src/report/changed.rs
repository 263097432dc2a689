//! The lines in which what was signed differs from what was sent, with the bytes that differ.

use std::ops::Range;

use super::redact::{self, Reveal, Veil};
use super::{Line, Role, part};
use crate::analysis::Analysis;
use crate::diagnose::Finding;
use crate::diff::{Diff, Row};
use crate::request::Request;
use crate::visible::{self, End, Mark};

/// A line that was signed otherwise than it was sent. Each side is a line made visible, hidden where it is a credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Changed {
    /// What was signed; `None` where this line was not.
    pub signed: Option<Side>,
    /// What was sent, as a server reads it; `None` where nothing of the kind was.
    pub sent: Option<Side>,
    /// What the line is of.
    pub of: Of,
}

/// What a line is of: a header that only one side has was not sent, or not signed; another line is simply not there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Of {
    /// A header.
    Header,
    /// A header that was sent as well, but once less than it was signed.
    Repeated,
    /// Anything else.
    Text,
}

/// One side of a changed line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Side {
    /// The line in pieces, each with whether it differs from the other side.
    pub pieces: Vec<(Differs, String)>,
}

/// Whether a piece of a line differs from the other side's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Differs {
    /// It does.
    Yes,
    /// Both have it.
    No,
}

impl Side {
    /// The whole line.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The line below it that points at what differs; empty where all of it does, or nothing.
    fn carets(&self) -> String {
        let some = |wanted: Differs| self.pieces.iter().any(|(differs, _)| *differs == wanted);
        if !some(Differs::Yes) || !some(Differs::No) {
            return String::new();
        }
        let mark = |(differs, text): &(Differs, String)| match differs {
            Differs::Yes => "^".repeat(text.chars().count()),
            Differs::No => " ".repeat(text.chars().count()),
        };
        self.pieces.iter().map(mark).collect::<String>().trim_end().to_owned()
    }
}

/// So many lines of a finding are told.
const MOST: usize = 8;

/// The lines in which what a finding says was signed differs from what `analysis` computes of `request`.
pub fn of(finding: &Finding, analysis: &Analysis, request: &Request, reveal: Reveal) -> Vec<Changed> {
    let Some((canonical, string)) = &finding.signed else { return Vec::new() };
    let is_canonical = !canonical.is_empty() && analysis.trace.canonical_request() != &canonical[..];
    let (ours, theirs) = match (is_canonical, &finding.expected) {
        (true, _) => (analysis.trace.canonical_request(), canonical),
        (false, Some(expected)) => (&expected[..], string),
        (false, None) => (analysis.trace.string_to_sign(), string),
    };
    let headers = |text| if is_canonical { headers(text) } else { 0..0 };
    let (ours, theirs) =
        (Text { bytes: ours, headers: headers(ours) }, Text { bytes: theirs, headers: headers(theirs) });
    let diff = Diff::of(ours.bytes, theirs.bytes);
    let rows = diff.differences().take(MOST).map(|index| &diff.rows[index]);
    let veil = Veil::of(request);
    let shown = |line: &[u8]| redact::line_under(&veil, line, reveal);
    rows.map(|row| changed(row, (&ours, &theirs), request, &shown)).collect()
}

/// A text that is compared, and where the headers stand in it.
struct Text<'a> {
    bytes: &'a [u8],
    headers: Range<usize>,
}

/// The headers of a canonical request: from its fourth line to the next empty one.
fn headers(canonical: &[u8]) -> Range<usize> {
    let start = memchr::memchr_iter(b'\n', canonical).nth(2).map_or(canonical.len(), |at| at + 1);
    let len = memchr::memmem::find(&canonical[start..], b"\n\n");
    start..len.map_or(canonical.len(), |len| start + len)
}

/// Whether a line that was signed stands once among those of the request, and was signed once more.
fn is_repeated(row: &Row, (ours, theirs): (&[u8], &[u8])) -> bool {
    let signed = row.theirs.clone().filter(|_| row.ours.is_none()).map(|range| &theirs[range]);
    signed.is_some_and(|line| !line.is_empty() && ours.split(|byte| *byte == b'\n').any(|own| own == line))
}

/// A line as it may be shown.
type Shown<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

fn changed(
    row: &Row,
    (ours, theirs): (&Text<'_>, &Text<'_>),
    request: &Request,
    shown: Shown<'_>,
) -> Changed {
    let is_header = |line: &Option<Range<usize>>, text: &Text<'_>| {
        line.as_ref().is_some_and(|line| !line.is_empty() && text.headers.contains(&line.start))
    };
    let (of_ours, of_theirs) = (is_header(&row.ours, ours), is_header(&row.theirs, theirs));
    let sent = row.ours.clone().map(|range| &ours.bytes[range]);
    let signed = row.theirs.clone().map(|range| &theirs.bytes[range]);
    Changed {
        signed: signed.map(|line| side(line, &row.theirs_changed, shown)),
        sent: sent
            .filter(|line| !of_ours || was_sent(line, request))
            .map(|line| side(line, &row.ours_changed, shown)),
        of: match of_ours || of_theirs {
            true if is_repeated(row, (ours.bytes, theirs.bytes)) => Of::Repeated,
            true => Of::Header,
            false => Of::Text,
        },
    }
}

/// Whether a header of a canonical request was sent: a header that is named as signed and missing is computed without a value, and
/// verifying fills in a date that is missing.
fn was_sent(line: &[u8], request: &Request) -> bool {
    // The name of a pseudo-header begins with a colon.
    let colon = line.iter().skip(1).position(|byte| *byte == b':').map_or(line.len(), |at| at + 1);
    let name = &line[..colon];
    request.header(name).is_some() || name == b"host" && request.host().is_some()
}

/// What stands for a line without a byte.
const EMPTY: &str = "(an empty line)";

fn side(line: &[u8], differ: &[Range<usize>], shown: Shown<'_>) -> Side {
    if line.is_empty() {
        return Side { pieces: vec![(Differs::No, EMPTY.into())] };
    }
    let shown = shown(line);
    if shown != line {
        return Side { pieces: vec![(Differs::No, visible::fragment(&shown, End::OfLine))] };
    }
    let (mut pieces, mut at) = (Vec::new(), 0);
    let mut push = |range: Range<usize>, differs: Differs| {
        if !range.is_empty() {
            let end = if range.end == line.len() { End::OfLine } else { End::Open };
            pieces.push((differs, fragment(&line[range], differs, end)));
        }
    };
    for range in differ {
        push(at..range.start, Differs::No);
        push(range.clone(), Differs::Yes);
        at = range.end;
    }
    push(at..line.len(), Differs::No);
    Side { pieces }
}

/// Letters beyond ASCII that differ may look the same, as é does in its two forms: their bytes are shown.
fn fragment(text: &[u8], differs: Differs, end: End) -> String {
    match differs {
        Differs::Yes if !text.is_ascii() => {
            let byte = |byte: &u8| match byte {
                0x21..0x7f => char::from(*byte).to_string(),
                byte => Mark::Byte(*byte).to_string(),
            };
            text.iter().map(byte).collect()
        }
        Differs::Yes | Differs::No => visible::fragment(text, end),
    }
}

/// The changed lines for a report: what was signed above what was sent, each under its name, and below each a line that points at what differs.
pub(super) fn lines(changed: &[Changed], [signed_as, sent_as]: [&str; 2]) -> Vec<Line> {
    let mut out = Vec::new();
    for Changed { signed, sent, of } in changed {
        let (not_signed, not_sent) = match of {
            Of::Repeated => ("(not signed)", "(not a second time)"),
            Of::Header => ("(not signed)", "(not sent)"),
            Of::Text => ("(no such line)", "(no such line)"),
        };
        push(&mut out, signed_as, Role::Bad, signed.as_ref(), not_signed);
        push(&mut out, sent_as, Role::Good, sent.as_ref(), not_sent);
    }
    out
}

/// Whether a line only points at bytes of the line above it: a screen that marks them itself leaves it out.
pub fn is_pointer(line: &Line) -> bool {
    let [name, carets] = &line[..] else { return false };
    name.text.trim().is_empty()
        && carets.text.contains('^')
        && carets.text.trim_matches([' ', '^']).is_empty()
}

fn push(out: &mut Vec<Line>, name: &str, role: Role, side: Option<&Side>, absent: &str) {
    let title = |name: &str| part(Role::Quiet, format!("  {name:<11}"));
    let Some(side) = side else { return out.push(vec![title(name), part(Role::Quiet, absent)]) };
    let pieces = side.pieces.iter().map(|(differs, text)| match differs {
        Differs::Yes => part(Role::Changed, text.as_str()),
        Differs::No => part(role, text.as_str()),
    });
    out.push([title(name)].into_iter().chain(pieces).collect());
    let carets = side.carets();
    if !carets.is_empty() {
        out.push(vec![title(""), part(Role::Quiet, carets)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(signed: &str, sent: &str, request: &Request) -> Changed {
        let diff = Diff::of(sent.as_bytes(), signed.as_bytes());
        let row = &diff.rows[diff.differences().next().unwrap()];
        let text = |text: &'static str| Text { bytes: text.as_bytes(), headers: headers(text.as_bytes()) };
        let leak = |text: &str| text.to_owned().leak();
        changed(row, (&text(leak(sent)), &text(leak(signed))), request, &<[u8]>::to_vec)
    }

    fn sides(signed: &str, sent: &str) -> (Side, Side) {
        let found = compared(signed, sent, &Request::default());
        (found.signed.unwrap(), found.sent.unwrap())
    }

    #[test]
    fn what_differs_is_pointed_at() {
        let (signed, sent) = sides("foo:bar,baz", "foo:bar, baz");
        assert_eq!((signed.carets().as_str(), sent.carets().as_str()), ("", "        ^"));
        let (signed, sent) = sides("GET", "PUT");
        assert_eq!((signed.carets().as_str(), sent.carets().as_str()), ("^^", "^^"));
    }

    #[test]
    fn what_looks_the_same_is_told_by_its_bytes() {
        let (signed, sent) = sides("x:caf\u{e9}", "x:cafe\u{301}");
        assert_eq!((signed.text().as_str(), sent.text().as_str()), ("x:caf⟨C3⟩⟨A9⟩", "x:cafe⟨CC⟩⟨81⟩"));
        let (signed, sent) = sides("x:a ", "x:a");
        assert_eq!((signed.text().as_str(), sent.text().as_str()), ("x:a·", "x:a"));
    }

    #[test]
    fn a_header_that_was_not_sent_is_not_shown_as_sent() {
        let canonical = |header: &str| format!("GET\n/a:b\n\n{header}\nhost:h\n\nhost\nUNSIGNED-PAYLOAD");
        for (signed, sent) in [
            ("x-amz-date:20240815T142233Z", "x-amz-date:20240815T142235Z"),
            ("cache-control:no-cache", "cache-control:"),
        ] {
            let missing = compared(&canonical(signed), &canonical(sent), &Request::default());
            assert!(missing.sent.is_none() && missing.signed.is_some() && missing.of == Of::Header, "{sent}");
            let (name, value) = sent.split_once(':').unwrap();
            let headers = vec![crate::request::Header::new(name, value)];
            let there =
                compared(&canonical(signed), &canonical(sent), &Request { headers, ..Request::default() });
            assert_eq!(there.sent.unwrap().text(), sent);
        }
    }

    #[test]
    fn a_line_without_a_byte_is_told() {
        let (signed, sent) = sides("GET\n/\n\nhost:h", "GET\n/\na=1\nhost:h");
        assert_eq!((signed.text().as_str(), sent.text().as_str()), (EMPTY, "a=1"));
        let (signed, sent) = sides("GET\n/\n\r\nhost:h", "GET\n/\n\nhost:h");
        assert_eq!((signed.text().as_str(), sent.text().as_str()), ("\u{240d}", EMPTY));
        let more = compared("GET\n/\n\n\nhost:h", "GET\n/\n\nhost:h", &Request::default());
        assert_eq!(more.of, Of::Text);
        let told: String =
            lines(&[more], ["signed", "sent"]).into_iter().flatten().map(|part| part.text).collect();
        assert!(told.contains("(no such line)") && told.contains(EMPTY), "{told}");
    }
}
