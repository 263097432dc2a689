//! The correct requests that causes break, one for each form of signature.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::read;
use crate::diagnose::causes::changes;
use crate::diagnose::change::Change;
use crate::diagnose::draft::Draft;
use crate::diagnose::engine::Engine;
use crate::diagnose::target::Target;
use crate::diagnose::*;
use crate::samples;
use crate::scheme::Signing;
use crate::secret::Secret;
use crate::signature::Credentials;

/// An S3 request whose path and query hold every oddity.
pub(super) const OBJECT: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service s3\n# @time 20260115T093000Z\n\
GET /my-bucket/a%20b+c%2Bd//./e/../~!*'()@:$&,;=f%2Fg%25h-%C3%A9/ HTTP/1.1\n\
Host: S3.us-east-1.example.com:9000\nX-Forwarded-Host: front.example.com\n\
X-Amz-Copy-Source: /other/a%20b%2Bc\nX-Amz-Meta-Name:  Two   Words, \"three   words\" and more \n\
X-Amz-Meta-A: b\nX-Amz-Meta-A: a\nX-Amz-Meta-Empty: \nX-Amz-Meta-Tab: a\t b\n\
X-Amz-Meta-Latin: J\u{fc}rgen\n\n";

/// A call of an API with a query that holds every oddity, and headers that proxies change.
const API: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service execute-api\n# @time 20260115T013000Z\n\
POST /v1//items/./a%20b+c/%2Fd%C3%A9*?b=2&select-type=2&select=1&a=2&a=1&A=3&par%5B10%5D=x&parZ=y&flag&empty=&v=a%20b%2Bc+d&\
w=%3D%26%2F%3A~%C3%A9&a=2&Z=Q&utm_source=x&utm_medium=y&fbclid=z HTTP/1.1\n\
Host: API.example.com:8443\nX-Amz-Date: 20260115T013000Z\nDate: Thu, 15 Jan 2026 01:29:58 GMT\n\
Content-Type: application/json; charset=utf-8\nContent-Length: 87\nAccept: text/html\n\
X-Custom: one  two\nx-Forwarded-For: 1.2.3.4, 5.6.7.8\nIf-Match: \"abc\"\n\n\
{\"b\": \"x y\", \"a\": [1.50, {\"c\": null}],\n \"d\": \"\u{e9}/<&>\\u00e9\\\\\",\t\"e\": \"it's\", \"F\": true}\r\n";

/// A form, whose body could be a query.
const FORM: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service sts\n# @time 20260115T093000Z\n\
POST / HTTP/1.1\nHost: sts.amazonaws.com\nX-Amz-Date: 20260115T093000Z\n\
Content-Type: application/x-www-form-urlencoded; charset=utf-8\nX-Amz-Security-Token: ab+cd/ef==\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n\n\
Version=2011-06-15&Action=GetCallerIdentity&Name=a%2fb+c%20d%21";

/// A presigned URL with a token.
const PRESIGNED: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service s3\n# @time 20260115T093000Z\n\
# @placement query\n# @expires 900\n# @session-token ab+cd/ef==\n\
PUT /bucket/key.txt?x-id=PutObject&tag=a%20b HTTP/1.1\nHost: storage.example.com\nContent-Type: text/plain\n\nhello world\n";

/// A presigned URL of a service that takes the token beside the signature.
const SOCKET: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service iotdevicegateway\n# @time 20260115T093000Z\n\
# @placement query\n# @session-token ab+cd/ef==\nGET /mqtt HTTP/1.1\nHost: example.iot.us-east-1.amazonaws.com\n\n";

/// Bodies that came out of something else.
const PACKED: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service es\n# @time 20260115T093000Z\n\
POST /_bulk HTTP/1.1\nHost: search.example.com\nContent-Type: multipart/form-data; boundary=old\n\
X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\n\n--new\r\nx";

/// What a client signed that signs everything, behind a proxy.
const PROXIED: &str = "GET /a%3Fb HTTP/1.1\r\nHost: api.example.com\r\nAccept-Encoding: gzip, deflate\r\nUser-Agent: client/1 proxy/2\r\n\
Connection: close\r\nX-Amz-Storage-Class: GLACIER\r\nX-Folded: one\r\n  two\r\nX-Amz-Date: 20260115T093000Z\r\nX-Amz-Unsigned: 1\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/execute-api/aws4_request, SignedHeaders=accept-encoding;\
connection;host;user-agent;x-amz-date;x-amz-storage-class;x-folded, Signature=0000000000000000\r\n\r\n";

/// A key that looks encoded, encoded for the wire: what a client sends that encodes a URL once more.
const AGAIN: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service s3\n# @time 20260115T093000Z\n\
GET /bucket/dir//a%252Bb%2520c HTTP/1.1\nHost: s3.us-east-1.amazonaws.com\n\n";

/// A URL that was presigned for a service that reads the body.
const POSTED: &str = "# @access-key-id AKIDEXAMPLE\n# @region us-east-1\n# @service lambda\n# @time 20260115T093000Z\n\
# @placement query\n# @expires 900\nPOST /x HTTP/1.1\nHost: abc.lambda-url.us-east-1.on.aws\n\n{\"hello\":\"you\"}";

/// A request whose signed Cache-Control a browser did not send.
const ABSENT: &str = "PUT /chapters/01.webp HTTP/1.1\r\nHost: bucket.example.com\r\nX-Amz-Date: 20260115T093000Z\r\n\
X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/s3/aws4_request, \
SignedHeaders=cache-control;host;x-amz-content-sha256;x-amz-date, Signature=0000000000000000\r\n\r\n";

