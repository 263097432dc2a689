//! The path encoded too often, too seldom, or by another encoder.

use super::form::{Form, Normal, normalized, put, put_form, put_sent, put_strange};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{
    ENCODERS, Escapes, SINGLE, lower_escapes, other_character_sets, replaced,
};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::decoded;
use crate::scheme::EncodePath;

pub(super) fn encoded_again(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.encode_path != EncodePath::Once {
        return;
    }
    put_form(g, "", |form| Form { times: EncodePath::Twice, ..form });
    let again = Form { times: EncodePath::Twice, normal: Normal::No, ..Form::of(g) };
    let twice = again.write(g.draft.of_base(Slot::PATH));
    put(g, &twice, "after it was brought to its canonical form");
    put_strange(g, "and normalised, as for every other service", |form| Form {
        times: EncodePath::Twice,
        normal: Normal::Whole,
        ..form
    });
}

pub(super) fn encoded_after_signing(g: &mut Gen<'_, '_>) {
    let mut path = g.facts.path().to_vec();
    for words in ["", "and once more"] {
        let Some(once_less) = decoded_once(&path) else { return };
        put_sent(g, &once_less, words);
        path = once_less;
    }
}

/// The path before it was encoded a second time; `None` where no escape of it is escaped itself.
fn decoded_once(path: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut at) = (Vec::with_capacity(path.len()), 0);
    while at < path.len() {
        out.push(path[at]);
        // `%25` and two digits: an escape whose own percent sign was escaped.
        let is_twice = path[at..].starts_with(b"%25")
            && path.get(at + 3..at + 5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        at += if is_twice { 3 } else { 1 };
    }
    (out.len() < path.len()).then_some(out)
}

pub(super) fn encoded_once(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.encode_path != EncodePath::Twice {
        return;
    }
    put_form(g, "", |form| Form { times: EncodePath::Once, ..form });
    put_strange(g, "and not normalised, as for S3", |form| Form {
        times: EncodePath::Once,
        normal: Normal::No,
        ..form
    });
}

pub(super) fn encoded_too_often(g: &mut Gen<'_, '_>) {
    let again = Form { times: EncodePath::Twice, normal: Normal::No, ..Form::of(g) };
    let once = again.write(g.draft.of_base(Slot::PATH));
    if g.facts.terms.dialect.encode_path == EncodePath::Twice {
        put(g, &once, "");
    } else {
        put(g, &again.write(&once), "twice too often");
    }
}

pub(super) fn undecorated(g: &mut Gen<'_, '_>) {
    let path = normalized(g.facts.path(), Form::of(g).normal);
    // What still holds escapes was encoded once more on the wire; it was not signed bare.
    if decoded_once(&path).is_none() {
        put(g, &decoded(&path), "");
    }
    put(g, &decoded(&decoded(&path)), "twice");
    put_form(g, "spaces alone", |form| Form { escapes: Escapes { space: b" ", ..form.escapes }, ..form });
}

pub(super) fn as_sent(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    put(g, &path, "");
    let normal = normalized(&path, Form::of(g).normal);
    put(g, &normal, "");
}

pub(super) fn plus(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let base = Form::of(g);
    let turned = |from: &[u8], to: &[u8]| replaced(&path, from, to);
    for (from, to, words) in [
        (&b"+"[..], &b"%20"[..], "+ as a space"),
        (b"%20", b"+", "%20 as +"),
        (b"%2B", b"+", "%2B as +"),
        (b"%2B", b"%20", "%2B as a space"),
        (b"+", b"%2B", "+ as %2B"),
        (b"%20", b"%2B", "%20 as %2B"),
        (b"++", b"%20%20", "++ as two spaces"),
    ] {
        let other = turned(from, to);
        if other != path {
            put_sent(g, &other, words);
            put(g, &base.canonical(g, &other), words);
        }
    }
    // In the canonical form itself.
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    for (from, to, words) in [
        (&b"%2B"[..], &b"+"[..], "+ left bare"),
        (b"%20", b"+", "a space written as +"),
        (b"%252B", b"+", "+ left bare"),
        (b"%2520", b"+", "a space written as +"),
    ] {
        put(g, &replaced(&canonical, from, to), words);
    }
    // Only where the second encoding belongs there can it be missing.
    if base.times == EncodePath::Twice {
        put(g, &replaced(&canonical, b"%252B", b"%2B"), "+ encoded once");
    }
}

pub(super) fn reserved(g: &mut Gen<'_, '_>) {
    // An encoder that leaves % bare and an HTTP library that encodes once more write the same: the latter is what happens.
    let once_less = decoded_once(g.facts.path()).filter(|_| Form::of(g).times == EncodePath::Once);
    let after_signing = once_less.map(|path| Form::of(g).canonical(g, &path));
    for (words, escapes) in ENCODERS.iter().chain(SINGLE) {
        let path = Form { escapes: *escapes, ..Form::of(g) }.canonical(g, g.facts.path());
        if after_signing.as_ref() != Some(&path) {
            put(g, &path, *words);
        }
    }
    // An encoder that is used once leaves its characters to the second encoding.
    if g.facts.terms.dialect.encode_path == EncodePath::Twice {
        let once = decoded(g.facts.path());
        for (words, escapes) in ENCODERS.iter().chain(SINGLE) {
            let first: Vec<u8> = once.iter().fold(Vec::new(), |mut out, byte| {
                if *byte == b'/' {
                    out.push(b'/')
                } else {
                    escapes.push(&mut out, *byte)
                }
                out
            });
            let path = Form::of(g).canonical(g, &first);
            put(g, &path, *words);
        }
    }
}

pub(super) fn unreserved(g: &mut Gen<'_, '_>) {
    for (words, also) in
        [("~", &b"~"[..]), (".", b"."), ("-", b"-"), ("_", b"_"), ("- . _ ~", b"-._~"), ("- and _", b"-_")]
    {
        put_form(g, words, |form| Form { escapes: Escapes { also, ..form.escapes }, ..form });
    }
    let form_encoder = Escapes { bare: b"*", also: b"~", space: b"+", ..Escapes::RIGHT };
    put_form(g, "as encoders of forms do: ~ escaped, * left, a space as +", |form| Form {
        escapes: form_encoder,
        ..form
    });
}

pub(super) fn lower_hex(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: Escapes { lower: true, ..form.escapes }, ..form });
    let lower = lower_escapes(g.draft.of_base(Slot::PATH));
    put(g, &lower, "");
}

pub(super) fn case(g: &mut Gen<'_, '_>) {
    let lower = g.facts.path().to_ascii_lowercase();
    put_form(g, "", |form| form);
    let canonical = Form::of(g).canonical(g, &lower);
    put(g, &canonical, "");
    let lower = g.draft.of_base(Slot::PATH).to_ascii_lowercase();
    put(g, &lower, "its escapes included");
}

pub(super) fn character_set(g: &mut Gen<'_, '_>) {
    let path = decoded(g.facts.path());
    let base = Form::of(g);
    for (words, other) in other_character_sets(&path) {
        let sent: Vec<u8> = other.iter().fold(Vec::new(), |mut out, byte| {
            if *byte == b'/' {
                out.push(b'/')
            } else {
                Escapes::RIGHT.push(&mut out, *byte)
            }
            out
        });
        put_sent(g, &sent, words);
        put(g, &base.canonical(g, &other), words);
    }
}
