//! The trace of a row: its texts, the message, the key, the signature.

use zeroize::Zeroizing;

use super::capture::{self, Capture, Captured};
use super::evaluate::{Planned, Scene};
use super::template::Template;
use super::text::Text;
use super::{Recipe, Under, plan, public};
use crate::scheme::Input;
use crate::signature::Agreement;
use crate::signature::algorithm::Algorithm;
use crate::trace::{Origin, Rule, Rules, Section, StageKind, Texts, Trace};

/// A key, and the steps to it.
pub(super) struct Key {
    /// What the chain begins with.
    pub(super) start: Zeroizing<Vec<u8>>,
    /// What each link is taken of, and what it yields, as it goes into the next.
    pub(super) links: Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>,
}

impl Key {
    /// What the message is signed under.
    pub(super) fn last(&self) -> &[u8] {
        self.links.last().map_or(&self.start, |(_, key)| key)
    }
}

/// Writes every stage that can be made; whether a received signature is the right one.
pub(super) fn write(row: &Recipe, input: Input<'_>, trace: &mut Trace) -> Agreement {
    let mut texts = Texts::of(trace);
    let planned = if input.claim.is_some() { Planned::No } else { Planned::Yes };
    let captured = match (planned, capture::of(row, input.request)) {
        (Planned::No, Capture::Found(found, _)) => found,
        (Planned::No, Capture::Nothing | Capture::Other(_)) => Vec::new(),
        (Planned::Yes, _) => plan::values(row, input),
    };
    let mut scene = Scene::of(input.request, &captured, planned, input.situation);
    let mut made = make_texts(row, &mut scene);
    let mut signing = Signing::of(row, &scene, input.received);
    if signing.agreement.holds() != Some(true) && row.speaks_of_url() && scene.url_is_guessed() {
        // The request does not say by which scheme its sender knew it: behind a proxy it is often the other one.
        let mut other = Scene::of(input.request, &captured, planned, input.situation);
        other.uri_scheme = if scene.uri_scheme == "http" { "https" } else { "http" }.into();
        let other_texts = make_texts(row, &mut other);
        let other_signing = Signing::of(row, &other, input.received);
        if other_signing.agreement.holds() == Some(true) {
            (made, signing) = (other_texts, other_signing);
        }
    }
    for (name, text) in made {
        *texts.next(StageKind::CanonicalRequest, name) = text;
    }
    let agreement = signing.write(&mut texts);
    texts.end();
    agreement
}

/// Makes the texts before the message, as far as what they need is there, and puts them on the scene.
pub(super) fn make_texts(row: &Recipe, scene: &mut Scene<'_>) -> Vec<(&'static str, Text)> {
    let mut made = Vec::with_capacity(row.texts.len());
    for (name, choices) in &row.texts {
        let text = chosen(choices, scene).next().and_then(|template| scene.text(template));
        scene.texts.push(text.as_ref().map(|text| text.bytes().to_vec()));
        made.extend(text.map(|text| (*name, text)));
    }
    made
}

/// One way to make the signature: of the ways that a row allows, the one that makes what was received, else the first.
pub(super) struct Signing {
    message: Option<Text>,
    key: Option<Key>,
    algorithm: Algorithm,
    computed: Option<Vec<u8>>,
    agreement: Agreement,
    encoded: Option<String>,
}

impl Signing {
    fn of(row: &Recipe, scene: &Scene<'_>, received: Option<&[u8]>) -> Self {
        let algorithms: Vec<Algorithm> = chosen(&row.algorithms, scene).copied().collect();
        let algorithm = algorithms.first().copied().unwrap_or_else(|| row.usual_algorithm());
        let received = received_signatures(row, scene.captured, received);
        let mut first = None;
        for template in chosen(&row.messages, scene) {
            let Some(message) = scene.text(template) else { continue };
            for algorithm in &algorithms {
                let made = Self::under_any_key(row, scene, *algorithm, &message, &received);
                if made.agreement.holds() == Some(true) {
                    return made;
                }
                first.get_or_insert(made);
            }
        }
        first.unwrap_or(Self {
            message: None,
            key: None,
            algorithm,
            computed: None,
            encoded: None,
            agreement: Agreement::Unknown,
        })
    }

    fn under_any_key(
        row: &Recipe,
        scene: &Scene<'_>,
        algorithm: Algorithm,
        message: &Text,
        received: &[Vec<u8>],
    ) -> Self {
        let bare = || Self {
            message: Some(message.clone()),
            key: None,
            algorithm,
            computed: None,
            encoded: None,
            agreement: Agreement::Unknown,
        };
        if algorithm.is_asymmetric() {
            let agreement = public::agreement(row, scene, algorithm, message.bytes(), received);
            return Self { agreement, ..bare() };
        }
        let mut first = None;
        for key in keys(row, scene, algorithm) {
            let Some(computed) = algorithm.sign(key.last(), message.bytes()) else { continue };
            let encoded = row.encoding.write(&computed);
            let agreement = agreement(&encoded, received);
            let made = Self {
                key: Some(key),
                computed: Some(computed),
                encoded: Some(encoded),
                agreement,
                ..bare()
            };
            if made.agreement.holds() == Some(true) {
                return made;
            }
            first.get_or_insert(made);
        }
        first.unwrap_or_else(bare)
    }

