//! The headers of a plan: which are signed, and which signing adds or sets anew.

use smallvec::SmallVec;

use super::Plan;
use crate::canon::headers::{SignedHeaders, select};
use crate::canon::payload::Payload;
use crate::frames::checksum::Algorithm;
use crate::frames::chunked::Form;
use crate::request::{Part, Request, Span};
use crate::scheme::chunks::write::{CHUNK_SIZE, Cut};
use crate::scheme::v4::authorization::header_value;
use crate::scheme::{Added, Claim, Dialect, Family, Placement, SessionToken, Signs, Term};
use crate::service::{self, ContentHeader, Service};
use crate::settings::{PayloadSetting, Settings};
use crate::trace::{Given, Origin};

/// Headers that a plan never signs: proxies change them, or they belong to one connection only.
///
/// The union of what botocore, aws-c-auth and smithy-rs leave out, as [`crate::service::sdk`] has it, and `accept-encoding`, which
/// Google and Cloudflare rewrite.
pub const NEVER_SIGNED: [&str; 16] = [
    "accept-encoding",
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// Bit *n* is set where a name of length *n* is in [`NEVER_SIGNED`]: most headers are told by their length.
const NEVER_SIGNED_LENGTHS: u32 = {
    let (mut lengths, mut at) = (0, 0);
    while at < NEVER_SIGNED.len() {
        lengths |= 1 << NEVER_SIGNED[at].len();
        at += 1;
    }
    lengths
};

fn is_never_signed(name: &[u8]) -> bool {
    // What stands for a header in HTTP/2, `:authority`, is none.
    if name.starts_with(b":") {
        return true;
    }
    let possible = name.len() < 32 && NEVER_SIGNED_LENGTHS & 1 << name.len() != 0;
    possible
        && NEVER_SIGNED
            .iter()
            .any(|never| never.len() == name.len() && name.eq_ignore_ascii_case(never.as_bytes()))
}

impl Plan<'_, '_> {
    /// The headers that signing adds or sets anew.
    pub(super) fn added(
        &self,
        timestamp: &Term,
        payload: &Payload<'_>,
        rules: &Service,
    ) -> SmallVec<[Added; 2]> {
        let mut added = SmallVec::new();
        if self.placement != Placement::Header {
            return added;
        }
        let (family, settings) = (self.family, self.settings());
        if let Origin::Given(_) = timestamp.origin {
            let value = timestamp.text.clone();
            added.push(Added { name: family.date_header, value, origin: timestamp.origin });
        }
        if let (None, Some(token)) = (self.claim, self.own_token()) {
            let name = service::token_header(family.token_header, rules, self.request);
            let (value, origin) = (SmallVec::from_slice(token), Origin::Given(Given::SessionToken));
            added.push(Added { name, value, origin });
        }
        if let Some(name) = family.region_set_header
            && let Some(set) = self.new_region_set(header_value(self.request, name))
        {
            added.push(Added { name, value: set.text, origin: set.origin });
        }
        let sent = || self.request.header(family.content_header.as_bytes()).is_some();
        let required = rules.content_header != ContentHeader::Optional;
        let wanted = match settings.payload {
            Some(PayloadSetting::Body) => false,
            Some(_) => true,
            None => self.claim.is_none() && required && !sent(),
        };
        if wanted {
            let (value, origin) = content_header(payload, self.request);
            added.push(Added { name: family.content_header, value, origin });
        }
        if let (None, Some(cut)) = (self.claim, cut(family, settings)) {
            self.add_chunks(&mut added, &cut);
        }
        added
    }

    /// What announces a chunked body.
    fn add_chunks(&self, added: &mut SmallVec<[Added; 2]>, cut: &Cut) {
        let origin = Origin::Given(Given::Payload);
        let mut add = |name: &'static str, value: &str| {
            added.push(Added { name, value: SmallVec::from_slice(value.as_bytes()), origin });
        };
        let len = self.request.body.len();
        let other = self.request.value(b"content-encoding").map(String::from_utf8_lossy);
        match other.filter(|other| !other.starts_with(AWS_CHUNKED)) {
            Some(other) => add("Content-Encoding", &format!("{AWS_CHUNKED},{other}")),
            None => add("Content-Encoding", AWS_CHUNKED),
        }
        add("Content-Length", &cut.length(len).to_string());
        add("X-Amz-Decoded-Content-Length", &len.to_string());
        if cut.has_trailer() {
            add("X-Amz-Trailer", cut.checksum.header());
        }
    }
}

const AWS_CHUNKED: &str = "aws-chunked";

