//! The published examples of Version 2, and claims that are wrong at one place.

use super::*;
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::case::read;
use crate::request::Part;
use crate::scheme::strip;
use crate::secret::Secret;
use crate::signature::Credentials;
use crate::time::Timestamp;
use crate::verify::{CheckId, Conclusion};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const BUCKET: &str = "awsexamplebucket1.s3.us-west-1.amazonaws.com";
const S3: &str = "s3.us-west-1.amazonaws.com";

fn session(request: &str) -> Session {
    let mut session = Session::new(read(request.as_bytes()).unwrap().request);
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: "foo".into(),
        secret: Secret::new("bar"),
        session_token: None,
        source: "the test".into(),
    });
    session
}

/// The analysis under a clock that shows this time.
fn at(session: &Session, clock: &str) -> Analysis {
    let (clock, _) = Timestamp::parse(clock.as_bytes()).unwrap();
    Analysis::of(session, clock, Hashing::Now, &mut Memo::default(), Trace::default())
}

fn analysed(request: &str, clock: &str) -> Analysis {
    at(&session(request), clock)
}

fn to_sign(analysis: &Analysis) -> String {
    String::from_utf8_lossy(analysis.trace.string_to_sign()).into_owned()
}

fn detail(analysis: &Analysis, id: CheckId) -> &str {
    let check = analysis.verdict.checks.iter().find(|check| check.id == id);
    &check.unwrap().detail
}

/// A request with a header of Version 2 that is signed with the documentation's key.
fn signed(first: &str, host: &str, headers: &[&str], signature: &str) -> String {
    let headers = headers.join("\n");
    format!("{first} HTTP/1.1\nHost: {host}\n{headers}\nAuthorization: AWS {ID}:{signature}\n\n")
}

const UPLOAD: [&str; 11] = [
    "Date: Tue, 27 Mar 2007 21:06:08 +0000",
    "x-amz-acl: public-read",
    "content-type: application/x-download",
    "Content-MD5: 4gJE4saaMU4BqNR0kLY+lw==",
    "X-Amz-Meta-ReviewedBy: joe@awsexamplebucket1.net",
    "X-Amz-Meta-ReviewedBy: jane@awsexamplebucket1.net",
    "X-Amz-Meta-FileChecksum: 0x02661779",
    "X-Amz-Meta-ChecksumAlgorithm: crc32",
    "Content-Disposition: attachment; filename=database.dat",
    "Content-Encoding: gzip",
    "Content-Length: 5913339",
];

/// Request line, host, headers, signature and string to sign.
type Example = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str);

