//! The names of AWS, read from the right.

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::{Endpoint, Reason};
use crate::service::{RegionRule, SERVICES, Service, of_name};

/// What the domain of a partition says of services with one region.
#[derive(Clone, Copy)]
pub(super) enum OneRegion {
    /// It is the one of the service's row.
    OfTheRow,
    /// It is this one, whatever the service.
    Is(&'static str),
    /// It depends.
    Unknown,
}

/// The domains of AWS, and what they say of services with one region.
pub(super) const DOMAINS: [(&str, OneRegion); 13] = [
    (".amazonaws.com", OneRegion::OfTheRow),
    (".api.aws", OneRegion::OfTheRow),
    (".on.aws", OneRegion::OfTheRow),
    (".amazonaws.com.cn", OneRegion::Is("cn-northwest-1")),
    (".api.amazonwebservices.com.cn", OneRegion::Unknown),
    (".on.amazonwebservices.com.cn", OneRegion::Unknown),
    (".amazonaws.eu", OneRegion::Is("eusc-de-east-1")),
    (".api.amazonwebservices.eu", OneRegion::Is("eusc-de-east-1")),
    (".on.amazonwebservices.eu", OneRegion::Is("eusc-de-east-1")),
    (".c2s.ic.gov", OneRegion::Is("us-iso-east-1")),
    (".sc2s.sgov.gov", OneRegion::Is("us-isob-east-1")),
    (".cloud.adc-e.uk", OneRegion::Is("eu-isoe-west-1")),
    (".csp.hci.ic.gov", OneRegion::Is("us-isof-south-1")),
];

/// Endpoints that span regions, by how their names end: access points, event buses and key stores of more than one region.
const SPANNING: [(&str, &str); 3] = [
    (".accesspoint.s3-global", "s3"),
    (".endpoint.events", "events"),
    (".cloudfront-kvs.global", "cloudfront-keyvaluestore"),
];

/// Databases are called by a name of their own with the region before the service, and have a signing name of their own.
const AFTER_REGION: [(&str, &str); 2] = [("neptune", "neptune-db"), ("rds", "rds-db")];

pub(super) fn of_aws(name: &str, one_region: OneRegion) -> Endpoint {
    for (end, service) in SPANNING {
        if name.ends_with(end) {
            return Endpoint { region_set: Some("*"), ..Endpoint::of(service, None, Reason::Host) };
        }
    }
    let (rest, region) = split_region(after_vpc_endpoint(name));
    let rest = ["dualstack", "global"].iter().fold(rest, |rest, end| without_label(rest, end));
    match (rest, region) {
        ("", _) => return Endpoint::default(),
        (labels, Some(region)) => return Endpoint::of(signing_name(labels), Some(region), Reason::Host),
        (_, None) => {}
    }
    let (before, last) = rest.rsplit_once('.').unwrap_or(("", rest));
    // The old names of S3: `bucket.s3-us-west-2`.
    match last.strip_prefix("s3-") {
        Some("external-1") => return Endpoint::of("s3", Some("us-east-1"), Reason::Host),
        Some(region) if is_region(region) => return Endpoint::of("s3", Some(region), Reason::Host),
        Some(_) | None => {}
    }
    // `search-x.us-east-1.es` names the service after the region. A bucket may be called like a region.
    let (_, label) = before.rsplit_once('.').unwrap_or(("", before));
    if is_region(label) && !matches!(last, "s3" | "s3-accelerate") {
        let own = AFTER_REGION.iter().find(|(host, _)| *host == last).map(|(_, name)| *name);
        return Endpoint::of(own.unwrap_or_else(|| signing_name(last)), Some(label), Reason::Host);
    }
    without_region(signing_name(rest), one_region)
}

/// The endpoint of a host that names no region: it has one where its service is signed for only one.
fn without_region(name: &str, one_region: OneRegion) -> Endpoint {
    let of_row = match of_name(name.as_bytes()).region {
        RegionRule::Global(region) | RegionRule::RegionalOr(region) => region,
        // A bucket's plain name may lie anywhere.
        RegionRule::Regional | RegionRule::Only(_) => return Endpoint::of(name, None, Reason::Host),
    };
    match one_region {
        OneRegion::OfTheRow => Endpoint::of(name, Some(of_row), Reason::OneRegion),
        OneRegion::Is(region) => Endpoint::of(name, Some(region), Reason::OneRegion),
        OneRegion::Unknown => Endpoint::of(name, None, Reason::Host),
    }
}

/// A VPC endpoint is named as the public one, with labels more: `vpce-1a2b.s3.us-east-1.vpce`.
fn after_vpc_endpoint(name: &str) -> &str {
    let Some(name) = name.strip_suffix(".vpce") else { return name };
    match name.split('.').position(|label| label.starts_with("vpce-")) {
        Some(at) => name.splitn(at + 2, '.').last().unwrap_or_default(),
        None => name,
    }
}

/// The labels before the region, and the region, where that is the last one.
fn split_region(name: &str) -> (&str, Option<&str>) {
    let (before, last) = name.rsplit_once('.').unwrap_or(("", name));
    match last {
        // Services with one region name the partition there: `iam.us-gov`, and one does so after the region.
        "us-gov" => match split_region(before) {
            (labels, None) => (labels, Some("us-gov-west-1")),
            named => named,
        },
        region if is_region(region) => (before, Some(region)),
        _ => (name, None),
    }
}

fn without_label<'a>(labels: &'a str, last: &str) -> &'a str {
    labels.strip_suffix(last).and_then(|before| before.strip_suffix('.')).unwrap_or(labels)
}

