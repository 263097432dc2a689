//! Numbers that others published: uploads in chunks, event streams, a policy, a presigned URL, and the keys of SigV4A.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{analyse, own_clock, session, text};
use countersign::analysis::{Analysis, Session};
use countersign::frames::events::encode;
use countersign::scheme::chunks::walk::Walked;
use countersign::scheme::v4::key::KeyChain;
use countersign::scheme::{AWS4, Scope, Term};
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::trace::{Origin, StageKind};
use countersign::verify::{Agreement, CheckId, Conclusion};
use sha2::{Digest as _, Sha256};

/// The key pair of the Amazon S3 documentation.
const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn signed(head: &str, body: &[u8], (id, secret): (&str, &str)) -> Session {
    let mut session = session(format!("{head}\n\n").as_bytes());
    session.request.body = body.to_vec().into();
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: id.into(),
        secret: Secret::new(secret),
        session_token: None,
        source: "the publication".into(),
    });
    session
}

/// The analysis under the clock of the request's own date.
fn analysis(session: &Session) -> Analysis {
    analyse(session, own_clock(session))
}

fn matches(analysis: &Analysis) {
    let failed = analysis.verdict.failed();
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{failed:?}");
}

fn hash(text: &[u8]) -> String {
    hex::encode(Sha256::digest(text))
}

/// How each signature in the body fared, and what it should have been.
fn agreements(walked: &Walked) -> Vec<&Agreement> {
    walked.links.iter().map(|link| &link.agreement).collect()
}

/// The head of an upload to `/examplebucket/chunkObject.txt`: its keyword, headers that are signed beside those that all have, and
/// its signature.
fn upload(keyword: &str, (before, after): (&[&str], &[&str]), signature: &str) -> String {
    let (host, class) = ("host: s3.amazonaws.com", "x-amz-storage-class: REDUCED_REDUNDANCY");
    let keyword = format!("x-amz-content-sha256: {keyword}");
    let (encoding, date) = ("content-encoding: aws-chunked", "x-amz-date: 20130524T000000Z");
    let length = "x-amz-decoded-content-length: 66560";
    let headers = [&[encoding], before, &[host, &keyword, date, length, class], after].concat();
    let names: Vec<_> = headers.iter().map(|header| header.split(':').next().unwrap()).collect();
    format!(
        "PUT /examplebucket/chunkObject.txt HTTP/1.1\n{}\nAuthorization: AWS4-HMAC-SHA256 \
         Credential={ID}/20130524/us-east-1/s3/aws4_request,SignedHeaders={},Signature={signature}",
        headers.join("\n"),
        names.join(";"),
    )
}

/// 64 KiB and 1 KiB of `a` with these signatures, and what follows the final chunk.
fn chunks([first, second, last]: [&str; 3], end: &str) -> Vec<u8> {
    let (long, short) = ("a".repeat(65536), "a".repeat(1024));
    format!(
        "10000;chunk-signature={first}\r\n{long}\r\n400;chunk-signature={second}\r\n{short}\r\n\
         0;chunk-signature={last}\r\n{end}"
    )
    .into_bytes()
}

