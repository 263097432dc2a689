//! What is asked of buckets: lists above all.

use hyper::header;

use super::{Asked, error, iso, xml};
use crate::gateway::answer::{Answer, element};
use crate::gateway::store::listing::{Page, Wanted};

/// Every bucket.
pub(super) fn all(asked: &Asked<'_>) -> Answer {
    let buckets = asked.store.buckets().into_iter().map(|(name, made)| {
        let inner = element("Name", name.as_bytes()) + &element("CreationDate", iso(made).as_bytes());
        format!("<Bucket>{inner}</Bucket>")
    });
    let owner = "<Owner><ID>countersign</ID></Owner>";
    xml("ListAllMyBucketsResult", &format!("{owner}<Buckets>{}</Buckets>", buckets.collect::<String>()))
}

/// What a bucket has not: each with the code that says so.
const NONE: [(&str, &str); 10] = [
    ("cors", "NoSuchCORSConfiguration"),
    ("encryption", "ServerSideEncryptionConfigurationNotFoundError"),
    ("lifecycle", "NoSuchLifecycleConfiguration"),
    ("object-lock", "ObjectLockConfigurationNotFoundError"),
    ("ownershipControls", "OwnershipControlsNotFoundError"),
    ("policy", "NoSuchBucketPolicy"),
    ("publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
    ("replication", "ReplicationConfigurationNotFoundError"),
    ("tagging", "NoSuchTagSet"),
    ("website", "NoSuchWebsiteConfiguration"),
];

/// What is empty of a bucket: root and content of the answer.
const EMPTY: [(&str, &str, &str); 8] = [
    ("location", "LocationConstraint", ""),
    ("versioning", "VersioningConfiguration", ""),
    ("logging", "BucketLoggingStatus", ""),
    ("notification", "NotificationConfiguration", ""),
    ("accelerate", "AccelerateConfiguration", ""),
    ("requestPayment", "RequestPaymentConfiguration", "<Payer>BucketOwner</Payer>"),
    ("acl", "AccessControlPolicy", "<Owner><ID>countersign</ID></Owner><AccessControlList/>"),
    ("session", "CreateSessionResult", SESSION),
];

/// Keys for a session of S3 Express: those that AWS documents, which the gateway knows, and a token that says what it is.
const SESSION: &str = "<Credentials><SessionToken>EXAMPLE-SESSION-TOKEN</SessionToken>\
    <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>\
    <AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>";

/// What can be asked of a bucket; a list of its objects where nothing else is.
pub(super) fn get(asked: &Asked<'_>) -> Answer {
    if let Some((_, code)) = NONE.into_iter().find(|(name, _)| asked.has(name)) {
        return error(asked, 404, code, "The bucket has none.");
    }
    if let Some((_, root, inner)) = EMPTY.into_iter().find(|(name, ..)| asked.has(name)) {
        return xml(root, inner);
    }
    match (asked.has("uploads"), asked.has("versions")) {
        (true, _) => uploads(asked),
        (false, true) => list(asked, &Form::VERSIONS),
        (false, false) if asked.query("list-type").as_deref() == Some("2") => list(asked, &Form::V2),
        (false, false) => list(asked, &Form::V1),
    }
}

/// How a list is asked for and written.
struct Form {
    root: &'static str,
    /// Parameters that say behind which key it begins; the first that is there counts.
    after: &'static [&'static str],
    /// The element for one key.
    entry: &'static str,
    /// What stands in each entry besides.
    more: &'static str,
    /// The element that says where the next page begins.
    next: &'static str,
    /// Parameters that come back as they were sent: parameter and element.
    echoes: &'static [(&'static str, &'static str)],
    counts: Counts,
}

/// Whether a list says how many it holds.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Counts {
    Told,
    Untold,
}

