//! URLs that were damaged on their way, so that their claim cannot be read: undone, the signature is right.

mod table;

use super::change::Edit;
use super::finding::{Certainty, Finding};
use crate::analysis::{Analysis, Session};
use crate::request::Request;
use crate::scheme;
use table::{DAMAGES, Damage};

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
}
