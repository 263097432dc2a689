//! What is let through and what is not, and how a client is told.

use std::time::{Duration, SystemTime};

use countersign::evidence;
use countersign::gateway::capture::Outcome;
use countersign::gateway::options::Fixed;
use countersign::gateway::{Refusals, Replays};
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::time::Timestamp;

use super::served::Served;
use super::signed::{ID, SECRET, Signed, pair};

/// Status, check and code of what a request comes to.
fn told(served: &Served, request: &Signed<'_>) -> (u16, String, String) {
    told_bytes(served, &request.bytes())
}

fn told_bytes(served: &Served, bytes: &[u8]) -> (u16, String, String) {
    let response = served.send(bytes);
    let capture = served.capture();
    let check = capture.outcome.check().map_or("none", |stop| stop.name()).to_owned();
    let text = response.text();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let of_xml = || text.split_once("<Code>").and_then(|(_, rest)| Some(rest.split_once('<')?.0.to_owned()));
    let code = json["__type"].as_str().map(str::to_owned).or_else(of_xml).unwrap_or_default();
    assert_eq!(capture.answer.as_ref().unwrap().status, response.status);
    (response.status, check, code)
}

#[test]
fn each_mistake_is_refused_at_its_check_in_the_services_words() {
    let served = Served::with(|options| options.settings.region = Some("us-east-1".into()));
    let now = SystemTime::now();
    let good = Signed::new("GET", "/bucket?list-type=2");
    let form = "application/x-www-form-urlencoded";
    let sts = Signed {
        headers: vec![("content-type", form)],
        body: b"Action=GetCallerIdentity&Version=2011-06-15",
        service: "sts",
        ..Signed::new("POST", "/")
    };
    let json = Signed {
        headers: vec![
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", "DynamoDB_20120810.ListTables"),
        ],
        body: b"{}",
        service: "dynamodb",
        ..Signed::new("POST", "/")
    };
    let rows = [
        (good.clone(), 200, "none", ""),
        (sts.clone(), 200, "none", ""),
        (json.clone(), 200, "none", ""),
        (Signed { secret: "wrong", ..good.clone() }, 403, "signature", "SignatureDoesNotMatch"),
        (Signed { id: "AKIAUNKNOWN", ..good.clone() }, 403, "key", "InvalidAccessKeyId"),
        (Signed { region: "eu-west-1", ..good.clone() }, 400, "scope", "AuthorizationHeaderMalformed"),
        (
            Signed { time: now - Duration::from_secs(600), ..good.clone() },
            403,
            "date",
            "RequestTimeTooSkewed",
        ),
        (
            Signed { time: now + Duration::from_secs(600), ..good.clone() },
            403,
            "date",
            "RequestTimeTooSkewed",
        ),
        (Signed { secret: "wrong", ..sts.clone() }, 403, "signature", "SignatureDoesNotMatch"),
        (Signed { id: "AKIAUNKNOWN", ..sts }, 403, "key", "InvalidClientTokenId"),
        (Signed { secret: "wrong", ..json.clone() }, 400, "signature", "InvalidSignatureException"),
        (Signed { id: "AKIAUNKNOWN", ..json.clone() }, 400, "key", "UnrecognizedClientException"),
        (Signed { region: "eu-west-1", ..json }, 400, "scope", "InvalidSignatureException"),
    ];
    for (request, status, check, code) in rows {
        let expected = (status, check.to_owned(), code.to_owned());
        assert_eq!(
            told(&served, &request),
            expected,
            "{} {} {}",
            request.service,
            request.id,
            request.region
        );
    }
}

#[test]
fn the_query_protocol_tells_its_errors_in_json_where_that_is_asked_for() {
    let served = Served::new();
    let request = Signed {
        headers: vec![("content-type", "application/x-www-form-urlencoded")],
        body: b"Action=GetCallerIdentity&Version=2011-06-15&ContentType=JSON",
        service: "sts",
        secret: "wrong",
        ..Signed::new("POST", "/")
    };
    let response = served.send(&request.bytes());
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!((response.status, &body["Error"]["Code"]), (403, &"SignatureDoesNotMatch".into()));
    assert_eq!(body["Error"]["Type"], "Sender");
}

