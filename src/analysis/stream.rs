//! The signatures in the body: chunks, trailer, messages, walked along once and kept until something they depend on changes.

use std::sync::Arc;

use super::Session;
use crate::frames::pass::{Content, Found, Pass, Transfer};
use crate::request::Request;
use crate::scheme::chunks::chain::{Chain, Link, Places};
use crate::scheme::chunks::walk::{Walk, Walked};
use crate::scheme::sign::Situation;
use crate::scheme::v4::signer::Signer;
use crate::scheme::{Claim, Memo, Terms};
use crate::trace::{Origin, Stage, StageKind, Trace, Traced};
use crate::verify::Words;

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

impl Stream {
    pub(super) fn of(
        session: &Session,
        claim: Option<&Claim>,
        terms: &Terms<'_>,
        situation: &Situation,
        memo: &mut Memo,
        trace: &Trace,
        received: Option<&[u8]>,
    ) -> Self {
        let request = &session.request;
        let pass = Pass::of(request);
        if pass.content == Content::Whole {
            return Self::None;
        }
        if let Some(walked) = request.body.walked() {
            return Self::opened(session, walked);
        }
        let body = &request.body;
        let found = if situation.hashing.allows(body) { body.find(pass) } else { body.found(pass) };
        let Some(found) = found else { return Self::Pending };
        let seed = received.or(trace.signature()).unwrap_or_default();
        let key = Key {
            found,
            seed: seed.to_vec(),
            string_to_sign: trace.string_to_sign().to_vec(),
            signature: trace.signature().map(<[u8]>::to_vec),
        };
        if let Some((kept, walked)) = &memo.walked
            && kept.is(&key)
        {
            return Self::opened(session, Arc::clone(walked));
        }
        let chain = chain(request, claim, terms, situation, Signer::of(terms, situation, memo), seed);
        let walked = match session.words {
            Words::OfAll => Walk::along(chain, &key.found),
            Words::OfFailures => Walk::in_short(chain, &key.found),
        };
        let walked = Arc::new(walked);
        memo.walked = Some((key, Arc::clone(&walked)));
        Self::opened(session, walked)
    }

    fn opened(session: &Session, walked: Arc<Walked>) -> Self {
        let broken = walked.first_broken().map(|(index, _)| index);
        let last = walked.links.len().saturating_sub(1);
        let link = session.opened.or(broken).unwrap_or_default().min(last);
        Self::Walked(Opened { walked, link })
    }

    /// Writes the string to sign of the opened link.
    pub(super) fn write(
        &self,
        request: &Request,
        claim: Option<&Claim>,
        terms: &Terms<'_>,
        situation: &Situation,
        received: Option<&[u8]>,
        trace: &mut Trace,
    ) {
        let Self::Walked(opened) = self else { return };
        let mut text = Traced::default();
        let seed = received.or(trace.signature()).unwrap_or_default();
        let chain = chain(request, claim, terms, situation, None, seed);
        chain.string_to_sign(&mut text, &opened.walked.links, opened.link);
        trace.stages.push(Stage { kind: StageKind::LinkToSign, name: "string to sign of the chunk", text });
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

/// The chain of a request, at its begin.
pub(crate) fn chain<'a>(
    request: &Request,
    claim: Option<&Claim>,
    terms: &Terms<'_>,
    situation: &'a Situation,
    signer: Option<Signer<'a>>,
    seed: &[u8],
) -> Chain<'a> {
    let origin = claim.map_or(Origin::Stage(StageKind::Signature), |claim| Origin::Request(claim.signature));
    let places = match Pass::of(request).transfer {
        Transfer::Plain => Places::OfTheBody,
        Transfer::Chunked => Places::OfTheContent(request.body.len()),
    };
    let secret = situation.credentials.as_ref().map(|key| &key.secret);
    Chain::new(terms, signer, secret, (seed, origin), places)
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Analysis, Session};
    use crate::canon::payload::Hashing;
    use crate::request::{Part, read};
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