impl Form {
    const V1: Self = Self {
        root: "ListBucketResult",
        after: &["marker"],
        entry: "Contents",
        more: "",
        next: "NextMarker",
        echoes: &[("marker", "Marker")],
        counts: Counts::Untold,
    };
    const V2: Self = Self {
        root: "ListBucketResult",
        after: &["continuation-token", "start-after"],
        entry: "Contents",
        more: "",
        next: "NextContinuationToken",
        echoes: &[("continuation-token", "ContinuationToken"), ("start-after", "StartAfter")],
        counts: Counts::Told,
    };
    const VERSIONS: Self = Self {
        root: "ListVersionsResult",
        after: &["key-marker"],
        entry: "Version",
        more: "<VersionId>null</VersionId><IsLatest>true</IsLatest>",
        next: "NextKeyMarker",
        echoes: &[("key-marker", "KeyMarker")],
        counts: Counts::Untold,
    };
}

/// More are never on one page.
const MOST: usize = 1000;

fn list(asked: &Asked<'_>, form: &Form) -> Answer {
    let text = |name: &str| asked.query(name).unwrap_or_default();
    let most = asked.query("max-keys").and_then(|most| most.parse().ok()).unwrap_or(MOST).min(MOST);
    let wanted = Wanted {
        prefix: text("prefix"),
        delimiter: text("delimiter"),
        after: form.after.iter().find_map(|name| asked.query(name)).unwrap_or_default(),
        most,
    };
    let page = asked.store.list(&asked.bucket, &wanted);
    let is_url = asked.query("encoding-type").as_deref() == Some("url");
    let shown = |text: &str| if is_url { url_encoded(text) } else { text.to_owned() };
    let mut inner = element("Name", asked.bucket.as_bytes());
    inner.push_str(&element("Prefix", shown(&wanted.prefix).as_bytes()));
    for (name, tag) in form.echoes {
        match asked.query(name) {
            // Version 1 says where it began even where that is the begin.
            None if form.counts == Counts::Told => {}
            value => inner.push_str(&element(tag, shown(&value.unwrap_or_default()).as_bytes())),
        }
    }
    if !wanted.delimiter.is_empty() {
        inner.push_str(&element("Delimiter", shown(&wanted.delimiter).as_bytes()));
    }
    if is_url {
        inner.push_str("<EncodingType>url</EncodingType>");
    }
    if form.counts == Counts::Told {
        inner.push_str(&format!("<KeyCount>{}</KeyCount>", page.keys.len() + page.prefixes.len()));
    }
    inner.push_str(&format!("<MaxKeys>{most}</MaxKeys><IsTruncated>{}</IsTruncated>", page.next.is_some()));
    if let Some(next) = &page.next {
        // A token goes back as it is; what names a key is encoded as keys are.
        let next = if form.counts == Counts::Told { next.clone() } else { shown(next) };
        inner.push_str(&element(form.next, next.as_bytes()));
    }
    write_entries(&mut inner, &page, form, &shown);
    xml(form.root, &inner)
}

fn write_entries(out: &mut String, page: &Page, form: &Form, shown: &dyn Fn(&str) -> String) {
    for (key, object) in &page.keys {
        out.push_str(&format!(
            "<{entry}>{key}{more}{modified}{tag}<Size>{size}</Size><StorageClass>STANDARD</StorageClass>\
             <Owner><ID>countersign</ID></Owner></{entry}>",
            entry = form.entry,
            key = element("Key", shown(key).as_bytes()),
            more = form.more,
            modified = element("LastModified", iso(object.modified).as_bytes()),
            tag = element("ETag", object.tag.as_bytes()),
            size = object.size,
        ));
    }
    for prefix in &page.prefixes {
        let inner = element("Prefix", shown(prefix).as_bytes());
        out.push_str(&format!("<CommonPrefixes>{inner}</CommonPrefixes>"));
    }
}

/// As `encoding-type=url` has it: everything but letters, digits and `-_.*/`.
fn url_encoded(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const SET: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/');
    utf8_percent_encode(text, &SET).to_string()
}

fn uploads(asked: &Asked<'_>) -> Answer {
    let uploads = asked.store.uploads(&asked.bucket).into_iter().map(|(id, key, begun)| {
        let inner = [
            element("Key", key.as_bytes()),
            element("UploadId", id.as_bytes()),
            element("Initiated", iso(begun).as_bytes()),
        ];
        format!("<Upload>{}</Upload>", inner.concat())
    });
    let bucket = element("Bucket", asked.bucket.as_bytes());
    let inner = format!("{bucket}<IsTruncated>false</IsTruncated>{}", uploads.collect::<String>());
    xml("ListMultipartUploadsResult", &inner)
}

