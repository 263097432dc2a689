//! Slips with the key and with what is done under it.

use super::slip::{Change, Slip};
use crate::diagnose::change::Edit;
use crate::diagnose::shared::mistakes::{DIGESTS, Mistake, SECRETS};
use crate::scheme::Recipe;
use crate::scheme::recipe::evaluate::Scene;
use crate::scheme::recipe::pipe::{Cut, Pipe, Whole};
use crate::scheme::recipe::source::{SECRET, Source};
use crate::scheme::recipe::template::{Hole, Node, Template};
use crate::scheme::recipe::write::Way;
use crate::secret::Secret;
use crate::signature::algorithm::Algorithm;
use crate::signature::fields::is_public;
use crate::signature::mac::{Encoding, Hash};

const HMAC: &str = "https://www.rfc-editor.org/rfc/rfc2104";

static NOT_DECODED: Mistake = Mistake {
    id: "secret-not-decoded",
    rank: 0,
    title: "The key was used as the text that it is written in.",
    why: "This scheme signs under the bytes that the text of the key stands for.",
    fix: "Decode the key first: from base64 or hex, without the prefix that names its kind.",
    link: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
};

static DECODED: Mistake = Mistake {
    id: "secret-decoded",
    rank: 0,
    title: "The key was decoded, though this scheme takes it as text.",
    why: "This scheme signs under the text of the key as it was handed out, whatever it looks like.",
    fix: "Use the text of the key as it is.",
    link: "https://github.com/XeroAPI/XeroWebhooksReceiver/issues/1",
};

static OTHER_FIELD: Mistake = Mistake {
    id: "secret-of-another-kind",
    rank: 1,
    title: "Another field of the key was used as the secret.",
    why: "Vendors hand out several secrets at once: of the API, of the webhook, for tests.",
    fix: "Use the secret that this scheme names.",
    link: "https://github.com/discord/discord-interactions-js/issues/26",
};

static KEY_FORM: Mistake = Mistake {
    id: "key-derivation",
    rank: 1,
    title: "The key was derived in another way than this scheme has it.",
    why: "Each step to the key must be taken, in order, and written into the next in the right form.",
    fix: "Follow the steps of the key, and look at whether each yields bytes, hex or base64.",
    link: HMAC,
};

static SWAPPED: Mistake = Mistake {
    id: "key-and-text-swapped",
    rank: 1,
    title: "Key and text changed places in an HMAC on the way to the key.",
    why: "Libraries differ in the order of their arguments.",
    fix: "Look up the order of the arguments of your HMAC.",
    link: HMAC,
};

static HASH: Mistake = Mistake {
    id: "hash-algorithm",
    rank: 0,
    title: "The signature was made with another hash than this scheme has.",
    why: "The scheme, or a name in the request, says which hash is used.",
    fix: "Use the hash that is meant: the lengths of the signatures differ already.",
    link: HMAC,
};

static PLAIN: Mistake = Mistake {
    id: "hmac-for-hash",
    rank: 1,
    title: "An HMAC stands in place of the plain hash, or the other way round.",
    why: "This scheme hashes a text that holds the secret; an HMAC is something else.",
    fix: "Use the function that this scheme names.",
    link: HMAC,
};

/// What goes wrong with the key, the chain and the digest.
pub(super) fn slips(row: &Recipe, scene: &Scene<'_>, way: &Way<'_>) -> Vec<Slip> {
    let is_shared = way.algorithms.iter().any(|algorithm| !algorithm.is_asymmetric());
    if !is_shared {
        return Vec::new();
    }
    let mut slips = forms(way);
    slips.extend(secrets(scene));
    slips.extend(fields(scene));
    slips.extend(chains(row, way));
    slips.extend(digests(way));
    slips
}

fn of_secret(pipes: Vec<Pipe>) -> Template {
    Template { nodes: vec![Node::Hole(Hole { source: Source::Field(SECRET.into()), pipes })] }
}

fn slip(mistake: &'static Mistake, words: impl Into<String>, change: Change) -> Slip {
    Slip { mistake, words: words.into(), edits: Vec::new(), change }
}

