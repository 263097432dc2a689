//! A request from evidence alone: what a canonical request says of the request that it was made of.
//!
//! Names lost their case and values their outer spaces, so the result is a request with the same canonical form, not the one that
//! was sent; it is marked so.

use super::recognise::{filled, read_filled};
use super::{Case, Format, dress};
use crate::evidence::{self, LIMIT, Piece, Side};
use crate::frames::pass::{End, Found, Pass};
use crate::redact::Reveal;
use crate::request::body::{Body, Digest};
use crate::request::redact;
use crate::request::{Header, Notice, ReadError, Request};
use crate::scheme::layout::{self, Line};
use crate::scheme::names::List;
use crate::scheme::v4::presigned::Parameter;
use crate::scheme::{self, AWS4, EncodePath, Family, HeaderSyntax, OWN};
use crate::service;
use crate::settings::{PayloadSetting, Settings};
use crate::time::DateForm;
use crate::visible;

/// Reads a request, one that stands somewhere in a text, or the request behind evidence: an error body, a log, a whole thread.
///
/// # Errors
///
/// When the text is neither, or its evidence quotes no canonical request.
pub fn open(text: &[u8]) -> Result<Case, ReadError> {
    find(text, |pieces| {
        let found = pieces.iter().map(Piece::words).collect::<Vec<_>>().join("; ");
        let error = ReadError::new(
            "a request, or evidence that quotes a canonical request",
            visible::one_line(found.as_bytes()),
        );
        Err(error.hint(
            "open the request, and give this beside it: `countersign diagnose REQUEST --evidence FILE`",
        ))
    })
}

/// The same, or evidence without a request: what an error or a log says by itself. The request of that case is empty.
///
/// # Errors
///
/// When the text is none of it.
pub fn open_or_alone(text: &[u8]) -> Result<Case, ReadError> {
    const COMPARE: &str = "There is no request to hold against it: with one, `countersign diagnose REQUEST --evidence FILE` compares them.";
    find(text, |evidence| {
        let notices = vec![Notice(COMPARE.into())];
        Ok(Case { format: Format::Evidence, notices, evidence, ..Case::default() })
    })
}

fn find(text: &[u8], if_alone: fn(Vec<Piece>) -> Result<Case, ReadError>) -> Result<Case, ReadError> {
    filled(text, |text| find_filled(text, if_alone))
}

fn find_filled(text: &[u8], if_alone: fn(Vec<Piece>) -> Result<Case, ReadError>) -> Result<Case, ReadError> {
    let error = match read_filled(text) {
        Ok(case) => return Ok(case),
        Err(error) => error,
    };
    let dressed = dress::read(text);
    // Beside a request that nobody signed, what a server or a signer computed says more.
    let is_signed = |case: &Case| scheme::claim(&case.request).is_some() || case.evidence.is_empty();
    if let Some(case) = dressed.filter(is_signed) {
        return Ok(case);
    }
    let whole = text.len() <= LIMIT;
    let Some(pieces) = whole.then(|| evidence::read(text).ok()).flatten() else { return Err(error) };
    match rebuild(&pieces) {
        Some(case) => Ok(case),
        None => if_alone(pieces),
    }
}

/// The request behind the first piece that quotes a canonical request, with all the pieces beside it; `None` where none does.
pub fn rebuild(pieces: &[Piece]) -> Option<Case> {
    let piece = &pieces[source(pieces)?];
    let text = String::from_utf8_lossy(piece.canonical_request.as_deref()?).into_owned();
    let string =
        pieces.iter().find_map(|other| other.string_to_sign.as_deref().filter(|_| other.side == piece.side));
    let scope = string.map(|text| String::from_utf8_lossy(text).into_owned());
    let claim = Claimed::of(scope.as_deref(), pieces);
    let mut request = request(&text, &claim)?;
    let received = signature(piece, pieces);
    let scheme = string.and_then(scheme::of_string_to_sign);
    let claim = claim.filter(|_| scheme.is_some());
    let presigned = presigned(&text);
    let family = presigned.or(scheme.and_then(|scheme| scheme.family())).unwrap_or(AWS4.0);
    let signature = received.as_deref().unwrap_or(ZEROS);
    match (presigned, &claim) {
        (Some(family), _) => {
            let pair = format!("&{}={signature}", Parameter::Signature.name(family));
            request.target.extend(pair.into_bytes());
        }
        (None, Some(claim)) => claim_in_header(&mut request, family, claim, &text, signature),
        (None, None) => {}
    }
    let settings = put_payload(&mut request, family, text.lines().last()?);
    let line = [&request.method[..], b" ", &request.target].concat();
    let rebuilt = format!(
        "The request was rebuilt from evidence, {}: names of headers are in lower case, and of the body only the hash is known.",
        visible::one_line(&redact::line(&line, Reveal::Nothing))
    );
    let zeros = "The evidence quotes no signature: zeros stand in its place.";
    let is_signed = presigned.is_some() || claim.is_some();
    let words = [Some(rebuilt), (is_signed && received.is_none()).then(|| zeros.to_owned())];
    let notices = words.into_iter().flatten().map(Notice).collect();
    Some(Case {
        request,
        settings,
        format: Format::Evidence,
        notices,
        evidence: pieces.to_vec(),
        ..Case::default()
    })
}

/// The place of the piece that a request is rebuilt from: what the server says goes before what the signer says.
pub fn source(pieces: &[Piece]) -> Option<usize> {
    let own =
        |side: Side| pieces.iter().position(|piece| piece.side == side && piece.canonical_request.is_some());
    own(Side::Server).or_else(|| own(Side::Signer)).or_else(|| own(Side::Unknown))
}