/// The payload keyword of a chunked body.
pub(super) fn keyword(family: &Family, form: Form) -> String {
    match form {
        Form::Signed => format!("STREAMING-{}-PAYLOAD", family.algorithm),
        Form::SignedTrailer => format!("STREAMING-{}-PAYLOAD-TRAILER", family.algorithm),
        Form::Unsigned => "STREAMING-UNSIGNED-PAYLOAD-TRAILER".into(),
    }
}

/// How the settings want the body cut up.
pub(crate) fn cut(family: &Family, settings: &Settings) -> Option<Cut> {
    match settings.payload {
        Some(PayloadSetting::Chunks(form)) => Some(Cut {
            form,
            chunk_size: settings.chunk_size.unwrap_or(CHUNK_SIZE),
            checksum: settings.checksum.unwrap_or(Algorithm::Crc32),
            signing: family.signing,
        }),
        Some(
            PayloadSetting::Body
            | PayloadSetting::BodyInHeader
            | PayloadSetting::Unsigned
            | PayloadSetting::Text(_),
        )
        | None => None,
    }
}

/// The value of `x-amz-content-sha256`.
fn content_header(payload: &Payload<'_>, request: &Request) -> (SmallVec<[u8; 24]>, Origin) {
    match payload {
        Payload::Body(digest) => (SmallVec::from_slice(hex::encode(digest).as_bytes()), whole_body(request)),
        Payload::Text(text, origin) => (SmallVec::from_slice(text), *origin),
        Payload::Pending => (SmallVec::new(), whole_body(request)),
    }
}

fn whole_body(request: &Request) -> Origin {
    let len = usize::try_from(request.body.len()).unwrap_or(usize::MAX);
    Origin::Request(Span::new(Part::Body, 0..len))
}

/// The names that the claim lists, and those that were set anew.
pub(super) fn claimed_headers<'a>(
    family: &Family,
    request: &'a Request,
    claim: &Claim,
    added: &[Added],
) -> SignedHeaders<'a> {
    let mut names: Vec<_> = claim
        .signed_headers
        .iter()
        .map(|span| (listed(request, claim, *span), Origin::Request(*span)))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    match family.signs {
        Signs::Listed | Signs::Planned(_) => select::claimed(request, &names, added),
        Signs::Implied(_) => {
            let implied = request.sent().filter(|(_, header)| family.signs.implies(&header.name));
            names.extend(implied.map(|(index, header)| {
                let span = Span::new(Part::HeaderName(index as u32), 0..header.name.len());
                (header.name.as_slice(), Origin::Request(span))
            }));
            select::claimed(request, &names, added).implying(|name| family.signs.implies(name))
        }
    }
}

/// A name of the list; in a query one that has escapes is that of the header that is called so.
fn listed<'a>(request: &'a Request, claim: &Claim, span: Span) -> &'a [u8] {
    let text = request.at(span);
    if claim.placement != Placement::Query || !text.contains(&b'%') {
        return text;
    }
    let name = claim.text(request, span);
    request.header(&name).map_or(text, |(_, header)| &header.name)
}

/// Every header that may be signed, and those that are added.
pub(super) fn planned_headers<'a>(
    family: &Family,
    request: &'a Request,
    added: &[Added],
    dialect: &Dialect,
    placement: Placement,
) -> SignedHeaders<'a> {
    let skips_token = dialect.session_token == SessionToken::Unsigned;
    let is_token = |name: &[u8]| name.eq_ignore_ascii_case(family.token_header.as_bytes());
    let may_be = |name: &[u8]| {
        let in_query = placement == Placement::Query && in_query_instead(family, name);
        !(is_never_signed(name) || in_query || skips_token && is_token(name))
    };
    match family.signs {
        Signs::Listed => select::planned(request, added, may_be),
        Signs::Planned(_) => select::planned(request, added, |name| plans(family, name, placement)),
        Signs::Implied(_) => {
            let planned = select::planned(request, added, |name| may_be(name) && family.signs.implies(name));
            planned.implying(|name| family.signs.implies(name)).without_absent()
        }
    }
}

/// Whether a plan signs a header, in a family that says which.
fn plans(family: &Family, name: &[u8], placement: Placement) -> bool {
    family.signs.plans(name) && !(placement == Placement::Query && in_query_instead(family, name))
}

/// Whether a presigned URL carries in its query what this header says.
pub(crate) fn in_query_instead(family: &Family, name: &[u8]) -> bool {
    let instead = [family.date_header, family.token_header, family.content_header];
    let mut names = instead.into_iter().chain(family.region_set_header);
    names.any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}
