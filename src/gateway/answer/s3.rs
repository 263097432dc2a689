//! What S3 answers, out of the [store](crate::gateway::store) of the session. What the store knows nothing of gets as little as clients
//! are content with: a new bucket has no policy, an object no tags.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

mod bucket;
mod digest;
mod object;
mod posted;

use chrono::{DateTime, SecondsFormat, Utc};
use hyper::header::{self, HeaderName};

use super::{Answer, XML, element};
use crate::evidence::unescaped_entities;
use crate::gateway::store::{Condition, Store};
use crate::request::Request;
use crate::service::host;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// What is asked of S3.
struct Asked<'a> {
    method: &'a [u8],
    /// The bucket, where host or path name one.
    bucket: String,
    /// The object's key, where the path names one.
    key: String,
    request: &'a Request,
    store: &'a Store,
    now: DateTime<Utc>,
}

impl<'a> Asked<'a> {
    fn of(request: &'a Request, store: &'a Store, now: DateTime<Utc>) -> Self {
        let path = &request.target[request.target().path];
        let path = path.strip_prefix(b"/").unwrap_or(path);
        let text = |bytes: &[u8]| percent_encoding::percent_decode(bytes).decode_utf8_lossy().into_owned();
        let (bucket, key) = match request.host().and_then(bucket_of_host) {
            Some(bucket) => (bucket, text(path)),
            None => {
                let slash = memchr::memchr(b'/', path).unwrap_or(path.len());
                (text(&path[..slash]), text(path.get(slash + 1..).unwrap_or_default()))
            }
        };
        Self { method: &request.method, bucket, key, request, store, now }
    }

    fn has(&self, name: &str) -> bool {
        self.request.pair(name.as_bytes()).is_some()
    }

    /// The value of a query parameter, decoded; a plus is a space there.
    fn query(&self, name: &str) -> Option<String> {
        let pair = self.request.pair(name.as_bytes())?;
        let value: Vec<u8> = self.request.target[pair.value.unwrap_or(0..0)]
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        Some(percent_encoding::percent_decode(&value).decode_utf8_lossy().into_owned())
    }