/// Makes a bucket; what is set of one is taken and forgotten.
pub(super) fn put(asked: &Asked<'_>) -> Answer {
    if !asked.bucket.is_empty() && asked.request.target().query.is_none() {
        asked.store.make_bucket(&asked.bucket, asked.now);
    }
    Answer::empty(200).with(header::LOCATION, format!("/{}", asked.bucket))
}

pub(super) fn delete(asked: &Asked<'_>) -> Answer {
    let is_setting =
        NONE.iter().map(|(name, _)| *name).chain(["metrics", "inventory"]).any(|name| asked.has(name));
    match is_setting || asked.store.drop_bucket(&asked.bucket) {
        true => Answer::empty(204),
        false => error(asked, 409, "BucketNotEmpty", "The bucket you tried to delete is not empty"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, store};

    #[test]
    fn lists_hold_what_was_put_in_both_versions() {
        let store = store();
        for key in ["a/1", "a/%C3%BC%26%3C", "b"] {
            assert_eq!(ask(&store, &format!("PUT /bucket/{key}"), "", b"x").0, 200);
        }
        let (_, _, all) = ask(&store, "GET /bucket?list-type=2", "", b"");
        let keys: Vec<_> = super::super::texts(&all, "Key").collect();
        assert_eq!(keys, ["a/1", "a/\u{fc}&<", "b"]);
        assert!(all.contains("<KeyCount>3</KeyCount>") && all.contains("<Size>1</Size>"), "{all}");
        let (_, _, rolled) = ask(&store, "GET /bucket?delimiter=%2F&encoding-type=url", "", b"");
        assert!(rolled.contains("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"), "{rolled}");
        assert!(rolled.contains("<Marker></Marker>") && !rolled.contains("KeyCount"), "{rolled}");
        let (_, _, url) = ask(&store, "GET /bucket?prefix=a%2F&encoding-type=url", "", b"");
        assert!(url.contains("<Key>a/%C3%BC%26%3C</Key>"), "{url}");
        let (_, _, buckets) = ask(&store, "GET /", "", b"");
        assert!(buckets.contains("<Bucket><Name>bucket</Name>"), "{buckets}");
    }

    #[test]
    fn a_page_says_where_the_next_begins() {
        let store = store();
        ["a", "b", "c"].iter().for_each(|key| drop(ask(&store, &format!("PUT /bucket/{key}"), "", b"")));
        let (mut token, mut keys) = (String::new(), Vec::new());
        loop {
            let line = format!("GET /bucket?list-type=2&max-keys=2{token}");
            let (_, _, page) = ask(&store, &line, "", b"");
            keys.extend(super::super::texts(&page, "Key"));
            let Some(next) = super::super::texts(&page, "NextContinuationToken").next() else { break };
            token = format!("&continuation-token={next}");
        }
        assert_eq!(keys, ["a", "b", "c"]);
    }

    #[test]
    fn everything_that_can_be_asked_of_a_bucket_has_an_answer() {
        let store = store();
        for (line, status, root) in [
            ("GET /bucket?location", 200, "<LocationConstraint "),
            ("GET /bucket?policy", 404, "<Code>NoSuchBucketPolicy<"),
            ("GET /bucket?uploads", 200, "<ListMultipartUploadsResult "),
            ("GET /bucket?versions", 200, "<ListVersionsResult "),
            ("GET /bucket?session", 200, "<AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId>"),
            ("HEAD /bucket", 200, ""),
            ("PUT /bucket", 200, ""),
            ("PUT /bucket?policy", 200, ""),
            ("DELETE /bucket?policy", 204, ""),
            ("DELETE /bucket", 204, ""),
        ] {
            let (own, _, body) = ask(&store, line, "", b"");
            assert_eq!(
                (own, body.contains(root), body.is_empty()),
                (status, true, root.is_empty()),
                "{line}: {body}"
            );
        }
        ask(&store, "PUT /bucket/k", "", b"");
        let (status, _, body) = ask(&store, "DELETE /bucket", "", b"");
        assert_eq!((status, body.contains("BucketNotEmpty")), (409, true));
    }
}
