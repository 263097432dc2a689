//! The trace of a row: its texts, the message, the key, the signature.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::capture::{self, Capture, Captured};
use super::evaluate::{Planned, Scene};
use super::template::Template;
use super::text::Text;
use super::{Recipe, Under, plan, public};
use crate::scheme::Input;
use crate::signature::Agreement;
use crate::signature::algorithm::Algorithm;
use crate::signature::mac::Encoding;
use crate::trace::{Origin, Rule, Rules, Section, StageKind, Texts, Trace};

/// A key, and the steps to it.
pub(crate) struct Key {
    /// What the chain begins with.
    pub(crate) start: Zeroizing<Vec<u8>>,
    /// What each link is taken of, and what it yields, as it goes into the next.
    pub(crate) links: Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>,
}

impl Key {
    /// What the message is signed under.
    pub(crate) fn last(&self) -> &[u8] {
        self.links.last().map_or(&self.start, |(_, key)| key)
    }
}

/// One way to sign by a row: what holds of a request, and all that a diagnosis may vary.
#[derive(Clone)]
pub(crate) struct Way<'a> {
    /// The texts before the message.
    pub(crate) texts: Vec<(&'static str, Cow<'a, Template>)>,
    /// What is signed: any of them.
    pub(crate) messages: Vec<Cow<'a, Template>>,
    /// What it is signed under: any of them.
    pub(crate) keys: Vec<Cow<'a, Template>>,
    /// What the key goes through.
    pub(crate) chain: Vec<Cow<'a, Template>>,
    /// How a link of the chain is written into the next.
    pub(crate) chain_encoding: Option<Encoding>,
    /// How it is signed: by any of them.
    pub(crate) algorithms: Vec<Algorithm>,
}

impl<'a> Way<'a> {
    /// What the row says of the request on the scene.
    pub(crate) fn of(row: &'a Recipe, scene: &Scene<'_>) -> Self {
        let text = |(name, choices): &'a (&'static str, Vec<Under<Template>>)| {
            chosen(choices, scene).next().map(|template| (*name, Cow::Borrowed(template)))
        };
        Self {
            texts: row.texts.iter().filter_map(text).collect(),
            messages: chosen(&row.messages, scene).map(Cow::Borrowed).collect(),
            keys: row.keys.iter().map(Cow::Borrowed).collect(),
            chain: row.chain.iter().map(Cow::Borrowed).collect(),
            chain_encoding: row.chain_encoding,
            algorithms: chosen(&row.algorithms, scene).copied().collect(),
        }
    }

    /// Makes the texts before the message, as far as what they need is there, and puts them on the scene.
    pub(crate) fn make_texts(&self, scene: &mut Scene<'_>) -> Vec<(&'static str, Text)> {
        let mut made = Vec::with_capacity(self.texts.len());
        for (name, template) in &self.texts {
            let text = scene.text(template);
            scene.texts.push(text.as_ref().map(|text| text.bytes().to_vec()));
            made.extend(text.map(|text| (*name, text)));
        }
        made
    }

    /// The keys that it allows.
    pub(crate) fn keys(&self, scene: &Scene<'_>, algorithm: Algorithm) -> Vec<Key> {
        // The message of a plain digest holds the secret: without one there is no message.
        if let Algorithm::Plain(_) = algorithm {
            return vec![Key { start: Zeroizing::default(), links: Vec::new() }];
        }
        self.keys.iter().filter_map(|template| self.key(scene, template, algorithm)).collect()
    }

    /// A key from its template, and what its chain makes of it.
    fn key(&self, scene: &Scene<'_>, template: &Template, algorithm: Algorithm) -> Option<Key> {
        let mut start = scene.text(template)?;
        let start = Zeroizing::new(std::mem::take(&mut start.bytes));
        if start.is_empty() && self.chain.is_empty() {
            return None;
        }
        let mut key = Key { start, links: Vec::new() };
        for template in &self.chain {
            let of = scene.text(template)?.bytes().to_vec();
            let made = algorithm.sign(key.last(), &of)?;
            let made = match self.chain_encoding {
                Some(encoding) => Zeroizing::new(encoding.write(&made).into_bytes()),
                None => Zeroizing::new(made),
            };
            key.links.push((of, made));
        }
        Some(key)
    }
}