#[test]
fn a_changed_byte_is_found_wherever_it_is() {
    let served = Served::new();
    let request =
        Signed { headers: vec![("x-amz-meta-a", "b")], body: b"body", ..Signed::new("PUT", "/b/key?x=1") };
    let bytes = request.bytes();
    for (place, check) in [
        ("PUT /b/", "signature"),
        ("?x=", "signature"),
        ("x-amz-meta-a: ", "signature"),
        ("Signature=", "signature"),
        ("\r\n\r\n", "payload"),
    ] {
        let mut changed = bytes.clone();
        let at =
            changed.windows(place.len()).position(|window| window == place.as_bytes()).unwrap() + place.len();
        changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
        assert_eq!(told_bytes(&served, &changed).1, check, "{place}");
    }
    assert_eq!(told_bytes(&served, &bytes).0, 200);
}

#[test]
fn an_error_of_s3_quotes_what_was_computed_here() {
    let served = Served::new();
    let response = served.send(&Signed { secret: "wrong", ..Signed::new("GET", "/b/k?b=1&a=%3C") }.bytes());
    let pieces = evidence::read(&response.body).unwrap();
    let canonical = pieces[0].canonical_request.as_deref().unwrap();
    assert!(canonical.starts_with(b"GET\n/b/k\na=%3C&b=1\nhost:127.0.0.1:9000\n"));
    assert_eq!(
        (pieces[0].consistent(), response.header("content-type")),
        (Some(true), Some("application/xml"))
    );
    assert!(!response.text().contains(&format!("{:?}", served.capture().outcome.detail())));
}

#[test]
fn a_request_without_a_signature_gets_a_plain_401() {
    let served = Served::new();
    served.send(b"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic aHVudGVyMg==\r\n\r\n");
    let detail = served.capture().outcome.detail().unwrap().to_owned();
    assert_eq!(
        detail,
        "expected a signature, but found an Authorization header with `Basic`, which is no signature"
    );
    let response = served.send(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!((response.status, response.header("www-authenticate")), (401, Some("AWS4-HMAC-SHA256")));
    assert_eq!(served.capture().outcome.check().unwrap().name(), "claim");
    let plain = Served::with(|options| options.refusals = Refusals::Plain);
    let response = plain.send(&Signed { secret: "wrong", ..Signed::new("GET", "/") }.bytes());
    assert_eq!(response.status, 401);
    assert!(response.text().starts_with("InvalidSignatureException: "), "{}", response.text());
}

#[test]
fn a_signature_that_comes_again_is_marked_or_refused() {
    let bytes = Signed::new("GET", "/bucket?a").bytes();
    let other = Signed::new("GET", "/bucket?b").bytes();
    for (replays, status, check) in [(Replays::Marked, 200, None), (Replays::Refused, 403, Some("replay"))] {
        let served = Served::with(|options| options.replays = replays);
        assert_eq!(served.send(&bytes).status, 200);
        assert_eq!(served.capture().replay_of, None);
        assert_eq!(served.send(&other).status, 200);
        assert_eq!(served.capture().replay_of, None);
        assert_eq!(served.send(&bytes).status, status);
        let again = served.capture();
        assert_eq!((again.replay_of, again.outcome.check().map(|stop| stop.name())), (Some(1), check));
    }
}

#[test]
fn a_signature_that_was_refused_is_no_replay_later() {
    let served = Served::new();
    let bytes = Signed { id: "AKIALATER", secret: "later", ..Signed::new("GET", "/") }.bytes();
    assert_eq!(served.send(&bytes).status, 403);
    assert_eq!(served.capture().outcome.check().unwrap().name(), "key");
    served.keys.add(pair("AKIALATER", "later"));
    assert_eq!(served.send(&bytes).status, 200);
    let capture = served.capture();
    assert_eq!((&capture.outcome, capture.replay_of), (&Outcome::Match, None));
}

#[test]
fn a_key_that_is_added_counts_on_a_connection_that_is_open() {
    let served = Served::new();
    let mut client = served.connect();
    let bytes = Signed { id: "AKIALATER", secret: "later", ..Signed::new("GET", "/") }.bytes();
    client.write(&bytes);
    assert_eq!(client.read(super::served::Body::Stated).status, 403);
    served.keys.add(pair("AKIALATER", "later"));
    client.write(&bytes);
    assert_eq!(client.read(super::served::Body::Stated).status, 200);
}

#[test]
fn a_key_of_a_session_is_good_with_its_token_only() {
    let served = Served::new();
    served
        .keys
        .add(Credentials { session_token: Some(Secret::new("its token")), ..pair("ASIASESSION", "secret") });
    let with = |token: &'static str| Signed {
        id: "ASIASESSION",
        secret: "secret",
        headers: vec![("x-amz-security-token", token)],
        ..Signed::new("GET", "/")
    };
    let without = Signed { headers: Vec::new(), ..with("") };
    for (request, status, check, code) in [
        (with("its token"), 200, "none", ""),
        (with("another"), 400, "token", "InvalidToken"),
        (without, 400, "token", "InvalidToken"),
    ] {
        assert_eq!(told(&served, &request), (status, check.to_owned(), code.to_owned()));
    }
}

