//! What the name of an endpoint tells of service and region, and the other way round.
//!
//! The names of AWS are read from the right: a domain, then the region and the service in either order, then a resource's own
//! labels. Which labels a service has is in [`SERVICES`](super::SERVICES). What other providers of S3 ask for is in `PROVIDERS`.

mod aws;
mod maker;
mod provider;

use smallvec::SmallVec;

use super::{RegionRule, is_known, of_name};
use crate::request::{Part, Request, Span};
use aws::{DOMAINS, of_aws};
use maker::of_maker;
use provider::of_provider;

/// What the name of an endpoint tells.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Endpoint {
    /// The signing name.
    pub service: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The set of regions that its signatures are good for, where it spans them.
    pub region_set: Option<&'static str>,
    /// Why it is this region.
    pub reason: Reason,
    /// The scheme that its maker signs by, where that is not AWS.
    pub scheme: Option<&'static str>,
}

/// Why a region is proposed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reason {
    /// The host names it.
    #[default]
    Host,
    /// The host names none, and the service is signed for this one.
    OneRegion,
    /// Another provider of S3 asks for it, and may take others.
    Provider,
}

impl Reason {
    /// In words, for the user.
    pub fn words(self) -> &'static str {
        match self {
            Self::Host => "from the host",
            Self::OneRegion => "the one region of this service",
            Self::Provider => "as this provider asks",
        }
    }
}

impl Endpoint {
    /// The region that the scope must name there; none where others are taken as well.
    pub fn required_region(&self) -> Option<String> {
        match self.reason {
            Reason::Host | Reason::OneRegion => self.region.clone(),
            Reason::Provider => None,
        }
    }

    /// The service that the scope must name there; none where the host names a label that no service is known by, or where
    /// others are taken as well.
    pub fn required_service(&self) -> Option<&str> {
        match self.reason {
            Reason::Host | Reason::OneRegion => {
                self.service.as_deref().filter(|name| self.scheme.is_some() || is_known(name))
            }
            Reason::Provider => None,
        }
    }

    /// Whether a signature for `service` may be right there, as far as the host tells.
    pub fn may_take(&self, service: &[u8]) -> bool {
        self.required_service().is_none_or(|name| {
            let also = |(host, other): &(&str, &str)| *host == name && other.as_bytes() == service;
            name.as_bytes() == service || ALSO.iter().any(also)
        })
    }

    fn of(service: &str, region: Option<&str>, reason: Reason) -> Self {
        Self {
            service: Some(service.to_owned()),
            region: region.map(str::to_owned),
            region_set: None,
            reason,
            scheme: None,
        }
    }
}

/// Hosts that more than one service shares: the service of the host, how a path begins, and the service of such a path.
const BY_PATH: [(&str, &[u8], &str); 4] = [
    ("geo-maps", b"/maps/v0/", "geo"),
    ("geo-places", b"/places/v0/", "geo"),
    ("geo-routes", b"/routes/v0/", "geo"),
    ("iotdata", b"/mqtt", "iotdevicegateway"),
];

/// Services that answer at the host of another, where the path does not tell for certain: that of the host, and the other.
const ALSO: [(&str, &str); 9] = [
    ("geo", "geo-maps"),
    ("geo", "geo-places"),
    ("geo", "geo-routes"),
    ("geo-maps", "geo"),
    ("geo-places", "geo"),
    ("geo-routes", "geo"),
    ("iotdata", "iotdevicegateway"),
    ("iotdevicegateway", "iotdata"),
    ("kafka", "kafka-cluster"),
];

/// Whether a host is one of Amazon's for S3 whose first labels are a bucket: `bucket.s3.eu-west-1.amazonaws.com`.
pub fn names_bucket(host: &[u8]) -> bool {
    let lower = host.to_ascii_lowercase();
    let labels =
        lower.split(|byte| *byte == b'.').position(|label| label == b"s3" || label.starts_with(b"s3-"));
    labels.is_some_and(|at| at > 0)
        && of_host(host).reason != Reason::Provider
        && of_host(host).service.is_some()
}

