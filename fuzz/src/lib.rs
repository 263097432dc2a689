//! What the fuzz targets share: an input cut into slices, and the laws that every analysis keeps.

use countersign::analysis::{Analysis, Session};
use countersign::canon::payload::Hashing;
use countersign::request::{Part, Request, Span};
use countersign::scheme::Memo;
use countersign::time::Timestamp;
use countersign::trace::{Origin, Stage, Trace};

/// 20150830T123600Z, when the documentation signs.
const CLOCK: i64 = 1_440_938_160;

/// An input whose first four bytes say where the rest is cut.
pub struct Cut<'a> {
    /// The bytes.
    pub body: &'a [u8],
    sizes: &'a [u8; 4],
}

impl<'a> Cut<'a> {
    /// The input taken apart; `None` where it is too short.
    pub fn of(data: &'a [u8]) -> Option<Self> {
        data.split_first_chunk().map(|(sizes, body)| Self { body, sizes })
    }

    /// The bytes in slices of 1 to 32.
    pub fn slices(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut sizes = self.sizes.iter().cycle().map(|size| 1 + usize::from(size % 32));
        let mut rest = self.body;
        std::iter::from_fn(move || {
            let size = sizes.next()?.min(rest.len());
            let (slice, after) = rest.split_at(size);
            rest = after;
            (size > 0).then_some(slice)
        })
    }
}

/// The first line of an input, and what follows it.
pub fn first_line(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    (&data[..end], data.get(end + 1..).unwrap_or_default())
}

/// Analyses a session: the pieces of every stage cover every byte in order, and each origin lies in the request.
pub fn analyse(session: &Session) -> Analysis {
    let clock = Timestamp::from_unix(CLOCK).expect("a year of four digits");
    let analysis = Analysis::of(session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
    analysis.trace.stages.iter().for_each(|stage| check_stage(stage, &session.request));
    if let Some(Ok(claim)) = &analysis.claim {
        let scope =
            claim.scope.iter().flat_map(|scope| [scope.whole, scope.date, scope.service, scope.terminator]);
        let own = [claim.algorithm, claim.signature];
        let optional =
            [claim.date.map(|date| date.span), claim.expires, claim.region_set, claim.access_key_id];
        let spans = own.into_iter().chain(scope).chain(optional.into_iter().flatten());
        spans.chain(claim.signed_headers.iter().copied()).for_each(|span| check_span(span, &session.request));
    }
    if let Some(Err(error)) = &analysis.claim {
        error.span.iter().for_each(|span| check_span(*span, &session.request));
    }
    analysis
}

fn check_stage(stage: &Stage, request: &Request) {
    let mut end = 0;
    for (range, piece) in stage.text.ranges() {
        assert!(range.start == end && range.end >= end, "{}: {range:?} after {end}", stage.name);
        end = range.end;
        if let Origin::Request(span) = piece.origin {
            check_span(span, request);
            assert!(stage.text.reached_by(span).any(|reached| reached == range), "{}: {range:?}", stage.name);
        }
    }
    assert_eq!(end, stage.text.bytes().len(), "{}", stage.name);
}

fn check_span(span: Span, request: &Request) {
    let len = match span.part {
        Part::Body => request.body.bytes().len(),
        Part::Method | Part::Target | Part::HeaderName(_) | Part::HeaderValue(_) => {
            request.part(span.part).len()
        }
    };
    assert!(span.start <= span.end && span.range().end <= len, "{span:?} of {len} bytes");
}
