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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_and_region_are_read_off_the_hosts_of_makers() {
        for (host, service, region, scheme) in [
            ("b.oss-cn-hangzhou.aliyuncs.com", Some("oss"), Some("cn-hangzhou"), name::OSS4),
            ("oss-eu-central-1-internal.aliyuncs.com", Some("oss"), Some("eu-central-1"), name::OSS4),
            ("oss-accelerate.aliyuncs.com", Some("oss"), None, name::OSS4),
            ("ecs.cn-shanghai.aliyuncs.com", Some("ecs"), Some("cn-shanghai"), name::ACS3),
            ("alidns.aliyuncs.com", Some("alidns"), None, name::ACS3),
            ("b.tos-cn-beijing.volces.com", Some("tos"), Some("cn-beijing"), name::TOS4),
            ("open.volcengineapi.com", None, None, name::VOLCENGINE),
            ("iam.volcengineapi.com", Some("iam"), None, name::VOLCENGINE),
            ("cvm.tencentcloudapi.com", Some("cvm"), None, name::TC3),
            ("cvm.ap-guangzhou.tencentcloudapi.com", Some("cvm"), Some("ap-guangzhou"), name::TC3),
            ("vpc.cn-north-1.myhuaweicloud.com", Some("vpc"), Some("cn-north-1"), name::HUAWEI),
            ("vm.jdcloud-api.com", Some("vm"), None, name::JDCLOUD3),
        ] {
            let found = of_maker(host).expect(host);
            assert_eq!(found.service.as_deref(), service, "{host}");
            assert_eq!(found.region.as_deref(), region, "{host}");
            assert_eq!(found.scheme, Some(scheme), "{host}");
        }
    }

    #[test]
    fn stores_that_sign_by_other_schemes_are_not_told() {
        for host in ["b.obs.cn-north-1.myhuaweicloud.com", "b.tos-s3-cn-beijing.volces.com", "aliyuncs.com"] {
            assert_eq!(of_maker(host), None, "{host}");
        }
    }

    #[test]
    fn a_bucket_stands_before_the_name_of_the_store() {
        assert_eq!(bucket("a-b.oss-cn-hangzhou.aliyuncs.com"), Some(0..3));
        assert_eq!(bucket("oss-cn-hangzhou.aliyuncs.com"), None);
        assert_eq!(bucket("a-b.s3.oss-cn-hangzhou.aliyuncs.com"), None);
        assert_eq!(bucket("a.example.com"), None);
    }
}