const SEED: &str = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
const CHUNKS: [&str; 3] = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
];

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>
#[test]
fn the_chunked_upload_of_the_documentation_matches() {
    let head = upload("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", (&["content-length: 66824"], &[]), SEED);
    let analysis = analysis(&signed(&head, &chunks(CHUNKS, "\r\n"), (ID, SECRET)));
    let canonical = "cee3fed04b70f867d036f722359b0b1f2f0e5dc0efadbc082b76c4c60e316455";
    assert_eq!(hash(analysis.trace.canonical_request()), canonical);
    assert_eq!(text(analysis.computed().unwrap()), SEED);
    assert_eq!(agreements(analysis.stream.walked().unwrap()), [&Agreement::Equal; 3]);
    matches(&analysis);
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>
#[test]
fn the_upload_with_a_trailing_checksum_of_the_documentation_matches() {
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let trailer = "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\
                   d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
    let signatures = [
        "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ];
    let keyword = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    let head = upload(keyword, (&[], &["x-amz-trailer: x-amz-checksum-crc32c"]), seed);
    let analysis = analysis(&signed(&head, &chunks(signatures, trailer), (ID, SECRET)));
    let canonical = "44d48b8c2f70eae815a0198cc73d7a546a73a93359c070abbaa5e6c7de112559";
    assert_eq!(hash(analysis.trace.canonical_request()), canonical);
    assert_eq!(text(analysis.computed().unwrap()), seed);
    assert_eq!(agreements(analysis.stream.walked().unwrap()), [&Agreement::Equal; 4]);
    assert_eq!(analysis.verdict.checks.last().unwrap().id, CheckId::Checksum);
    matches(&analysis);
}

/// awslabs/aws-c-auth, the trailer of its chunked test: it follows the chunks of the documentation.
#[test]
fn the_trailer_of_aws_c_auth_follows_the_chunks_of_the_documentation() {
    let trailer = "first:1st\r\nsecond:2nd\r\nthird:3rd\r\nx-amz-trailer-signature:\
                   df5735bd9f3295cd9386572292562fefc93ba94e80a0a1ddcbd652c4e0a75e6c\r\n\r\n";
    let keyword = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    // The head is none that was published: the chain begins with the signature that is given.
    let head = upload(keyword, (&[], &["x-amz-trailer: first,second,third"]), SEED);
    let mut session = signed(&head, &chunks(CHUNKS, trailer), (ID, SECRET));
    session.received = Some(SEED.into());
    assert_eq!(agreements(analysis(&session).stream.walked().unwrap()), [&Agreement::Equal; 4]);
}

/// minio/minio-go, `pkg/signer/request-signature-streaming_test.go`: `TestGetSeedSignature`.
#[test]
fn the_seed_of_minio_go_leaves_the_length_unsigned() {
    let seed = "007480502de61457e955731b0f5d191f7e6f54a8a0f6cc7974a5ebd887965686";
    let head = upload("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", (&[], &[]), seed);
    let analysis = analysis(&signed(&head, b"", (ID, SECRET)));
    assert_eq!(
        text(analysis.trace.canonical_request()),
        "PUT\n\
         /examplebucket/chunkObject.txt\n\
         \n\
         content-encoding:aws-chunked\n\
         host:s3.amazonaws.com\n\
         x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD\n\
         x-amz-date:20130524T000000Z\n\
         x-amz-decoded-content-length:66560\n\
         x-amz-storage-class:REDUCED_REDUNDANCY\n\
         \n\
         content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class\n\
         STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    );
    assert_eq!(*analysis.agreement(), Agreement::Equal);
}

/// The same file: `TestTrailerChunkSignature`. The signature before the trailer is the one that the final chunk was sent with.
#[test]
fn the_trailer_of_minio_go_is_signed() {
    let previous = "e05ab64fe1dfdbf0b5870abbaabdb063c371d4e96f2767e6934d90529c5ae850";
    let trailer = "41e14ac611e27a8bb3d66c3bad6856f209297767d5dd4fc87d8fa9e422e03faf";
    let body = format!(
        "0;chunk-signature={previous}\r\nx-amz-checksum-crc32c:wdBDMA==\r\n\
         x-amz-trailer-signature:{trailer}\r\n\r\n"
    );
    let keyword = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    let head = upload(keyword, (&[], &["x-amz-trailer: x-amz-checksum-crc32c"]), SEED);
    let analysis = analysis(&signed(&head, body.as_bytes(), (ID, SECRET)));
    assert_eq!(analysis.stream.walked().unwrap().links[1].agreement, Agreement::Equal);
}

/// The same file: `TestChunkSignature`. The seed is the one of the documentation.
#[test]
fn the_chunk_of_minio_go_is_signed_over_the_given_seed() {
    let head = upload("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", (&[], &[]), &"0".repeat(64));
    let mut session = signed(&head, &chunks(CHUNKS, "\r\n"), (ID, SECRET));
    let first = |session: &Session| analysis(session).stream.walked().unwrap().links[0].agreement.holds();
    assert_eq!(first(&session), Some(false));
    session.received = Some(SEED.into());
    assert_eq!(first(&session), Some(true));
}

/// awslabs/aws-c-auth, `tests/test_event_signing.c`.
#[test]
fn the_event_stream_of_aws_c_auth_matches() {
    let seed = "e1d8e8c8815e60969f2a34765c9a15945ffc0badbaa4b7e3b163ea19131e949b";
    let head = format!(
        "POST /streaming HTTP/1.1\n\
         Host: demo.us-east-1.amazonaws.com\n\
         Content-Encoding: application/vnd.amazon.eventstream\n\
         X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-EVENTS\n\
         X-Amz-Date: 19810116T063000Z\n\
         Authorization: AWS4-HMAC-SHA256 Credential=access/19810116/us-east-1/demo/aws4_request, \
         SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date, Signature={seed}"
    );
    // 19810116T063001Z and the three seconds after it.
    let messages = [
        ("A", "7aabf85b765e6a4d0d500b6e968657b14726fa3e1eb7e839302728ffd77629a5"),
        ("B", "f72aa9642f571d24a6e1ae42f10f073ad9448d8a028b6bcd82da081335adda02"),
        ("C", "632af120435b57ec241d8bfbb12e496dfd5e2730a1a02ac0ab6eaa230ae02e9a"),
        ("", "c6f679ddb3af68f5e82f0cf6761244cb2338cf11e7d01a24130aea1b7c17e53e"),
    ];
    let dates = (348_474_601_000..).step_by(1000);
    let body = dates.zip(messages).map(|(date, (payload, signature))| {
        encode(date, &hex::decode(signature).unwrap(), payload.as_bytes())
    });
    let analysis = analysis(&signed(&head, &body.collect::<Vec<_>>().concat(), ("access", "secret")));
    assert_eq!(
        text(analysis.trace.canonical_request()),
        "POST\n\
         /streaming\n\
         \n\
         content-encoding:application/vnd.amazon.eventstream\n\
         host:demo.us-east-1.amazonaws.com\n\
         x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-EVENTS\n\
         x-amz-date:19810116T063000Z\n\
         \n\
         content-encoding;host;x-amz-content-sha256;x-amz-date\n\
         STREAMING-AWS4-HMAC-SHA256-EVENTS"
    );
    assert_eq!(
        text(analysis.trace.string_to_sign()),
        "AWS4-HMAC-SHA256\n\
         19810116T063000Z\n\
         19810116/us-east-1/demo/aws4_request\n\
         2f55adac13ea36e052f8fd00babb547c42b2649a25164de4e28e622721867b46"
    );
    assert_eq!(text(analysis.computed().unwrap()), seed);
    assert_eq!(agreements(analysis.stream.walked().unwrap()), [&Agreement::Equal; 4]);
    matches(&analysis);
}

/// aws/aws-sdk-go-v2, `aws/signer/v4/stream_test.go`: previous signature, what stands for headers and payload, second of the day, and
/// signature. Its headers are no encoded `:date`, so no message holds them: the formula alone is checked.
#[test]
fn the_messages_of_aws_sdk_go_are_signed_over_each_other() {
    let messages = [
        (
            "666f6f62617262617a717578",
            "foo",
            10,
            "e3a136405ec1152f62136742efd41f8639cd647a1cf21fab12aedb22cccd8999",
        ),
        (
            "e3a136405ec1152f62136742efd41f8639cd647a1cf21fab12aedb22cccd8999",
            "bar",
            20,
            "92a6ad677e839d3003672cb2cefc71ef80d42e8cb300fefce0807e8398c74068",
        ),
        (
            "92a6ad677e839d3003672cb2cefc71ef80d42e8cb300fefce0807e8398c74068",
            "baz",
            30,
            "46d6660bd40f2ff5d6246a347895cabe7f4e89d9e1f4c6dad6dabdc801923be1",
        ),
        (
            "46d6660bd40f2ff5d6246a347895cabe7f4e89d9e1f4c6dad6dabdc801923be1",
            "",
            30,
            "492bcb3e21de447c85f8a9bef6c0eb833e992e405b9b3584be84edaccc5aad18",
        ),
    ];
    let term = |text: &str| Term::new(text.as_bytes(), Origin::Scheme);
    let scope = Scope {
        date: term("19700101"),
        region: Some(term("us-east-1")),
        service: term("transcribestreaming"),
        terminator: term("aws4_request"),
        written: countersign::scheme::layout::CHAINED.scope,
    };
    let chain = KeyChain::derive(AWS4.0, &Secret::new("SECRET"), &scope);
    for (previous, both, second, signature) in messages {
        let hash = hash(both.as_bytes());
        let string = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n19700101T0000{second}Z\n\
             19700101/us-east-1/transcribestreaming/aws4_request\n{previous}\n{hash}\n{hash}"
        );
        assert_eq!(hex::encode(chain.sign(string.as_bytes())), signature, "{string}");
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
const POLICY: &str = concat!(
    "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n",
    "  \"conditions\": [\r\n",
    "    {\"bucket\": \"sigv4examplebucket\"},\r\n",
    "    [\"starts-with\", \"$key\", \"user/user1/\"],\r\n",
    "    {\"acl\": \"public-read\"},\r\n",
    "    {\"success_action_redirect\": \"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},\r\n",
    "    [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n",
    "    {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n",
    "    {\"x-amz-server-side-encryption\": \"AES256\"},\r\n",
    "    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n",
    "\r\n",
    "    {\"x-amz-credential\": \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},\r\n",
    "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n",
    "    {\"x-amz-date\": \"20151229T000000Z\" }\r\n",
    "  ]\r\n}",
);

#[test]
fn the_form_of_the_documentation_matches() {
    let signature = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";
    let policy = STANDARD.encode(POLICY);
    let fields = [
        ("key", "user/user1/${filename}"),
        ("acl", "public-read"),
        ("success_action_redirect", "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"),
        ("Content-Type", "image/jpeg"),
        ("x-amz-meta-uuid", "14365123651274"),
        ("x-amz-server-side-encryption", "AES256"),
        ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"),
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Date", "20151229T000000Z"),
        ("x-amz-meta-tag", ""),
        ("Policy", &policy),
        ("X-Amz-Signature", signature),
        ("file", "content"),
    ];
    let field = |(name, value): (&str, &str)| {
        format!("--9431149156168\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = fields.map(field).concat() + "--9431149156168--\r\n";
    let head = "POST / HTTP/1.1\n\
                Host: sigv4examplebucket.s3.amazonaws.com\n\
                Content-Type: multipart/form-data; boundary=9431149156168";
    let session = signed(head, body.as_bytes(), (ID, SECRET));
    let analysis = analyse(&session, Timestamp::parse(b"20151229T000000Z").unwrap().0);
    assert_eq!((policy.len(), text(analysis.trace.string_to_sign())), (864, policy));
    assert_eq!(text(analysis.computed().unwrap()), signature);
    matches(&analysis);
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
#[test]
fn the_presigned_url_of_the_documentation_matches() {
    let signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let head = format!(
        "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F\
         us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&\
         X-Amz-SignedHeaders=host&X-Amz-Signature={signature} HTTP/1.1\n\
         Host: examplebucket.s3.amazonaws.com"
    );
    let analysis = analysis(&signed(&head, b"", (ID, SECRET)));
    let canonical = "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04";
    assert_eq!(hash(analysis.trace.canonical_request()), canonical);
    assert_eq!(text(analysis.computed().unwrap()), signature);
    matches(&analysis);
}

/// awslabs/aws-c-auth, `tests/key_derivation_tests.c`, the key of its signing tests, and the pair of the Amazon S3 documentation:
/// key id, secret, private key, public X and Y.
#[test]
fn the_trace_of_sigv4a_ends_in_the_published_keys() {
    let keys = [
        [
            "AKISORANDOMAASORANDOM",
            "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
            "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd",
            "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
            "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
        ],
        [
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "7efc8c0e65a324242818c5a50c891c6060b6a00717b7ba3cbe3c5d765be9259c",
            "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1",
            "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518",
        ],
        [
            ID,
            SECRET,
            "04c4d39191ae06f37a86b873d2f9951f7c37621d69e0eb834fb622c368f360c3",
            "18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab",
            "fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2",
        ],
    ];
    for [id, secret, private, x, y] in keys {
        let mut session = signed("GET / HTTP/1.1\nHost: h.example", b"", (id, secret));
        session.settings.scheme = Some("AWS4-ECDSA-P256-SHA256");
        let keys = text(analysis(&session).stage(StageKind::KeyChain));
        let expected = [("private key = candidate + 1", private), ("public key X", x), ("public key Y", y)];
        let lines: Vec<_> = keys.lines().collect();
        let last: Vec<_> = lines[lines.len() - 6..].chunks(2).map(|line| (line[0], line[1])).collect();
        assert_eq!(last, expected, "{id}");
    }
}