    fn write(self, texts: &mut Texts<'_>) -> Agreement {
        let Some(message) = self.message else { return Agreement::Unknown };
        let out = texts.next(StageKind::StringToSign, "signed text");
        *out = message;
        out.ends(Section::Whole);
        if let Some(key) = self.key.filter(|key| !key.links.is_empty()) {
            write_chain(texts, &key);
        }
        if let (Some(signature), Some(_)) = (&self.encoded, &self.computed) {
            let rule = match self.algorithm {
                Algorithm::Plain(_) => Rule::Digested,
                _ => Rule::KeyedAsSaid,
            };
            let out = texts.next(StageKind::Signature, "signature");
            out.put(Origin::Stage(StageKind::StringToSign), rule.into(), signature.as_bytes());
        }
        self.agreement
    }
}

fn write_chain(texts: &mut Texts<'_>, key: &Key) {
    let out = texts.next(StageKind::KeyChain, "key chain");
    for (index, (of, made)) in key.links.iter().enumerate() {
        let shown = if of.len() <= 64 {
            String::from_utf8_lossy(of).into_owned()
        } else {
            format!("{} bytes", of.len())
        };
        out.fixed(format!("key {} = HMAC(", index + 1).as_bytes());
        out.fixed(shown.as_bytes());
        out.fixed(b")\n");
        out.put(Origin::Scheme, Rules::NONE, hex::encode(&**made).as_bytes());
        out.fixed(b"\n");
        out.ends(Section::Key);
    }
}

/// Those of the choices that hold: the first, and those after it under the same conditions.
pub(super) fn chosen<'a, T>(choices: &'a [Under<T>], scene: &Scene<'_>) -> impl Iterator<Item = &'a T> {
    let holds = |under: &&Under<T>| under.when.iter().all(|condition| condition.holds(scene));
    let first = choices.iter().find(holds);
    let alike = choices.iter().filter(move |under| first.is_some_and(|first| first.when == under.when));
    alike.map(|under| &under.what)
}

/// The signatures that were received: those in the request, or the one that was typed in their place.
fn received_signatures(row: &Recipe, captured: &[Captured], received: Option<&[u8]>) -> Vec<Vec<u8>> {
    let Some(received) = received else { return Vec::new() };
    let own = captured.iter().filter(|one| one.value == row.signature());
    let own: Vec<Vec<u8>> = own.map(|one| one.bytes.clone()).collect();
    let is_of_request = own.iter().any(|one| one == received);
    if is_of_request { own } else { vec![received.to_vec()] }
}

/// Whether any of the received signatures is this one.
fn agreement(computed: &str, received: &[Vec<u8>]) -> Agreement {
    let mut all = received.iter().map(|one| Agreement::of(Some(computed.as_bytes()), Some(one)));
    let Some(first) = all.next() else { return Agreement::Unknown };
    match all.any(|other| other == Agreement::Equal) {
        true => Agreement::Equal,
        false => first,
    }
}

/// The keys that the row allows.
pub(super) fn keys<'a>(
    row: &'a Recipe,
    scene: &'a Scene<'_>,
    algorithm: Algorithm,
) -> impl Iterator<Item = Key> + 'a {
    let needs_key = match algorithm {
        Algorithm::Hmac(_) => true,
        // Its message holds the secret: without one there is no message.
        Algorithm::Plain(_) => false,
        Algorithm::RsaPkcs1(_) | Algorithm::RsaPss(_, _) | Algorithm::Ecdsa(_, _, _) | Algorithm::Ed25519 => {
            true
        }
    };
    let none = (!needs_key).then(|| Key { start: Zeroizing::default(), links: Vec::new() });
    let made = row
        .keys
        .iter()
        .filter(move |_| needs_key)
        .filter_map(move |template| key(row, scene, template, algorithm));
    none.into_iter().chain(made)
}

/// A key from its template, and what its chain makes of it.
pub(super) fn key(row: &Recipe, scene: &Scene<'_>, template: &Template, algorithm: Algorithm) -> Option<Key> {
    let mut start = scene.text(template)?;
    let start = Zeroizing::new(std::mem::take(&mut start.bytes));
    if start.is_empty() && row.chain.is_empty() {
        return None;
    }
    let mut key = Key { start, links: Vec::new() };
    for template in &row.chain {
        let of = scene.text(template)?.bytes().to_vec();
        let made = algorithm.sign(key.last(), &of)?;
        let made = match row.chain_encoding {
            Some(encoding) => Zeroizing::new(encoding.write(&made).into_bytes()),
            None => Zeroizing::new(made),
        };
        key.links.push((of, made));
    }
    Some(key)
}