/// <https://github.com/awsdocs/amazon-s3-developer-guide/blob/master/doc_source/RESTAuthentication.md>
const EXAMPLES: [Example; 8] = [
    (
        "GET /photos/puppy.jpg",
        BUCKET,
        &["Date: Tue, 27 Mar 2007 19:36:42 +0000"],
        "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=",
        "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/awsexamplebucket1/photos/puppy.jpg",
    ),
    (
        "PUT /photos/puppy.jpg",
        BUCKET,
        &["Content-Type: image/jpeg", "Date: Tue, 27 Mar 2007 21:15:45 +0000"],
        "iqRzw+ileNPu1fhspnRs8nOjjIA=",
        "PUT\n\nimage/jpeg\nTue, 27 Mar 2007 21:15:45 +0000\n/awsexamplebucket1/photos/puppy.jpg",
    ),
    (
        "GET /?prefix=photos&max-keys=50&marker=puppy",
        BUCKET,
        &["Date: Tue, 27 Mar 2007 19:42:41 +0000"],
        "m0WP8eCtspQl5Ahe6L1SozdX9YA=",
        "GET\n\n\nTue, 27 Mar 2007 19:42:41 +0000\n/awsexamplebucket1/",
    ),
    (
        "GET /?acl",
        BUCKET,
        &["Date: Tue, 27 Mar 2007 19:44:46 +0000"],
        "82ZHiFIjc+WbcwFKGUVEQspPn+0=",
        "GET\n\n\nTue, 27 Mar 2007 19:44:46 +0000\n/awsexamplebucket1/?acl",
    ),
    // The documentation sends x-amz-date here, but signed as if Date had that value and there were no x-amz-date:
    // this is the request that its signature is right for.
    (
        "DELETE /awsexamplebucket1/photos/puppy.jpg",
        S3,
        &["Date: Tue, 27 Mar 2007 21:20:26 +0000"],
        "XbyTlbQdu9Xw5o8P4iMwPktxQd8=",
        "DELETE\n\n\nTue, 27 Mar 2007 21:20:26 +0000\n/awsexamplebucket1/photos/puppy.jpg",
    ),
    (
        "PUT /db-backup.dat.gz",
        "static.awsexamplebucket1.net:8080",
        &UPLOAD,
        "dKZcB+bz2EPXgSdXZp9ozGeOM4I=",
        "PUT\n4gJE4saaMU4BqNR0kLY+lw==\napplication/x-download\nTue, 27 Mar 2007 21:06:08 +0000\n\
             x-amz-acl:public-read\nx-amz-meta-checksumalgorithm:crc32\nx-amz-meta-filechecksum:0x02661779\n\
             x-amz-meta-reviewedby:joe@awsexamplebucket1.net,jane@awsexamplebucket1.net\n\
             /static.awsexamplebucket1.net/db-backup.dat.gz",
    ),
    (
        "GET /",
        S3,
        &["Date: Wed, 28 Mar 2007 01:29:59 +0000"],
        "qGdzdERIC03wnaRNKh6OqZehG9s=",
        "GET\n\n\nWed, 28 Mar 2007 01:29:59 +0000\n/",
    ),
    (
        "GET /dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re",
        S3,
        &["Date: Wed, 28 Mar 2007 01:49:49 +0000"],
        "DNEZGsoieTZ92F3bUfSPQcbGmlM=",
        "GET\n\n\nWed, 28 Mar 2007 01:49:49 +0000\n/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re",
    ),
];

#[test]
fn the_examples_of_the_documentation_verify() {
    for (first, host, headers, signature, string) in EXAMPLES {
        let date = headers.iter().find_map(|header| header.strip_prefix("Date: ")).unwrap();
        let analysis = analysed(&signed(first, host, headers, signature), date);
        assert_eq!(to_sign(&analysis), string);
        assert_eq!(analysis.computed(), Some(signature.as_bytes()), "{first}");
        assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
        assert!(detail(&analysis, CheckId::Algorithm).ends_with("sign with AWS4-HMAC-SHA256"));
    }
}

/// The documentation's request with its bucket's earlier name, which the published signature was made for.
const URL: &str = "GET /photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\
                   &Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620 HTTP/1.1\n\
                   Host: johnsmith.s3.amazonaws.com\n\n";

#[test]
fn a_url_is_good_until_it_expires_however_far_that_is() {
    for (clock, conclusion) in
        [("1175139620", Conclusion::Match), ("0", Conclusion::Match), ("1175139621", Conclusion::Rejected)]
    {
        let analysis = analysed(URL, clock);
        assert_eq!(to_sign(&analysis), "GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg");
        assert_eq!(analysis.agreement(), &Agreement::Equal);
        assert_eq!(analysis.verdict.conclusion(), Some(conclusion), "{clock}");
    }
    let late = analysed(URL, "1175139621");
    assert!(late.verdict.failed().unwrap().aws.as_ref().unwrap().contains("Request has expired"));
}

/// What the documentation's own rule gives for its example of Delete.
#[test]
fn x_amz_date_empties_the_line_of_the_date() {
    let headers = ["Date: Tue, 27 Mar 2007 21:20:27 +0000", "x-amz-date: Tue, 27 Mar 2007 21:20:26 +0000"];
    let request =
        signed("DELETE /awsexamplebucket1/photos/puppy.jpg", S3, &headers, "Ri1hpB1zpS9pGqR7y8kuNFCl4sE=");
    let analysis = analysed(&request, "20070327T212026Z");
    assert_eq!(
        to_sign(&analysis),
        "DELETE\n\n\n\nx-amz-date:Tue, 27 Mar 2007 21:20:26 +0000\n/awsexamplebucket1/photos/puppy.jpg"
    );
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match));
    let date = &analysis.trace.stage(StageKind::StringToSign).unwrap().pieces()[4];
    assert!(date.rules.has(Rule::DateElsewhere), "{date:?}");
}