#[test]
fn the_clock_and_the_window_are_the_ones_that_were_set() {
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
    let at =
        |minutes: u64| Signed { time: then + Duration::from_secs(minutes * 60), ..Signed::new("GET", "/") };
    for (tolerance, minutes, status) in [(5, 5, 200), (5, 6, 403), (15, 15, 200), (15, 16, 403)] {
        let served = Served::with(|options| {
            options.settings.now = Timestamp::from_unix(1_440_938_160);
            options.settings.tolerance = Some(tolerance);
        });
        assert_eq!(told(&served, &at(minutes)).0, status, "{minutes} of {tolerance} minutes");
    }
}

#[test]
fn an_answer_that_was_given_takes_the_place_of_the_services() {
    let served = Served::with(|options| options.answer = Some(Fixed::new(b"{\"ok\":1}".to_vec())));
    let response = served.send(&Signed::new("GET", "/bucket").bytes());
    assert_eq!(
        (response.status, response.text(), response.header("content-type")),
        (200, "{\"ok\":1}".into(), Some("application/json"))
    );
    assert_eq!(served.send(&Signed { secret: "wrong", ..Signed::new("GET", "/") }.bytes()).status, 403);
}

/// The signature of SigV4A in this request with `s` in place of `n - s`, which is as right (SEC 1, 4.1.4).
fn with_other_s(text: &str) -> String {
    let at = text.find("Signature=").unwrap() + 10;
    let end = at + text[at..].find('\r').unwrap();
    let signature = p256::ecdsa::Signature::from_der(&hex::decode(&text[at..end]).unwrap()).unwrap();
    let (r, s) = signature.split_scalars();
    let other = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
    format!("{}{}{}", &text[..at], hex::encode(other.to_der().as_bytes()), &text[end..])
}

#[test]
fn a_request_that_comes_again_is_known_however_its_signature_is_written() {
    use countersign::analysis::{Analysis, Session};
    use countersign::canon::payload::Hashing;
    use countersign::scheme::Memo;
    use countersign::trace::Trace;
    let served = Served::with(|options| options.replays = Replays::Refused);
    let request =
        countersign::case::read(b"GET /b?k HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n").unwrap().request;
    let mut session = Session::new(request);
    for (name, value) in [
        ("scheme", "AWS4-ECDSA-P256-SHA256"),
        ("region", "us-east-1"),
        ("service", "s3"),
        ("access-key-id", ID),
        ("payload", "header"),
    ] {
        session.settings.set(name, value).unwrap();
    }
    session.keys = vec![pair(ID, SECRET)];
    let now = Timestamp::from_unix(chrono::Utc::now().timestamp()).unwrap();
    let analysis = Analysis::of(&session, now, Hashing::Now, &mut Memo::default(), Trace::default());
    let signed = analysis.instructions(&session.request).unwrap().apply(&session.request);
    let text = String::from_utf8(countersign::request::http::write(&signed)).unwrap();
    assert!(text.contains("Authorization: AWS4-ECDSA-P256-SHA256 "), "{text}");
    assert_eq!(told_bytes(&served, text.as_bytes()).0, 200);
    for again in [text.clone(), with_other_s(&text)] {
        assert_eq!(told_bytes(&served, again.as_bytes()).1, "replay", "{again}");
    }
}

