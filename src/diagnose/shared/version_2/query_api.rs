//! What the Query API's string to sign may have been.

use super::{Sight, Ways, lossy, text, unsigned};
use crate::diagnose::causes::text::lower_escapes;
use crate::diagnose::facts::decoded;

/// The lines of the Query API's string to sign: method, host, path, and the parameters in one.
fn lines_of_api(text: &[u8]) -> Option<[&[u8]; 4]> {
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    lines.try_into().ok()
}

pub(super) fn host(sight: &Sight<'_>) -> Ways {
    let Some([method, own, path, query]) = lines_of_api(sight.text) else { return Vec::new() };
    let with = |host: &[u8], words: &'static str| text([method, host, path, query].join(&b'\n'), words);
    let sent = sight.request.host().unwrap_or_default();
    let end = memchr::memrchr(b':', own).unwrap_or(own.len());
    let bare = &own[..end];
    vec![
        with(sent, "in the case in which it is sent"),
        with(bare, "without its port"),
        with(&[bare, b":443"].concat(), "with port 443"),
        with(&[bare, b":80"].concat(), "with port 80"),
        with(b"", "the line was left empty"),
        with(&[b"https://", own].concat(), "with https:// before it"),
    ]
}

pub(super) fn path(sight: &Sight<'_>) -> Ways {
    let Some([method, host, own, query]) = lines_of_api(sight.text) else { return Vec::new() };
    let with = |path: &[u8], words: &'static str| text([method, host, path, query].join(&b'\n'), words);
    let bare = own.strip_suffix(b"/").unwrap_or(own);
    vec![
        with(b"/", "signed as /"),
        with(b"", "the line was left empty"),
        with(&[bare, b"/"].concat(), "with a slash at the end"),
        with(bare, "without the slash at the end"),
        with(&[b"/", own].concat(), "with two slashes in front"),
        with(&decoded(own), "decoded"),
    ]
}

pub(super) fn parameters(sight: &Sight<'_>) -> Ways {
    let Some([method, host, path, own]) = lines_of_api(sight.text) else { return Vec::new() };
    let with =
        |query: String, words: &'static str| text([method, host, path, query.as_bytes()].join(&b'\n'), words);
    let own = lossy(own).into_owned();
    let mut by_case: Vec<&str> = own.split('&').collect();
    by_case.sort_by_key(|pair| pair.to_lowercase());
    let mut whole: Vec<&str> = own.split('&').collect();
    whole.sort_unstable();
    let mut ways = vec![
        with(by_case.join("&"), "sorted without regard to case"),
        with(whole.join("&"), "sorted as pairs, not by their names"),
        with(own.replace("%20", "+"), "with + for a space"),
        with(own.replace("%2A", "*"), "with * left as it is"),
        with(own.replace('~', "%7E"), "with ~ encoded"),
        with(own.replace("%2C", ","), "with commas left as they are"),
        with(own.replace("%3A", ":"), "with colons left as they are"),
        with(own.replace("%2F", "/"), "with slashes left as they are"),
        with(lossy(&lower_escapes(own.as_bytes())).into_owned(), "with escapes in lower case"),
        with(own.replace('%', "%25"), "encoded twice"),
        with(lossy(&decoded(own.as_bytes())).into_owned(), "not encoded"),
        with(format!("?{own}"), "with a question mark before them"),
    ];
    if let Some(mut sent) = unsigned(sight.request) {
        ways.push(with(sent.join("&"), "in the order and the encoding in which they are sent"));
        sent.sort_unstable();
        ways.push(with(sent.join("&"), "in the encoding in which they are sent"));
    }
    ways
}
