//! Slips with the parts of a request: the body, the time, the URL.

use super::slip::{Change, Slip};
use crate::diagnose::change::Edit;
use crate::diagnose::shared::body;
use crate::diagnose::shared::mistakes::Mistake;
use crate::scheme::Recipe;
use crate::scheme::recipe::evaluate::Scene;
use crate::scheme::recipe::source::{PairsOf, Source};
use crate::scheme::recipe::template::Template;
use crate::scheme::recipe::time::Time;

/// What goes wrong with the parts that this row signs.
pub(super) fn slips(row: &Recipe, scene: &Scene<'_>) -> Vec<Slip> {
    let mut slips = Vec::new();
    if signs(row, |source| matches!(source, Source::Body | Source::Json(_)) || is_of_body(source)) {
        slips.extend(bodies(scene));
    }
    slips.extend(row.time.iter().chain(&row.expires).flat_map(|time| times(time, scene)));
    if row.speaks_of_url() {
        slips.extend(urls(scene));
    }
    slips
}

fn is_of_body(source: &Source) -> bool {
    match source {
        Source::Pairs(of) => of.iter().any(|of| matches!(of, PairsOf::Form | PairsOf::Json)),
        Source::FormField(_) => true,
        _ => false,
    }
}

/// Whether a text of the row speaks of such a source.
pub(super) fn signs(row: &Recipe, is: impl Fn(&Source) -> bool) -> bool {
    let texts = row.texts.iter().flat_map(|(_, choices)| choices);
    let templates: Vec<&Template> = row.messages.iter().chain(texts).map(|under| &under.what).collect();
    templates.iter().any(|template| template.holes().iter().any(|hole| is(&hole.source)))
}

fn bodies(scene: &Scene<'_>) -> Vec<Slip> {
    let Some(own) = scene.body.as_deref() else { return Vec::new() };
    let of = |(mistake, vary): &'static (Mistake, crate::diagnose::shared::mistakes::Vary)| {
        vary(own).into_iter().map(|(what, words)| Slip {
            mistake,
            words: words.into(),
            edits: vec![Edit::Body(what.to_vec())],
            change: Change::Body(what.to_vec()),
        })
    };
    body::MISTAKES.iter().flat_map(of).collect()
}

static TIME_UNIT: Mistake = Mistake {
    id: "time-unit",
    rank: 1,
    title: "The time was signed in another unit or form than it is sent in.",
    why: "The time is signed as it stands in the request, character by character.",
    fix: "Make the time once, and use the same text for the header and for the signed text.",
    link: "https://github.com/aws/aws-sdk-js/issues/2236",
};

fn times(time: &Time, scene: &Scene<'_>) -> Vec<Slip> {
    let Some(one) = time.captured().and_then(|at| scene.captured(at)) else { return Vec::new() };
    let Some(instant) = time.unit.read(&one.bytes) else { return Vec::new() };
    let text = String::from_utf8_lossy(&one.bytes).into_owned();
    let seconds = instant.unix();
    let mut variants = vec![
        (seconds.to_string(), "in seconds"),
        (format!("{seconds}000"), "in milliseconds"),
        (format!("{seconds}.0"), "in seconds, with a fraction"),
        (instant.format("%Y-%m-%dT%H:%M:%SZ"), "as an ISO date"),
        (instant.format("%Y-%m-%dT%H:%M:%S.000Z"), "as an ISO date with milliseconds"),
        (instant.format("%a, %d %b %Y %H:%M:%S GMT"), "as an HTTP date"),
        (instant.to_string(), "as a basic ISO date"),
        (String::new(), "left out"),
    ];
    variants.extend(text.get(..10).map(|first| (first.to_owned(), "in seconds")));
    for off in [1, -1, 3600, -3600] {
        variants.push((time.unit.write(instant.plus(off)), "made a second time"));
    }
    let others = variants.into_iter().filter(|(other, _)| *other != text);
    others
        .map(|(other, words)| Slip {
            mistake: &TIME_UNIT,
            words: format!("{words}: `{other}` in place of `{text}`"),
            edits: Vec::new(),
            change: Change::Value(one.value, other.into_bytes()),
        })
        .collect()
}

static URL: Mistake = Mistake {
    id: "url-changed",
    rank: 1,
    title: "Sender and receiver know the request by different URLs.",
    why: "The URL is signed as the sender knows it. A proxy in between may change its scheme, host, port or path.",
    fix: "Build the URL from what the proxy says of it (X-Forwarded-Proto, X-Forwarded-Host), or set the public URL in the receiver.",
    link: "https://www.twilio.com/docs/usage/security#validating-requests",
};

fn urls(scene: &Scene<'_>) -> Vec<Slip> {
    let text = scene.value(&Source::Url).into_text();
    let own = String::from_utf8_lossy(text.bytes()).into_owned();
    let Some((scheme, rest)) = own.split_once("://") else { return Vec::new() };
    let (authority, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let other = if scheme == "https" { "http" } else { "https" };
    let trimmed = path.trim_end_matches('/');
    let decoded = percent_encoding::percent_decode_str(target).decode_utf8_lossy().into_owned();
    let of = |scheme: &str, authority: &str, path: &str, query: &str| {
        format!("{scheme}://{authority}{path}{query}")
    };
    let variants = [
        (of(scheme, host, path, query), "without the port"),
        (of(scheme, &format!("{host}:443"), path, query), "with the port 443"),
        (of(scheme, &format!("{host}:80"), path, query), "with the port 80"),
        (of(scheme, &format!("{host}:8080"), path, query), "with the port 8080"),
        (of(scheme, &format!("{host}:3000"), path, query), "with the port 3000"),
        (of(other, authority, path, query), "with the other scheme"),
        (of(scheme, authority, trimmed, query), "without the slash at its end"),
        (of(scheme, authority, &format!("{trimmed}/"), query), "with a slash at its end"),
        (of(scheme, authority, path, ""), "without its query"),
        (of(scheme, authority, &decoded, ""), "with its escapes taken off"),
        (target.to_owned(), "path and query alone"),
        (path.to_owned(), "the path alone"),
        (of(scheme, "localhost", path, query), "with the name of this machine"),
        (own.to_lowercase(), "in lower case"),
    ];
    let others = variants.into_iter().filter(|(url, _)| *url != own);
    others
        .map(|(url, words)| Slip {
            mistake: &URL,
            words: format!("{words}: `{url}`"),
            edits: Vec::new(),
            change: Change::Url(url.into_bytes()),
        })
        .collect()
}
