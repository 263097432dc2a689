//! What a service says when all is well: as little as clients are content with. Nothing is stored, so lists are empty.

use chrono::{DateTime, SecondsFormat, Utc};

use hyper::header::{self, HeaderName};

use super::{
    Answer, Protocol, REQUEST_ID, S3_HOST_ID, S3_REQUEST_ID, SMITHY_PROTOCOL, XML, element, request_id,
};
use crate::gateway::options::Fixed;
use crate::request::Request;

const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Writes the answer to a request that passed every check.
pub(in crate::gateway) fn succeed(
    request: &Request,
    protocol: &Protocol,
    fixed: Option<&Fixed>,
    number: u64,
) -> Answer {
    if let Some(fixed) = fixed {
        return Answer::new(200, fixed.content_type, fixed.body.clone());
    }
    let id = request_id(number);
    match protocol {
        Protocol::S3 => s3(request, Utc::now()).with(S3_REQUEST_ID, id).with(S3_HOST_ID, "countersign"),
        Protocol::Json(media) => Answer::new(200, media.clone(), "{}").with(REQUEST_ID, id),
        Protocol::RestJson => Answer::new(200, "application/json", "{}").with(REQUEST_ID, id),
        Protocol::Query(action) => query(action, &id).with(REQUEST_ID, id),
        Protocol::Ec2(action) => {
            let id_element = element("requestId", id.as_bytes());
            Answer::new(200, "text/xml", format!("{XML}<{action}Response>{id_element}</{action}Response>"))
        }
        // An empty map (RFC 8949, 3.1).
        Protocol::Cbor => Answer::new(200, "application/cbor", vec![0xa0])
            .with(SMITHY_PROTOCOL, "rpc-v2-cbor")
            .with(REQUEST_ID, id),
        Protocol::Plain => Answer::line(200, "the signatures match"),
    }
}

/// The result is empty, but of the call that says who one is.
fn query(action: &str, id: &str) -> Answer {
    if action.is_empty() {
        return Answer::new(200, "text/xml", "");
    }
    let result = match action {
        "GetCallerIdentity" => {
            "<Arn>arn:aws:iam::000000000000:user/countersign</Arn><UserId>AIDAEXAMPLE</UserId><Account>000000000000</Account>"
        }
        _ => "",
    };
    let body = format!(
        "{XML}<{action}Response><{action}Result>{result}</{action}Result><ResponseMetadata>{}</ResponseMetadata></{action}Response>",
        element("RequestId", id.as_bytes())
    );
    Answer::new(200, "text/xml", body)
}

/// What is asked of S3.
struct Asked<'a> {
    method: &'a [u8],
    /// The bucket, where the path names one: that of a virtual host cannot be told from a name of this machine.
    bucket: String,
    /// The object's key, where the path names one.
    key: String,
    request: &'a Request,
}

impl<'a> Asked<'a> {
    fn of(request: &'a Request) -> Self {
        let path = &request.target[request.target().path];
        let path = path.strip_prefix(b"/").unwrap_or(path);
        let slash = memchr::memchr(b'/', path).unwrap_or(path.len());
        let text = |bytes: &[u8]| percent_encoding::percent_decode(bytes).decode_utf8_lossy().into_owned();
        let key = text(path.get(slash + 1..).unwrap_or_default());
        Self { method: &request.method, bucket: text(&path[..slash]), key, request }
    }

