//! The hosts of other makers whose schemes are relatives of Signature Version 4.

use std::ops::Range;

use super::{Endpoint, Reason};
use crate::signature::name;

/// What the labels before a domain tell.
#[derive(Clone, Copy)]
enum Labels {
    /// `oss-cn-hangzhou`, and before it a bucket: the region follows the name of the service.
    Store(&'static str),
    /// `ecs.cn-shanghai`: a service, and a region where there is a second label; the first label may be one that is no service.
    ServiceAndRegion(Option<&'static str>),
}

/// The domains of makers: the more particular first.
const MAKERS: [(&str, Labels, &str); 9] = [
    (".aliyuncs.com", Labels::Store("oss"), name::OSS4),
    (".aliyuncs.com", Labels::ServiceAndRegion(None), name::ACS3),
    (".volces.com", Labels::Store("tos"), name::TOS4),
    (".bytepluses.com", Labels::Store("tos"), name::TOS4),
    (".volcengineapi.com", Labels::ServiceAndRegion(Some("open")), name::VOLCENGINE),
    (".tencentcloudapi.com", Labels::ServiceAndRegion(None), name::TC3),
    (".myhuaweicloud.com", Labels::ServiceAndRegion(Some("obs")), name::HUAWEI),
    (".jdcloud-api.com", Labels::ServiceAndRegion(None), name::JDCLOUD3),
    (".api.emarsys.net", Labels::ServiceAndRegion(None), name::EMS),
];

pub(super) fn of_maker(host: &str) -> Option<Endpoint> {
    MAKERS.iter().find_map(|(domain, labels, scheme)| {
        let (service, region) = labels.read(host.strip_suffix(domain)?)?;
        Some(Endpoint {
            service: service.map(str::to_owned),
            region: region.map(str::to_owned),
            region_set: None,
            reason: Reason::Host,
            scheme: Some(scheme),
        })
    })
}

impl Labels {
    /// Service and region.
    fn read(self, labels: &str) -> Option<(Option<&str>, Option<&str>)> {
        match self {
            Self::Store(service) => {
                let region = &labels[region_of_store(labels, service)?];
                let region = region.strip_suffix("-internal").unwrap_or(region);
                Some((Some(service), Some(region).filter(|region| *region != "accelerate")))
            }
            Self::ServiceAndRegion(no_service) => {
                let (first, rest) = labels.split_once('.').unwrap_or((labels, ""));
                let is_obs = no_service == Some("obs") && labels.split('.').any(|label| label == "obs");
                let service = Some(first).filter(|first| Some(*first) != no_service);
                let region = Some(rest).filter(|rest| rest.contains('-') && !rest.contains('.'));
                (!is_obs).then_some((service, region))
            }
        }
    }
}

/// Where the region of an object store stands: the last label, behind the name of the service.
fn region_of_store(labels: &str, service: &str) -> Option<Range<usize>> {
    let start = labels.rfind('.').map_or(0, |dot| dot + 1);
    let region = labels[start..].strip_prefix(service)?.strip_prefix('-')?;
    (!region.starts_with("s3-")).then(|| labels.len() - region.len()..labels.len())
}

/// Where a host names a bucket before an object store that signs it.
pub(super) fn bucket(host: &str) -> Option<Range<usize>> {
    let (domain, labels) = (".aliyuncs.com", "oss");
    let before = host.strip_suffix(domain)?;
    let region = region_of_store(before, labels)?;
    let end = region.start.checked_sub(labels.len() + 2)?;
    (end > 0 && !before[..end].ends_with(".s3") && &before[..end] != "s3").then_some(0..end)
}
