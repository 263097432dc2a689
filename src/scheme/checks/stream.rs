//! The body piece by piece: its frames, the signatures in it, and the checksum behind it.

use super::{Found, Presented, failed, message, not_reached, passed, service_of};
use crate::frames::Layer;
use crate::frames::checksum::Algorithm;
use crate::frames::chunked::{self, TrailerLine};
use crate::frames::pass::{Content, End, Pass, Transfer};
use crate::request::Request;
use crate::scheme::chunks::chain::Link;
use crate::scheme::chunks::walk::Walked;
use crate::signature::Agreement;
use crate::signature::check::Headline;

/// Whether anything in the body is signed.
pub(crate) fn is_signed(presented: &Presented<'_>) -> bool {
    match Pass::of(presented.request).content {
        Content::Whole | Content::Chunks(chunked::Form::Unsigned, _) => false,
        Content::Chunks(chunked::Form::Signed | chunked::Form::SignedTrailer, _) | Content::Events => true,
    }
}

/// Whether a checksum was announced that is known.
pub(crate) fn has_checksum(presented: &Presented<'_>) -> bool {
    matches!(Pass::of(presented.request).content, Content::Chunks(_, Some(_)))
}

/// The frames, and what the headers say of them.
pub(crate) fn framing(presented: &Presented<'_>) -> Found {
    let Some(walked) = presented.stream.walked() else { return not_reached("the body is still being read") };
    let breaks = |layer| matches!(layer, Layer::Transfer | Layer::Content);
    let broken = walked.faults.iter().find(|fault| breaks(fault.kind));
    if let Some(fault) = broken {
        return failed(format!("{} at byte {} of the body", fault.message, fault.offset), message::FRAMES);
    }
    if let Some(wrong) =
        lengths(presented.request, &walked.end).or_else(|| trailer_names(presented.request, walked))
    {
        return failed(wrong, message::FRAMES);
    }
    let whole = match &walked.end {
        End::Chunks(summary) => format!("{} chunks, {} bytes of data", summary.chunks, summary.decoded),
        End::Events(summary) => format!("{} messages, {} bytes", summary.messages, summary.length),
        End::Whole(_) => "one piece".into(),
    };
    match walked.faults.first() {
        Some(fault) if fault.kind == Layer::Remark => {
            passed(format!("{whole}; servers take it, but send the end whole: {}", fault.message))
        }
        Some(advice) => passed(format!("{whole}; S3 itself refuses it: {}", advice.message)),
        None => passed(whole),
    }
}

/// What `x-amz-decoded-content-length` and `Content-Length` say, where it is not so.
fn lengths(request: &Request, end: &End) -> Option<String> {
    let End::Chunks(summary) = end else { return None };
    let header = |name: &str| std::str::from_utf8(request.value(name.as_bytes())?).ok().map(str::to_owned);
    let wrong = |name: &str, found: u64| {
        let said = header(name)?;
        (said.parse() != Ok(found))
            .then(|| format!("expected {said} bytes, as {name} says, but found {found}"))
    };
    let framed = Pass::of(request).transfer == Transfer::Chunked;
    let whole = || (!framed).then(|| wrong("content-length", summary.length)).flatten();
    wrong("x-amz-decoded-content-length", summary.decoded).or_else(whole)
}

/// Trailers that were announced and are not there, or the other way round.
fn trailer_names(request: &Request, walked: &Walked) -> Option<String> {
    let lines = walked.trailer.as_ref().map(|trailer| trailer.lines.as_slice()).unwrap_or_default();
    let announced = request.sent().filter(|(_, header)| header.is(b"x-amz-trailer"));
    let names = announced.flat_map(|(_, header)| header.value.split(|b| *b == b','));
    let names: Vec<String> =
        names.map(|name| lower(name.trim_ascii())).filter(|name| !name.is_empty()).collect();
    let there: Vec<String> =
        lines.iter().filter(|line| !line.is_signature()).map(|l| lower(&l.name)).collect();
    let missing = names.iter().find(|name| !there.contains(name));
    let extra = there.iter().find(|name| !names.contains(name));
    match (missing, extra) {
        (Some(name), _) => {
            Some(format!("expected `{name}` in the trailer, as x-amz-trailer announces, but found none"))
        }
        (None, Some(name)) => {
            Some(format!("expected a trailer that x-amz-trailer announces, but found `{name}`"))
        }
        (None, None) => None,
    }
}

fn lower(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

/// Every link of the chain.
pub(crate) fn chunks(presented: &Presented<'_>) -> Found {
    let Some(walked) = presented.stream.walked() else { return not_reached("the body is still being read") };
    match walked.first_broken() {
        Some((_, link)) => failed(broken(link, walked), message::mismatch(service_of(presented))),
        None if walked.links.iter().any(|link| link.agreement == Agreement::Unknown) => {
            not_reached("there is no key to check them with")
        }
        None => passed(format!("{} signatures, each made over the one before it", walked.count)),
    }
}

/// `chunk 2 at byte 65626 of the body: expected …, but found …`.
fn broken(link: &Link, walked: &Walked) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let what = match (&link.agreement, &link.computed, &link.given) {
        (Agreement::DifferAt(_), Some(computed), Some(given)) => {
            format!("expected the signature {}, but found {}", text(computed), text(given))
        }
        (Agreement::Invalid(why), _, _) => why.clone(),
        _ => "expected another signature".into(),
    };
    let others = match walked.broken {
        1 => String::new(),
        count => format!("; {} more are not right either", count - 1),
    };
    format!("{} at byte {} of the body: {what}{others}", link.name(), link.offset)
}

/// The checksum in the trailer, and the one that the data have.
pub(crate) fn checksum(presented: &Presented<'_>) -> Found {
    let Some(walked) = presented.stream.walked() else { return not_reached("the body is still being read") };
    let End::Chunks(chunked::Summary { checksum: Some(computed), .. }) = &walked.end else {
        return not_reached("the data have no checksum");
    };
    let is_it = |line: &&TrailerLine| Algorithm::of_header(&line.name) == Some(computed.algorithm);
    let line = walked.trailer.as_ref().and_then(|trailer| trailer.lines.iter().find(is_it));
    let name = computed.algorithm.header();
    match line.map(|line| line.value.trim_ascii()) {
        None => failed(format!("expected {name} in the trailer, but found none"), message::FRAMES)
            .headed(Headline::ChecksumMissing),
        Some(sent) if sent == computed.value.as_bytes() => passed(format!("{name}: {}", computed.value)),
        Some(sent) => {
            let sent = String::from_utf8_lossy(sent);
            failed(format!("expected {name} to be {}, but found {sent}", computed.value), message::CHECKSUM)
        }
    }
}
