//! URLs that were damaged on their way, so that their claim cannot be read: undone, the signature is right.

use std::ops::Range;

use super::causes::replaced;
use super::change::Edit;
use super::finding::{Certainty, Finding, Named};
use crate::analysis::{Analysis, Session};
use crate::request::Request;
use crate::scheme;

/// Something that happens to URLs on their way.
struct Damage {
    id: &'static str,
    title: &'static str,
    /// The target as it was before; the same where this damage is not there.
    undone: fn(&[u8]) -> Vec<u8>,
}

impl Damage {
    fn named(&self) -> Named {
        let named = Named::remark(
            self.id,
            self.title,
            "A presigned URL is good only as it was made, byte for byte.",
            "Pass the URL on as it is: print it raw, quote it in the shell, encode it once, and never use it as a format string.",
        );
        Named { rank: 0, ..named }
    }
}

static DAMAGES: &[Damage] = &[
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

/// The damage of a URL that explains why its claim cannot be read, or two of them together: undone, the signature is right.
pub(super) fn repaired(session: &Session, analyse: &dyn Fn(&Session) -> Analysis) -> Option<Finding> {
    undamaged(&session.request.target).find_map(|(damages, target)| {
        let mut whole = session.clone();
        whole.request.target.clone_from(&target);
        let holds = analyse(&whole).agreement().holds() == Some(true);
        holds.then(|| Finding {
            edits: vec![Edit::Target(target)],
            ..Finding::of(Certainty::Proven, damages.into_iter().map(Damage::named).collect())
        })
    })
}

/// What a damaged target may have been: with each damage undone, then with each two of different kinds, the last that happened first.
fn undamaged(target: &[u8]) -> impl Iterator<Item = (Vec<&'static Damage>, Vec<u8>)> {
    let one = |target: Vec<u8>| {
        DAMAGES.iter().filter_map(move |damage| {
            let undone = (damage.undone)(&target);
            (undone != target).then_some((damage, undone))
        })
    };
    let alone = one(target.to_vec()).map(|(damage, undone)| (vec![damage], undone));
    let both = one(target.to_vec()).flat_map(move |(last, undone)| {
        let first = one(undone).filter(move |(first, _)| first.id != last.id);
        first.map(move |(first, undone)| (vec![first, last], undone))
    });
    alone.chain(both)
}

/// The access key id that a request claims, also where its URL was damaged and the claim cannot be read.
pub fn claimed_key_id(request: &Request) -> Option<String> {
    let of = |request: &Request| {
        let claim = scheme::claim(request)?.1.ok()?;
        Some(claim.string(request, claim.access_key_id?))
    };
    let behind_damage =
        || undamaged(&request.target).find_map(|(_, target)| of(&Request { target, ..request.clone() }));
    of(request).or_else(behind_damage).or_else(|| spelt_key_id(request))
}

/// The key id behind `Credential`, however the equals sign and the slashes around it are written.
fn spelt_key_id(request: &Request) -> Option<String> {
    const NAME: &[u8] = b"Credential";
    /// The shortest id that AWS gives, and the longest.
    const LENGTH: std::ops::RangeInclusive<usize> = 16..=128;
    let headers = request.sent().filter(|(_, header)| header.is(b"authorization"));
    let texts = [&request.target[..]].into_iter().chain(headers.map(|(_, header)| &header.value[..]));
    texts.into_iter().find_map(|text| {
        let behind = &text[memchr::memmem::find(text, NAME)? + NAME.len()..];
        let id = behind[equals_sign(behind)?..].split(|byte| !byte.is_ascii_alphanumeric()).next()?;
        LENGTH.contains(&id.len()).then(|| String::from_utf8_lossy(id).into_owned())
    })
}

/// How long the equals sign is that a text begins with, in whatever escape.
fn equals_sign(text: &[u8]) -> Option<usize> {
    const SPELT: [&str; 9] =
        ["%25253d", "%253d", "%3d", "\\u003d", "&amp;#61;", "&#61;", "&#x3d;", "=3d", "="];
    let begins =
        |sign: &&str| text.get(..sign.len()).is_some_and(|own| own.eq_ignore_ascii_case(sign.as_bytes()));
    SPELT.iter().find(|sign| begins(sign)).map(|sign| sign.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_strings_are_undone() {
        let whole = "/k?X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z";
        for damaged in [
            "/k?X-Amz-Credential=AKIDEXAMPLE%!F(MISSING)20150830%!F(MISSING)us-east-1%!F(MISSING)s3%!F(MISSING)aws4_request&X-Amz-Date=20150830T123600Z",
            "/k?X-Amz-Credential=AKIDEXAMPLE0.00000020150830%2Fus-east-10.000000s30.000000aws4_request&X-Amz-Date=20150830T123600Z",
            "/k?X-Amz-Credential=AKIDEXAMPLE20150830us-east-1s3aws4_request&X-Amz-Date=20150830T123600Z",
            "/k?X-Amz-Credential=AKIDEXAMPLEF20150830Fus-east-1Fs3Faws4_request&X-Amz-Date=20150830T123600Z",
            "/k?X-Amz-Credential=AKIDEXAMPLE2F201508302Fus-east-12Fs32Faws4_request&X-Amz-Date=20150830T123600Z",
        ] {
            assert!(undamaged(damaged.as_bytes()).any(|(_, target)| target == whole.as_bytes()), "{damaged}");
        }
        assert!(undamaged(whole.as_bytes()).next().is_none());
    }

    #[test]
    fn semicolons_are_put_back_with_the_slashes() {
        let begin =
            "/k?X-Amz-Credential=AKIDEXAMPLEF20150830Fus-east-1Fs3Faws4_request&X-Amz-Date=20150830T123600Z";
        let damaged = format!("{begin}&X-Amz-SignedHeaders=hostBx-amz-acl");
        let undone: Vec<_> = undamaged(damaged.as_bytes()).collect();
        assert!(undone.iter().any(|(_, target)| target.ends_with(b"&X-Amz-SignedHeaders=host%3Bx-amz-acl")));
    }

    #[test]
    fn escapes_are_undone_be_there_two_kinds_of_them() {
        let whole = "/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLEAKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z";
        let doubled = whole.replace('%', "%25");
        for damaged in [
            whole.replace('&', "&amp;amp;"),
            whole.replace('&', "&#38;"),
            whole.replace('&', "&amp;#x26;"),
            whole.replace('=', "=3D"),
            whole.replace('%', "=").replace('=', "=3D"),
            doubled.replace('&', "&amp;"),
            doubled.replace('&', "\\u0026"),
            format!("/k?{}", whole[3..].replace('%', "%25").replace('&', "%26").replace('=', "%3D")),
        ] {
            assert!(undamaged(damaged.as_bytes()).any(|(_, target)| target == whole.as_bytes()), "{damaged}");
        }
    }

    #[test]
    fn a_key_id_is_read_out_of_a_claim_that_nothing_repairs() {
        for sign in ["=", "=3D", "=3d", "%3D", "%253D", "\\u003d", "&#61;", "&#x3D;", "&amp;#61;"] {
            let target = format!("/k?X-Amz-Credential{sign}AKIA3DZZZZZZZZZZZZZZ!2F20260115").into_bytes();
            let request = Request { target, ..Request::default() };
            assert_eq!(claimed_key_id(&request).as_deref(), Some("AKIA3DZZZZZZZZZZZZZZ"), "{sign}");
        }
        assert_eq!(claimed_key_id(&Request { target: b"/?Credential=x".into(), ..Request::default() }), None);
    }

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