/// Reads service and region off the host of `request`, and its path where services share a host.
pub fn of_request(request: &Request) -> Endpoint {
    let mut endpoint = of_host(request.host().unwrap_or_default());
    let path = || &request.target[request.target().path];
    if endpoint.scheme.is_some() && endpoint.region.is_none() {
        endpoint.region = region_of_path(path());
    }
    let Some(service) = &mut endpoint.service else { return endpoint };
    if let Some((_, begin, name)) = BY_PATH.iter().find(|(host, ..)| host == service)
        && path().starts_with(begin)
    {
        *service = (*name).to_owned();
    }
    endpoint
}

/// The region that a path of JD Cloud names: `/v1/regions/cn-north-1/instances`.
fn region_of_path(path: &[u8]) -> Option<String> {
    let mut parts = path.split(|byte| *byte == b'/').skip_while(|part| *part != b"regions");
    let region = parts.nth(1).filter(|region| !region.is_empty())?;
    std::str::from_utf8(region).ok().map(str::to_owned)
}

/// Where the host of a request names a bucket of OSS: `bucket.oss-cn-hangzhou.aliyuncs.com`.
pub fn bucket_of_host(request: &Request) -> Option<Span> {
    let whole = match request.header(b"host") {
        Some((index, header)) => Span::new(Part::HeaderValue(index as u32), 0..header.value.len()),
        None => request.authority()?,
    };
    let text = request.at(whole);
    let start = text.len() - text.trim_ascii_start().len();
    let host = text.trim_ascii();
    let end = memchr::memchr(b':', host).unwrap_or(host.len());
    let lower = host[..end].to_ascii_lowercase();
    let bucket = maker::bucket(std::str::from_utf8(&lower).ok()?)?;
    let start = whole.start + start as u32;
    Some(Span { start, end: start + bucket.end as u32, ..whole })
}

/// Reads service and region off a host such as `bucket.s3.eu-west-1.amazonaws.com`; nothing for other hosts.
pub fn of_host(host: &[u8]) -> Endpoint {
    let end = memchr::memchr(b':', host).unwrap_or(host.len());
    let lower: SmallVec<[u8; 128]> = host[..end].iter().map(u8::to_ascii_lowercase).collect();
    let Ok(host) = str::from_utf8(&lower) else { return Endpoint::default() };
    for (domain, one_region) in &DOMAINS {
        if let Some(name) = host.strip_suffix(domain) {
            return of_aws(name, *one_region);
        }
    }
    of_provider(host).or_else(|| of_maker(host)).unwrap_or_default()
}

/// The usual host of a service, by signing name, in a region; `None` where it depends on a resource, or is not known.
pub fn hosts_of(name: &str, region: &str) -> Option<String> {
    let row = of_name(name.as_bytes());
    let label = row.hosts.first()?;
    let domain = domain_of(region);
    match (row.region, domain) {
        (RegionRule::Regional | RegionRule::RegionalOr(_), _) => Some(format!("{label}.{region}{domain}")),
        (RegionRule::Global(_), ".amazonaws.com") => Some(format!("{label}{domain}")),
        (RegionRule::Only(one), ".amazonaws.com") => Some(format!("{label}.{one}{domain}")),
        (RegionRule::Global(_) | RegionRule::Only(_), _) => None,
    }
}

/// The domain of a region's hosts.
fn domain_of(region: &str) -> &'static str {
    let partitions = [
        ("cn-", ".amazonaws.com.cn"),
        ("eusc-", ".amazonaws.eu"),
        ("us-iso-", ".c2s.ic.gov"),
        ("us-isob-", ".sc2s.sgov.gov"),
        ("eu-isoe-", ".cloud.adc-e.uk"),
        ("us-isof-", ".csp.hci.ic.gov"),
    ];
    let found = partitions.iter().find(|(begin, _)| region.starts_with(begin));
    found.map_or(".amazonaws.com", |(_, domain)| *domain)
}

#[cfg(test)]
mod tests;