    fn has(&self, name: &str) -> bool {
        self.request.pair(name.as_bytes()).is_some()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.request.value(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>
fn s3(request: &Request, now: DateTime<Utc>) -> Answer {
    let asked = Asked::of(request);
    match (asked.method, asked.bucket.is_empty(), asked.key.is_empty()) {
        (b"GET", true, _) => xml("ListAllMyBucketsResult", "<Buckets/>"),
        (b"GET", false, true) => bucket(&asked),
        (b"GET", false, false) if asked.has("uploadId") => xml("ListPartsResult", &place(&asked)),
        (b"GET", false, false) if asked.has("tagging") => xml("Tagging", "<TagSet/>"),
        (b"GET" | b"HEAD", false, false) => object(now),
        (b"HEAD", ..) => Answer::empty(200),
        (b"PUT", false, false) if asked.header("x-amz-copy-source").is_some() => copied(&asked, now),
        (b"PUT", false, false) => stored(&asked),
        (b"PUT", ..) => Answer::empty(200).with(header::LOCATION, format!("/{}", asked.bucket)),
        (b"POST", ..) => posted(&asked),
        (b"DELETE", ..) => Answer::empty(204),
        _ => Answer::empty(200),
    }
}

fn xml(root: &str, inner: &str) -> Answer {
    Answer::new(200, "application/xml", format!("{XML}<{root} xmlns=\"{S3_NAMESPACE}\">{inner}</{root}>"))
}

fn place(asked: &Asked<'_>) -> String {
    element("Bucket", asked.bucket.as_bytes()) + &element("Key", asked.key.as_bytes())
}

/// What can be asked of a bucket; a list of its objects where nothing else is.
fn bucket(asked: &Asked<'_>) -> Answer {
    // What a new bucket has not.
    const NONE: [(&str, &str); 9] = [
        ("cors", "NoSuchCORSConfiguration"),
        ("encryption", "ServerSideEncryptionConfigurationNotFoundError"),
        ("lifecycle", "NoSuchLifecycleConfiguration"),
        ("ownershipControls", "OwnershipControlsNotFoundError"),
        ("policy", "NoSuchBucketPolicy"),
        ("publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
        ("replication", "ReplicationConfigurationNotFoundError"),
        ("tagging", "NoSuchTagSet"),
        ("website", "NoSuchWebsiteConfiguration"),
    ];
    if let Some((_, code)) = NONE.into_iter().find(|(name, _)| asked.has(name)) {
        let inner = element("Code", code.as_bytes()) + &element("Message", b"The bucket has none.");
        return Answer::new(404, "application/xml", format!("{XML}<Error>{inner}</Error>"));
    }
    const EMPTY: [(&str, &str, &str); 5] = [
        ("location", "LocationConstraint", ""),
        ("versioning", "VersioningConfiguration", ""),
        ("uploads", "ListMultipartUploadsResult", "<IsTruncated>false</IsTruncated>"),
        ("versions", "ListVersionsResult", "<IsTruncated>false</IsTruncated>"),
        ("acl", "AccessControlPolicy", "<Owner><ID>countersign</ID></Owner><AccessControlList/>"),
    ];
    if let Some((_, root, inner)) = EMPTY.into_iter().find(|(name, ..)| asked.has(name)) {
        return xml(root, inner);
    }
    let prefix = asked.request.pair(b"prefix").and_then(|pair| Some(&asked.request.target[pair.value?]));
    let prefix =
        percent_encoding::percent_decode(prefix.unwrap_or_default()).decode_utf8_lossy().into_owned();
    let count = if asked.has("list-type") { "<KeyCount>0</KeyCount>" } else { "<Marker></Marker>" };
    let (name, prefix) = (element("Name", asked.bucket.as_bytes()), element("Prefix", prefix.as_bytes()));
    let inner = format!("{name}{prefix}{count}<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>");
    xml("ListBucketResult", &inner)
}

/// An entity tag of the form that several parts have: with the MD5 of one part some clients would compare their own.
const ETAG: &str = "\"00000000000000000000000000000000-1\"";

fn object(now: DateTime<Utc>) -> Answer {
    let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Answer::new(200, "binary/octet-stream", "")
        // In an answer to HEAD nothing else tells it.
        .with(header::CONTENT_LENGTH, "0")
        .with(header::ETAG, ETAG)
        .with(header::LAST_MODIFIED, date)
        .with(header::ACCEPT_RANGES, "bytes")
}

/// Checksums that were sent come back, as some clients compare them.
fn stored(asked: &Asked<'_>) -> Answer {
    let mut answer = Answer::empty(200).with(header::ETAG, ETAG);
    for name in [
        "x-amz-checksum-crc32",
        "x-amz-checksum-crc32c",
        "x-amz-checksum-crc64nvme",
        "x-amz-checksum-sha1",
        "x-amz-checksum-sha256",
    ] {
        if let Some(value) = asked.header(name) {
            answer = answer.with(HeaderName::from_static(name), value);
        }
    }
    answer
}

fn copied(asked: &Asked<'_>, now: DateTime<Utc>) -> Answer {
    let root = if asked.has("partNumber") { "CopyPartResult" } else { "CopyObjectResult" };
    let at = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    xml(root, &(element("ETag", ETAG.as_bytes()) + &element("LastModified", at.as_bytes())))
}

fn posted(asked: &Asked<'_>) -> Answer {
    match () {
        () if asked.has("delete") => xml("DeleteResult", ""),
        () if asked.has("uploads") => {
            xml("InitiateMultipartUploadResult", &(place(asked) + &element("UploadId", b"countersign")))
        }
        () if asked.has("uploadId") => {
            xml("CompleteMultipartUploadResult", &(place(asked) + &element("ETag", ETAG.as_bytes())))
        }
        () if asked.has("session") => Answer::empty(200),
        // A form of a browser.
        () => Answer::empty(204).with(header::ETAG, ETAG),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::read;

    fn answer(line: &str, more: &str) -> (u16, String) {
        let request = read(format!("{line} HTTP/1.1\r\nHost: h\r\n{more}\r\n").as_bytes()).unwrap().request;
        let answer = succeed(&request, &Protocol::S3, None, 1);
        (answer.status, String::from_utf8(answer.body.into_owned()).unwrap())
    }

    #[test]
    fn every_request_to_s3_has_an_answer_of_its_kind() {
        for (line, more, status, root) in [
            ("GET /", "", 200, "<ListAllMyBucketsResult "),
            ("GET /b?list-type=2&prefix=a%26b", "", 200, "<Prefix>a&amp;b</Prefix><KeyCount>0<"),
            ("GET /b/", "", 200, "<Name>b</Name>"),
            ("GET /b?location", "", 200, "<LocationConstraint "),
            ("GET /b?policy", "", 404, "<Code>NoSuchBucketPolicy<"),
            ("GET /b/k%20ey", "", 200, ""),
            ("HEAD /b", "", 200, ""),
            ("PUT /b", "", 200, ""),
            ("PUT /b/k", "", 200, ""),
            ("PUT /b/k", "x-amz-copy-source: /b/o\r\n", 200, "<CopyObjectResult "),
            ("POST /b/k?uploads", "", 200, "<UploadId>countersign<"),
            ("POST /b/k?uploadId=x", "", 200, "<CompleteMultipartUploadResult "),
            ("POST /b?delete", "", 200, "<DeleteResult "),
            ("POST /b", "", 204, ""),
            ("DELETE /b/k", "", 204, ""),
        ] {
            let (own, body) = answer(line, more);
            assert_eq!(
                (own, body.contains(root), body.is_empty()),
                (status, true, root.is_empty()),
                "{line}: {body}"
            );
        }
    }

    #[test]
    fn a_fixed_answer_takes_the_place_of_all() {
        let request = read(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap().request;
        let fixed = Fixed::new(b"{\"ok\":true}".to_vec());
        let answer = succeed(&request, &Protocol::S3, Some(&fixed), 1);
        assert_eq!((answer.status, &*answer.body), (200, &b"{\"ok\":true}"[..]));
    }
}
