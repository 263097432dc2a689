//! Schemes that rows describe: numbers that their makers published, requests that their own libraries made, and a row of a user's.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;
#[path = "common/place.rs"]
mod place;

use common::{files, json, shared};
use countersign::analysis::{Analysis, Session};
use countersign::canon::payload::Hashing;
use countersign::case::read;
use countersign::credentials::read_fields;
use countersign::diagnose::{Certainty, Effort, Progress, diagnose};
use countersign::scheme::Memo;
use countersign::time::Timestamp;
use countersign::trace::Trace;
use countersign::verify::Conclusion;
use place::{Place, leaks};
use serde_json::Value;

fn session(place: &Place, request: &[u8], key: &str) -> Session {
    place.write("key", key);
    let mut session = Session::new(read(request).unwrap().request);
    session.keys.push(read_fields(&place.0.join("key")).unwrap());
    session
}

fn analysed(session: &Session, clock: &str) -> Analysis {
    let clock = Timestamp::parse(clock.as_bytes()).unwrap().0;
    Analysis::of(session, clock, Hashing::Now, &mut Memo::default(), Trace::default())
}

/// Scheme, key and request of each: the signature is the one that was published.
const PUBLISHED: [(&str, &str, &str); 11] = [
    // https://developer.squareup.com/docs/webhooks/step3validate
    (
        "square",
        r#"{"secret": "asdf1234", "notification_url": "https://example.com/webhook"}"#,
        "POST /webhook HTTP/1.1\nHost: h\nX-Square-HmacSha256-Signature: 2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og=\n\n\
         {\"hello\":\"world\"}",
    ),
    // https://www.rfc-editor.org/rfc/rfc5849#section-1.2
    (
        "oauth1",
        r#"{"consumer_key": "dpf43f3p2l4k3l03", "consumer_secret": "kd94hf93k423kf44", "token_secret": "pfkkdhi9sl3r4s00"}"#,
        "GET /photos?file=vacation.jpg&size=original HTTP/1.1\nHost: photos.example.net\nAuthorization: OAuth realm=\"Photos\", \
         oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"nnch734d00sl2jdk\", oauth_signature_method=\"HMAC-SHA1\", \
         oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"\n\n",
    ),
    // https://docs.kraken.com/api/docs/guides/spot-rest-auth
    (
        "kraken",
        r#"{"secret": "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="}"#,
        "POST /0/private/AddOrder HTTP/1.1\nHost: api.kraken.com\nAPI-Key: k\n\
         API-Sign: 4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==\n\
         Content-Type: application/x-www-form-urlencoded\n\n\
         nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
    ),
    // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
    (
        "binance",
        r#"{"secret": "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"}"#,
        "POST /api/v3/order?symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000\
         &timestamp=1499827319559&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71 HTTP/1.1\n\
         Host: api.binance.com\nX-MBX-APIKEY: k\n\n",
    ),
    // https://github.com/mozilla/hawk#protocol-example
    (
        "hawk",
        r#"{"id": "dh37fgj492je", "key": "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn"}"#,
        "GET /resource/1?b=1&a=2 HTTP/1.1\nHost: example.com:8000\nAuthorization: Hawk id=\"dh37fgj492je\", ts=\"1353832234\", \
         nonce=\"j4h3g2\", ext=\"some-app-ext-data\", mac=\"6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE=\"\n\n",
    ),
    // https://www.bitmex.com/app/apiKeysUsage
    (
        "bitmex",
        r#"{"secret": "chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO"}"#,
        "GET /api/v1/instrument HTTP/1.1\nHost: www.bitmex.com\napi-key: k\napi-expires: 1518064236\n\
         api-signature: c7682d435d0cfe87c16098df34ef2eb5a549d4c5a3c2b1f0f77b8af73423bf00\n\n",
    ),
    // https://docs.svix.com/receiving/verifying-payloads/how-manual
    (
        "svix",
        r#"{"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}"#,
        "POST / HTTP/1.1\nHost: h\nsvix-id: msg_p5jXN8AQM9LWM0D4loKWxJek\nsvix-timestamp: 1614265330\n\
         svix-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n\n{\"test\": 2432232314}",
    ),
    // https://docs.slack.dev/authentication/verifying-requests-from-slack
    (
        "slack",
        r#"{"secret": "8f742231b10e8888abcd99yyyzzz85a5"}"#,
        "POST / HTTP/1.1\nHost: h\nX-Slack-Request-Timestamp: 1531420618\n\
         X-Slack-Signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n\n\
         token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar\
         &user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com\
         %2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    ),
    // https://www.twilio.com/docs/usage/security#validating-requests, as its page had it for years
    (
        "twilio",
        r#"{"auth_token": "12345"}"#,
        "POST /myapp.php?foo=1&bar=2 HTTP/1.1\nHost: mycompany.com\nX-Twilio-Signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=\n\
         Content-Type: application/x-www-form-urlencoded\n\n\
         Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE",
    ),
    // https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header
    (
        "oss-v1",
        r#"{"access_key_id": "44CF9590006BF252F707", "access_key_secret": "OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV"}"#,
        "PUT /nelson HTTP/1.1\nContent-Md5: ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\nContent-Type: text/html\n\
         Date: Thu, 17 Nov 2005 18:49:58 GMT\nHost: oss-example.oss-cn-hangzhou.aliyuncs.com\nX-OSS-Meta-Author: foo@bar.com\n\
         X-OSS-Magic: abracadabra\nAuthorization: OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA=\n\n",
    ),
    // https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures/
    (
        "adyen-notification",
        r#"{"key_hex": "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"}"#,
        "POST / HTTP/1.1\nHost: h\nContent-Type: application/json\n\n\
         {\"notificationItems\":[{\"NotificationRequestItem\":{\"additionalData\":{\"hmacSignature\":\
         \"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=\"},\"pspReference\":\"7914073381342284\",\"merchantAccountCode\":\"TestMerchant\",\
         \"merchantReference\":\"TestPayment-1407325143704\",\"amount\":{\"value\":1130,\"currency\":\"EUR\"},\
         \"eventCode\":\"AUTHORISATION\",\"success\":\"true\"}}]}",
    ),
];

#[test]
fn published_numbers_are_computed() {
    let place = Place::new("described-published");
    for (id, key, request) in PUBLISHED {
        let analysis = analysed(&session(&place, request.as_bytes(), key), "20150830T123600Z");
        assert_eq!(analysis.scheme.name(), id);
        assert_eq!(
            analysis.agreement().holds(),
            Some(true),
            "{id}: {:?}",
            String::from_utf8_lossy(analysis.trace.string_to_sign())
        );
    }
}

/// What a sidecar says of a recording: the request, the key, the clock.
fn recorded(sidecar: &std::path::Path) -> Option<(Vec<u8>, Value, String)> {
    let request = std::fs::read(sidecar.with_extension("http")).ok()?;
    let meta = json(sidecar);
    let clock = meta["clock"].as_str().or(meta["received"].as_str()).unwrap_or("2026-11-22T11:30:00Z");
    let clock = clock.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    Some((request, meta, clock))
}

/// The recordings: of the libraries of the vendors, or those with one mistake.
fn recordings(is_broken: bool) -> Vec<std::path::PathBuf> {
    let Some(folder) = shared("other-schemes") else { return Vec::new() };
    let all = files(&folder, "json").into_iter();
    all.filter(|path| path.parent().is_some_and(|parent| parent.ends_with("broken")) == is_broken).collect()
}

#[test]
fn what_the_libraries_of_vendors_sent_matches_and_nothing_else_does() {
    let place = Place::new("described-recorded");
    for sidecar in recordings(false) {
        let Some((request, meta, clock)) = recorded(&sidecar) else { continue };
        let name = sidecar.display();
        let session = session(&place, &request, &meta["credentials"].to_string());
        let analysis = analysed(&session, &clock);
        assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{name}");
        // Each byte of the signed text has an origin; where it is one of the request, another byte there is another signature.
        for at in [0, 1, 2] {
            let Some(other) = with_another_byte(&session, &analysis, at) else { continue };
            let analysis = analysed(&other, &clock);
            assert_ne!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{name}: byte {at}");
        }
    }
}

/// The session with one byte of what is signed changed: of the body where it is signed as it stands, else of the target.
fn with_another_byte(session: &Session, analysis: &Analysis, at: usize) -> Option<Session> {
    use countersign::request::Part;
    use countersign::trace::Origin;
    let stages = analysis.trace.stages.iter().filter(|stage| stage.name != "signature");
    let mut spans = stages.flat_map(|stage| stage.text.pieces()).filter_map(|piece| match piece.origin {
        Origin::Request(span) if span.part == Part::Body && span.end > span.start => Some(span),
        _ => None,
    });
    let span = spans.next_back().filter(|span| span.end as usize - span.start as usize > at)?;
    let mut other = session.clone();
    let mut body = other.request.body.bytes().into_owned();
    let place = span.start as usize + at;
    // Another letter or digit in its place: what is written stays a text.
    body[place] = if body[place] == b'7' { b'8' } else { b'7' };
    other.request.body = body.into();
    Some(other)
}

#[test]
fn the_mistake_in_each_broken_recording_is_told() {
    let place = Place::new("described-broken");
    for sidecar in recordings(true) {
        let Some((request, meta, clock)) = recorded(&sidecar) else { continue };
        let session = session(&place, &request, &meta["credentials"].to_string());
        let clock = Timestamp::parse(clock.as_bytes()).unwrap().0;
        let found = diagnose(&session, clock, Effort::DEEP, &Progress::default());
        let first =
            found.findings.first().unwrap_or_else(|| panic!("{}: something is told", sidecar.display()));
        assert_ne!(first.certainty, Certainty::Noticed, "{}: {:?}", sidecar.display(), meta["cause"]);
    }
}

/// A public key of JWK, or a shared secret, in the fields that a file of a key has.
fn fields_of(key: &Value) -> String {
    use base64::Engine as _;
    let number = |name: &str| {
        let text = key[name].as_str().unwrap();
        hex::encode(base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap())
    };
    match (key["kty"].as_str(), key["base64"].as_str()) {
        (Some("RSA"), _) => format!(r#"{{"rsa_public_key": {{"n": "{}", "e": 65537}}}}"#, number("n")),
        (Some("OKP"), _) => format!(r#"{{"public_key_hex": "{}"}}"#, number("x")),
        (_, Some(secret)) => format!(r#"{{"secret": "{secret}"}}"#),
        (kind, None) => panic!("a key of kind {kind:?} is none of a request's"),
    }
}

/// The row signs under the text of a secret; that of the RFC stands in base64.
const RFC9421_DECODED: &str = "[decoded]\ntitle = \"RFC 9421\"\nheader.Signature = \"{label}=:{signature}:\"\n\
     header.Signature-Input = \"{input}\"\nmessage = \"{signature-base:label}\"\nkey = \"{secret|unbase64}\"\n\
     algorithm = \"hmac-sha256\"\nencoding = \"base64\"\n";

/// Appendix B.2 of RFC 9421, but for the response.
#[test]
fn the_examples_of_http_message_signatures_are_right() {
    let Some(folder) = shared("rfc9421") else { return };
    let place = Place::new("described-rfc9421");
    let appendix = json(&folder.join("appendix-b.json"));
    let requests =
        appendix["cases"].as_array().unwrap().iter().filter(|case| case["message"] == "test-request");
    for case in requests {
        let text = |name: &str| case[name].as_str().unwrap();
        let (head, body) = appendix["messages"]["test-request"].as_str().unwrap().split_once("\n\n").unwrap();
        let (input, signature) = (text("signature_input"), text("signature"));
        let request = format!("{head}\nSignature-Input: {input}\nSignature: {signature}\n\n{body}");
        let id = input.split("keyid=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let session = session(&place, request.as_bytes(), &fields_of(&appendix["keys"][id]));
        if text("algorithm") == "hmac-sha256" {
            // Nothing says that the secret is base64: a row of one's own does.
            place.write("decoded.toml", RFC9421_DECODED);
            place.write("b25.http", &request);
            let options = ["--scheme", "decoded.toml", "--credentials", "key"];
            place.run(&[&["verify", "b25.http"], &options[..]].concat()).with_code(0);
            continue;
        }
        let analysis = analysed(&session, "20210420T020755Z");
        assert_eq!(
            String::from_utf8_lossy(analysis.trace.string_to_sign()),
            text("signature_base"),
            "{}",
            text("title")
        );
        assert_eq!(analysis.agreement().holds(), Some(true), "{}", text("title"));
    }
}

/// The row that the README shows.
fn row_of_readme() -> String {
    let readme = include_str!("../README.md");
    let start = readme.find("```toml\n[acme]").expect("the README shows a row") + "```toml\n".len();
    readme[start..][..readme[start..].find("```").unwrap()].to_owned()
}

#[test]
fn a_row_of_ones_own_signs_verifies_and_diagnoses() {
    let place = Place::new("described-own");
    place.write("acme.toml", row_of_readme());
    place.write("secret", "s3cr3t-of-acme");
    place.write("plain.http", "POST /hook HTTP/1.1\nHost: h\n\n{\"a\": 1}");
    let options = ["--scheme", "acme.toml", "--secret-file", "secret", "--now", "20261130T000000Z"];
    let with =
        |verb: &str, file: &str, more: &[&str]| place.run(&[&[verb, file], &options[..], more].concat());
    let signed = with("sign", "plain.http", &["--format", "http"]).with_code(0).out;
    // Python's hmac.new(b"s3cr3t-of-acme", b'1795996800.{"a": 1}', "sha256").
    const EXPECTED: &str = "t=1795996800,v1=1cd88715a088255b74ddd4ee6bb7e0101e8fcdc987c4274bb19fb9eb990781a9";
    assert!(signed.contains(&format!("Acme-Signature: {EXPECTED}")), "{signed}");
    place.write("signed.http", &signed);
    with("verify", "signed.http", &[]).with_code(0);
    place.write("anew.http", signed.replace("{\"a\": 1}", "{\"a\":1}"));
    let ran = with("diagnose", "anew.http", &["--format", "json"]).with_code(1);
    assert_eq!(ran.json()["findings"][0]["causes"][0], "body-reserialised");
    assert_eq!(leaks(&ran, &["s3cr3t-of-acme"]), None);
}

#[test]
fn a_faulty_file_is_refused_with_its_line() {
    let place = Place::new("described-faulty");
    place.write("a.http", "POST / HTTP/1.1\nHost: h\n\n");
    let right = "[acme]\ntitle = \"Acme\"\nheader.X-Sig = \"{signature}\"\nmessage = \"{body}\"\nalgorithm = \"hmac-sha256\"\n";
    for (wrong, words) in [
        ("[acme\n".to_owned(), "in line 1"),
        ("acme = 1\n".into(), "expected a table for each scheme"),
        (right.replace("title", "titel"), "expected `title` in the row acme"),
        (right.replace("{signature}", "signature"), "expected a pattern with `{signature}`"),
        (right.replace("{body}", "{bodi}"), "found `bodi` in line 4"),
        (right.replace("{body}", "{body|sha257}"), "found `sha257` in line 4"),
        (right.replace("{body}", "{body"), "expected `}` behind a name"),
        (right.replace("hmac-sha256", "hmac-sha3"), "found `hmac-sha3` in line 5"),
        (right.replace("algorithm", "algorythm"), "expected `algorithm` in the row acme"),
        (format!("{right}encoding = \"base32\"\n"), "found `base32` in line 6"),
        (format!("{right}colour = \"red\"\n"), "found `colour` in line 6"),
        (format!("{right}time = {{ value = \"t\" }}\n"), "in line 6"),
    ] {
        place.write("acme.toml", &wrong);
        let ran = place.run(&["verify", "a.http", "--scheme", "acme.toml"]).with_code(2);
        assert!(ran.err.contains(words) && ran.err.lines().count() <= 2, "{wrong}\n{}", ran.err);
    }
}

#[test]
fn a_client_signs_a_request_and_a_provider_a_webhook() {
    let place = Place::new("described-parties");
    place.write("secret", "s");
    place.write(
        "okx.http",
        "GET /a HTTP/1.1\nHost: h\nOK-ACCESS-SIGN: AA==\nOK-ACCESS-KEY: k\nOK-ACCESS-TIMESTAMP: 1\n\n",
    );
    place.write("line.http", "POST /a HTTP/1.1\nHost: h\nX-Line-Signature: AA==\n\n{}");
    for (file, sender, other) in [("okx.http", "Client", "Provider"), ("line.http", "Provider", "Client")] {
        let ran = place.run(&["walkthrough", file, "--secret-file", "secret", "--format", "text"]);
        assert!(ran.out.contains(sender) && !ran.out.contains(other), "{file}: {}", ran.out);
    }
}

#[test]
fn schemes_are_listed_and_printed() {
    let place = Place::new("described-list");
    let list = place.run(&["schemes"]).with_code(0).out;
    assert!(list.contains("AWS4-HMAC-SHA256") && list.contains("Stripe webhook"), "{list}");
    let row = place.run(&["schemes", "stripe"]).with_code(0).out;
    assert!(row.starts_with("[stripe]\n") && row.contains("message = \"{t}.{body}\""), "{row}");
    place.write("mine.toml", row.replace("[stripe]", "[mine]"));
    place.write("a.http", "POST / HTTP/1.1\nHost: h\nStripe-Signature: t=1,v1=00\n\n");
    let ran = place.run(&["verify", "a.http", "--scheme", "mine.toml", "--format", "json"]).with_code(1);
    assert_eq!(ran.json()["verdict"], "rejected");
    let unknown = place.run(&["verify", "a.http", "--scheme", "strip"]).with_code(2);
    assert!(unknown.err.contains("did you mean `stripe`"), "{}", unknown.err);
}