/// The key as text where it is decoded, and decoded where it is text.
fn forms(way: &Way<'_>) -> Vec<Slip> {
    let whole = |whole: Whole| vec![Pipe::Whole(whole)];
    let prefixes = ["whsec_", "sk_", "pdl_ntfset_", "v1,whsec_"];
    let stripped = prefixes.into_iter().map(|prefix| {
        let strip = Pipe::Whole(Whole::Cut(Cut::StripPrefix(prefix.into())));
        (vec![strip.clone()], vec![strip, Pipe::Whole(Whole::Unbase64)], prefix)
    });
    let own = way.keys.first().map(|template| (**template).clone());
    let is_decoded = own.as_ref().is_some_and(|template| {
        let decodes = |pipe: &Pipe| matches!(pipe, Pipe::Whole(Whole::Unbase64 | Whole::Unhex));
        template.holes().iter().any(|hole| hole.pipes.iter().any(decodes))
    });
    let mistake = if is_decoded { &NOT_DECODED } else { &DECODED };
    let mut variants = vec![
        (of_secret(Vec::new()), "as the text that it is".to_owned()),
        (of_secret(whole(Whole::Unbase64)), "decoded from base64".to_owned()),
        (of_secret(whole(Whole::Unhex)), "decoded from hex".to_owned()),
    ];
    for (text, bytes, prefix) in stripped {
        variants.push((of_secret(text), format!("without `{prefix}`")));
        variants.push((of_secret(bytes), format!("without `{prefix}`, decoded from base64")));
    }
    let others = variants.into_iter().filter(|(template, _)| Some(template) != own.as_ref());
    others.map(|(template, words)| slip(mistake, words, Change::Keys(vec![template]))).collect()
}

/// The secret with white space, in quotation marks, encoded.
fn secrets(scene: &Scene<'_>) -> Vec<Slip> {
    let Some(key) = scene.key else { return Vec::new() };
    let own = key.secret.expose();
    let variants = SECRETS
        .iter()
        .flat_map(|(mistake, vary)| vary(own).into_iter().map(move |variant| (mistake, variant)));
    variants
        .map(|(mistake, (what, words))| Slip {
            mistake,
            words: words.into(),
            edits: vec![Edit::Secret(Secret::new(what.to_vec()))],
            change: Change::Secret(what.to_vec()),
        })
        .collect()
}

/// The other secrets that came with the key.
fn fields(scene: &Scene<'_>) -> Vec<Slip> {
    let Some(key) = scene.key else { return Vec::new() };
    let others = key.fields.names().filter(|name| key.fields.get(name) != Some(key.secret.expose()));
    others
        .filter_map(|name| {
            let value = key.fields.get(name)?.to_vec();
            let words =
                if is_public(name) { "which is no secret at all" } else { "which is for something else" };
            Some(slip(&OTHER_FIELD, format!("the field `{name}`, {words}"), Change::Secret(value)))
        })
        .collect()
}

/// A chain with a step left out, none at all, or another form between its steps.
fn chains(row: &Recipe, way: &Way<'_>) -> Vec<Slip> {
    if row.chain.is_empty() {
        return Vec::new();
    }
    let own: Vec<Template> = way.chain.iter().map(|template| (**template).clone()).collect();
    let mut slips =
        vec![slip(&KEY_FORM, "the secret itself, without its steps", Change::Chain(Vec::new(), None))];
    for (encoding, words) in [
        (None, "as bytes from step to step"),
        (Some(Encoding::Hex), "in hex from step to step"),
        (Some(Encoding::Base64), "in base64 from step to step"),
    ] {
        if encoding != row.chain_encoding {
            slips.push(slip(&KEY_FORM, words, Change::Chain(own.clone(), encoding)));
        }
    }
    if let (Some(start), Some(of)) = (way.keys.first(), own.first()) {
        let keys = vec![of.clone()];
        slips.push(slip(&SWAPPED, "in the first step", Change::Derivation(keys, vec![(**start).clone()])));
    }
    for at in 0..own.len() {
        let mut without = own.clone();
        without.remove(at);
        slips.push(slip(
            &KEY_FORM,
            format!("without step {}", at + 1),
            Change::Chain(without, row.chain_encoding),
        ));
    }
    slips
}

fn digests(way: &Way<'_>) -> Vec<Slip> {
    let mut slips = Vec::new();
    for algorithm in &way.algorithms {
        let (hash, other): (Hash, fn(Hash) -> Algorithm) = match algorithm {
            Algorithm::Hmac(hash) => (*hash, Algorithm::Plain),
            Algorithm::Plain(hash) => (*hash, Algorithm::Hmac),
            Algorithm::RsaPkcs1(_) | Algorithm::RsaPss(..) | Algorithm::Ecdsa(..) | Algorithm::Ed25519 => {
                continue;
            }
        };
        let same: fn(Hash) -> Algorithm =
            if let Algorithm::Hmac(_) = algorithm { Algorithm::Hmac } else { Algorithm::Plain };
        let others = Hash::ALL.into_iter().filter(|other| *other != hash);
        slips.extend(others.map(|hash| slip(&HASH, same(hash).title(), Change::Algorithm(same(hash)))));
        slips.push(slip(&PLAIN, other(hash).title(), Change::Algorithm(other(hash))));
    }
    for (mistake, ways) in DIGESTS.iter().skip(1) {
        slips.extend(ways.iter().map(|(sign, words)| slip(mistake, *words, Change::Sign(*sign))));
    }
    slips
}
