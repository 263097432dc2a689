//! Another region, or another service.

use super::key::{key_alone, key_stays};
use crate::diagnose::causes::Gen;
use crate::diagnose::change::Edit;
use crate::diagnose::draft::Slot;
use crate::service::SERVICES;

/// The regions of AWS and of services that speak its protocol.
pub(in crate::diagnose::causes) const REGIONS: [&str; 54] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-east-1",
    "ap-east-2",
    "sa-east-1",
    "ca-central-1",
    "ca-west-1",
    "me-south-1",
    "me-central-1",
    "il-central-1",
    "af-south-1",
    "mx-central-1",
    "us-gov-east-1",
    "us-gov-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "auto",
    "aws-global",
    "global",
    "default",
    "us",
    "EU",
    "nyc3",
    "fra1",
    "garage",
    "local",
    "none",
    "region",
    "wnam",
    "any",
];

pub(super) fn region(g: &mut Gen<'_, '_>) {
    region_set(g);
    for other in candidates_of_region(g) {
        let own = g.draft.of_base(Slot::SCOPE_REGION).to_vec();
        let words = format!("signed for {other}");
        if let Some(change) = g.put(Slot::SCOPE_REGION, other.as_bytes(), words.clone()) {
            change.edit(Edit::Setting("region", other.clone()));
        }
        key_stays(g, Slot::SCOPE_REGION, other.as_bytes(), (Slot::KEY_REGION, &own), words);
    }
}

/// SigV4A names its regions in a header.
fn region_set(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("x-amz-region-set") else { return };
    let headers = g.draft.lines[line].headers.clone();
    for other in REGIONS.iter().chain(&["*"]) {
        if let Some(change) = g.line(line, other.as_bytes(), format!("signed for {other}")) {
            change.alone();
            headers.first().into_iter().for_each(|at| {
                change.edit(Edit::Header(*at, other.as_bytes().to_vec()));
            });
        }
    }
}

pub(super) fn region_in_sigv4a(g: &mut Gen<'_, '_>) {
    if g.draft.family.region_set_header.is_none() || !g.is_request() {
        return;
    }
    let set = g.facts.header("x-amz-region-set").unwrap_or_default();
    let (host, _) = g.facts.host().unwrap_or_default();
    let named = set.split(',').chain(host.split('.')).map(str::trim).filter(|name| !name.is_empty());
    let mut regions: Vec<String> = named.map(str::to_owned).collect();
    regions.extend(REGIONS.iter().map(|region| (*region).to_owned()));
    for region in regions {
        g.put(Slot::SCOPE_REGION, region.as_bytes(), format!("`{region}`"));
    }
}

/// Known regions, and the labels of the host: programs read the wrong one.
fn candidates_of_region(g: &Gen<'_, '_>) -> Vec<String> {
    if g.draft.of_base(Slot::SCOPE_REGION).is_empty() && g.facts.terms.scope.region.is_none() {
        return Vec::new();
    }
    let mut regions: Vec<String> = REGIONS.iter().map(|region| (*region).to_owned()).collect();
    let (host, _) = g.facts.host().unwrap_or_default();
    regions.extend(host.split('.').map(str::to_owned).filter(|label| !label.is_empty()));
    regions.retain(|region| region.as_bytes() != g.draft.of_base(Slot::SCOPE_REGION));
    regions.dedup();
    regions
}

pub(super) fn service(g: &mut Gen<'_, '_>) {
    for other in candidates_of_service(g) {
        let own = g.draft.of_base(Slot::SCOPE_SERVICE).to_vec();
        let words = format!("signed for {other}");
        if let Some(change) = g.put(Slot::SCOPE_SERVICE, other.as_bytes(), words.clone()) {
            change.edit(Edit::Setting("service", other.clone()));
        }
        key_stays(g, Slot::SCOPE_SERVICE, other.as_bytes(), (Slot::KEY_SERVICE, &own), words);
    }
}

/// Signing names, names of endpoints, and the labels of the host.
fn candidates_of_service(g: &Gen<'_, '_>) -> Vec<String> {
    let names = SERVICES.iter().map(|row| row.name.to_owned());
    let hosts = SERVICES.iter().flat_map(|row| row.hosts).map(|host| (*host).to_owned());
    let (host, _) = g.facts.host().unwrap_or_default();
    let labels = host.split('.').filter(|label| !label.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let own = g.draft.of_base(Slot::SCOPE_SERVICE);
    let more = [
        "service",
        "aws",
        "amazonaws",
        "storage",
        "gcs",
        "oss",
        "cos",
        "minio",
        "",
        "email",
        "monitoring",
        "runtime",
    ];
    let mut all: Vec<String> = labels
        .into_iter()
        .chain(names)
        .chain(hosts)
        .chain(more.iter().map(|name| (*name).to_owned()))
        .collect();
    all.retain(|name| name.as_bytes() != own);
    let mut seen = std::collections::HashSet::new();
    all.retain(|name| seen.insert(name.clone()));
    all
}

pub(super) fn key_region(g: &mut Gen<'_, '_>) {
    let regions = candidates_of_region(g);
    let empty = (!regions.is_empty()).then(String::new);
    for other in regions.into_iter().chain(empty) {
        key_alone(
            g,
            (Slot::SCOPE_REGION, Slot::KEY_REGION),
            other.as_bytes(),
            format!("derived with `{other}`"),
        );
    }
}

pub(super) fn key_service(g: &mut Gen<'_, '_>) {
    for other in candidates_of_service(g) {
        key_alone(
            g,
            (Slot::SCOPE_SERVICE, Slot::KEY_SERVICE),
            other.as_bytes(),
            format!("derived with `{other}`"),
        );
    }
}