/// The signature of the request that a piece quotes: its own, else that of a piece whose string to sign is of the same date.
fn signature(source: &Piece, pieces: &[Piece]) -> Option<String> {
    let own = source.date();
    let is_of_it = |piece: &Piece| own.is_none() || piece.date().is_none_or(|date| Some(date) == own);
    let others = pieces.iter().filter(|piece| is_of_it(piece)).find_map(|piece| piece.signature.clone());
    source.signature.clone().or(others)
}

/// What stands where no signature is quoted.
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The family whose presigned URL this is the canonical request of: its query claims what a header claims of others.
fn presigned(text: &str) -> Option<&'static Family> {
    let query = text.lines().nth(2)?;
    let mut families = OWN.iter().filter_map(|scheme| scheme.family());
    families.find(|family| {
        let claims = |pair: &str| {
            let pair = pair.split_once('=');
            pair == Some((&*Parameter::Algorithm.name(family), family.algorithm))
        };
        query.split('&').any(claims)
    })
}

/// Adds the header with the signature, and that of the date where the canonical request has none.
fn claim_in_header(request: &mut Request, family: &Family, claim: &Claimed, text: &str, signature: &str) {
    if request.header(family.date_header.as_bytes()).is_none()
        && family.dates.form != DateForm::Basic
        && let Some(date) = &claim.date
    {
        request.headers.push(Header::new(family.date_header, date.clone()));
    }
    let names = text.lines().rev().nth(1).unwrap_or_default();
    let Claimed { algorithm, access_key_id, scope, .. } = claim;
    let HeaderSyntax { header, credential, list, separator, listing, .. } = family.syntax;
    let scope = if scope.is_empty() { String::new() } else { format!("/{scope}") };
    let list = match listing {
        List::OfMore if names.is_empty() => String::new(),
        List::OfMore | List::Required => format!("{separator}{list}={names}"),
    };
    let value =
        format!("{algorithm} {credential}={access_key_id}{scope}{list}{separator}Signature={signature}");
    request.headers.push(Header::new(*header, value));
}

/// Makes the body the one of this payload line: only its hash is known, as of one that went by.
fn put_payload(request: &mut Request, family: &Family, payload: &str) -> Settings {
    let mut settings = Settings::default();
    match hex::decode(payload).ok().and_then(|digest| Digest::try_from(digest).ok()) {
        Some(digest) if Some(digest) == Body::default().hash() => {}
        Some(digest) => {
            request.body = Body::pipe(request.content_length().unwrap_or_default());
            request.body.set_found(Pass::of(request), Found { items: Vec::new(), end: End::Whole(digest) });
        }
        None if request.header(family.content_header.as_bytes()).is_none() => {
            settings.payload = Some(PayloadSetting::Text(payload.into()));
        }
        None => {}
    }
    settings
}

/// What stands for a key id that the evidence does not tell.
const UNKNOWN_ID: &str = "AKID-UNKNOWN";

/// Puts a key id in the place of one that the evidence does not tell.
pub fn set_access_key_id(request: &mut Request, id: &str) {
    let unknown = format!("={UNKNOWN_ID}");
    for header in &mut request.headers {
        if memchr::memmem::find(&header.value, unknown.as_bytes()).is_some() {
            let text = String::from_utf8_lossy(&header.value).replace(&unknown, &format!("={id}"));
            header.value = text.into_bytes();
        }
    }
}

/// What the string to sign and the error say of the claim.
struct Claimed {
    algorithm: String,
    access_key_id: String,
    scope: String,
    service: String,
    date: Option<String>,
}

impl Claimed {
    fn of(string: Option<&str>, pieces: &[Piece]) -> Option<Self> {
        let lines: Vec<&str> = string?.lines().collect();
        let algorithm = (*lines.first()?).to_owned();
        let family = scheme::named(&algorithm).and_then(|scheme| scheme.family());
        let layout = family.map_or(layout::CHAINED.string, |family| family.layout.string);
        let line = |wanted| {
            let place = layout.iter().position(|line| *line == wanted)?;
            lines.get(place).map(|line| (*line).to_owned())
        };
        let date = line(Line::Timestamp);
        let scope = match layout.contains(&Line::Scope) {
            true => line(Line::Scope)?,
            false => String::new(),
        };
        // What people write in the place of a key id is none.
        let is_id =
            |id: &String| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        let id = pieces.iter().find_map(|piece| piece.access_key_id.clone().filter(is_id));
        let service = scope.rsplit('/').nth(1).unwrap_or_default().to_owned();
        let access_key_id = id.unwrap_or_else(|| UNKNOWN_ID.into());
        Some(Self { algorithm, access_key_id, scope, service, date })
    }
}

fn request(text: &str, claim: &Option<Claimed>) -> Option<Request> {
    let mut lines = text.lines();
    let (method, path, query) = (lines.next()?, lines.next()?, lines.next()?);
    let service = claim.as_ref().map_or("", |claim| &claim.service);
    let rules = claim.as_ref().and_then(|claim| scheme::named(&claim.algorithm)?.family()?.rules);
    let rules = rules.unwrap_or_else(|| service::of_name(service.as_bytes()));
    let path = match rules.dialect().encode_path {
        EncodePath::Once | EncodePath::AsSent => path.to_owned(),
        // What was encoded a second time is taken back once.
        EncodePath::Twice => {
            String::from_utf8_lossy(&percent_encoding::percent_decode_str(path).collect::<Vec<u8>>())
                .into_owned()
        }
    };
    let target = if query.is_empty() { path } else { format!("{path}?{query}") };
    let headers = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(':'));
    Some(Request {
        method: method.into(),
        target: target.into_bytes(),
        version: b"HTTP/1.1".to_vec(),
        headers: headers.map(|(name, value)| Header::new(name, value)).collect(),
        body: Vec::new().into(),
    })
}
