//! The chain of signatures: the request's own is the seed, and each chunk, trailer or message signs the one before it.
//!
//! Each link is checked against the signature that was *sent* with the link before, so one changed chunk breaks one link and
//! not all that follow. <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

mod link;

use sha2::{Digest as _, Sha256};

use crate::frames::Digest;
use crate::frames::chunked::{Chunk, Trailer};
use crate::frames::events::Message;
use crate::frames::pass::Item;
use crate::request::{Part, Span};
use crate::scheme::v4::key::KeyChain;
use crate::scheme::v4::signer::{Signature, Signer};
use crate::scheme::{Family, Scope, Signing, Term, Terms};
use crate::secret::Secret;
use crate::signature::Agreement;
use crate::signature::ecdsa::unpadded;
use crate::time::Timestamp;
use crate::trace::{Origin, Rule, Rules, Traced};
use link::Signed;

pub use link::{Link, LinkKind};

/// The SHA-256 of nothing, which stands where a chunk's headers would be hashed.
const EMPTY: &[u8] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Where each string to sign of a chain comes from.
pub struct Chain<'a> {
    family: &'static Family,
    signer: Option<Signer<'a>>,
    secret: Option<&'a Secret>,
    timestamp: Term,
    scope: Scope,
    seed: Origin,
    places: Places,
    previous: Signature,
    previous_at: Option<(u64, u64)>,
    text: Traced,
    other_day: Option<KeyChain>,
}

/// Whether offsets of the content are offsets of the body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Places {
    /// They are.
    OfTheBody,
    /// The content lay in transfer frames: all that can be said is that it came from a body of this length.
    OfTheContent(u64),
}

impl<'a> Chain<'a> {
    /// The chain that begins with the request's own signature.
    pub(crate) fn new(
        terms: &Terms<'_>,
        signer: Option<Signer<'a>>,
        secret: Option<&'a Secret>,
        seed: (&[u8], Origin),
        places: Places,
    ) -> Self {
        Self {
            family: terms.family,
            signer,
            secret,
            timestamp: terms.timestamp.clone(),
            scope: terms.scope.clone(),
            seed: seed.1,
            places,
            previous: Signature::from_slice(seed.0),
            previous_at: None,
            text: Traced::default(),
            other_day: None,
        }
    }

    /// The next link; `None` for what signs nothing.
    pub fn link(&mut self, item: &Item) -> Option<Link> {
        match item {
            Item::Chunk(chunk) => Some(self.chunk(chunk)),
            Item::Trailer(trailer) => self.trailer(trailer),
            Item::Message(message) => Some(self.message(message)),
            Item::Fault(_) => None,
        }
    }

    fn chunk(&mut self, chunk: &Chunk) -> Link {
        let kind = if chunk.size == 0 { LinkKind::FinalChunk } else { LinkKind::Chunk };
        let signed = self.signed(None, chunk.digest, (chunk.data_offset, chunk.data_offset + chunk.size));
        let given = chunk.signature.as_ref();
        let place = given.map(|given| (given.offset, given.offset + given.text.len() as u64));
        let given = given.map(|given| given.text.clone());
        self.close(kind, chunk.index + 1, chunk.offset, chunk.size, given, place, signed)
    }

    /// A trailer is signed when it says so, or when the chunks before it were.
    fn trailer(&mut self, trailer: &Trailer) -> Option<Link> {
        let text = trailer.canonical();
        let given = trailer.signature.as_ref();
        if given.is_none() && text.is_empty() {
            return None;
        }
        let chunks_are_signed = self.previous_at.is_some();
        let digest = (chunks_are_signed || given.is_some()).then(|| Sha256::digest(&text).into());
        let end = trailer.lines.last().map_or(trailer.offset, |line| line.offset);
        let signed = self.signed(None, digest, (trailer.offset, end));
        let place = given.map(|given| (given.offset, given.offset + given.text.len() as u64));
        let given = given.map(|given| given.text.clone());
        Some(self.close(LinkKind::Trailer, 1, trailer.offset, text.len() as u64, given, place, signed))
    }

    fn message(&mut self, message: &Message) -> Link {
        let date = message.date.and_then(|ms| Timestamp::from_unix(ms.div_euclid(1000)));
        let range = (message.offset, message.offset + message.length);
        let signed = self.signed(Some((message.headers_digest, date)), Some(message.payload_digest), range);
        let given = message.signature.as_ref().map(|bytes| hex::encode(bytes).into_bytes().into());
        let number = message.index + 1;
        self.close(LinkKind::Message, number, message.offset, message.payload_len, given, Some(range), signed)
    }

