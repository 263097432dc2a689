//! What parts of texts say where no request and no whole text is at hand: by the rules that one part breaks, and by what differs
//! between two.

use super::between;
use super::causes;
use super::claims;
use super::finding::{Certainty, Finding, Named};
use crate::evidence::{Fragment, Piece, Side};
use crate::redact::Reveal;
use crate::request::redact;
use crate::visible;

/// Every finding from the parts among this evidence.
pub(super) fn said(evidence: &[Piece]) -> Vec<Finding> {
    let parts: Vec<&Fragment> = evidence.iter().filter_map(|piece| piece.fragment.as_ref()).collect();
    let mut found: Vec<Finding> = Vec::new();
    if let Some((one, other)) = pair(&parts) {
        found.extend(Pair { signer: one, server: other }.differences());
    }
    for part in &parts {
        found.extend(rules(part));
    }
    // What differs between two parts says more than the rule that one of them breaks.
    let mut told: Vec<&str> = Vec::new();
    found.retain(|finding| {
        let is_new = !told.contains(&finding.causes[0].id);
        told.push(finding.causes[0].id);
        is_new
    });
    found.sort_by_key(|finding| (finding.certainty, finding.rank()));
    found
}

/// Where a part differs from the canonical request of the request on the table.
pub(super) fn against(part: &Fragment, ours: &[u8]) -> Vec<Finding> {
    let ours = Fragment::of_request(&String::from_utf8_lossy(ours));
    let is_of_it = ours.path.is_some() && part.path == ours.path || part.query == ours.query;
    let found = Pair { signer: part, server: &ours }.differences();
    // What differs in path and query is of another request.
    if is_of_it { found } else { Vec::new() }
}

/// Two parts that can be held against each other: each of another side, and of the same lines.
fn pair<'a>(parts: &[&'a Fragment]) -> Option<(&'a Fragment, &'a Fragment)> {
    let fits = |a: &Fragment, b: &Fragment| {
        let names = |part: &Fragment| part.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let common = names(a).iter().filter(|name| names(b).contains(name)).count();
        let is_of_one_form = a.path.is_some() == b.path.is_some() && a.claim.is_none() && b.claim.is_none();
        is_of_one_form && (a.path.is_some() || common > 0) && (a.side != b.side || a.side == Side::Unknown)
    };
    let (place, one) = parts
        .iter()
        .enumerate()
        .find(|(place, one)| parts[place + 1..].iter().any(|other| fits(one, other)))?;
    let other = parts[place + 1..].iter().find(|other| fits(one, other))?;
    Some(if one.side == Side::Server || other.side == Side::Signer { (other, one) } else { (one, other) })
}

/// The values of a header, one of a credential hidden.
fn shown(name: &str, values: &[&str]) -> String {
    let value = |value: &&str| {
        String::from_utf8_lossy(&redact::named(name.as_bytes(), value.as_bytes(), Reveal::Nothing))
            .into_owned()
    };
    values.iter().map(value).collect::<Vec<_>>().join(" | ")
}

/// Two parts; `signer` is the one that is more likely the signer's.
struct Pair<'a> {
    signer: &'a Fragment,
    server: &'a Fragment,
}

impl Pair<'_> {
    /// Where the two differ.
    fn differences(&self) -> Vec<Finding> {
        let (signer, server) = (self.signer, self.server);
        let mut found = Vec::new();
        if let (Some(own), Some(other)) = (&signer.path, &server.path)
            && own != other
        {
            found.push(self.differs("path", own, other, between::of_path(own, other)));
        }
        if let (Some(own), Some(other)) = (&signer.query, &server.query)
            && own != other
        {
            found.push(self.differs("query", own, other, between::of_query(own, other)));
        }
        let mut names: Vec<&String> = signer.headers.iter().map(|(name, _)| name).collect();
        names.dedup();
        for name in names {
            let (own, other) = (signer.values(name), server.values(name));
            if other.is_empty() || own == other {
                continue;
            }
            let id = match own.len() > other.len() {
                true => Some("header-duplicate-lines"),
                false => between::of_header(name, own[0], other[0]),
            };
            let [own, other] = [own, other].map(|values| shown(name, &values));
            found.push(self.differs(&format!("header {name}"), &own, &other, id));
        }
        found
    }

    fn differs(&self, what: &str, signer: &str, server: &str, id: Option<&'static str>) -> Finding {
        let are_known = self.signer.side != Side::Unknown || self.server.side != Side::Unknown;
        differs(what, [signer, server], if are_known { Sides::Known } else { Sides::Unknown }, id)
    }
}

/// Whether somebody says whose each of two texts is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sides {
    Known,
    Unknown,
}