/// The example of the AWS General Reference; its Timestamp has no zone.
const API: &str = "GET /?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Action=DescribeJobFlows\
                   &SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2011-10-03T15%3A19%3A30\
                   &Version=2009-03-31&Signature=i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf%2FMj6vPxyYIs%3D HTTP/1.1\n\
                   Host: ElasticMapReduce.amazonaws.com\n\n";

#[test]
fn the_query_api_verifies() {
    let analysis = analysed(API, "20111003T151930Z");
    assert_eq!(
        to_sign(&analysis),
        "GET\nelasticmapreduce.amazonaws.com\n/\nAWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Action=DescribeJobFlows&\
         SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2011-10-03T15%3A19%3A30&Version=2009-03-31"
    );
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
    assert_eq!(analysed(API, "20111003T153500Z").verdict.failed().unwrap().id, CheckId::Date);
}

/// The number of botocore's `TestSigV2`, whose URL has no host.
const FORM: &str = "POST / HTTP/1.1\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\n\n\
                    Foo=%E2%9C%93&AWSAccessKeyId=foo&SignatureVersion=2&SignatureMethod=HmacSHA256\
                    &Timestamp=2014-06-20T08%3A40%3A23Z&Signature=Tiecw%2Bt51tok4dTT8B4bg47zxHEM%2FKcD55f2%2Fx6K22o%3D";

#[test]
fn the_query_api_verifies_in_a_form() {
    let analysis = analysed(FORM, "20140620T084023Z");
    assert!(to_sign(&analysis).starts_with("POST\n\n/\nAWSAccessKeyId=foo&Foo=%E2%9C%93&Sig"));
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
}

/// No number with SHA-1 is published that we know of: this one is OpenSSL's, from the string to sign above.
#[test]
fn the_query_api_takes_sha_1_too() {
    let sha1 = API
        .replace("HmacSHA256", "HmacSHA1")
        .replace("i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf%2FMj6vPxyYIs%3D", "lfFHkzuzsvqoHr8bDOMDY%2FxAqP8%3D");
    let analysis = analysed(&sha1, "20111003T151930Z");
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
}

/// A URL of botocore with a token and an override, signed under the key `foo` and the secret `bar`.
const RICH: &str = "GET /k%20y?versionId=a%2Fb&response-content-type=text%2Fplain&x=1&AWSAccessKeyId=foo&Signature=vzXwfzxOGvj6S9PyJIbefoLMzHA%3D&x-amz-security-token=to%2Fken%2B%3D%3D&Expires=1795368048 HTTP/1.1\nHost: b.s3.amazonaws.com\n\n";

#[test]
fn what_a_url_carries_in_place_of_headers_is_signed() {
    let analysis = analysed(RICH, "0");
    assert_eq!(analysis.agreement(), &Agreement::Equal, "{}", to_sign(&analysis));
}

fn with_other_byte(request: &Request, part: Part, index: usize) -> Request {
    let mut other = request.clone();
    let change = |bytes: &mut Vec<u8>| bytes[index] = if bytes[index] == b'q' { b'z' } else { b'q' };
    match part {
        Part::Method => change(&mut other.method),
        Part::Target => change(&mut other.target),
        Part::HeaderName(header) => change(&mut other.headers[header as usize].name),
        Part::HeaderValue(header) => change(&mut other.headers[header as usize].value),
        Part::Body => {
            let mut bytes = other.body.bytes().into_owned();
            change(&mut bytes);
            other.body = bytes.into();
        }
    }
    other
}

#[test]
fn any_other_byte_in_what_is_signed_makes_another_signature() {
    let folded = signed(
        "PUT /k?uploadId=a&partNumber=2&response-expires=%41+b&x=y",
        BUCKET,
        &["Date:  Tue, 27 Mar 2007 21:06:08 GMT ", "X-Amz-Meta-B: 1 \n  2", "x-amz-acl: p"],
        "7uJtIhHiBHmQ2kR4rp4a7Pj2jQc=",
    );
    for request in [folded.as_str(), URL, API, FORM, RICH] {
        let mut session = session(request);
        let analysis = at(&session, "0");
        assert_eq!(analysis.agreement(), &Agreement::Equal, "{}", to_sign(&analysis));
        let text = analysis.trace.stage(StageKind::StringToSign).unwrap();
        assert_eq!(text.pieces().last().unwrap().end as usize, text.bytes().len());
        let whole = session.request.clone();
        for (range, piece) in text.ranges().filter(|(range, _)| !range.is_empty()) {
            let Origin::Request(span) = piece.origin else { continue };
            for index in span.range() {
                session.request = with_other_byte(&whole, span.part, index);
                let agreement = at(&session, "0").verdict.agreement;
                assert_ne!(agreement.holds(), Some(true), "{range:?} byte {index} of {:?}", span.part);
            }
        }
    }
}