    fn signed(
        &self,
        message: Option<(Option<Digest>, Option<Timestamp>)>,
        digest: Option<Digest>,
        data: (u64, u64),
    ) -> Signed {
        Signed { message, digest, data, previous_at: self.previous_at }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one link, each told apart by its type")]
    fn close(
        &mut self,
        kind: LinkKind,
        number: u64,
        offset: u64,
        size: u64,
        given: Option<Signature>,
        place: Option<(u64, u64)>,
        signed: Signed,
    ) -> Link {
        let (computed, agreement) = self.check(kind, &signed, given.as_deref());
        if let Some(given) = &given {
            self.previous = Signature::from_slice(unpadded(given));
            self.previous_at = place;
        }
        Link { kind, number, offset, size, given, computed, agreement, signed }
    }

    fn check(
        &mut self,
        kind: LinkKind,
        signed: &Signed,
        given: Option<&[u8]>,
    ) -> (Option<Signature>, Agreement) {
        if signed.digest.is_none() {
            return (None, Agreement::Unknown);
        }
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        self.write(&mut text, kind, signed, &self.previous);
        let signing = self.family.signing;
        let result = match self.signer(signed) {
            None => (None, Agreement::Unknown),
            Some(signer) => {
                let agreement = match given {
                    Some(given) => signer.agreement(text.bytes(), given),
                    None => Agreement::Invalid("expected a signature, but found none".into()),
                };
                // One of many right signatures is made only to be looked at: not for each of a million chunks.
                let computed = match (signing, &agreement) {
                    (Signing::Hmac, Agreement::Equal) => given.map(Signature::from_slice),
                    (Signing::Hmac, _) => signer.sign(text.bytes()),
                    (Signing::Ecdsa | Signing::Rsa, _) => None,
                };
                (computed, agreement)
            }
        };
        self.text = text;
        result
    }

    /// Signs the next link, which the one after it will follow.
    pub(super) fn sign(&mut self, kind: LinkKind, digest: Digest) -> Signature {
        let signed = self.signed(None, Some(digest), (0, 0));
        let mut text = Traced::default();
        self.write(&mut text, kind, &signed, &self.previous);
        let signature = self.signer.as_ref().and_then(|signer| signer.sign(text.bytes())).unwrap_or_default();
        self.previous = signature.clone();
        match self.family.signing {
            Signing::Hmac | Signing::Rsa => signature,
            Signing::Ecdsa => padded(signature),
        }
    }

    /// A message of another day is signed with the key of that day.
    fn signer(&mut self, signed: &Signed) -> Option<Signer<'_>> {
        let date = signed.message.and_then(|(_, date)| date);
        let day = date.map(|date| date.basic()).filter(|date| self.scope.date.text[..] != date[..8]);
        let (Some(day), Some(secret)) = (day, self.secret) else {
            return self.signer.as_ref().map(Signer::again);
        };
        let scope = self.scope_of(&day);
        self.other_day = Some(KeyChain::derive(self.family, secret, &scope));
        self.other_day.as_ref().map(Signer::Chain)
    }

    fn scope_of(&self, date: &[u8; 16]) -> Scope {
        let mut scope = self.scope.clone();
        scope.date = Term::new(&date[..8], self.scope.date.origin);
        scope
    }

    /// The string to sign of a link, which the link before it came with `previous`.
    pub fn string_to_sign(&self, out: &mut Traced, links: &[Link], index: usize) {
        let Some(link) = links.get(index) else { return };
        let before = links[..index].iter().rev().find_map(|link| link.given.as_deref());
        if link.signed.digest.is_some() {
            let previous = Signature::from_slice(before.map_or(&self.previous[..], unpadded));
            self.write(out, link.kind, &link.signed, &previous);
        }
    }

    fn write(&self, out: &mut Traced, kind: LinkKind, signed: &Signed, previous: &[u8]) {
        // <Algorithm>-PAYLOAD or <Algorithm>-TRAILER
        out.fixed(self.family.algorithm.as_bytes());
        out.fixed(if kind == LinkKind::Trailer { b"-TRAILER\n" } else { b"-PAYLOAD\n" });
        // <RequestDateTime> and <CredentialScope>: those of the request, or of the message
        match signed.message.and_then(|(_, date)| date) {
            Some(date) => {
                let (date, at) = (date.basic(), self.place(signed.data));
                out.put(at, Rule::DateRewritten.into(), &date);
                out.fixed(b"\n");
                self.scope_of(&date).write(out);
            }
            None => {
                self.timestamp.write(out);
                out.fixed(b"\n");
                self.scope.write(out);
            }
        }
        out.fixed(b"\n");
        // <PreviousSignature>
        out.put(signed.previous_at.map_or(self.seed, |place| self.place(place)), Rules::NONE, previous);
        out.fixed(b"\n");
        match (kind, signed.message) {
            (LinkKind::Trailer, _) => {}
            // <HashedDateHeader>
            (LinkKind::Chunk | LinkKind::FinalChunk | LinkKind::Message, Some((headers, _))) => {
                headers
                    .iter()
                    .for_each(|digest| out.put_hex(self.place(signed.data), Rule::Hashed.into(), digest));
                out.fixed(b"\n");
            }
            // Hash("")
            (LinkKind::Chunk | LinkKind::FinalChunk | LinkKind::Message, None) => {
                out.put(Origin::Scheme, Rule::HashOfNothing.into(), EMPTY);
                out.fixed(b"\n");
            }
        }
        // Hash(<data>)
        signed
            .digest
            .iter()
            .for_each(|digest| out.put_hex(self.place(signed.data), Rule::Hashed.into(), digest));
    }

    fn place(&self, (start, end): (u64, u64)) -> Origin {
        let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
        match self.places {
            Places::OfTheBody => Origin::Request(Span::new(Part::Body, at(start)..at(end))),
            Places::OfTheContent(len) => Origin::Request(Span::new(Part::Body, 0..at(len))),
        }
    }
}

/// The signature of a chunk by SigV4A has the length of the longest there is.
fn padded(mut signature: Signature) -> Signature {
    const LONGEST: usize = 144;
    signature.resize(signature.len().max(LONGEST), b'*');
    signature
}
