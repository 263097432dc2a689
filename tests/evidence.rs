//! What people paste: each shape is read to its strings, and the diagnosis comes to the conclusion of the thread it was met in.
//!
//! The texts have the shape of the real ones, with requests of our own: what is quoted is made from the request on the table by the
//! change that the thread found.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use common::{analyse, own_clock, session, text};
use countersign::analysis::Session;
use countersign::diagnose::{Answer, Certainty, Effort, Finding, Progress, diagnose};
use countersign::evidence::{self, Piece, Side};
use countersign::trace::StageKind;
use sha2::{Digest as _, Sha256};

/// What an error or a log quotes.
struct Quoted {
    request: String,
    string: String,
    signature: String,
}

impl Quoted {
    fn spaced_hex(text: &str) -> String {
        text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
    }

    /// Escaped as JSON, Python and most logs do.
    fn escaped(text: &str) -> String {
        text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
    }

    fn entities(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    /// The sentence of services other than S3.
    fn sentence(&self) -> String {
        format!(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing \
             method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'{}'\n\n\
             The String-to-Sign should have been\n'{}'\n",
            self.request, self.string
        )
    }

    fn s3(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated \
             does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>\
             <StringToSign>{}</StringToSign><SignatureProvided>{}</SignatureProvided><StringToSignBytes>{}</StringToSignBytes>\
             <CanonicalRequest>{}</CanonicalRequest><CanonicalRequestBytes>{}</CanonicalRequestBytes><RequestId>0A</RequestId></Error>",
            self.string,
            self.signature,
            Self::spaced_hex(&self.string),
            Self::entities(&self.request),
            Self::spaced_hex(&self.request),
        )
    }

    fn s3_without_bytes(&self) -> String {
        let bytes = |name: &str, text: &str| format!("<{name}>{}</{name}>", Self::spaced_hex(text));
        self.s3()
            .replace(&bytes("StringToSignBytes", &self.string), "")
            .replace(&bytes("CanonicalRequestBytes", &self.request), "")
    }
}

/// Which of the two strings a shape shows.
#[derive(Clone, Copy, PartialEq)]
enum Shows {
    Both,
    RequestOnly,
    StringOnly,
    HashOnly,
}

struct Thread {
    /// Where it was met.
    name: &'static str,
    /// The request on the table, without its signature.
    request: &'static str,
    /// What the quoted canonical request has in place of the request's own.
    change: (&'static str, &'static str),
    shape: fn(&Quoted) -> String,
    side: Side,
    format: &'static str,
    shows: Shows,
    /// What the thread found: a cause of the first finding.
    conclusion: &'static str,
}

const S3: &str = "GET /bucket/my%20photo.jpg HTTP/1.1\nHost: s3.us-east-1.amazonaws.com\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20260115T093000Z\n";
const ES: &str = "GET /logs/_search?q=a&size=5 HTTP/1.1\nHost: search-x.us-east-1.es.amazonaws.com\nX-Amz-Date: 20260115T093000Z\n";

fn headed(words: &str) -> impl Fn(&str) -> String {
    let words = words.to_owned();
    move |text| format!("{words}\n{text}\n")
}

