//! Canonical headers and the list of their names: lower case, sorted, values trimmed, repeated ones joined.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

pub mod select;

use super::encode;
use super::reading::{Dialect, HeaderCase, HeaderSpace, HostPort};
use super::term::Added;
use crate::request::{Part, Request, Span};
use crate::trace::writer::Copier;
use crate::trace::{Origin, Rule, Rules, Traced};

pub use select::{Listing, Signed, SignedHeaders, Value};

// <CanonicalHeaders>
pub(crate) fn write_headers(
    out: &mut Traced,
    request: &Request,
    signed: &SignedHeaders<'_>,
    added: &[Added],
    d: &Dialect,
) {
    for header in &signed.entries {
        write_header(out, request, signed, added, d, header);
        out.fixed(b"\n");
    }
}

// <CanonicalHeadersEntry>
pub(crate) fn write_header(
    out: &mut Traced,
    request: &Request,
    signed: &SignedHeaders<'_>,
    added: &[Added],
    d: &Dialect,
    header: &Signed<'_>,
) {
    let mark = out.mark();
    write_line(out, request, signed, added, d, header);
    if d.header_case == HeaderCase::Lower {
        lower_case(out, mark);
    }
}

/// What was written since `mark`, in lower case.
fn lower_case(out: &mut Traced, (mut start, pieces): (usize, usize)) {
    for piece in &mut out.pieces[pieces..] {
        let written = &mut out.bytes[start..piece.end as usize];
        if written.iter().any(u8::is_ascii_uppercase) {
            written.make_ascii_lowercase();
            piece.rules = piece.rules.and(Rule::ValueLowerCased);
        }
        start = piece.end as usize;
    }
}

fn write_line(
    out: &mut Traced,
    request: &Request,
    signed: &SignedHeaders<'_>,
    added: &[Added],
    d: &Dialect,
    header: &Signed<'_>,
) {
    match &header.value {
        Value::Added(index) => {
            let added = &added[*index as usize];
            write_lower(out, Origin::Scheme, header.name, header.moved.and(Rule::Added));
            out.fixed(b":");
            out.put(added.origin, Rule::Added.into(), &added.value);
        }
        Value::Query(span) => {
            write_lower(out, header.name_origin, header.name, header.moved);
            out.fixed(b":");
            let text = encode::decoded(request.slice(*span));
            out.put(Origin::Request(*span), Rule::PercentDecoded.into(), &text);
        }
        Value::Absent => write_absent(out, request, header),
        Value::Request(_) => write_from_request(out, request, signed.sent_by(header), header.moved, d),
    }
}

fn write_from_request(out: &mut Traced, request: &Request, same: &[u32], moved: Rules, dialect: &Dialect) {
    let name = &request.headers[same[0] as usize].name;
    let origin = Origin::Request(Span::new(Part::HeaderName(same[0]), 0..name.len()));
    write_lower(out, origin, name, moved);
    out.fixed(b":");
    // Only `Host` has a port.
    let is_host = name.eq_ignore_ascii_case(b"host");
    let dialect = if is_host { *dialect } else { Dialect { host_port: HostPort::AsWritten, ..*dialect } };
    for (count, index) in same.iter().enumerate() {
        if count > 0 {
            out.put(Origin::Scheme, Rule::Joined.into(), b",");
        }
        write_value(out, *index, &request.headers[*index as usize].value, &dialect);
    }
}

/// A signed header that the request does not send: what stands for the host, else an empty value.
fn write_absent(out: &mut Traced, request: &Request, header: &Signed<'_>) {
    write_lower(out, header.name_origin, header.name, header.moved);
    out.fixed(b":");
    match request.authority() {
        Some(span) if header.name.eq_ignore_ascii_case(b"host") => {
            out.put(Origin::Request(span), Rules::NONE, request.at(span));
        }
        Some(_) | None => out.close(header.name_origin, Rule::Absent.into()),
    }
}

// <SignedHeaders>
pub(crate) fn write_signed_headers(out: &mut Traced, signed: &SignedHeaders<'_>) {
    let listed = signed.entries.iter().filter(|header| header.listing == Listing::Listed);
    for (place, header) in listed.enumerate() {
        if place > 0 {
            out.fixed(b";");
        }
        match header.value {
            Value::Added(_) => write_lower(out, Origin::Scheme, header.name, header.moved.and(Rule::Added)),
            Value::Request(_) | Value::Query(_) | Value::Absent => {
                write_lower(out, header.name_origin, header.name, header.moved)
            }
        }
    }
}

fn write_lower(out: &mut Traced, origin: Origin, name: &[u8], rules: Rules) {
    let start = out.bytes.len();
    out.bytes.extend_from_slice(name);
    let written = &mut out.bytes[start..];
    let rules = if written.iter().any(u8::is_ascii_uppercase) {
        written.make_ascii_lowercase();
        rules.and(Rule::LowerCased)
    } else {
        rules
    };
    if !name.is_empty() {
        out.close(origin, rules);
    }
}

/// Whether a byte counts as white space in a header value.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