    fn header(&self, name: &str) -> Option<String> {
        self.request.value(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// Bucket and key as elements.
    fn place(&self) -> String {
        element("Bucket", self.bucket.as_bytes()) + &element("Key", self.key.as_bytes())
    }
}

/// The bucket in a host: before `localhost`, and before `s3` in the domains of AWS.
fn bucket_of_host(host: &[u8]) -> Option<String> {
    let host = std::str::from_utf8(host).ok()?.to_ascii_lowercase();
    let name = host.split(':').next()?;
    let of_aws = || {
        host::of_host(name.as_bytes()).service.filter(|service| service == "s3" || service == "s3express")?;
        let at =
            ["s3.", "s3-", "s3express-"].iter().filter_map(|mark| name.find(&format!(".{mark}"))).min()?;
        Some(&name[..at])
    };
    name.strip_suffix(".localhost").or_else(of_aws).filter(|bucket| !bucket.is_empty()).map(str::to_owned)
}

/// Answers a request that passed every check.
pub(super) fn answer(request: &Request, store: &Store, now: DateTime<Utc>) -> Answer {
    let asked = Asked::of(request, store, now);
    match (asked.method, asked.bucket.is_empty(), asked.key.is_empty()) {
        (b"GET", true, _) => bucket::all(&asked),
        (b"GET", false, true) => bucket::get(&asked),
        (b"GET" | b"HEAD", false, false) => object::get(&asked),
        (b"HEAD", ..) => Answer::empty(200),
        (b"PUT", false, false) => object::put(&asked),
        (b"PUT", ..) => bucket::put(&asked),
        (b"POST", ..) => posted::answer(&asked),
        (b"DELETE", false, true) => bucket::delete(&asked),
        (b"DELETE", ..) => object::delete(&asked),
        _ => Answer::empty(200),
    }
}

fn xml(root: &str, inner: &str) -> Answer {
    Answer::new(200, "application/xml", format!("{XML}<{root} xmlns=\"{NAMESPACE}\">{inner}</{root}>"))
}

/// The error of this code. One for HEAD has its status alone.
fn error(asked: &Asked<'_>, status: u16, code: &str, message: &str) -> Answer {
    if asked.method == b"HEAD" {
        return Answer::empty(status);
    }
    let inner = element("Code", code.as_bytes()) + &element("Message", message.as_bytes());
    let place = element("BucketName", asked.bucket.as_bytes()) + &element("Key", asked.key.as_bytes());
    Answer::new(status, "application/xml", format!("{XML}<Error>{inner}{place}</Error>"))
}

fn no_key(asked: &Asked<'_>) -> Answer {
    error(asked, 404, "NoSuchKey", "The specified key does not exist.")
}

fn no_upload(asked: &Asked<'_>) -> Answer {
    let why = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
    error(asked, 404, "NoSuchUpload", why)
}

/// What a body says is not what it should be.
fn malformed(asked: &Asked<'_>) -> Answer {
    let why = "The XML you provided was not well-formed or did not validate against our published schema";
    error(asked, 400, "MalformedXML", why)
}

fn no_room(asked: &Asked<'_>) -> Answer {
    error(asked, 507, "InsufficientStorage", "The gateway holds as much as --store allows.")
}

fn not_held(asked: &Asked<'_>, condition: Condition) -> Answer {
    match condition {
        Condition::Missing => no_key(asked),
        Condition::Failed => error(
            asked,
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        ),
    }
}

/// An instant as S3's XML has it.
fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An instant as HTTP has it (RFC 9110, 5.6.7).
fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Headers of a request that come back with the object.
fn kept_headers(request: &Request) -> Vec<(HeaderName, String)> {
    const OWN: [HeaderName; 6] = [
        header::CACHE_CONTROL,
        header::CONTENT_DISPOSITION,
        header::CONTENT_ENCODING,
        header::CONTENT_LANGUAGE,
        header::CONTENT_TYPE,
        header::EXPIRES,
    ];
    let kept = |name: &HeaderName| {
        OWN.contains(name) || name.as_str().starts_with("x-amz-meta-") || is_checksum(name)
    };
    let sent = request.sent().filter_map(|(_, header)| {
        let name = HeaderName::from_bytes(&header.name).ok().filter(kept)?;
        Some((name, String::from_utf8_lossy(header.value.trim_ascii()).into_owned()))
    });
    sent.collect()
}

/// Whether a header holds a checksum of the object: `x-amz-checksum-crc32`, but not what says which is meant.
fn is_checksum(name: &HeaderName) -> bool {
    let algorithm = name.as_str().strip_prefix("x-amz-checksum-");
    algorithm.is_some_and(|name| !matches!(name, "algorithm" | "mode" | "type"))
}

/// The text of each element of this name, wherever it stands: what a client sends is flat enough.
fn texts<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = String> + use<'a> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let start = rest.find(&open)? + open.len();
        let end = start + rest[start..].find(&close)?;
        let text = unescaped_entities(&rest[start..end]);
        rest = &rest[end..];
        Some(text)
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::request::http;

    /// What the store answers to a request: status, headers and body as they stand on the wire.
    pub(super) fn ask(store: &Store, line: &str, headers: &str, body: &[u8]) -> (u16, String, String) {
        let text = format!("{line} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");
        let mut request = http::read_wire_head(text.as_bytes()).unwrap();
        request.body = body.to_vec().into();
        let now = DateTime::from_timestamp(1_768_469_400, 0).unwrap();
        let answer = answer(&request, store, now);
        let status = answer.status;
        let pieces = answer.long.clone();
        let wire = String::from_utf8(answer.into_bytes()).unwrap();
        let (head, body) = wire.split_once("\r\n\r\n").unwrap();
        let long = pieces.into_iter().flat_map(|mut piece| piece.take(usize::MAX).unwrap());
        (status, head.to_owned(), body.to_owned() + &String::from_utf8(long.collect()).unwrap())
    }

    pub(super) fn store() -> Store {
        crate::gateway::store::tests::store(1 << 20)
    }

    #[test]
    fn a_bucket_is_in_the_path_or_in_the_host() {
        for (host, expected) in [
            ("127.0.0.1:9000", None),
            ("localhost:9000", None),
            ("bucket.localhost:9000", Some("bucket")),
            ("my.bucket.s3.eu-west-1.amazonaws.com", Some("my.bucket")),
            ("bucket.s3.amazonaws.com", Some("bucket")),
            ("s3.eu-west-1.amazonaws.com", None),
            ("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", Some("b--use1-az4--x-s3")),
            ("minio.test", None),
        ] {
            assert_eq!(bucket_of_host(host.as_bytes()).as_deref(), expected, "{host}");
        }
    }

    #[test]
    fn texts_of_xml_are_read_with_their_references() {
        let xml = "<Delete><Object><Key>a&amp;b&lt;&#252;&#xFC;&nope;</Key></Object><Object><Key></Key></Object></Delete>";
        assert_eq!(texts(xml, "Key").collect::<Vec<_>>(), ["a&b<\u{fc}\u{fc}&nope;", ""]);
    }
}