#[rustfmt::skip]
#[allow(clippy::too_many_lines, reason = "a table")]
fn threads() -> Vec<Thread> {
    use Shows::{Both, HashOnly, RequestOnly, StringOnly};
    use Side::{Server, Signer};
    let row = |name, request, change, shape, side, format, shows, conclusion| Thread { name, request, change, shape, side, format, shows, conclusion };
    vec![
        row("minio/minio-java#261: ++ became spaces", "POST /bucket/my++1?uploads= HTTP/1.1\nHost: s3.amazonaws.com\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20260115T093000Z\n",
            ("my%2B%2B1", "my%20%201"), |q| q.s3(), Server, "an error in XML", Both, "path-plus-as-space"),
        row("minio/minio#5630: folded by a browser", S3, ("host:s3.us-east-1.amazonaws.com", "host:s3.us-east-1.amazonaws.com:9000"),
            |q| q.s3_without_bytes().replace('\n', " "), Server, "an error in XML", Both, "host-with-port"),
        row("tedder/requests-aws4auth#31: dot segments", "GET /bucket/x/. HTTP/1.1\nHost: s3.amazonaws.com\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20260115T093000Z\n",
            ("/bucket/x/.\n", "/bucket/x/\n"), |q| q.s3_without_bytes(), Server, "an error in XML", Both, "path-normalised"),
        row("boto/boto3#181: printed by Python", S3, ("my%20photo", "my%2520photo"),
            |q| format!("Traceback (most recent call last):\n  b'{}'\n", Quoted::escaped(&q.s3_without_bytes())), Server, "an error in XML", Both, "path-encoded-twice"),
        row("versity/versitygw: an HTML page", S3, ("GET\n", "HEAD\n"),
            |q| format!("<html><body><pre>{}</pre></body></html>", Quoted::entities(&q.s3_without_bytes())), Server, "an error in XML", Both, "method-changed"),
        row("localstack: upper-case bytes", S3, ("my%20photo", "my photo"),
            |q| q.s3().replace(&Quoted::spaced_hex(&q.request), &Quoted::spaced_hex(&q.request).to_uppercase().replace(' ', "")), Server, "an error in XML", Both, "path-decoded"),
        row("s3tools/s3cmd#1053: quoted in a mail", S3, ("my%20photo", "my%2520photo"),
            |q| q.s3_without_bytes().lines().map(|line| format!("> {line}\n")).collect(), Server, "an error in XML", Both, "path-encoded-twice"),
        row("xcir/libvmod-awsrest#8: Elasticsearch in JSON", ES, ("q=a&size=5", "q=a"),
            |q| format!("{{\"message\":\"{}\"}}", Quoted::escaped(&q.sentence())), Server, "an error in JSON", Both, "query-parameter-added"),
        row("opensearch-project/opensearch-net#104: with a type", ES, ("\nGET", "\nGET"),
            |q| format!("403 {{\"__type\":\"com.amazon#InvalidSignatureException\",\"Message\":\"{}\"}}", Quoted::escaped(&q.sentence())), Server, "an error in JSON", Both, "read-as-sent"),
        row("postmanlabs/postman-app-support#1663: pasted with real line breaks", ES, ("/logs/_search", "/logs/_search/"),
            |q| format!("{{\"message\": \"{}\"}}", q.sentence()), Server, "an error in JSON", Both, "path-trailing-slash"),
        row("arnemolland/sigv4#13: the body was not hashed", "POST /a HTTP/1.1\nHost: x.execute-api.us-east-1.amazonaws.com\nX-Amz-Date: 20260115T093000Z\nContent-Length: 4\n\nbody",
            ("230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            |q| format!("{{\"message\":\"{}\"}}", Quoted::escaped(&q.sentence())), Server, "an error in JSON", Both, "payload-empty-hash"),
        row("aws/aws-sdk-js#853: Elasticsearch in XML", "GET /a%20b HTTP/1.1\nHost: search-x.us-east-1.es.amazonaws.com\nX-Amz-Date: 20260115T093000Z\n", ("/a%2520b", "/a%20b"),
            |q| format!("<InvalidSignatureException><Message>{}</Message></InvalidSignatureException>", Quoted::entities(&q.sentence())), Server, "an error message", Both, "path-encoded-once"),
        row("boto/boto#923: the Query protocol", "GET /?Action=Send&Version=1 HTTP/1.1\nHost: sqs.us-east-1.amazonaws.com\nX-Amz-Date: 20260115T093000Z\n", ("Action=Send&Version=1", "Action=Send&Version=1&Z=1"),
            |q| format!("<ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/\"><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>{}</Message></Error></ErrorResponse>", Quoted::entities(&q.sentence())),
            Server, "an error in XML", Both, "evidence-query"),
        row("an exception of botocore", "GET /a HTTP/1.1\nHost: Search-x.us-east-1.es.amazonaws.com\nX-Amz-Date: 20260115T093000Z\n", ("host:Search-x", "host:search-x"),
            |q| format!("botocore.exceptions.ClientError: An error occurred (InvalidSignatureException): {}", q.sentence()), Server, "an error message", Both, "host-case"),
        row("siderolabs/talos-backup#64: Google quotes AWS4", "GET /b?x= HTTP/1.1\nHost: storage.googleapis.com\nAccept-Encoding: identity\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20260115T093000Z\n",
            ("accept-encoding:identity\n", "accept-encoding:identity,gzip(gfe)\n"),
            |q| format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>Access denied.</Message><Details>The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.</Details><StringToSign>{}</StringToSign><CanonicalRequest>{}</CanonicalRequest></Error>", q.string, Quoted::entities(&q.request)),
            Server, "an error in XML", Both, "accept-encoding-changed"),
        row("boto/boto3#1427: botocore, the key", ES, ("", ""),
            |q| format!("2026-01-15 09:30:00,123 botocore.auth [DEBUG] Calculating signature using v4 auth.\n{}{}2026-01-15 09:30:00,124 botocore.auth [DEBUG] Signature:\n{}\n",
                headed("2026-01-15 09:30:00,123 botocore.auth [DEBUG] CanonicalRequest:")(&q.request), headed("2026-01-15 09:30:00,123 botocore.auth [DEBUG] StringToSign:")(&q.string), q.signature),
            Signer, "a log of botocore or the AWS CLI", Both, ""),
        row("aws/aws-cli#4385: --debug", ES, ("q=a", "q=b"),
            |q| headed("2026-01-15 09:30:00,123 - MainThread - botocore.auth - DEBUG - CanonicalRequest:")(&q.request) + &headed("2026-01-15 09:30:00,124 - MainThread - botocore.auth - DEBUG - StringToSign:")(&q.string),
            Signer, "a log of botocore or the AWS CLI", Both, "evidence-query"),
        row("aws/aws-sdk-java#865: Java v1, an empty content-type", "GET /a HTTP/1.1\nHost: x.execute-api.us-east-1.amazonaws.com\nContent-Type:\nX-Amz-Date: 20260115T093000Z\n", ("content-type:\n", ""),
            |q| format!("DEBUG com.amazonaws.auth.AWS4Signer - AWS4 Canonical Request: '\"{}\"\nDEBUG com.amazonaws.auth.AWS4Signer - AWS4 String to Sign: '\"{}\"\n", q.request, q.string),
            Signer, "a log of the AWS SDK for Java", Both, "header-empty-dropped"),
        row("aws/aws-sdk-java-v2#5465: Java v2, the old signer", S3, ("my%20photo", "my%2520photo"),
            |q| format!("DEBUG software.amazon.awssdk.auth.signer.Aws4Signer - AWS4 Canonical Request: {}\nDEBUG software.amazon.awssdk.auth.signer.Aws4Signer - AWS4 String to sign: {}\n", q.request, q.string),
            Signer, "a log of the AWS SDK for Java", Both, "path-encoded-twice"),
        row("aws/aws-sdk-java-v2#5153: Java v2, only the hash", S3, ("my%20photo", "my%2520photo"),
            |q| format!("DEBUG s.a.a.h.a.a.i.signer.DefaultV4RequestSigner - AWS4 Canonical Request Hash: {}\n", q.string.rsplit('\n').next().unwrap()),
            Signer, "a log of the AWS SDK for Java", HashOnly, "path-encoded-twice"),
        row("aws/aws-sdk-go: LogDebugWithSigning", S3, ("host:s3.us-east-1.amazonaws.com", "host:localhost"),
            |q| format!("DEBUG: Request Signature:\n---[ CANONICAL STRING  ]-----------------------------\n{}\n---[ STRING TO SIGN ]--------------------------------\n{}\n-----------------------------------------------------\n", q.request, q.string),
            Signer, "a log of the AWS SDK for Go", Both, "host-changed"),
        row("moby/buildkit#3749: Go v2, accept-encoding", "GET /b HTTP/1.1\nHost: storage.googleapis.com\nAccept-Encoding: gzip\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20260115T093000Z\n", ("accept-encoding:gzip\n", "accept-encoding:identity\n"),
            |q| format!("#1 SDK 2026/01/15 09:30:00 DEBUG Request Signature:\n#1 ---[ CANONICAL STRING  ]-----------------------------\n{}\n---[ STRING TO SIGN ]--------------------------------\n{}\n", q.request, q.string),
            Signer, "a log of the AWS SDK for Go", Both, "accept-encoding-changed"),
        row("aws/aws-sdk-cpp#1339: C++", S3, ("my%20photo", "my photo"),
            |q| format!("[DEBUG] 2026-01-15 09:30:00 AWSAuthV4Signer [140] Canonical Request String: {}\n[DEBUG] 2026-01-15 09:30:00 AWSAuthV4Signer [140] Final String to sign: {}\n[DEBUG] 2026-01-15 09:30:00 AWSAuthV4Signer [140] Final computed signing hash: {}\n", q.request, q.string, q.signature),
            Signer, "a log of the AWS SDK for C++", Both, "path-decoded"),
        row("curl/curl: -v --aws-sigv4, a name without an equals sign", "GET /b?uploads HTTP/1.1\nHost: s3.amazonaws.com\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20260115T093000Z\n", ("uploads=\n", "uploads\n"),
            |q| format!("* aws_sigv4: Canonical request (enclosed in []) - [{}]\n* aws_sigv4: String to sign (enclosed in []) - [{}]\n* aws_sigv4: Signature - {}\n> GET /b?uploads HTTP/1.1\n", q.request, q.string, q.signature),
            Signer, "the output of curl -v", Both, "query-no-equals"),
        row("curl/curl before 8.14: the string to sign only", S3, ("my%20photo", "my%2520photo"),
            |q| format!("* aws_sigv4: String to sign (enclosed in []) - [{}]\n* aws_sigv4: Signature - {}\n", q.string, q.signature),
            Signer, "the output of curl -v", StringOnly, "path-encoded-twice"),
        row("okigan/awscurl#216: encoded again", "GET /?q=a%20b HTTP/1.1\nHost: x.execute-api.us-east-1.amazonaws.com\nX-Amz-Date: 20260115T093000Z\n", ("q=a%20b", "q=a%2520b"),
            |q| format!("CANONICAL REQUEST = {}\nSTRING_TO_SIGN = {}\n", q.request, q.string),
            Signer, "the output of awscurl -v", Both, "query-encoded-twice"),
        row("s3tools/s3cmd: -d", S3, ("my%20photo.jpg", "my%20photo.JPG"),
            |q| format!("DEBUG: Canonical Request:\n{}\n----------------------\nDEBUG: signature-v4 headers: {{}}\n", q.request),
            Signer, "the output of s3cmd -d", RequestOnly, "evidence-path"),
        row("versity/versitygw --debug: a box", S3, ("host:s3.us-east-1.amazonaws.com", "host:gw:7070"),
            |q| format!("┌──[ REQUEST HEADERS ]──┐\n│ Host : gw:7070 │\n└───┘\n┌──[ CANONICAL REQUEST ]──┐\n{}└───┘\n", q.request.lines().map(|line| format!("│ {line} │\n")).collect::<String>()),
            Server, "a log of versitygw", RequestOnly, "evidence-header"),
        row("anomalizer/ngx_aws_auth#35: a decoded path", S3, ("my%20photo", "my photo"),
            |q| format!("2026/01/15 09:30:00 [debug] 7#0: *1 canonical req is {}\n", q.request), Signer, "a log of ngx_aws_auth", RequestOnly, "path-decoded"),
        row("aws/aws-sdk-ruby: an inspected signature", S3, ("my%20photo", "my%2520photo"),
            |q| format!("#<Aws::Sigv4::Signature:0x01 @headers={{}}, @string_to_sign=\"{}\", @canonical_request=\"{}\", @content_sha256=\"x\">", Quoted::escaped(&q.string), Quoted::escaped(&q.request)),
            Signer, "a dump of the AWS SDK for Ruby", Both, "path-encoded-twice"),
        row("mhart/aws4#120: JavaScript, content-type added", "POST /a HTTP/1.1\nHost: x.execute-api.us-east-1.amazonaws.com\nContent-Type: text/plain\nX-Amz-Date: 20260115T093000Z\nContent-Length: 4\n\nbody",
            ("content-type:text/plain", "content-type:application/x-www-form-urlencoded; charset=utf-8"),
            |q| format!("{{ canonicalString: '{}',\n  stringToSign: '{}' }}\n", Quoted::escaped(&q.request), Quoted::escaped(&q.string)),
            Signer, "a dump of the AWS SDK for JavaScript", Both, "content-type-changed"),
        row("smithy-rs: a trace", S3, ("my%20photo", "my%2520photo"),
            |q| format!("TRACE aws_sigv4::http_request::sign: canonical_request={} \nTRACE aws_sigv4::http_request::sign: string_to_sign={}\ncalculated signing parameters, secret: ** redacted (length=40) **\n", q.request, q.string),
            Signer, "a trace of the AWS SDK for Rust", Both, "path-encoded-twice"),
    ]
}

/// The request on the table with a claim, and what a thread quotes of it.
fn quoted(thread: &Thread) -> (Session, Quoted) {
    let names = |text: &str| {
        let lines = text.lines().skip(1).take_while(|line| !line.is_empty());
        let mut names: Vec<String> =
            lines.filter_map(|line| Some(line.split_once(':')?.0.to_lowercase())).collect();
        names.retain(|name| name != "content-length");
        names.sort();
        names.join(";")
    };
    let service = if thread.request.contains("execute-api") {
        "execute-api"
    } else if thread.request.contains(".es.") {
        "es"
    } else if thread.request.contains("sqs.") {
        "sqs"
    } else {
        "s3"
    };
    let signature = "5d".repeat(32);
    let claim = format!(
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE9/20260115/us-east-1/{service}/aws4_request, SignedHeaders={}, Signature={signature}\n",
        names(thread.request)
    );
    let at = thread.request.find("X-Amz-Date").unwrap();
    let session = session([&thread.request[..at], &claim, &thread.request[at..]].concat().as_bytes());
    let analysis = analyse(&session, own_clock(&session));
    let ours = text(analysis.trace.canonical_request());
    let (from, to) = thread.change;
    assert!(from.is_empty() || from == to || ours.contains(from), "{}: {ours}", thread.name);
    let mut request = if from.is_empty() { ours.clone() } else { ours.replacen(from, to, 1) };
    if to.is_empty() && from.starts_with("content-type:") {
        request = request.replacen("content-type;", "", 1);
    }
    let string = text(analysis.stage(StageKind::StringToSign));
    let (head, _) = string.rsplit_once('\n').unwrap();
    let string = format!("{head}\n{}", hex::encode(Sha256::digest(&request)));
    (session, Quoted { request, string, signature })
}

fn pieces(thread: &Thread, quoted: &Quoted) -> Vec<Piece> {
    let pasted =
        format!("Hello,\n\nI get this since yesterday:\n\n{}\n\nAny idea? Thanks!\n", (thread.shape)(quoted));
    evidence::read(pasted.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", thread.name))
}

#[test]
fn what_people_paste_is_read_to_its_strings() {
    for thread in threads() {
        let (_, quoted) = quoted(&thread);
        let pieces = pieces(&thread, &quoted);
        let what: Vec<_> = pieces.iter().map(Piece::words).collect();
        assert_eq!(pieces.len(), 1, "{}: {what:?}", thread.name);
        let piece = &pieces[0];
        assert_eq!((piece.side, piece.format), (thread.side, thread.format), "{}", thread.name);
        let of = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(text);
        let shows = |kinds: [Shows; 2], text: &str| kinds.contains(&thread.shows).then(|| text.to_owned());
        let string = shows([Shows::Both, Shows::StringOnly], &quoted.string);
        let request = shows([Shows::Both, Shows::RequestOnly], &quoted.request);
        assert_eq!(of(&piece.canonical_request), request, "{}", thread.name);
        assert_eq!(of(&piece.string_to_sign), string, "{}", thread.name);
        assert_eq!(
            piece.consistent(),
            (request.is_some() && string.is_some()).then_some(true),
            "{}",
            thread.name
        );
        let hash: [u8; 32] = Sha256::digest(&quoted.request).into();
        assert!(piece.hash().is_none_or(|own| own == hash), "{}", thread.name);
    }
}

#[test]
fn the_conclusion_is_that_of_the_thread() {
    let mut wrong = Vec::new();
    for thread in threads().iter().filter(|thread| !thread.conclusion.is_empty()) {
        let (mut session, quoted) = quoted(thread);
        session.evidence = pieces(thread, &quoted).into();
        let found = diagnose(
            &session,
            own_clock(&session),
            Effort { depth: 1, ..Effort::SINGLES },
            &Progress::default(),
        );
        let ids = |finding: &Finding| finding.causes.iter().map(|cause| cause.id).collect();
        let ids: Vec<Vec<&str>> = found.findings.iter().map(ids).collect();
        if !ids.iter().take(2).any(|ids| ids.contains(&thread.conclusion)) {
            wrong.push(format!("{}: {} is not in {ids:?}", thread.name, thread.conclusion));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Gate messages as they come, without strings: what each means, and what it says besides.
#[rustfmt::skip]
const GATES: &[(&str, &str, &str, &str)] = &[
    ("jsoma/flatware#10", "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region></Error>", "region-wrong", "eu-central-1"),
    ("joona/aws-es-curl#15", "{\"message\":\"Credential should be scoped to a valid region, not 'eu-west-1'. \"}", "region-wrong", "eu-west-1"),
    ("aws/aws-sdk-js-v3#1831", "{\"message\":\"Credential should be scoped to correct service: 'execute-api'. \"}", "service-wrong", "execute-api"),
    ("aws/aws-sdk-go#859", "{\"message\":\"Signature expired: 20160928T174419Z is now earlier than 20160928T174724Z (20160928T175224Z - 5 min.)\"}", "signature-expired", "20160928T174724Z"),
    ("a clock that is ahead", "{\"message\":\"Signature not yet current: 20260115T100000Z is still later than 20260115T093500Z (20260115T093000Z + 5 min.)\"}", "signature-not-yet-current", "20260115T093500Z"),
    ("iann0036/cloud9-sync#10", "{\"__type\":\"IncompleteSignatureException\",\"message\":\"'KEY/20181128/eu-central-1/cloud9/aws4_request' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential= KEY/20181128'\"}", "key-value-malformed", "missing equal-sign"),
    ("aws/aws-sdk-js#896", "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>x-amz-acl, x-amz-meta-a</HeadersNotSigned></Error>", "headers-not-signed", "x-amz-acl, x-amz-meta-a"),
    ("curl/curl#11007", "'x-amz-security-token' is named as a SignedHeader, but it does not exist in the HTTP request", "signed-header-absent", "x-amz-security-token"),
    ("API Gateway", "{\"message\":\"Missing Authentication Token\"}", "token-missing", "Missing Authentication Token"),
    ("IAM", "{\"__type\":\"com.amazon#UnrecognizedClientException\",\"message\":\"The security token included in the request is invalid.\"}", "key-unknown", "security token"),
    ("STS", "{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}", "token-expired", "expired"),
    ("a presigned URL", "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires><Expires>2026-01-15T09:31:00Z</Expires><ServerTime>2026-01-15T10:00:00Z</ServerTime></Error>", "url-expired", "2026-01-15T10:00:00Z"),
    ("aws/aws-sdk-js#527", "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20260115T093000Z</RequestTime><ServerTime>2026-01-15T10:00:00Z</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds></Error>", "time-skewed", "900000"),
    ("a body that was changed", "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does not match what was computed.</Message><ClientComputedContentSHA256>aa</ClientComputedContentSHA256><S3ComputedContentSHA256>bb</S3ComputedContentSHA256></Error>", "content-sha256-mismatch", "S3ComputedContentSHA256: bb"),
    ("a key of another account", "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message><AWSAccessKeyId>AKID</AWSAccessKeyId></Error>", "key-unknown", "does not exist"),
    ("minio/minio#1315", "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message><Key></Key><BucketName></BucketName><Resource>/</Resource></Error>", "signature-mismatch", ""),
    ("an answer that was cut", "{\"message\":\"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\"}", "signature-mismatch", "does not match"),
    ("Azure/azure-storage-python#254", "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>The MAC signature found in the HTTP request 'PR5=' is not the same as any computed signature. Server used following string to sign: 'PUT\n\n\n3\n\nx-ms-date:Thu, 15 Jan 2026 09:30:00 GMT\n/a/b'.</AuthenticationErrorDetail></Error>", "azure-sharedkey-no-match", ""),
];

#[test]
fn a_gate_is_known_by_its_message_and_says_what_is_right_before_it() {
    for (name, text, gate, detail) in GATES {
        let pieces = evidence::read(format!("Hi!\n\n{text}\n\nbye").as_bytes())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pieces.len(), 1, "{name}");
        assert_eq!(
            (pieces[0].side, pieces[0].gate.map(|gate| gate.id)),
            (Side::Server, Some(*gate)),
            "{name}"
        );
        let mut session = session(S3.as_bytes());
        session.evidence = pieces.into();
        let found = diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default());
        let finding = found
            .findings
            .iter()
            .find(|finding| finding.causes.iter().any(|cause| cause.id == *gate))
            .unwrap_or_else(|| panic!("{name}"));
        assert!(finding.title().contains(detail), "{name}: {}", finding.title());
        let sure = if *gate == "signature-mismatch" { Certainty::Noticed } else { Certainty::Contradicted };
        assert_eq!(finding.certainty, sure, "{name}");
    }
}

/// What an answer proves of the checks before it depends on the order in which its server makes them, and on the scheme.
#[test]
fn a_gate_proves_only_what_its_server_looks_at_before_it() {
    const VERSION_2: &str = "GET\n\n\n1575340800\n/bucket/key";
    const VERSION_4: &str = "AWS4-HMAC-SHA256\n20260115T093000Z\n20260115/r/s3/aws4_request\n00";
    let xml = |code: &str, message: &str, string: &str| {
        format!(
            "<Error><Code>{code}</Code><Message>{message}</Message><StringToSign>{string}</StringToSign></Error>"
        )
    };
    let differ = "The request signature we calculated does not match the signature you provided.";
    for (text, proven, unproven) in [
        (
            xml("PermanentRedirect", "must be addressed using the specified endpoint.", ""),
            "something else",
            "date",
        ),
        (
            xml(
                "AuthorizationHeaderMalformed",
                "the region 'us-east-1' is wrong; expecting 'eu-central-1'",
                "",
            ),
            "nothing is said of date",
            "within the window",
        ),
        (
            "{\"message\":\"Credential should be scoped to correct service: 'es'. \"}".into(),
            "date is within the window",
            "key ID passed",
        ),
        (xml("SignatureDoesNotMatch", differ, VERSION_2), "knows the key ID", "scope"),
        (xml("SignatureDoesNotMatch", differ, VERSION_4), "Date, scope and key ID passed", "secret"),
        (xml("SignatureDoesNotMatch", differ, ""), "knows the key ID", "scope"),
        (
            "{\"__type\":\"InvalidSignatureException\",\"message\":\"x\"}".into(),
            "Date, scope and key ID passed",
            "secret",
        ),
        (xml("InvalidAccessKeyId", "x", ""), "no signature was compared", "cope"),
        (
            xml("AuthFailure", "AWS was not able to validate the provided access credentials", ""),
            "does not say which check",
            "key is not known",
        ),
        (
            xml("AccessDenied", "There were headers present in the request which were not signed", ""),
            "no signature was compared",
            "differ",
        ),
    ] {
        let pieces = evidence::read(text.as_bytes()).unwrap();
        let [piece] = &pieces[..] else { panic!("{text}") };
        let words = piece.proves(piece.gate.unwrap());
        assert!(words.contains(proven) && !words.contains(unproven), "{text}: {words}");
    }
}

#[test]
fn azure_and_cosmos_tell_their_string_to_sign() {
    let azure = GATES.iter().find(|(name, ..)| name.starts_with("Azure")).unwrap().1;
    let string = |text: &str| text_of_string(&evidence::read(text.as_bytes()).unwrap()[0]);
    assert_eq!(string(azure), "PUT\n\n\n3\n\nx-ms-date:Thu, 15 Jan 2026 09:30:00 GMT\n/a/b");
    let cosmos = "{\"code\":\"Unauthorized\",\"message\":\"The MAC signature found in the HTTP request is not the same as the computed signature. \
                  Server used following string to sign - 'get\\ndocs\\ndbs/a/colls/b\\nthu, 15 jan 2026 09:30:00 gmt\\n\\n'.\"}";
    assert_eq!(string(cosmos), "get\ndocs\ndbs/a/colls/b\nthu, 15 jan 2026 09:30:00 gmt\n\n");
}

fn text_of_string(piece: &Piece) -> String {
    text(piece.string_to_sign.as_deref().unwrap())
}

/// A request, and error and log of it: of the server's side with `server` changed, of the signer's as it stands.
fn both_sides(server: (&'static str, &'static str)) -> (Session, Vec<Piece>) {
    let all = threads();
    let named = |name: &str| all.iter().find(|thread| thread.name.contains(name)).unwrap();
    let error = Thread { request: ES, change: server, ..*named("libvmod-awsrest#8") };
    let log = named("boto3#1427");
    let (session, of_server) = quoted(&error);
    let (_, of_signer) = quoted(log);
    let pieces = [pieces(log, &of_signer), pieces(&error, &of_server)].concat();
    (session, pieces)
}

#[test]
fn without_a_secret_both_sides_together_say_what_is_wrong() {
    for (server, conclusion) in
        [(("", ""), "key-is-wrong"), (("q=a&size=5", "q=a%2Cb&size=5"), "changed-on-the-way")]
    {
        let (mut session, pieces) = both_sides(server);
        session.evidence = pieces.into();
        let found = diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default());
        assert_eq!(found.findings[0].causes[0].id, conclusion);
        assert_eq!(found.findings[0].certainty, Certainty::Contradicted);
        assert_eq!(found.answer, Answer::Contradicted);
    }
}

#[test]
fn a_trace_of_minio_shows_the_request_as_the_server_saw_it() {
    let (mut session, quoted) = quoted(&Thread { change: ("", ""), ..threads().remove(1) });
    let claim = text(session.request.value(b"authorization").unwrap());
    let trace = format!(
        "minio1:9000 [REQUEST s3.GetObject] [2026-01-15T09:30:00.245] [Client IP: 10.0.0.1]\nminio1:9000 GET /bucket/my%20photo.jpg\n\
         minio1:9000 Proto: HTTP/1.1\nminio1:9000 Host: minio:9000\nminio1:9000 X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n\
         minio1:9000 X-Amz-Date: 20260115T093000Z\nminio1:9000 Authorization: {claim}\nminio1:9000 <BODY>\n\
         minio1:9000 [RESPONSE] [2026-01-15T09:30:00.246]\nminio1:9000 403 Forbidden\n"
    );
    let pieces = evidence::read(trace.as_bytes()).unwrap();
    assert_eq!((pieces.len(), pieces[0].side, pieces[0].format), (1, Side::Server, "a trace of MinIO"));
    let seen = quoted.request.replace("host:s3.us-east-1.amazonaws.com", "host:minio:9000");
    assert_eq!(text(pieces[0].canonical_request.as_deref().unwrap()), seen);
    assert_eq!(pieces[0].consistent(), Some(true));
    session.evidence = pieces.into();
    let found = diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default());
    assert!(
        found.findings[0].causes.iter().any(|cause| cause.id == "host-changed"),
        "{}",
        found.findings[0].title()
    );
}

#[test]
fn a_text_that_was_damaged_is_not_relied_on() {
    let (mut session, quoted) = quoted(&threads()[3]);
    let damaged = quoted.s3_without_bytes().replace("x-amz-date:2026", "x-amz-date: 2026");
    let pieces = evidence::read(damaged.as_bytes()).unwrap();
    assert_eq!(pieces[0].consistent(), Some(false));
    session.evidence = pieces.into();
    let found = diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default());
    assert!(found.findings.iter().any(|finding| finding.causes[0].id == "evidence-damaged"));
    assert!(found.findings.iter().all(|finding| finding.of.is_none()), "nothing is proven of it");
}

#[test]
fn half_an_error_two_errors_and_control_characters_are_read() {
    let (_, quoted) = quoted(&threads()[3]);
    let whole = quoted.s3_without_bytes();
    // Cut anywhere: no panic, and what is there is found.
    for end in (0..whole.len()).step_by(7) {
        let _ = evidence::read(&whole.as_bytes()[..end]);
    }
    let half = &whole[..whole.find("x-amz-date").unwrap()];
    let pieces = evidence::read(half.as_bytes()).unwrap();
    assert_eq!(text_of_string(&pieces[0]), quoted.string);
    assert_eq!(pieces[0].consistent(), Some(false), "a canonical request that was cut is known by its hash");
    let expired = GATES.iter().find(|(.., gate, _)| *gate == "url-expired").unwrap().1;
    let two = evidence::read(format!("{whole}\n{expired}").as_bytes()).unwrap();
    let gates: Vec<_> = two.iter().map(|piece| piece.gate.unwrap().id).collect();
    assert_eq!(gates, ["signature-mismatch", "url-expired"]);
    let nasty = whole.replace("The request", "\u{1b}[2J\u{7}\0The request");
    assert_eq!(
        evidence::read(nasty.as_bytes()).unwrap()[0].canonical_request,
        Some(quoted.request.into_bytes())
    );
}

#[test]
fn a_request_is_rebuilt_from_its_error_alone() {
    for name in ["requests-aws4auth#31", "libvmod-awsrest#8", "boto3#1427", "cpp#1339"] {
        let all = threads();
        let thread =
            Thread { change: ("", ""), ..*all.iter().find(|thread| thread.name.contains(name)).unwrap() };
        let (_, quoted) = quoted(&thread);
        let pieces = pieces(&thread, &quoted);
        let case = countersign::case::rebuild(&pieces).unwrap();
        let rebuilt = Session { settings: case.settings, ..Session::new(case.request) };
        let analysis = analyse(&rebuilt, own_clock(&rebuilt));
        assert_eq!(text(analysis.trace.canonical_request()), quoted.request, "{name}");
        assert_eq!(text(analysis.stage(StageKind::StringToSign)), quoted.string, "{name}");
    }
}