/// Writes every stage that can be made; whether a received signature is the right one.
pub(super) fn write(row: &Recipe, input: Input<'_>, trace: &mut Trace) -> Agreement {
    let mut texts = Texts::of(trace);
    let planned = if input.claim.is_some() { Planned::No } else { Planned::Yes };
    let captured = values(row, input);
    let mut scene = Scene::of(input.request, &captured, planned, input.situation);
    let way = Way::of(row, &scene);
    let mut made = way.make_texts(&mut scene);
    let mut signing = Signing::of(row, &way, &scene, input.received);
    if signing.agreement.holds() != Some(true) && row.speaks_of_url() && scene.url_is_guessed() {
        // The request does not say by which scheme its sender knew it: behind a proxy it is often the other one.
        let mut other = Scene::of(input.request, &captured, planned, input.situation);
        other.uri_scheme = if scene.uri_scheme == "http" { "https" } else { "http" }.into();
        let other_texts = way.make_texts(&mut other);
        let other_signing = Signing::of(row, &way, &other, input.received);
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

/// The values that the request carries, or that a signer puts there.
pub(crate) fn values(row: &Recipe, input: Input<'_>) -> Vec<Captured> {
    match (input.claim, capture::of(row, input.request)) {
        (Some(_), Capture::Found(found, _)) => found,
        (Some(_), Capture::Nothing | Capture::Other(_)) => Vec::new(),
        (None, _) => plan::values(row, input),
    }
}

/// What was made in one way: of those that a row allows, the one that makes what was received, else the first.
struct Signing {
    message: Option<Text>,
    key: Option<Key>,
    algorithm: Algorithm,
    encoded: Option<String>,
    agreement: Agreement,
}

impl Signing {
    fn of(row: &Recipe, way: &Way<'_>, scene: &Scene<'_>, received: Option<&[u8]>) -> Self {
        let received = received_signatures(row, scene.captured, received);
        let mut first = None;
        for template in &way.messages {
            let Some(message) = scene.text(template) else { continue };
            for algorithm in &way.algorithms {
                let made = Self::under_any_key(row, (way, scene), *algorithm, &message, &received);
                if made.agreement.holds() == Some(true) {
                    return made;
                }
                first.get_or_insert(made);
            }
        }
        first.unwrap_or(Self {
            message: None,
            key: None,
            algorithm: row.usual_algorithm(),
            encoded: None,
            agreement: Agreement::Unknown,
        })
    }

    fn under_any_key(
        row: &Recipe,
        (way, scene): (&Way<'_>, &Scene<'_>),
        algorithm: Algorithm,
        message: &Text,
        received: &[Vec<u8>],
    ) -> Self {
        let bare = || Self {
            message: Some(message.clone()),
            key: None,
            algorithm,
            encoded: None,
            agreement: Agreement::Unknown,
        };
        if algorithm.is_asymmetric() {
            let agreement = public::agreement(row, scene, algorithm, message.bytes(), received);
            return Self { agreement, ..bare() };
        }
        let mut first = None;
        for key in way.keys(scene, algorithm) {
            let Some(computed) = algorithm.sign(key.last(), message.bytes()) else { continue };
            let encoded = row.encoding.write(&computed);
            let agreement = agreement(&encoded, received);
            let made = Self { key: Some(key), encoded: Some(encoded), agreement, ..bare() };
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
        if let Some(key) = self.key.filter(|key| !key.links.is_empty()) {
            write_chain(texts, &key);
        }
        if let Some(signature) = &self.encoded {
            let rule =
                if let Algorithm::Plain(_) = self.algorithm { Rule::Digested } else { Rule::KeyedAsSaid };
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
