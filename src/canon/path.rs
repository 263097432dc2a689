//! The canonical URI: normalised or not, encoded once or twice.
//!
//! S3 and its relatives take the path as it is and encode it once; every other service removes dot segments and
//! repeated slashes (RFC 3986, 5.2.4) and encodes what stands in the request line once more. To S3 an escaped slash is one of
//! the key's slashes, and signed as one: aws4 and aws4fetch sign it so for S3, radosgw and s3s verify it so.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::ops::Range;

use super::encode::{Slash, encode, recode};
use super::reading::{Dialect, EncodePath, NormalizePath, PathEnd, Plus};
use crate::request::Part;
use crate::trace::writer::Copier;
use crate::trace::{Rule, Rules, Traced};

// <CanonicalURI>
pub(crate) fn write_path(out: &mut Traced, target: &[u8], path: Range<usize>, dialect: &Dialect) {
    if path.is_empty() {
        return out.put(crate::trace::Origin::Scheme, Rule::EmptyPath.into(), b"/");
    }
    let source = &target[path.clone()];
    if source[0] != b'/' {
        out.put(crate::trace::Origin::Scheme, Rule::EmptyPath.into(), b"/");
    }
    let mut copier = Copier::new(out, Part::Target, source, path.start, Rules::NONE);
    match dialect.normalize_path {
        NormalizePath::Off => write_range(&mut copier, source, 0..source.len(), dialect.encode_path),
        NormalizePath::On => write_normalized(&mut copier, source, dialect.encode_path),
        NormalizePath::Slashes => write_without_slashes(&mut copier, source, dialect.encode_path),
    }
    copier.finish();
    if dialect.path_end == PathEnd::Slash && source.last() != Some(&b'/') {
        out.put(crate::trace::Origin::Scheme, Rule::SlashAdded.into(), b"/");
    }
}

fn write_range(copier: &mut Copier<'_>, source: &[u8], range: Range<usize>, times: EncodePath) {
    match times {
        EncodePath::Once => recode(copier, source, range, Slash::Kept, Plus::Literal),
        EncodePath::Twice => encode(copier, source, range),
        // What is not turned is copied.
        EncodePath::AsSent => {}
    }
}

/// Of slashes that follow each other, the first is written.
fn write_without_slashes(copier: &mut Copier<'_>, source: &[u8], times: EncodePath) {
    let mut at = 0;
    while at < source.len() {
        let run = source[at..].iter().take_while(|byte| **byte == b'/').count();
        let kept = at + run.min(1);
        write_range(copier, source, at..kept, times);
        drop_between(copier, source, kept..at + run);
        at += run;
        let len = memchr::memchr(b'/', &source[at..]).unwrap_or(source.len() - at);
        write_range(copier, source, at..at + len, times);
        at += len;
    }
}

fn write_normalized(copier: &mut Copier<'_>, source: &[u8], times: EncodePath) {
    if !needs_normalizing(source) {
        return write_range(copier, source, 0..source.len(), times);
    }
    let kept = kept_segments(source);
    let mut at = 0;
    for segment in kept {
        // The slash before a segment is the one next to it; what lies between is left out.
        let slash = segment.start.saturating_sub(1);
        drop_between(copier, source, at..slash);
        write_range(copier, source, slash..segment.end, times);
        at = segment.end;
    }
    let trailing = ends_in_slash(source) || at == 0;
    match trailing.then(|| memchr::memchr(b'/', &source[at..])).flatten() {
        Some(slash) => {
            drop_between(copier, source, at..at + slash);
            copier.flush(at + slash + 1);
            drop_between(copier, source, at + slash + 1..source.len());
        }
        None => drop_between(copier, source, at..source.len()),
    }
}

/// The segments that survive, as ranges without their slashes.
fn kept_segments(source: &[u8]) -> Vec<Range<usize>> {
    let mut kept: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'/', source).chain([source.len()]) {
        match &source[start..end] {
            b"" | b"." => {}
            b".." => drop(kept.pop()),
            _ => kept.push(start..end),
        }
        start = end + 1;
    }
    kept
}

fn drop_between(copier: &mut Copier<'_>, source: &[u8], range: Range<usize>) {
    if range.is_empty() {
        return;
    }
    let slashes = source[range.clone()].iter().all(|b| *b == b'/');
    let rule = if slashes { Rule::SlashesCollapsed } else { Rule::DotSegmentRemoved };
    copier.omit(range.start, range.end, rule);
}

fn needs_normalizing(source: &[u8]) -> bool {
    source.first() == Some(&b'/') && source.windows(2).any(|two| two == b"//" || two == b"/.")
}

/// Steps 2B and 2C of RFC 3986, 5.2.4 leave a slash for a dot segment at the end.
fn ends_in_slash(source: &[u8]) -> bool {
    [&b"/"[..], b"/.", b"/.."].iter().any(|end| source.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(source: &str, normalize_path: NormalizePath, encode_path: EncodePath) -> String {
        let dialect = Dialect { normalize_path, encode_path, ..Dialect::default() };
        let mut out = Traced::default();
        write_path(&mut out, source.as_bytes(), 0..source.len(), &dialect);
        let covered: usize = out.ranges().map(|(range, _)| range.len()).sum();
        assert_eq!(covered, out.bytes().len());
        String::from_utf8(out.bytes().to_vec()).unwrap()
    }

    #[test]
    fn normalises_as_rfc_3986_does() {
        for (source, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/./", "/"),
            ("/..", "/"),
            ("/../..", "/"),
            ("/a", "/a"),
            ("/a/", "/a/"),
            ("//a//b//", "/a/b/"),
            ("/a/b/..", "/a/"),
            ("/a/b/.", "/a/b/"),
            ("/a/../b", "/b"),
            ("/a/../../b/", "/b/"),
            ("/./a/./b", "/a/b"),
            ("/a..b/.c/..d", "/a..b/.c/..d"),
            ("/a/..//", "/"),
        ] {
            assert_eq!(path(source, NormalizePath::On, EncodePath::Twice), expected, "{source}");
        }
    }

    #[test]
    fn s3_keeps_dots_and_slashes() {
        assert_eq!(path("/a//../b", NormalizePath::Off, EncodePath::Once), "/a//../b");
    }

    #[test]
    fn encodes_once_or_twice() {
        assert_eq!(path("/a%20b", NormalizePath::On, EncodePath::Twice), "/a%2520b");
        assert_eq!(path("/a%20b", NormalizePath::On, EncodePath::Once), "/a%20b");
        assert_eq!(path("/test$file", NormalizePath::Off, EncodePath::Once), "/test%24file");
        assert_eq!(path("/a b/\u{1234}", NormalizePath::On, EncodePath::Twice), "/a%20b/%E1%88%B4");
    }
}
