//! The signatures in the body: chunks, trailer, messages, walked along once and kept until something they depend on changes.

use std::sync::Arc;

use super::chain::{Chain, Link, Places};
use super::walk::{Walk, Walked};
use crate::frames::pass::{Content, Found, Pass, Transfer};
use crate::scheme::v4::signer::Signer;
use crate::scheme::{Input, Memo, Terms};
use crate::signature::Words;
use crate::trace::{Origin, Stage, StageKind, Trace, Traced};

/// The signatures in the body.
#[derive(Clone, Debug)]
pub enum Stream {
    /// There are none.
    None,
    /// The body is still being read.
    Pending,
    /// What there is, and which link is opened.
    Walked(Opened),
}

/// A chain, and the link that is looked at.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The chain.
    pub walked: Arc<Walked>,
    /// The link that is opened.
    pub link: usize,
}

/// What a walk depends on.
#[derive(Clone)]
pub(crate) struct Key {
    found: Arc<Found>,
    seed: Vec<u8>,
    string_to_sign: Vec<u8>,
    signature: Option<Vec<u8>>,
}

impl Key {
    fn is(&self, other: &Self) -> bool {
        let same = self.seed == other.seed && self.string_to_sign == other.string_to_sign;
        Arc::ptr_eq(&self.found, &other.found) && same && self.signature == other.signature
    }
}

/// A request with everything that the signatures in its body are checked by.
pub(crate) struct Signed<'a, 't> {
    pub(crate) input: Input<'a>,
    pub(crate) terms: &'t Terms<'t>,
}

impl<'a> Signed<'a, '_> {
    /// Walks along the body, unless what was walked before is still good; `link` is to be opened, else the first that is broken.
    pub(crate) fn stream(&self, link: Option<usize>, words: Words, memo: &mut Memo, trace: &Trace) -> Stream {
        let pass = Pass::of(self.input.request);
        if pass.content == Content::Whole {
            return Stream::None;
        }
        let body = &self.input.request.body;
        if let Some(walked) = body.walked() {
            return Stream::opened(link, walked);
        }
        let found =
            if self.input.situation.hashing.allows(body) { body.find(pass) } else { body.found(pass) };
        let Some(found) = found else { return Stream::Pending };
        let seed = self.seed(trace);
        let key = Key {
            found,
            seed: seed.to_vec(),
            string_to_sign: trace.string_to_sign().to_vec(),
            signature: trace.signature().map(<[u8]>::to_vec),
        };
        if let Some((kept, walked)) = &memo.walked
            && kept.is(&key)
        {
            return Stream::opened(link, Arc::clone(walked));
        }
        let chain = self.chain(Signer::of(self.terms, self.input.situation, memo), seed);
        let walked = match words {
            Words::OfAll => Walk::along(chain, &key.found),
            Words::OfFailures => Walk::in_short(chain, &key.found),
        };
        let walked = Arc::new(walked);
        memo.walked = Some((key, Arc::clone(&walked)));
        Stream::opened(link, walked)
    }

    /// Writes the string to sign of the link that is opened.
    pub(crate) fn write(&self, stream: &Stream, trace: &mut Trace) {
        let Stream::Walked(opened) = stream else { return };
        let mut text = Traced::default();
        let chain = self.chain(None, self.seed(trace));
        chain.string_to_sign(&mut text, &opened.walked.links, opened.link);
        trace.stages.push(Stage { kind: StageKind::LinkToSign, name: "string to sign of the chunk", text });
    }

    /// The signature of the request that the first link goes on from; the computed one where none was received.
    fn seed<'t>(&'t self, trace: &'t Trace) -> &'t [u8] {
        self.input.received.or(trace.signature()).unwrap_or_default()
    }

    /// The chain at its begin, which goes on from `seed`.
    pub(crate) fn chain<'k>(&self, signer: Option<Signer<'k>>, seed: &[u8]) -> Chain<'k>
    where
        'a: 'k,
    {
        let Input { request, claim, situation, .. } = self.input;
        let origin =
            claim.map_or(Origin::Stage(StageKind::Signature), |claim| Origin::Request(claim.signature));
        let places = match Pass::of(request).transfer {
            Transfer::Plain => Places::OfTheBody,
            Transfer::Chunked => Places::OfTheContent(request.body.len()),
        };
        let secret = situation.credentials.as_ref().map(|key| &key.secret);
        Chain::new(self.terms, signer, secret, (seed, origin), places)
    }
}

impl Stream {
    fn opened(link: Option<usize>, walked: Arc<Walked>) -> Self {
        let broken = walked.first_broken().map(|(index, _)| index);
        let last = walked.links.len().saturating_sub(1);
        let link = link.or(broken).unwrap_or_default().min(last);
        Self::Walked(Opened { walked, link })
    }

    /// The chain, once it is walked.
    pub fn walked(&self) -> Option<&Walked> {
        match self {
            Self::Walked(opened) => Some(&opened.walked),
            Self::None | Self::Pending => None,
        }
    }

    /// The link that is opened.
    pub fn link(&self) -> Option<&Link> {
        match self {
            Self::Walked(opened) => opened.walked.links.get(opened.link),
            Self::None | Self::Pending => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Analysis, Session};
    use crate::canon::payload::Hashing;
    use crate::case::read;
    use crate::request::Part;
    use crate::scheme::Memo;
    use crate::time::Timestamp;
    use crate::trace::{Origin, Trace};

    #[test]
    fn data_in_transfer_frames_came_from_the_body_and_from_nowhere_beyond() {
        let digits = "0".repeat(64);
        let chunk = format!("1;chunk-signature={digits}\r\na\r\n0;chunk-signature={digits}\r\n\r\n");
        let text = format!(
            "PUT /b/k HTTP/1.1\r\nHost: s3.amazonaws.com\r\nTransfer-Encoding: chunked\r\n\
             X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nX-Amz-Date: 20130524T000000Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host, Signature={digits}\r\n\r\n{:x}\r\n{chunk}\r\n0\r\n\r\n",
            chunk.len()
        );
        let session = Session::new(read(text.as_bytes()).unwrap().request);
        let clock = Timestamp::from_unix(0).unwrap();
        let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
        let pieces = analysis.trace.stages.iter().flat_map(|stage| stage.text.ranges());
        let spans: Vec<_> = pieces
            .filter_map(|(_, piece)| if let Origin::Request(span) = piece.origin { Some(span) } else { None })
            .filter(|span| span.part == Part::Body)
            .collect();
        assert!(!spans.is_empty());
        assert!(spans.iter().all(|span| u64::from(span.end) <= session.request.body.len()), "{spans:?}");
    }
}