#[test]
fn says_what_is_wrong_with_a_claim_and_where() {
    let header = |value: &str| format!("GET / HTTP/1.1\nHost: h\nAuthorization: {value}\n\n");
    let query = |query: &str| format!("GET /?{query} HTTP/1.1\nHost: h\n\n");
    let api = |rest: &str| query(&format!("SignatureVersion=2&{rest}"));
    for (request, words) in [
        (header("AWS"), "`AKID:signature`, but found `` in the Authorization header, byte 4"),
        (header("AWS  foo"), "`AKID:signature`, but found `foo` in the Authorization header, byte 6"),
        (
            header("AWS :sig"),
            "an access key id before the colon, but found none in the Authorization header, byte 5",
        ),
        (
            header("AWS foo: "),
            "a signature after the colon, but found none in the Authorization header, byte 9",
        ),
        (
            query("AWSAccessKeyId=&Expires=1&Signature=s"),
            "the parameter `AWSAccessKeyId` with a value, but found none in the query of a presigned URL",
        ),
        (
            query("AWSAccessKeyId=foo&Expires=1&Signature"),
            "the parameter `Signature` with a value, but found none in the query of a presigned URL",
        ),
        (
            query("AWSAccessKeyId=foo&Expires=soon&Signature=s"),
            "seconds since 1970 such as 1175139620, but found `soon` in the query parameter Expires",
        ),
        (api(""), "the parameter `SignatureMethod` with a value, but found none in the query"),
        (
            api("SignatureMethod=HmacSHA1"),
            "the parameter `AWSAccessKeyId` with a value, but found none in the query",
        ),
        (
            api("SignatureMethod=HmacSHA1&AWSAccessKeyId=foo"),
            "the parameter `Signature` with a value, but found none in the query",
        ),
        (
            api("SignatureMethod=HmacMD5&AWSAccessKeyId=foo&Signature=s"),
            "HmacSHA256 or HmacSHA1, but found `HmacMD5` in the query parameter SignatureMethod",
        ),
        (
            api("SignatureMethod=HmacSHA1&AWSAccessKeyId=foo&Signature=s"),
            "the parameter `Timestamp` or `Expires`, but found none in the query",
        ),
        (
            FORM.replace("AWSAccessKeyId=foo", ""),
            "the parameter `AWSAccessKeyId` with a value, but found none in the form",
        ),
    ] {
        let analysis = analysed(&request, "0");
        let error = analysis.claim.as_ref().unwrap().as_ref().unwrap_err();
        assert_eq!(error.to_string(), format!("expected {words}"));
        assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Rejected));
    }
}

#[test]
fn a_date_must_have_the_form_of_its_place() {
    let dated = |date: &str| signed("GET /", S3, &[date], "s");
    for (request, words) in [
        (dated("x: y"), "expected an x-amz-date or Date header, but found none"),
        (
            dated("x-amz-date: 20070327T193642Z"),
            "expected a date such as Tue, 27 Mar 2007 19:36:42 GMT, but found `20070327T193642Z`",
        ),
        (
            API.replace("2011-10-03T", "yesterday"),
            "expected a date such as 2011-10-03T15:19:30Z, but found `yesterday15:19:30`",
        ),
    ] {
        assert_eq!(detail(&analysed(&request, "0"), CheckId::Date), words);
    }
    let ends = API.replace("Timestamp=2011-10-03T15%3A19%3A30", "Expires=2011-10-03T15%3A19%3A30.000Z");
    let outcome = |clock| analysed(&ends, clock).verdict.failed().unwrap().id;
    assert_eq!(outcome("20111003T151931Z"), CheckId::Date);
    assert_eq!(outcome("20010101T000000Z"), CheckId::Signature);
}