#[test]
fn what_is_put_can_be_got_by_whoever_may_and_by_no_page_of_elsewhere() {
    let served = Served::new();
    let put = Signed { body: b"hello", ..Signed::new("PUT", "/b/k") };
    assert_eq!(served.send(&put.bytes()).status, 200);
    let get = |request: Signed<'_>, more: &str| {
        let response = served.send(&request.head(more));
        (response.status, response.text().contains("hello"))
    };
    let own = || Signed::new("GET", "/b/k");
    assert_eq!(get(own(), ""), (200, true));
    assert_eq!(get(own(), "Range: bytes=0-1\r\n").0, 206);
    assert_eq!(get(own(), "Origin: http://localhost:5173\r\n"), (200, true));
    // An example pair is known to every page; what was put here is not.
    assert_eq!(get(own(), "Origin: https://app.example\r\n"), (404, false));
    assert_eq!(get(Signed { host: "evil.test:9000", ..own() }, ""), (404, false));
    assert_eq!(get(Signed { secret: "wrong", ..own() }, "").0, 403);
    // What is not let through changes nothing.
    let delete = Signed { secret: "wrong", ..Signed::new("DELETE", "/b/k") };
    assert_eq!(served.send(&delete.bytes()).status, 403);
    assert_eq!(get(own(), ""), (200, true));
    // A key that was given is a page's own affair.
    served.keys.add(pair(ID, SECRET));
    assert_eq!(get(own(), "Origin: https://app.example\r\n"), (200, true));
}

#[test]
fn no_capture_and_no_answer_holds_the_secret() {
    let served = Served::new();
    for request in [Signed::new("GET", "/"), Signed { secret: "wrong", ..Signed::new("GET", "/") }] {
        let response = served.send(&request.bytes());
        let capture = served.capture();
        let line = countersign::gateway::line::json(&capture, None).to_string();
        for text in [response.text(), response.head, line] {
            assert!(!text.contains(&SECRET[..12]) && !text.contains("kSecret"), "{text}");
        }
        assert!(capture.presented().unwrap().access_key_id == ID);
    }
}

#[test]
fn a_page_of_another_origin_may_ask_send_and_read() {
    let served = Served::new();
    // The URL is the one of the request to come: its signature is not for OPTIONS.
    let asks =
        b"OPTIONS /bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00 HTTP/1.1\r\nHost: h\r\n\
                 Origin: https://app.example\r\nAccess-Control-Request-Method: PUT\r\n\
                 Access-Control-Request-Headers: authorization,x-amz-date\r\n\r\n";
    let response = served.send(asks);
    assert_eq!(response.status, 200);
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "authorization,x-amz-date"),
    ] {
        assert_eq!(response.header(name), Some(value));
    }
    assert_eq!(served.capture().outcome, Outcome::Preflight);

    let request = Signed { body: b"abc", ..Signed::new("PUT", "/bucket/key") };
    for (secret, status) in [(SECRET, 200), ("wrong", 403)] {
        let head =
            Signed { secret, ..request.clone() }.head("Origin: https://app.example\r\nContent-Length: 3\r\n");
        let response = served.send(&[head, b"abc".to_vec()].concat());
        let allowed = response.header("access-control-allow-origin");
        assert_eq!((response.status, allowed), (status, Some("*")));
        served.capture();
    }
    let response = served.send(&request.bytes());
    assert_eq!((response.status, response.header("access-control-allow-origin")), (200, None));

    // Without an origin, or with a signature of its own, it is a request as any other.
    assert_eq!(served.send(b"OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n").status, 401);
    let signed = Signed { secret: "wrong", ..Signed::new("OPTIONS", "/bucket/key") };
    let asks = "Origin: https://app.example\r\nAccess-Control-Request-Method: PUT\r\n";
    assert_eq!(served.send(&signed.head(asks)).status, 403);
}
