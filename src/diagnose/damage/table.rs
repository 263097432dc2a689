//! The table of damages, and how each is undone.

use std::ops::Range;

use crate::diagnose::causes::replaced;
use crate::diagnose::finding::Named;

/// Something that happens to URLs on their way.
pub(super) struct Damage {
    pub(super) id: &'static str,
    title: &'static str,
    /// The target as it was before; the same where this damage is not there.
    pub(super) undone: fn(&[u8]) -> Vec<u8>,
}

impl Damage {
    pub(super) fn named(&self) -> Named {
        let named = Named::remark(
            self.id,
            self.title,
            "A presigned URL is good only as it was made, byte for byte.",
            "Pass the URL on as it is: print it raw, quote it in the shell, encode it once, and never use it as a format string.",
        );
        Named { rank: 0, ..named }
    }
}

pub(super) static DAMAGES: &[Damage] = &[
    Damage {
        id: "url-html-escaped",
        title: "The URL was copied out of HTML or XML: `&amp;` stands for each `&`.",
        undone: without_entities,
    },
    Damage {
        id: "url-quoted-printable",
        title: "The URL was copied out of the source of a mail: quoted-printable writes `=3D` for each `=`.",
        undone: of_mail,
    },
    Damage {
        id: "url-json-escaped",
        title: "The URL was copied out of JSON: `\\u0026` stands for each `&`.",
        undone: |target| replaced(target, b"\\u0026", b"&"),
    },
    Damage {
        id: "url-encoded-twice",
        title: "The URL was percent-encoded once more after it was presigned.",
        undone: |target| replaced(target, b"%25", b"%"),
    },
    Damage {
        id: "url-encoded-twice",
        title: "The whole query was percent-encoded after the URL was presigned.",
        undone: query_decoded,
    },
    Damage {
        id: "url-shell-escaped",
        title: "The URL was copied with a shell's backslashes.",
        undone: |target| replaced(target, b"\\", b""),
    },
    Damage {
        id: "url-quoted",
        title: "The URL was copied with quotation marks.",
        undone: |target| replaced(target, b"\"", b""),
    },
    Damage {
        id: "url-as-format-string",
        title: "The URL was used as a format string: Go's fmt read each %2F as a verb and wrote %!F(MISSING).",
        undone: of_go,
    },
    Damage {
        id: "url-as-format-string",
        title: "The URL was used as a format string: printf read each %2F as a number and wrote 0.000000.",
        undone: |target| replaced(target, b"0.000000", b"%2F"),
    },
    Damage {
        id: "url-in-batch-file",
        title: "The URL stood in a batch file, which took each %2 for its second argument, so that only the F of %2F is left: write each % as %%.",
        undone: |target| put_back(target, b"F", b"B"),
    },
    Damage {
        id: "url-percent-signs-lost",
        title: "Each % was taken out of the URL, so that only 2F is left of %2F.",
        undone: |target| put_back(target, b"2F", b"3B"),
    },
    Damage {
        id: "url-as-format-string",
        title: "The URL was used as a format string, which took each %2F out of X-Amz-Credential.",
        undone: slashes_put_back,
    },
];

/// The target with the escapes of which only this is left: a credential's slashes where its parts meet, and the semicolons between
/// signed headers, whose names are in lower case. Other escapes cannot be told from text.
fn put_back(target: &[u8], slash: &[u8], semicolon: &[u8]) -> Vec<u8> {
    let Some(whole) = parts(target, slash) else { return target.to_vec() };
    let Some(names) = value(&whole, b"X-Amz-SignedHeaders=") else { return whole };
    let list = replaced(&whole[names.clone()], semicolon, b"%3B");
    [&whole[..names.start], &list, &whole[names.end..]].concat()
}

/// Where the value of the parameter lies that is written like this.
fn value(target: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let start = memchr::memmem::find(target, name)? + name.len();
    let end = memchr::memchr(b'&', &target[start..]).map_or(target.len(), |len| start + len);
    Some(start..end)
}

/// Every way to write `&` as an entity, be it escaped more than once.
fn without_entities(target: &[u8]) -> Vec<u8> {
    const AMPERSANDS: [&[u8]; 4] = [b"&amp;", b"&#38;", b"&#x26;", b"&#X26;"];
    let undone = AMPERSANDS.iter().fold(target.to_vec(), |text, entity| replaced(&text, entity, b"&"));
    // Each round makes it shorter.
    if undone.len() < target.len() { without_entities(&undone) } else { undone }
}