#[test]
fn a_bare_plus_in_a_signature_is_read_as_a_space() {
    let bare = URL.replace("%2B", "+");
    let analysis = analysed(&bare, "0");
    assert!(detail(&analysis, CheckId::Claim).contains("%2B"));
    let mut session = session(&bare);
    session.settings.plus = Some(crate::scheme::Plus::Literal);
    assert_eq!(at(&session, "0").verdict.conclusion(), Some(Conclusion::Match));
}

#[test]
fn other_schemes_and_versions_are_not_ours() {
    for request in [
        "GET / HTTP/1.1\nAuthorization: AWS4-HMAC-SHA512 Credential=a\n\n",
        "GET / HTTP/1.1\nAuthorization: AWSX a:b\n\n",
        "GET /?AWSAccessKeyId=a&Expires=1 HTTP/1.1\n\n",
        "GET /?SignatureVersion=1&AWSAccessKeyId=a&Expires=1&Signature=c HTTP/1.1\n\n",
        "POST / HTTP/1.1\n\nSignatureVersion=2",
    ] {
        let request = read(request.as_bytes()).unwrap().request;
        assert!(crate::scheme::AWS2.claim(&request).is_none());
    }
}

#[test]
fn two_signatures_are_one_too_many() {
    let request = URL.replace("Host:", "Date: Tue, 27 Mar 2007 19:36:42 GMT\nAuthorization: AWS a:b\nHost:");
    assert!(detail(&analysed(&request, "0"), CheckId::Claim).starts_with("expected one signature"));
}

#[test]
fn the_host_names_the_bucket_where_it_is_an_endpoint_of_s3() {
    for (host, expected) in [
        ("johnsmith.s3.amazonaws.com", "/johnsmith/k"),
        ("a.b.s3-us-west-2.amazonaws.com:443", "/a.b/k"),
        ("s3.s3.dualstack.eu-west-1.amazonaws.com", "/s3/k"),
        ("B.s3-accelerate.amazonaws.com", "/b/k"),
        ("b.s3.cn-north-1.amazonaws.com.cn", "/b/k"),
        ("s3.amazonaws.com", "/k"),
        ("127.0.0.1:9000", "/k"),
        ("localhost", "/k"),
        ("minio.example.com", "/k"),
    ] {
        let string = to_sign(&analysed(&signed("GET /k", host, &["x: y"], "s"), "0"));
        assert_eq!(string.lines().nth(4), Some(expected), "{host}");
    }
}

#[test]
fn another_scheme_can_sign_what_is_stripped() {
    for (request, left) in
        [(URL, "/photos/puppy.jpg"), (FORM, "/"), (API, "/?Action=DescribeJobFlows&Version=2009-03-31")]
    {
        let mut request = read(request.as_bytes()).unwrap().request;
        strip(&mut request);
        assert!(crate::scheme::claim(&request).is_none());
        assert_eq!(String::from_utf8_lossy(&request.target), left);
        assert!(request.body.is_empty() || *request.body.bytes() == *b"Foo=%E2%9C%93");
    }
}

#[test]
fn instructions_put_the_new_signature_in_the_place_of_the_old_one() {
    for request in [URL, API, RICH] {
        let session = session(&request.replace("Signature=", "Signature=x"));
        let analysis = at(&session, "0");
        assert_eq!(analysis.agreement().holds(), Some(false));
        let request = analysis.instructions(&session.request).unwrap().apply(&session.request);
        assert_eq!(at(&Session { request, ..session }, "0").agreement(), &Agreement::Equal);
    }
}

#[test]
fn a_token_in_a_form_is_hidden() {
    let request = FORM.replace("Foo=", "SecurityToken=secretvalue&Foo=");
    let session = session(&request);
    let analysis = at(&session, "0");
    let stage = &analysis.trace.stages[0];
    let shown = crate::report::redact::text(stage, &session.request, &analysis, Default::default());
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(shown.contains("[hidden") && !shown.contains("secretvalue"), "{shown}");
    assert!(shown.contains("Foo=%E2%9C%93"), "{shown}");
}