/// That two texts, the signer's first, differ in one part, and why where that is known.
pub(super) fn differs(what: &str, texts: [&str; 2], sides: Sides, id: Option<&'static str>) -> Finding {
    let [signer, server] =
        texts.map(|text| visible::one_line(&redact::line(text.as_bytes(), Reveal::Nothing)));
    let are_known = sides == Sides::Known;
    let [one, other] =
        if are_known { ["at the signer", "at the server"] } else { ["in the one text", "in the other"] };
    let detail = format!("the {what} is `{signer}` {one}, `{server}` {other}");
    // Which of the two was signed decides which mistake it is, but for these.
    const EITHER_WAY: [&str; 3] =
        ["header-duplicate-lines", "content-type-charset-changed", "header-list-spacing"];
    let id = id.filter(|id| are_known || EITHER_WAY.contains(id));
    let named = match id.and_then(causes::named) {
        Some(cause) => Named::new(Some(cause), detail),
        None => Named::remark(
            "texts-differ",
            format!("The {what} differs between the two texts."),
            "Signer and server have to compute the same bytes.",
            "Look for what changes it between signer and server, or sign what the server sees.",
        )
        .with(detail),
    };
    Finding::of(Certainty::Contradicted, vec![named])
}

/// The rules that a part breaks by itself.
fn rules(part: &Fragment) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(id) = part.query.as_deref().and_then(between::unsorted) {
        let detail = format!(
            "`{}`",
            visible::one_line(&redact::line(
                part.query.as_deref().unwrap_or_default().as_bytes(),
                Reveal::Nothing
            ))
        );
        found.push(Finding::of(Certainty::Contradicted, vec![Named::new(causes::named(id), detail)]));
    }
    if let Some(path) = part.path.as_deref().filter(|path| path.contains("%25")) {
        found.push(twice(path, part.side));
    }
    found.extend(twice_in_lines(part));
    found.extend(part.claim.iter().flat_map(claims::said));
    found
}

/// A path that is encoded twice: right for every service but S3.
fn twice(path: &str, side: Side) -> Finding {
    let why = match side {
        Side::Server => {
            "This is how the server read it: services other than S3 encode the path twice, so the signer has to as well."
        }
        Side::Signer | Side::Unknown => {
            "Services other than S3 encode the path twice (%253A for a colon); S3 encodes it once."
        }
    };
    let named = Named::remark(
        "path-is-encoded-twice",
        "The path is encoded twice: %25 is an encoded percent sign.",
        why,
        "Compare the paths of signer and server: for S3 encode once, for other services encode what is sent once more.",
    )
    .with(format!("`{}`", visible::one_line(&redact::line(path.as_bytes(), Reveal::Nothing))));
    Finding::of(Certainty::Noticed, vec![named])
}

/// A header that has two lines.
fn twice_in_lines(part: &Fragment) -> Option<Finding> {
    let (name, _) = part.headers.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| &pair[0])?;
    let cause = Named::new(causes::named("header-duplicate-lines"), format!("`{name}`"));
    Some(Finding::of(Certainty::Contradicted, vec![cause]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence;

    fn ids(text: &str) -> Vec<&'static str> {
        let pieces = evidence::read(text.as_bytes()).unwrap();
        said(&pieces).iter().map(|finding| finding.causes[0].id).collect()
    }

    #[test]
    fn two_parts_name_the_mistake_where_their_sides_are_known() {
        let parts = |one: &str, other: &str| {
            format!("{one}\n\nGET\n/a%2520b\n\nhost:h\n\n{other}\n\nGET\n/a%20b\n\nhost:h\n")
        };
        assert_eq!(ids(&parts("The client signs", "The server expects"))[0], "path-encoded-twice");
        assert_eq!(ids(&parts("The server expects", "The client signs"))[0], "path-encoded-once");
        assert_eq!(ids(&parts("One has", "One has"))[0], "texts-differ");
    }

    #[test]
    fn one_part_shows_the_rule_that_it_breaks() {
        assert_eq!(ids("POST\n/key\nselect-type=2&select=\n"), ["query-sorted-as-text"]);
        let header = |signed: &str| {
            format!(
                "Authorization: AWS4-HMAC-SHA256 Credential=<x>/20260115/us-east-1/execute-api/aws4_request, SignedHeaders={signed}, Signature=<x>"
            )
        };
        assert_eq!(ids(&header("host;content-type;x-amz-date")), ["signed-headers-unsorted", "claim-alone"]);
        assert_eq!(ids(&header("content-type;content-type;host")), ["signed-headers-twice", "claim-alone"]);
        assert_eq!(ids(&header("content-length;host;x-amz-date")), ["claim-alone", "proxy-header-signed"]);
        assert_eq!(ids(&header("host;x-amz-date")), ["claim-alone"]);
    }
}