/// Quoted-printable, where each `=` of it is escaped; a percent sign may have become one.
fn of_mail(target: &[u8]) -> Vec<u8> {
    let marks = memchr::memmem::find_iter(target, b"=3D").count();
    match marks > 0 && memchr::memchr_iter(b'=', target).count() == marks {
        true => replaced(&replaced(target, b"=3D2F", b"%2F"), b"=3D", b"="),
        false => target.to_vec(),
    }
}

/// A query in which every `=` and `&` is escaped, decoded once.
fn query_decoded(target: &[u8]) -> Vec<u8> {
    let Some(at) = memchr::memchr(b'?', target) else { return target.to_vec() };
    let (before, query) = target.split_at(at + 1);
    match memchr::memchr2(b'=', b'&', query) {
        Some(_) => target.to_vec(),
        None => [before, &percent_encoding::percent_decode(query).collect::<Vec<u8>>()].concat(),
    }
}

/// What Go's `fmt` writes for a verb without an argument, and the escapes that look like such a verb. The digit is gone: it was a width.
fn of_go(target: &[u8]) -> Vec<u8> {
    let verbs: [(&[u8], &[u8]); 6] = [
        (b"%!F(MISSING)", b"%2F"),
        (b"%!B(MISSING)", b"%2B"),
        (b"%!D(MISSING)", b"%3D"),
        (b"%!A(MISSING)", b"%3A"),
        (b"%!C(MISSING)", b"%2C"),
        (b"%!(NOVERB)", b"%"),
    ];
    verbs.iter().fold(target.to_vec(), |text, (from, to)| replaced(&text, from, to))
}

/// A credential whose slashes are gone, `AKIDEXAMPLE20150830us-east-1s3aws4_request`, with its slashes where its parts meet.
fn slashes_put_back(target: &[u8]) -> Vec<u8> {
    parts(target, b"").unwrap_or_else(|| target.to_vec())
}

/// The target with `%2F` between the parts of its credential, between which `left` stands in place of each slash.
fn parts(target: &[u8], left: &[u8]) -> Option<Vec<u8>> {
    const TERMINATOR: &[u8] = b"aws4_request";
    let place = value(target, b"X-Amz-Credential=")?;
    let joined = target[place.clone()]
        .strip_suffix(TERMINATOR)?
        .strip_suffix(left)
        .filter(|text| !text.contains(&b'%'))?;
    // The day is that of X-Amz-Date; region and service lie behind it, the key id before it.
    let date = value(target, b"X-Amz-Date=")?;
    let day = target.get(date.start..date.start + 8)?;
    let day_between = [left, day, left].concat();
    let at = memchr::memmem::find(joined, &day_between)?;
    let (id, rest) = (&joined[..at], &joined[at + day_between.len()..]);
    let (region, service) = region_and_service(std::str::from_utf8(rest).ok()?, left)?;
    let scope = [id, day, region.as_bytes(), service.as_bytes(), TERMINATOR].join(&b"%2F"[..]);
    Some([&target[..place.start], &scope, &target[place.end..]].concat())
}

/// Region and service, between which `left` stands; where nothing does, a region ends in a dash and a digit.
fn region_and_service<'a>(joined: &'a str, left: &[u8]) -> Option<(&'a str, &'a str)> {
    let left = std::str::from_utf8(left).ok()?;
    if !left.is_empty() {
        return joined.split_once(left).filter(|(region, service)| !region.is_empty() && !service.is_empty());
    }
    let mut digits = joined.match_indices('-').filter_map(|(dash, _)| {
        joined.as_bytes().get(dash + 1).filter(|byte| byte.is_ascii_digit()).map(|_| dash + 2)
    });
    digits.next().filter(|end| *end < joined.len()).map(|end| joined.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_with_digits_and_dashes_keep_their_names() {
        let damaged = b"/?X-Amz-Credential=AKIA20240101us-gov-west-1execute-apiaws4_request&X-Amz-Date=20240101T000000Z";
        let undone = slashes_put_back(damaged);
        assert!(
            memchr::memmem::find(&undone, b"AKIA%2F20240101%2Fus-gov-west-1%2Fexecute-api%2Faws4_request")
                .is_some()
        );
    }
}
