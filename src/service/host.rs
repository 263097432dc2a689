//! What the name of an endpoint tells of service and region, and the other way round.
//!
//! The names of AWS are read from the right: a domain, then the region and the service in either order, then a resource's own
//! labels. Which labels a service has is in [`SERVICES`]. What other providers of S3 ask for is in `PROVIDERS`.

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::{RegionRule, SERVICES, Service, is_known, of_name};
use crate::request::Request;

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
            Reason::Host | Reason::OneRegion => self.service.as_deref().filter(|name| is_known(name)),
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
        }
    }
}

/// What the domain of a partition says of services with one region.
#[derive(Clone, Copy)]
enum OneRegion {
    /// It is the one of the service's row.
    OfTheRow,
    /// It is this one, whatever the service.
    Is(&'static str),
    /// It depends.
    Unknown,
}

/// The domains of AWS, and what they say of services with one region.
const DOMAINS: [(&str, OneRegion); 13] = [
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

/// Where another provider's host has the region.
enum Place {
    /// Nowhere: it is always this one.
    Always(&'static str),
    /// After `s3`: `bucket.s3.us-west-004.backblazeb2.com`; this one where it is left out.
    AfterS3(Option<&'static str>),
    /// Before the domain: `bucket.nyc3.digitaloceanspaces.com`.
    Last,
}

/// Other providers of S3, by domain.
const PROVIDERS: [(&str, Place); 6] = [
    (".r2.cloudflarestorage.com", Place::Always("auto")),
    (".storage.googleapis.com", Place::Always("auto")),
    (".backblazeb2.com", Place::AfterS3(None)),
    (".wasabisys.com", Place::AfterS3(Some("us-east-1"))),
    (".digitaloceanspaces.com", Place::Last),
    (".scw.cloud", Place::AfterS3(None)),
];

/// Endpoints that span regions, by how their names end: access points, event buses and key stores of more than one region.
const SPANNING: [(&str, &str); 3] = [
    (".accesspoint.s3-global", "s3"),
    (".endpoint.events", "events"),
    (".cloudfront-kvs.global", "cloudfront-keyvaluestore"),
];

/// Databases are called by a name of their own with the region before the service, and have a signing name of their own.
const AFTER_REGION: [(&str, &str); 2] = [("neptune", "neptune-db"), ("rds", "rds-db")];

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
    let Some(service) = &mut endpoint.service else { return endpoint };
    if let Some((_, begin, name)) = BY_PATH.iter().find(|(host, ..)| host == service)
        && request.target[request.target().path].starts_with(begin)
    {
        *service = (*name).to_owned();
    }
    endpoint
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
    of_provider(host).unwrap_or_default()
}

fn of_aws(name: &str, one_region: OneRegion) -> Endpoint {
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

fn of_provider(host: &str) -> Option<Endpoint> {
    let found = |region| Some(Endpoint::of("s3", region, Reason::Provider));
    for (domain, place) in &PROVIDERS {
        if let Place::Always(region) = place
            && host == &domain[1..]
        {
            return found(Some(region));
        }
        let Some(labels) = host.strip_suffix(domain) else { continue };
        let (before, last) = labels.rsplit_once('.').unwrap_or(("", labels));
        return match place {
            Place::Always(region) => found(Some(region)),
            Place::AfterS3(left_out) if last == "s3" => found(*left_out),
            Place::AfterS3(_) if before == "s3" || before.ends_with(".s3") => found(Some(last)),
            Place::AfterS3(_) => None,
            Place::Last => found(Some(last)),
        };
    }
    None
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

/// Whether a label has the form of a region: a place, a part of the sky and a number, as in `us-east-1` and `us-gov-west-1`.
fn is_region(label: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What a host tells, in short: `service`, `service region`, `service *` for a set of regions.
    fn told(host: &str) -> String {
        let endpoint = of_host(host.as_bytes());
        let parts = [endpoint.service.as_deref(), endpoint.region.as_deref(), endpoint.region_set];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn assert_told(cases: &[(&str, &str)]) {
        for (host, expected) in cases {
            assert_eq!(told(host), *expected, "{host}");
        }
    }

    #[test]
    fn hosts_tell_service_and_region() {
        for (host, service, region) in [
            ("iam.amazonaws.com", "iam", "us-east-1"),
            ("examplebucket.s3.amazonaws.com", "s3", ""),
            ("examplebucket.s3.us-west-2.amazonaws.com:443", "s3", "us-west-2"),
            ("b.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
            ("b.s3-accelerate.amazonaws.com", "s3", ""),
            ("b.s3-us-west-2.amazonaws.com", "s3", "us-west-2"),
            ("b.vpce-1a.s3.us-east-1.vpce.amazonaws.com", "s3", "us-east-1"),
            ("logs.eu-west-1.s3.amazonaws.com", "s3", ""),
            ("a-123.s3-accesspoint.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
            ("x.execute-api.eu-central-1.amazonaws.com", "execute-api", "eu-central-1"),
            ("search-d.us-east-1.es.amazonaws.com", "es", "us-east-1"),
            ("x.us-east-1.aoss.amazonaws.com", "aoss", "us-east-1"),
            ("x.lambda-url.us-east-1.on.aws", "lambda", "us-east-1"),
            ("runtime.sagemaker.us-east-1.amazonaws.com", "sagemaker", "us-east-1"),
            ("email.us-gov-west-1.amazonaws.com", "ses", "us-gov-west-1"),
            ("dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb", "cn-north-1"),
        ] {
            let region = Some(region).filter(|region| !region.is_empty());
            let endpoint = of_host(host.as_bytes());
            assert_eq!(endpoint.service.as_deref(), Some(service), "{host}");
            assert_eq!(endpoint.region.as_deref(), region, "{host}");
        }
    }

    #[test]
    fn other_hosts_tell_nothing() {
        for host in [
            "127.0.0.1:9000",
            "api.example.com",
            "",
            "amazonaws.com",
            ".amazonaws.com",
            "us-east-1.amazonaws.com",
            "minio.local:9000",
            "s3.example.com",
            "evil-amazonaws.com",
            "googleapis.com",
            "f004.backblazeb2.com",
            "\u{e9}.amazonaws.co",
            "[::1]:9000",
        ] {
            assert_eq!(told(host), "", "{host}");
        }
        assert_eq!(of_host(b"\xff.s3.amazonaws.com"), Endpoint::default());
    }

    #[test]
    fn a_host_of_s3_names_its_region_or_none() {
        assert_told(&[
            ("s3.amazonaws.com", "s3"),
            ("S3.EU-West-1.AmazonAWS.com", "s3 eu-west-1"),
            ("s3-fips.us-east-1.amazonaws.com", "s3 us-east-1"),
            ("b.s3-fips.dualstack.us-gov-west-1.amazonaws.com", "s3 us-gov-west-1"),
            ("b.s3-accelerate.dualstack.amazonaws.com", "s3"),
            ("my-app-east-1.s3-accelerate.amazonaws.com", "s3"),
            ("s3-external-1.amazonaws.com", "s3 us-east-1"),
            ("ap-111122223333.s3-accesspoint-fips.dualstack.eu-west-1.amazonaws.com", "s3 eu-west-1"),
            ("111122223333.s3-control.dualstack.us-west-2.amazonaws.com", "s3 us-west-2"),
            ("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express us-east-1"),
            ("b--x-s3.s3express-fips-use1-az4.dualstack.us-east-1.amazonaws.com", "s3express us-east-1"),
            ("s3express-control.us-west-2.amazonaws.com", "s3express us-west-2"),
            ("ol-111122223333.s3-object-lambda.us-east-1.amazonaws.com", "s3-object-lambda us-east-1"),
            ("b.op-01ac5d28a6a232904.s3-outposts.us-east-1.amazonaws.com", "s3-outposts us-east-1"),
            ("bucket.vpce-1a2b-3c.s3.us-east-1.vpce.amazonaws.com", "s3 us-east-1"),
            ("control.vpce-1a2b-3c-us-east-1a.s3.us-east-1.vpce.amazonaws.com", "s3 us-east-1"),
        ]);
    }

    #[test]
    fn an_endpoint_of_many_regions_tells_its_set() {
        assert_told(&[
            ("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com", "s3 *"),
            ("abcde.veo.endpoint.events.amazonaws.com", "events *"),
            ("111122223333.cloudfront-kvs.global.api.aws", "cloudfront-keyvaluestore *"),
        ]);
    }

    #[test]
    fn a_signing_name_may_differ_from_the_host() {
        assert_told(&[
            ("streams.dynamodb.us-east-1.amazonaws.com", "dynamodb us-east-1"),
            ("111122223333.ddb.us-east-1.amazonaws.com", "dynamodb us-east-1"),
            ("api.sagemaker-fips.us-east-1.amazonaws.com", "sagemaker us-east-1"),
            ("vpce-1a.runtime.sagemaker.us-east-1.vpce.amazonaws.com", "sagemaker us-east-1"),
            ("entitlement.marketplace.us-east-1.amazonaws.com", "aws-marketplace us-east-1"),
            ("models.lex.eu-west-1.amazonaws.com", "lex eu-west-1"),
            ("runtime-v2-lex.eu-west-1.api.aws", "lex eu-west-1"),
            ("transcribestreaming.us-east-1.amazonaws.com", "transcribe us-east-1"),
            ("polly.us-east-1.amazonaws.com", "polly us-east-1"),
            ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock us-east-1"),
            ("bedrock-agent-runtime-fips.us-east-1.amazonaws.com", "bedrock us-east-1"),
            ("bedrock-mantle.us-east-1.api.aws", "bedrock-mantle us-east-1"),
            ("cloudhsmv2.us-east-1.amazonaws.com", "cloudhsm us-east-1"),
            ("personalize-runtime.us-east-1.amazonaws.com", "personalize us-east-1"),
            ("participant.connect.us-east-1.amazonaws.com", "execute-api us-east-1"),
            ("portal.sso.us-east-1.amazonaws.com", "awsssoportal us-east-1"),
            ("sync-states.us-east-1.amazonaws.com", "states us-east-1"),
            ("git-codecommit.us-east-1.amazonaws.com", "codecommit us-east-1"),
            ("api.ecr.us-east-1.amazonaws.com", "ecr us-east-1"),
            ("cognito-idp.us-east-1.amazonaws.com", "cognito-idp us-east-1"),
            ("maps.geo-fips.us-east-1.amazonaws.com", "geo-maps us-east-1"),
            ("tracking.geo.us-east-1.amazonaws.com", "geo us-east-1"),
        ]);
    }

    #[test]
    fn iot_has_a_host_for_control_and_one_for_data() {
        assert_told(&[
            ("iot.us-east-1.amazonaws.com", "iot us-east-1"),
            ("iot-fips.us-east-1.amazonaws.com", "iot us-east-1"),
            ("data-ats.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
            ("a1b2c3-ats.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
            ("a1b2c3.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
            ("data.jobs.iot.us-east-1.amazonaws.com", "iot-jobs-data us-east-1"),
            ("api.tunneling.iot-fips.us-east-1.amazonaws.com", "IoTSecuredTunneling us-east-1"),
        ]);
    }

    #[test]
    fn a_resource_may_stand_before_region_and_service() {
        assert_told(&[
            ("eu-west-1.queue.amazonaws.com", "sqs eu-west-1"),
            ("db.abc.us-east-1.rds.amazonaws.com:3306", "rds-db us-east-1"),
            ("c.cluster-x.eu-west-2.neptune.amazonaws.com:8182", "neptune-db eu-west-2"),
            ("g-1.us-east-1.neptune-graph.amazonaws.com", "neptune-graph us-east-1"),
            ("search-x.us-east-1.cloudsearch.amazonaws.com", "cloudsearch us-east-1"),
            ("x.appsync-realtime-api.us-east-1.amazonaws.com", "appsync us-east-1"),
            ("vpce-1a.execute-api.us-east-1.vpce.amazonaws.com", "execute-api us-east-1"),
            ("s-1.vpc-lattice-svcs.us-east-1.on.aws", "vpc-lattice-svcs us-east-1"),
        ]);
    }

    #[test]
    fn a_service_with_one_region_tells_it_by_partition() {
        assert_told(&[
            ("sts.amazonaws.com", "sts us-east-1"),
            ("sts.eu-west-1.amazonaws.com", "sts eu-west-1"),
            ("route53.amazonaws.com", "route53 us-east-1"),
            ("route53.amazonaws.com.cn", "route53 cn-northwest-1"),
            ("route53.amazonaws.eu", "route53 eusc-de-east-1"),
            ("iam.us-gov.amazonaws.com", "iam us-gov-west-1"),
            ("iam.global.api.aws", "iam us-east-1"),
            ("iam.global.api.amazonwebservices.com.cn", "iam"),
            ("global.health.amazonaws.com", "health us-east-1"),
            ("waf-fips.amazonaws.com", "waf us-east-1"),
            ("ec2.amazonaws.com", "ec2 us-east-1"),
            ("routes.geo.us-gov-west-1.us-gov.amazonaws.com", "geo-routes us-gov-west-1"),
            ("kms.eusc-de-east-1.amazonaws.eu", "kms eusc-de-east-1"),
            ("kms.us-isob-east-1.sc2s.sgov.gov", "kms us-isob-east-1"),
        ]);
        assert_eq!(of_host(b"iam.amazonaws.com").reason, Reason::OneRegion);
        assert_eq!(of_host(b"sts.eu-west-1.amazonaws.com").reason, Reason::Host);
    }

    #[test]
    fn other_providers_of_s3_propose_a_region_and_require_none() {
        assert_told(&[
            ("0123abcd.r2.cloudflarestorage.com", "s3 auto"),
            ("0123abcd.eu.r2.cloudflarestorage.com", "s3 auto"),
            ("storage.googleapis.com", "s3 auto"),
            ("bucket.storage.googleapis.com", "s3 auto"),
            ("s3.us-west-004.backblazeb2.com", "s3 us-west-004"),
            ("bucket.s3.eu-central-003.backblazeb2.com", "s3 eu-central-003"),
            ("s3.wasabisys.com", "s3 us-east-1"),
            ("b.s3.ap-northeast-1.wasabisys.com", "s3 ap-northeast-1"),
            ("bucket.nyc3.digitaloceanspaces.com", "s3 nyc3"),
            ("bucket.s3.fr-par.scw.cloud", "s3 fr-par"),
        ]);
        let endpoint = of_host(b"0123abcd.r2.cloudflarestorage.com");
        assert_eq!((endpoint.reason, endpoint.required_region()), (Reason::Provider, None));
        assert_eq!(of_host(b"s3.eu-west-1.amazonaws.com").required_region().as_deref(), Some("eu-west-1"));
    }

    /// Requests that clients sent: the host, and the scope they named.
    #[test]
    fn agrees_with_requests_of_real_clients() {
        assert_told(&[
            ("examplebucket.s3.eu-west-1.amazonaws.com", "s3 eu-west-1"),
            ("examplebucket.s3.us-west-2.amazonaws.com", "s3 us-west-2"),
            ("examplebucket.s3.dualstack.us-west-2.amazonaws.com", "s3 us-west-2"),
            ("examplebucket.s3-accelerate.amazonaws.com", "s3"),
            ("mybucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express us-east-1"),
            ("mylap-123456789012.s3-object-lambda.us-east-1.amazonaws.com", "s3-object-lambda us-east-1"),
            ("tj9n5r0m12.execute-api.us-east-1.amazonaws.com", "execute-api us-east-1"),
            ("iam.amazonaws.com", "iam us-east-1"),
            ("x.appsync-api.us-east-1.amazonaws.com", "appsync us-east-1"),
            ("abcdefg.lambda-url.us-east-1.on.aws", "lambda us-east-1"),
            ("d.us-east-1.aoss.amazonaws.com", "aoss us-east-1"),
        ]);
    }

    #[test]
    fn the_path_tells_services_apart_that_share_a_host() {
        let request = |target: &str| {
            let header = crate::request::Header::new("Host", "a1-ats.iot.us-east-1.amazonaws.com");
            Request { target: target.into(), headers: vec![header], ..Request::default() }
        };
        let service = |target: &str| of_request(&request(target)).service;
        assert_eq!(service("/mqtt?X-Amz-Expires=60").as_deref(), Some("iotdevicegateway"));
        assert_eq!(service("/topics/a").as_deref(), Some("iotdata"));
    }

    #[test]
    fn every_usual_host_leads_back_to_its_service() {
        for region in ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-east-1", "eusc-de-east-1"] {
            for row in SERVICES {
                let Some(host) = hosts_of(row.name, region) else { continue };
                let endpoint = of_host(host.as_bytes());
                assert_eq!(endpoint.service.as_deref(), Some(row.name), "{host}");
                assert!(endpoint.region.is_some(), "{host}");
            }
        }
    }

    #[test]
    fn every_host_of_the_table_leads_back_to_its_service() {
        for row in SERVICES {
            for label in row.hosts {
                let host = format!("{label}.eu-west-1.amazonaws.com");
                assert_eq!(told(&host), format!("{} eu-west-1", row.name), "{host}");
            }
        }
    }

    #[test]
    fn a_service_tells_its_host() {
        for (name, region, expected) in [
            ("s3", "eu-west-1", "s3.eu-west-1.amazonaws.com"),
            ("ses", "eu-west-1", "email.eu-west-1.amazonaws.com"),
            ("sts", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
            ("iam", "eu-west-1", "iam.amazonaws.com"),
            ("ce", "eu-west-1", "ce.us-east-1.amazonaws.com"),
            ("iotdata", "us-east-1", "data-ats.iot.us-east-1.amazonaws.com"),
        ] {
            assert_eq!(hosts_of(name, region).as_deref(), Some(expected));
        }
        assert_eq!(hosts_of("rds-db", "us-east-1"), None);
        assert_eq!(hosts_of("iam", "cn-north-1"), None);
        assert_eq!(hosts_of("brand-new", "us-east-1"), None);
    }

    #[test]
    fn a_region_has_a_place_a_part_of_the_sky_and_a_number() {
        for region in ["us-east-1", "us-gov-west-1", "ap-southeast-7", "eusc-de-east-1", "us-isof-south-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in ["my-app-1", "us-east", "east-1", "s3-accesspoint", "us-gov-a-east-1", "US-east-1", ""] {
            assert!(!is_region(other), "{other}");
        }
    }
}