fn write_value(out: &mut Traced, index: u32, value: &[u8], dialect: &Dialect) {
    let part = Part::HeaderValue(index);
    let start = value.iter().position(|b| !is_space(*b)).unwrap_or(value.len());
    let end = value.iter().rposition(|b| !is_space(*b)).map_or(start, |last| last + 1);
    let end_of_host = start + without_default_port(&value[start..end], dialect);
    out.omit(part, 0..start, Rule::Trimmed);
    let mut copier = Copier::new(out, part, &value[..end_of_host], 0, Rules::NONE);
    copier.skip(start);
    collapse(&mut copier, &value[..end_of_host], start, dialect.header_space);
    copier.finish();
    out.omit(part, end_of_host..end, Rule::PortDropped);
    out.omit(part, end..value.len(), Rule::Trimmed);
}

/// Every run of white space in `value[start..]` becomes one space; folded lines always do.
fn collapse(copier: &mut Copier<'_>, value: &[u8], start: usize, space: HeaderSpace) {
    let mut at = start;
    while let Some(found) = value[at..].iter().position(|b| is_space(*b)) {
        let begin = at + found;
        let len = value[begin..].iter().position(|b| !is_space(*b)).unwrap_or(value.len() - begin);
        at = begin + len;
        let run = &value[begin..at];
        let folded = run.contains(&b'\n');
        if run == b" " {
            continue;
        }
        match (folded, space) {
            (true, _) => copier.turn(begin, at, b" ", Rule::Unfolded.into()),
            (false, HeaderSpace::Any) => copier.turn(begin, at, b" ", Rule::SpacesCollapsed.into()),
            (false, HeaderSpace::SpacesOnly) => collapse_spaces(copier, value, begin, at),
        }
    }
}

fn collapse_spaces(copier: &mut Copier<'_>, value: &[u8], mut at: usize, end: usize) {
    while at < end {
        let len = value[at..end].iter().take_while(|b| **b == b' ').count();
        if len > 1 {
            copier.turn(at, at + len, b" ", Rule::SpacesCollapsed.into());
        }
        at += len.max(1);
    }
}

/// The length of `host` without `:80` or `:443`, when the dialect leaves default ports out.
fn without_default_port(host: &[u8], dialect: &Dialect) -> usize {
    let default = match dialect.host_port {
        HostPort::AsWritten => None,
        HostPort::DefaultDropped => [&b":443"[..], b":80"].into_iter().find(|port| host.ends_with(port)),
    };
    host.len() - default.map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Header;

    fn canonical(headers: &[(&str, &str)], dialect: Dialect) -> String {
        let headers = headers.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        let request = Request { headers, ..Request::default() };
        let signed = select::planned(&request, &[], |_| true);
        let mut out = Traced::default();
        write_headers(&mut out, &request, &signed, &[], &dialect);
        write_signed_headers(&mut out, &signed);
        String::from_utf8(out.bytes().to_vec()).unwrap()
    }

    #[test]
    fn lower_cases_sorts_trims_and_joins() {
        let headers = [("X-B", "  2   3\t"), ("host", "h"), ("x-a", "1"), ("x-b", "4")];
        assert_eq!(canonical(&headers, Dialect::default()), "host:h\nx-a:1\nx-b:2 3,4\nhost;x-a;x-b");
    }

    #[test]
    fn quotes_do_not_protect_spaces_and_folds_become_one() {
        let headers = [("a", "\"x   y\""), ("b", "1\r\n  2\r\n\t3")];
        assert_eq!(canonical(&headers, Dialect::default()), "a:\"x y\"\nb:1 2 3\na;b");
    }

    #[test]
    fn inner_tabs_are_white_space_or_not() {
        let headers = [("a", "1\t\t2  3 \t 4")];
        let only = Dialect { header_space: HeaderSpace::SpacesOnly, ..Dialect::default() };
        assert_eq!(canonical(&headers, Dialect::default()), "a:1 2 3 4\na");
        assert_eq!(canonical(&headers, only), "a:1\t\t2 3 \t 4\na");
    }

    #[test]
    fn a_default_port_stays_unless_told_otherwise() {
        let drop = Dialect { host_port: HostPort::DefaultDropped, ..Dialect::default() };
        assert_eq!(canonical(&[("Host", "h:443 ")], Dialect::default()), "host:h:443\nhost");
        assert_eq!(canonical(&[("Host", "h:443 ")], drop), "host:h\nhost");
        assert_eq!(canonical(&[("Host", "h:8443")], drop), "host:h:8443\nhost");
    }

    #[test]
    fn empty_and_non_ascii_values_are_kept() {
        assert_eq!(canonical(&[("a", "   "), ("b", "\u{e9}")], Dialect::default()), "a:\nb:\u{e9}\na;b");
    }

    #[test]
    fn long_names_sort_by_what_follows_sixteen_bytes() {
        let headers = [("X-Amz-Server-Side-Encryption-Context", "2"), ("x-amz-server-side-encryption", "1")];
        let expected = "x-amz-server-side-encryption:1\nx-amz-server-side-encryption-context:2\n";
        assert!(canonical(&headers, Dialect::default()).starts_with(expected));
    }
}
