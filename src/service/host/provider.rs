//! The names of other providers of S3.

use super::{Endpoint, Reason};

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

pub(super) fn of_provider(host: &str) -> Option<Endpoint> {
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