/// The signing name of the service that the last labels name.
fn signing_name(labels: &str) -> &str {
    let labels = labels.strip_suffix("-fips").unwrap_or(labels);
    // `data.jobs.iot` goes before `jobs.iot`, and that before `iot`.
    let starts = labels.bytes().enumerate().rev().filter(|(_, byte)| *byte == b'.').map(|(at, _)| at + 1);
    let mut longest: SmallVec<[&str; 3]> = starts.chain([0]).take(3).map(|at| &labels[at..]).collect();
    while let Some(host) = longest.pop() {
        if let Ok(at) = HOSTS.binary_search_by(|(known, _)| (*known).cmp(host)) {
            return of_own_host(labels, HOSTS[at].1.name);
        }
    }
    let (_, last) = labels.rsplit_once('.').unwrap_or(("", labels));
    if last.starts_with("s3express-") { "s3express" } else { last }
}

/// The devices of an account have a host of their own, which is the data plane's: `a1b2c3-ats.iot`.
fn of_own_host<'a>(labels: &str, name: &'a str) -> &'a str {
    if name == "iot" && labels.len() > name.len() { "iotdata" } else { name }
}

/// Every label of the table with its service, in order.
static HOSTS: LazyLock<Vec<(&str, &Service)>> = LazyLock::new(|| {
    let mut hosts: Vec<_> =
        SERVICES.iter().flat_map(|row| row.hosts.iter().map(move |host| (*host, row))).collect();
    hosts.sort_unstable_by_key(|(host, _)| *host);
    hosts
});

/// Whether a label has the form of a region: a place, a part of the sky and a number, as in `us-east-1` and `us-gov-west-1`.
pub(super) fn is_region(label: &str) -> bool {
    let Some((place, number)) = label.rsplit_once('-') else { return false };
    let Some((place, part)) = place.rsplit_once('-') else { return false };
    let letters = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let (country, more) = place.split_once('-').unwrap_or((place, "a"));
    let parts =
        ["central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"];
    number.len() <= 2
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && parts.contains(&part)
        && (2..=4).contains(&country.len())
        && letters(country)
        && letters(more)
}
