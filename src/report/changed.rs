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
    /// Whether the line that was signed was sent as well, but once less.
    pub is_repeated: bool,
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
    let (ours, theirs) = match canonical.is_empty() || analysis.trace.canonical_request() == &canonical[..] {
        false => (analysis.trace.canonical_request(), canonical),
        true => (analysis.trace.string_to_sign(), string),
    };
    let diff = Diff::of(ours, theirs);
    let rows = diff.differences().take(MOST).map(|index| &diff.rows[index]);
    let veil = Veil::of(request);
    let shown = |line: &[u8]| redact::line_under(&veil, line, reveal);
    rows.map(|row| changed(row, (ours, theirs), request, &shown)).collect()
}

/// Whether a line that was signed stands once among those of the request, and was signed once more.
fn is_repeated(row: &Row, (ours, theirs): (&[u8], &[u8])) -> bool {
    let signed = row.theirs.clone().filter(|_| row.ours.is_none()).map(|range| &theirs[range]);
    signed.is_some_and(|line| !line.is_empty() && ours.split(|byte| *byte == b'\n').any(|own| own == line))
}

/// A line as it may be shown.
type Shown<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

fn changed(row: &Row, (ours, theirs): (&[u8], &[u8]), request: &Request, shown: Shown<'_>) -> Changed {
    let sent = row.ours.clone().map(|range| &ours[range]);
    let signed = row.theirs.clone().map(|range| &theirs[range]);
    Changed {
        is_repeated: is_repeated(row, (ours, theirs)),
        signed: signed.map(|line| side(line, &row.theirs_changed, shown)),
        sent: sent.filter(|line| was_sent(line, request)).map(|line| side(line, &row.ours_changed, shown)),
    }
}

/// Whether a line of a canonical request is of something that was sent: verifying fills in a date that is missing.
fn was_sent(line: &[u8], request: &Request) -> bool {
    const DATE: &[u8] = b"x-amz-date";
    let colon = memchr::memchr(b':', line).unwrap_or_default();
    &line[..colon] != DATE || request.header(DATE).is_some()
}

fn side(line: &[u8], differ: &[Range<usize>], shown: Shown<'_>) -> Side {
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

/// The changed lines for a report: `signed` above `sent`, and below each a line that points at what differs.
pub(super) fn lines(changed: &[Changed]) -> Vec<Line> {
    let mut out = Vec::new();
    for Changed { signed, sent, is_repeated } in changed {
        let absent = if *is_repeated { "(not a second time)" } else { "(not sent)" };
        push(&mut out, "signed", Role::Bad, signed.as_ref(), "(not signed)");
        push(&mut out, "sent", Role::Good, sent.as_ref(), absent);
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

    fn sides(signed: &str, sent: &str) -> (Side, Side) {
        let diff = Diff::of(sent.as_bytes(), signed.as_bytes());
        let request = Request::default();
        let found = changed(&diff.rows[0], (sent.as_bytes(), signed.as_bytes()), &request, &<[u8]>::to_vec);
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
    fn a_date_that_verifying_fills_in_was_not_sent() {
        let (ours, theirs) = (b"x-amz-date:20240815T142235Z", b"x-amz-date:20240815T142233Z");
        let diff = Diff::of(ours, theirs);
        let found = changed(&diff.rows[0], (ours, theirs), &Request::default(), &<[u8]>::to_vec);
        assert!(found.sent.is_none() && found.signed.is_some());
    }
}