/// A request whose host and path name the bucket, and whose list of signed headers names the host twice.
const TWICE: &str = "GET /bucket/key.txt HTTP/1.1\r\nHost: bucket.s3.us-east-1.amazonaws.com\r\nX-Amz-Date: 20260115T093000Z\r\n\
X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/s3/aws4_request, \
SignedHeaders=host;host;x-amz-content-sha256;x-amz-date, Signature=0000000000000000\r\n\r\n";

/// A request of SigV4A.
const SPANNING: &str = "# @access-key-id AKIDEXAMPLE\n# @scheme AWS4-ECDSA-P256-SHA256\n# @region-set us-east-1,eu-west-1\n\
# @service s3\n# @time 20260115T093000Z\nGET /key HTTP/1.1\nHost: bucket.example.com\n\n";

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

pub(super) fn key() -> Credentials {
    Credentials {
        fields: Default::default(),
        access_key_id: "AKIDEXAMPLE".into(),
        secret: Secret::new(SECRET),
        session_token: None,
        source: "the test".into(),
    }
}

pub(super) fn clock() -> Timestamp {
    Timestamp::parse(b"20260115T093000Z").expect("a date").0
}

/// The request, signed as it should be.
pub(super) fn signed(text: &str) -> Session {
    let case = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::new(case.request);
    session.settings = case.settings;
    let other = Credentials { access_key_id: "AKIDOTHER".into(), secret: Secret::new("another"), ..key() };
    session.keys = vec![key(), other];
    if analysis(&session, clock()).claim().is_some() {
        let computed = analysis(&session, clock()).computed().map(<[u8]>::to_vec);
        session.received = computed;
        return session;
    }
    let analysis = analysis(&session, clock());
    let instructions = analysis.instructions(&session.request).expect("there is a key");
    session.request = instructions.apply(&session.request);
    // What the request claims now is not stated a second time.
    let settings = &mut session.settings;
    (settings.time, settings.placement, settings.expires) = (None, None, None);
    (settings.region, settings.service, settings.session_token) = (None, None, None);
    session.settings.now =
        Some(super::analysis(&session, clock()).claim().unwrap().date.unwrap().instant.unwrap().0);
    session
}

/// The parts of a diagnosis, for a test that makes its own signatures.
pub(super) fn with_search<T>(session: &Session, work: impl FnOnce(&Engine<'_>, &[Change]) -> T) -> T {
    let claimed_session = as_claimed(session, &analysis(session, clock()));
    let claimed = analysis(&claimed_session, clock());
    let terms = claimed.terms(&claimed_session.request).expect("a scheme of Version 4's family");
    let facts = Facts::of(&claimed_session, &claimed, &terms, &[]);
    let mut draft = Draft::of(&facts);
    let changes = changes(&facts, &mut draft, &Progress::default());
    let target = match terms.family.signing {
        Signing::Ecdsa | Signing::Rsa => Target::Asymmetric(Vec::new()),
        Signing::Hmac => Target::Mac(vec![0; 32]),
    };
    let engine = Engine::new(&draft, &target, None, b"AKIDEXAMPLE");
    work(&engine, &changes)
}

pub(super) fn form(name: &str) -> Session {
    let text = match name {
        "proxied" => PROXIED,
        "again" => AGAIN,
        "posted" => POSTED,
        "absent" => ABSENT,
        "twice" => TWICE,
        "spanning" => SPANNING,
        "gzipped" => return with_body(signed(FORM), gzip(b"hello")),
        "uploaded" => {
            let case = read(samples::named("s3-post-policy").unwrap().text).unwrap();
            return Session { settings: case.settings, ..Session::new(case.request) };
        }
        "quoted" => {
            let mut session = signed(API);
            session.keys[0].secret = Secret::new(format!("\"{SECRET}\" "));
            return session;
        }
        "object" => OBJECT,
        "api" => API,
        "form" => FORM,
        "presigned" => PRESIGNED,
        "socket" => SOCKET,
        "packed" => PACKED,
        _ => unreachable!("a form of this test"),
    };
    signed(text)
}

fn with_body(session: Session, body: Vec<u8>) -> Session {
    let mut session = session;
    session.request.body = body.into();
    session
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Requests that are right.
pub(super) const FORMS: [&str; 7] = ["object", "api", "form", "presigned", "socket", "packed", "proxied"];

/// Requests that can be broken, though something about them is not right as they stand.
pub(super) const BREAKABLE: [&str; 14] = [
    "object",
    "api",
    "form",
    "presigned",
    "socket",
    "packed",
    "proxied",
    "gzipped",
    "quoted",
    "again",
    "posted",
    "absent",
    "twice",
    "uploaded",
];

/// Causes of SigV4A alone: each signature of it costs a thousand of the others.
pub(super) const ASYMMETRIC: [&str; 2] = ["key-not-incremented", "scope-region-in-sigv4a"];

/// For each cause, the forms in which it has changes.
pub(super) fn breakable() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in BREAKABLE {
        let ids: BTreeSet<&str> =
            with_search(&form(name), |_, changes| changes.iter().map(|change| change.cause.id).collect());
        ids.into_iter().for_each(|id| found.entry(id).or_default().push(name));
    }
    found
}
