//! Another secret than the one at hand: cut, copied, encoded or mixed up.

use crate::diagnose::causes::Gen;
use crate::diagnose::change::Edit;
use crate::diagnose::draft::Slot;
use crate::secret::Secret;

/// One way to spoil a secret, and its words.
type Spoil = (&'static str, fn(&[u8]) -> Vec<u8>);

/// A change of the secret for each way to spoil it.
pub(super) fn secrets(g: &mut Gen<'_, '_>, spoils: &[Spoil]) {
    let Some(secret) = g.facts.secret else { return };
    for (words, spoil) in spoils {
        put_secret(g, Secret::new(spoil(secret.expose())), *words);
    }
}

/// Another secret that the signer may have used.
///
/// It is offered in place of the one at hand only where that has something around it. Else the signer's secret is the mistake, and
/// who adopted it would make it his own.
fn put_secret(g: &mut Gen<'_, '_>, secret: Secret, words: impl Into<String>) {
    let Some(own) = g.facts.secret.filter(|own| **own != secret) else { return };
    let is_cleaner = own.len() > secret.len() && *bare(own) == *secret.expose();
    let value = g.draft.secret(secret.clone());
    if let (Some(change), true) = (g.add(vec![(Slot::SECRET, value)], words), is_cleaner) {
        change.edit(Edit::Secret(secret));
    }
}

/// Whether a byte is none of a secret's own, but of the file that it stood in.
fn is_frame(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"\"'`".contains(byte)
}

/// A secret without what stands around it.
fn bare(secret: &Secret) -> &[u8] {
    let text = secret.expose();
    let start = text.iter().position(|byte| !is_frame(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_frame(byte)).map_or(start, |last| last + 1);
    &text[start..end]
}

pub(super) fn cut(g: &mut Gen<'_, '_>) {
    // White space and quotation marks around a secret are causes of their own.
    if g.facts.secret.is_some_and(|own| bare(own).len() < own.len()) {
        return;
    }
    secrets(
        g,
        &[
            ("the last character is missing", |s| s[..s.len().saturating_sub(1)].to_vec()),
            ("the first character is missing", |s| s.get(1..).unwrap_or_default().to_vec()),
            ("the last two characters are missing", |s| s[..s.len().saturating_sub(2)].to_vec()),
            ("the first two characters are missing", |s| s.get(2..).unwrap_or_default().to_vec()),
            ("the first and the last character are missing", |s| {
                s.get(1..s.len().saturating_sub(1)).unwrap_or_default().to_vec()
            }),
            ("= at its end", |s| [s, b"="].concat()),
            ("== at its end", |s| [s, b"=="].concat()),
            ("cut to 40 characters", |s| s.get(..40).unwrap_or(s).to_vec()),
            ("the secret stands there twice", |s| [s, s].concat()),
        ],
    );
    let Some(secret) = g.facts.secret else { return };
    for byte in b'!'..=b'~' {
        let with = [secret.expose(), &[byte]].concat();
        put_secret(g, Secret::new(with), format!("{} at its end", char::from(byte)));
        let before = [&[byte], secret.expose()].concat();
        put_alone(g, before, format!("{} at its begin", char::from(byte)));
    }
    // One character lost somewhere, or two neighbours that changed places; one that looks like another.
    let text = secret.expose();
    for at in 1..text.len().saturating_sub(1) {
        let lost = [&text[..at], &text[at + 1..]].concat();
        put_alone(g, lost, format!("character {} is missing", at + 1));
        let mut swapped = text.to_vec();
        swapped.swap(at - 1, at);
        put_alone(g, swapped, format!("characters {} and {} changed places", at, at + 1));
        let alike = [
            (b'0', b'O'),
            (b'O', b'0'),
            (b'1', b'l'),
            (b'l', b'1'),
            (b'I', b'l'),
            (b'l', b'I'),
            (b'1', b'I'),
            (b'I', b'1'),
            (b'5', b'S'),
            (b'S', b'5'),
        ];
        for (from, to) in alike.into_iter().filter(|(from, _)| text[at] == *from) {
            let mut other = text.to_vec();
            other[at] = to;
            put_alone(
                g,
                other,
                format!("character {} is a {} in place of {}", at + 1, char::from(to), char::from(from)),
            );
        }
    }
}

/// One of a large family.
fn put_alone(g: &mut Gen<'_, '_>, secret: Vec<u8>, words: String) {
    let secret = Secret::new(secret);
    if g.facts.secret.is_none_or(|own| *own == secret) {
        return;
    }
    let value = g.draft.secret(secret);
    if let Some(change) = g.add(vec![(Slot::SECRET, value)], words) {
        change.alone();
    }
}

pub(super) fn named(g: &mut Gen<'_, '_>) {
    if g.facts.secret.is_none() {
        return;
    }
    for word in [
        "",
        "undefined",
        "null",
        "None",
        "nil",
        "false",
        "$AWS_SECRET_ACCESS_KEY",
        "${AWS_SECRET_ACCESS_KEY}",
        "AWS_SECRET_ACCESS_KEY",
        "%AWS_SECRET_ACCESS_KEY%",
        "$AWS_SECRET_KEY",
        "{{AWS_SECRET_ACCESS_KEY}}",
        "{{secretKey}}",
        "${{ secrets.AWS_SECRET_ACCESS_KEY }}",
        "***",
        "****************",
        "secret",
        "SECRET",
        "secretKey",
        "secret_key",
        "YOUR_SECRET_KEY",
        "<secret>",
        "[object Object]",
        "test",
        "minioadmin",
        "password",
        "minio123",
        "changeme",
        "mock",
        "fake",
        "dummy",
        "example",
        "local",
        "accessKeySecret",
        "xxx",
        "process.env.AWS_SECRET_ACCESS_KEY",
        "$(AWS_SECRET_ACCESS_KEY)",
        "<nil>",
        "aws_secret_access_key",
    ] {
        put_secret(
            g,
            Secret::new(word),
            if word.is_empty() { "empty".to_owned() } else { format!("`{word}`") },
        );
    }
}

pub(super) fn of_example(g: &mut Gen<'_, '_>) {
    secrets(
        g,
        &[("+ and / at its eighteenth character", |s| match s.get(18) {
            Some(b'+') => [&s[..18], b"/", &s[19..]].concat(),
            Some(b'/') => [&s[..18], b"+", &s[19..]].concat(),
            _ => s.to_vec(),
        })],
    );
    // Who claims a documented key id and has another secret is trying things out: naming its secret would explain nothing.
    let claimed = g.facts.claim.map(|claim| claim.key_id(g.facts.request).into_owned());
    let own = g.facts.secret.is_some_and(crate::secret::is_documented);
    if !own && claimed.is_some_and(|id| crate::secret::documented(&id).is_some()) {
        return;
    }
    for id in ["AKIDEXAMPLE", "AKIAIOSFODNN7EXAMPLE"] {
        if let Some((secret, _)) = crate::secret::documented(id.as_bytes()) {
            put_secret(g, secret, format!("the one of {id}"));
        }
    }
}

pub(super) fn of_other_key(g: &mut Gen<'_, '_>) {
    for key in g.facts.keys {
        put_secret(g, key.secret.clone(), format!("that of {}, from {}", key.access_key_id, key.source));
    }
    if let Some(token) = g.facts.token {
        put_secret(g, token.clone(), "the session token in place of the secret");
    }
}

pub(super) fn is_key_id(g: &mut Gen<'_, '_>) {
    let Some(claim) = g.facts.claim else { return };
    let id = claim.key_id(g.facts.request).into_owned();
    put_secret(g, Secret::new(id.clone()), "");
    let Some(secret) = g.facts.secret else { return };
    let both = [&*id, b":", secret.expose()].concat();
    put_secret(g, Secret::new(both), "key id and secret, a colon between them");
}
