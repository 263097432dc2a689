//! No credential leaves the program: every way in by which one may come, times every way out by which it might go.
//!
//! Each way in is an input that somebody may have, with `SENTINEL…` in a place where credentials stand. Whatever the program then prints,
//! draws, saves or copies for a report, that word is not in it.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]
#![cfg(feature = "tui")]

#[path = "common/place.rs"]
mod place;

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::DateTime;
use countersign::analysis::{Analysis, Session};
use countersign::canon::payload::Hashing;
use countersign::case::{self, Case};
use countersign::diagnose::{Diagnosis, Effort, Finding, Progress, diagnose};
use countersign::evidence;
use countersign::gateway::capture::{Answered, By, Outcome, Refusal, Stop, Wire};
use countersign::gateway::folder::Folder;
use countersign::gateway::{Capture, line};
use countersign::report::diagnosis::Omit;
use countersign::report::{Reveal, diagnosis, explain, plain, verdict};
use countersign::request::{Body, Notice, http};
use countersign::scheme::Memo;
use countersign::secret::Secret;
use countersign::settings::Settings;
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::trace::Trace;
use countersign::tui::event::Event;
use countersign::tui::keymap::Keymap;
use countersign::tui::model::{Model, Pane, SearchStage, View};
use countersign::tui::theme::{Name, Theme};
use countersign::tui::update::{Copyable, Moment, copyable, update};
use countersign::tui::view;
use countersign::verify::CheckId;
use place::Place;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What must never be seen: a word that no sentence holds, of letters of both cases and digits, as tokens are.
const SENTINEL: &str = "SENTINELq7Zx0123";

/// An input, and what a server said of it.
struct WayIn {
    name: &'static str,
    input: String,
    evidence: &'static str,
}

/// The head of a request that is signed with a key which nobody knows.
const SIGNED: &str = "X-Amz-Date: 20150830T123600Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDNOBODY/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=SIGNEDHEADERS, Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n";

/// A signed request with this target, this header and this body.
fn request(target: &str, header: &str, body: &str) -> String {
    let name = header.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_single = !name.is_empty() && name != "authorization" && name != "host";
    let signed = if is_single { format!("host;{name};x-amz-date") } else { "host;x-amz-date".into() };
    let host = if name == "host" { "" } else { "Host: api.example.com\r\n" };
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let own = if name == "authorization" {
        "X-Amz-Date: 20150830T123600Z\r\n".to_owned()
    } else {
        SIGNED.replace("SIGNEDHEADERS", &signed)
    };
    format!("POST {target} HTTP/1.1\r\n{host}{own}{header}\r\n{body}").replace("TOKEN", SENTINEL)
}

/// Headers that are credentials, or hold one.
const HEADERS: [(&str, &str); 32] = [
    ("bearer", "Authorization: Bearer TOKEN"),
    ("basic", "Authorization: Basic TOKEN=="),
    ("a token alone", "Authorization: TOKEN"),
    ("an unknown scheme", "Authorization: Frobnicate id=1, TOKEN"),
    (
        "the editors' form",
        "Authorization: AWS AKIDNOBODY TOKEN/K7 token:IQoTOKEN region:us-west-2 service:execute-api",
    ),
    ("the editors' form with variables", "Authorization: AWS {{id}} TOKEN token:TOKEN"),
    ("version 2 with white space", "Authorization: AWS AKIDNOBODY:TOKEN TOKEN"),
    (
        "a component that is none",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDNOBODY/20150830/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00, Secret=TOKEN",
    ),
    (
        "a component without its name",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDNOBODY/20150830/us-east-1/s3/aws4_request, TOKEN, Signature=00",
    ),
    (
        "a secret beside the key id",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDNOBODY TOKEN/20150830/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
    ),
    ("an algorithm that is none", "Authorization: AWS4-TOKEN=x Credential=AKIDNOBODY"),
    ("a folded authorization", "Authorization: Bearer\r\n TOKEN"),
    ("a proxy's authorization", "Proxy-Authorization: Basic TOKEN"),
    ("a cookie", "Cookie: theme=dark; session=TOKEN"),
    ("a cookie that is set", "Set-Cookie: id=TOKEN; Path=/"),
    ("a key of an interface", "X-Api-Key: TOKEN"),
    ("a key of a gateway", "Ocp-Apim-Subscription-Key: TOKEN"),
    ("a session token", "X-Amz-Security-Token: TOKEN"),
    ("a folded session token", "X-Amz-Security-Token:\r\n TOKEN"),
    ("a token of a vault", "X-Vault-Token: TOKEN"),
    ("a customer's key", "X-Amz-Server-Side-Encryption-Customer-Key: TOKEN"),
    ("a key of a copy's source", "x-amz-copy-source-server-side-encryption-customer-key: TOKEN"),
    ("a password in a header", "X-Db-Password: TOKEN"),
    ("a referer's query", "Referer: https://app.example.com/cb?state=1&access_token=TOKEN&x=1"),
    ("an origin's user", "Origin: https://me:TOKEN@app.example.com"),
    ("a user in front of the host", "Host: me:TOKEN@api.example.com"),
    ("json in a header", "X-Amz-Meta-Login: {\"user\":\"me\",\"password\":\"TOKEN\"}"),
    ("a user of a proxy", "Via: 1.1 me:TOKEN@proxy"),
    ("a user in front of an encoded host", "Host: me%3ATOKEN%40api.example.com"),
    ("a forwarded target", "X-Forwarded-Uri: /x?api_key=TOKEN"),
    ("a bearer in another header", "X-Amzn-Trace: Bearer TOKEN"),
    ("a json web token in a header", "X-Forwarded-User: eyJTOKEN.eyJzdWIi.abcdef0123456789"),
];

/// Targets that hold a credential.
const TARGETS: [(&str, &str); 16] = [
    ("a token in the query", "/?X-Amz-Security-Token=TOKEN&a=b"),
    ("a name that is encoded", "/?X%2DAmz-Security-Token=TOKEN"),
    ("a name that is encoded twice", "/?X%252DAmz%252DSecurity%252DToken=TOKEN"),
    ("a name escaped for html", "/?a=b&amp;X-Amz-Security-Token=TOKEN"),
    ("a name escaped for json", "/?a=b\\u0026X-Amz-Security-Token=TOKEN"),
    ("a query encoded whole", "/?a=b%26X-Amz-Security-Token%3DTOKEN"),
    ("an access token", "/?access_token=TOKEN"),
    ("a signature that is a key", "/c/b?sv=2023&se=2030&sp=r&sig=TOKEN%3D"),
    ("a url in the query", "/?url=https%3A%2F%2Fb.example.com%2F%3FX-Amz-Security-Token%3DTOKEN%26x%3D1"),
    ("a fragment", "/x#access_token=TOKEN&state=1"),
    ("a fragment behind a query", "/x?a=b#id_token=TOKEN"),
    ("a session in the path", "/app;jsessionid=TOKEN?x=1"),
    ("a user in the url", "https://me:TOKEN@api.example.com/x"),
    ("a password with brackets", "/?user%5Bpassword%5D=TOKEN"),
    ("a function's key", "/api/f?code=TOKENTOKEN=="),
    ("a presigned url that ends early", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Security-Token=TOKEN"),
];

/// Bodies that hold a credential, with their types.
const BODIES: [(&str, &str, &str); 11] = [
    ("a form", "application/x-www-form-urlencoded", "grant_type=password&client_secret=TOKEN&x=1"),
    (
        "a form of the query interface",
        "application/x-www-form-urlencoded",
        "Action=A&SecurityToken=TOKEN&SignatureVersion=2&AWSAccessKeyId=AKIDNOBODY&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=AAAA",
    ),
    (
        "a field of a form in parts",
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nTOKEN\r\n--b--\r\n",
    ),
    ("a member of json", "application/json", "{\"user\": \"me\", \"password\": \"TOKEN\", \"list\": [1]}"),
    ("a list of json", "application/json", "{\"tokens\": [\"TOKEN\", \"b\"], \"x\": 1}"),
    ("json in json", "application/json", "{\"body\": \"{\\\"client_secret\\\": \\\"TOKEN\\\"}\"}"),
    ("an element", "text/xml", "<Login xmlns=\"x\"><Password>TOKEN</Password></Login>"),
    (
        "an element with a prefix",
        "text/xml",
        "<s:Envelope><w:Password Type=\"t\">TOKEN</w:Password></s:Envelope>",
    ),
    ("a trailer", "text/plain", "5\r\nhello\r\n0\r\nX-Api-Key: TOKEN\r\n\r\n"),
    ("a private key", "text/plain", "-----BEGIN PRIVATE KEY-----\nTOKEN\n-----END PRIVATE KEY-----\n"),
    ("a file of variables", "text/plain", "AWS_SECRET_ACCESS_KEY=TOKEN\nexport API_KEY='TOKEN'\n"),
];

/// Every way in by which a credential may come.
fn ways_in() -> Vec<WayIn> {
    let mut ways = Vec::new();
    let mut way = |name, input: String| ways.push(WayIn { name, input, evidence: "" });
    for (name, header) in HEADERS {
        way(name, request("/", header, ""));
    }
    for (name, target) in TARGETS {
        way(name, request(target, "", ""));
    }
    for (name, kind, body) in BODIES {
        way(name, request("/", &format!("Content-Type: {kind}"), body));
    }
    ways.extend(forms());
    ways.extend(dressed());
    ways.extend(evidences());
    ways
}

/// The case in an input of any form.
fn any(input: &[u8]) -> Option<Case> {
    case::open_or_alone(input).ok()
}

/// Requests within texts, and texts that hold only parts of one.
fn dressed() -> Vec<WayIn> {
    let texts = [
        (
            "curl -v",
            "> POST /x?access_token=TOKEN HTTP/1.1\n> Host: api.example.com\n> Cookie: session=TOKEN\n> Authorization: Bearer TOKEN\n> \n< HTTP/1.1 403\n",
        ),
        (
            "an object",
            "{ method: 'POST', url: 'https://me:TOKEN@api.example.com/x', headers: { 'x-api-key': 'TOKEN', Authorization: 'Bearer TOKEN' }, body: 'password=TOKEN' }",
        ),
        (
            "a string with escapes",
            "send: b'POST / HTTP/1.1\\r\\nHost: api.example.com\\r\\nX-Auth-Token: TOKEN\\r\\nAuthorization: Basic TOKEN==\\r\\n\\r\\n'\nsend: b'client_secret=TOKEN'\n",
        ),
        (
            "a header list of HTTP/2",
            ":method: GET\n:path: /?sig=TOKEN&access_token=TOKEN\n:authority: api.example.com\ncookie: a=TOKEN\nauthorization: Bearer TOKEN\n",
        ),
        (
            "a command of HTTPie",
            "$ http POST https://api.example.com/x?api_key=TOKEN X-Api-Key:TOKEN 'Authorization:Bearer TOKEN' password=TOKEN\n",
        ),
        (
            "a command of PowerShell",
            "Invoke-WebRequest -Uri \"https://api.example.com/\" -Headers @{ \"authorization\"=\"Bearer TOKEN\"; \"x-api-key\"=\"TOKEN\" } -Body \"token=TOKEN\"\n",
        ),
        (
            "attributes of a log",
            "http.method=POST http.url=\"https://api.example.com/?token=TOKEN\" http.request.header.authorization=\"Bearer TOKEN\" http.request.header.x_api_key=TOKEN\n",
        ),
        (
            "parts of two texts",
            "the server has\n\nGET\n/a\naccess_token=TOKEN&b=1\nhost:h\nx-amz-security-token:TOKEN\n\nthe client has\n\nGET\n/a\naccess_token=TOKEN&b=2\nhost:g\nx-amz-security-token:xTOKEN\n",
        ),
        (
            "an error alone",
            "InvalidSignatureException: 'TOKEN' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer TOKEN'.",
        ),
    ];
    let way = |(name, text): (&'static str, &str)| WayIn {
        name,
        input: text.replace("TOKEN", SENTINEL),
        evidence: "",
    };
    texts.into_iter().map(way).collect()
}

/// Inputs of other forms than a raw request.
fn forms() -> Vec<WayIn> {
    let mut ways = Vec::new();
    let mut way = |name, input: String, evidence| ways.push(WayIn { name, input, evidence });
    let curl =
        |more: &str| format!("curl -X POST 'https://api.example.com/x' {more}").replace("TOKEN", SENTINEL);
    way("curl with a header", curl("-H 'Authorization: Bearer TOKEN'"), "");
    way("curl with a user", curl("-u me:TOKEN"), "");
    way("curl with a cookie", curl("-b 'session=TOKEN'"), "");
    way("curl with a user in the url", format!("curl https://me:{SENTINEL}@api.example.com/x"), "");
    way("a url that is a credential", format!("curl https://hooks.slack.com/services/T0/B0/{SENTINEL}"), "");
    way("curl with a login code", curl("-d 'grant_type=authorization_code&code=4/0AX4XfTOKEN'"), "");
    way("curl with a list of headers", curl("-d '{\"headers\": [\"x-api-key\", \"TOKEN\"]}'"), "");
    way("curl with a bearer of its own", curl("--oauth2-bearer TOKEN"), "");
    way("curl with an option that is not known", curl("--frobnicate=TOKEN --more TOKEN"), "");
    let har = serde_json::json!({"log": {"entries": [
        {"request": {"method": "GET", "url": format!("https://me:{SENTINEL}@h/?access_token={SENTINEL}"), "headers": [{"name": "X-Api-Key", "value": SENTINEL}]},
         "response": {"status": 403, "content": {"text": format!("{{\"message\":\"no\",\"token\":\"{SENTINEL}\"}}")}}},
        {"request": {"method": "GET", "url": format!("https://h/;jsessionid={SENTINEL}"), "headers": []}}]}});
    way("a har file", har.to_string(), "");
    way(
        "a variable of a file",
        format!(
            "@key = {SENTINEL}\nGET https://api.example.com/x?access_token={{{{key}}}}\nX-Api-Key: {{{{key}}}}\nAuthorization: Bearer {{{{key}}}}\n"
        ),
        "",
    );
    way(
        "a setting of a file",
        format!(
            "# @region eu-west-1\n# @access-key-id AKIDOTHER\n# @secret-access-key {SENTINEL}\n# @session-token {SENTINEL}\nGET / HTTP/1.1\nHost: h\n"
        ),
        "",
    );
    ways
}

/// What others said of a request that holds nothing itself.
fn evidences() -> Vec<WayIn> {
    let mut ways = Vec::new();
    let mut way = |name, input: String, evidence| ways.push(WayIn { name, input, evidence });
    way(
        "an error that quotes a header",
        request("/", "", ""),
        "{\"message\":\"'TOKEN' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer TOKEN'.\"}",
    );
    way(
        "an error with an argument",
        request("/", "", ""),
        "<Error><Code>InvalidArgument</Code><Message>Unsupported Authorization Type</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>TOKEN</ArgumentValue></Error>",
    );
    way(
        "an error that quotes a canonical request",
        request("/", "", ""),
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message><CanonicalRequest>GET\n/\naccess_token=TOKEN\nauthorization:Bearer TOKEN\nhost:h\nx-amz-security-token:TOKEN\nx-api-key:TOKEN\n\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</CanonicalRequest></Error>",
    );
    way(
        "a log of a signer",
        request("/", "", ""),
        "DEBUG CanonicalRequest:\nGET\n/\nX-Amz-Security-Token=TOKEN\nhost:h\nx-amz-security-token:TOKEN\n\nhost;x-amz-security-token\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nDEBUG token: TOKEN\n",
    );
    ways
}

/// What is not in what was printed: the word, in whatever case it came out.
fn shows(text: &str) -> bool {
    text.to_ascii_lowercase().contains(&SENTINEL.to_ascii_lowercase())
}

/// What was wrong, each with its way in and out.
fn leaks(ways: impl Fn(&WayIn) -> Vec<(String, String)>) -> Vec<String> {
    let mut wrong = Vec::new();
    for way in ways_in() {
        for (out, text) in ways(&way) {
            if shows(&text) {
                let line = text.lines().find(|line| shows(line)).unwrap_or_default();
                let at = line.to_ascii_lowercase().find(&SENTINEL.to_ascii_lowercase()).unwrap_or_default();
                let from =
                    line.char_indices().map(|(at, _)| at).find(|other| *other + 80 > at).unwrap_or_default();
                let shown: String = line[from..].chars().take(140).collect();
                wrong.push(format!("{} → {out}: {shown}", way.name));
            }
        }
    }
    wrong
}

fn clock() -> Timestamp {
    Timestamp::parse(b"20150830T123600Z").unwrap().0
}

/// The session of a way in, with the secret of its key; `None` where the input is none that can be read.
fn session(way: &WayIn) -> Option<Session> {
    let case = any(way.input.as_bytes())?;
    let mut session = Session::new(case.request);
    session.settings = case.settings;
    session.evidence = [
        case.evidence,
        evidence::read(way.evidence.replace("TOKEN", SENTINEL).as_bytes()).unwrap_or_default(),
    ]
    .concat()
    .into();
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: "AKIDNOBODY".into(),
        secret: Secret::new("another secret of forty characters, or so"),
        session_token: None,
        source: "the test".into(),
    });
    Some(session)
}

#[test]
fn there_are_many_ways_in() {
    let ways = ways_in();
    assert!(ways.len() >= 60, "{}", ways.len());
    for way in &ways {
        assert!(way.input.contains(SENTINEL) || way.evidence.contains("TOKEN"), "{}", way.name);
    }
}

#[test]
fn no_verb_prints_a_credential() {
    let place = Place::new("sentinel");
    let wrong = leaks(|way| {
        place.write("in.http", &way.input);
        place.write("evidence.txt", way.evidence.replace("TOKEN", SENTINEL));
        let beside = ["--evidence", "evidence.txt"];
        let beside = if way.evidence.is_empty() { &[][..] } else { &beside[..] };
        let now = ["--now", "20150830T123600Z"];
        let mut out = Vec::new();
        for (verb, format, more) in [
            ("verify", "text", &[][..]),
            ("verify", "json", &[]),
            ("explain", "text", &[]),
            ("explain", "json", &[]),
            ("diagnose", "text", beside),
            ("diagnose", "json", beside),
            ("diagnose", "markdown", beside),
            ("diagnose", "markdown", &["--omit", "signature,body"]),
            ("sign", "json", &[]),
        ] {
            let depth: &[&str] = if verb == "diagnose" { &["--depth", "1"] } else { &[] };
            let args = [&[verb, "in.http", "--format", format], more, depth, &now].concat();
            let ran = place.run(&args);
            out.push((format!("{verb} {format} {more:?}, standard output"), ran.out));
            out.push((format!("{verb} {format} {more:?}, standard error"), ran.err));
        }
        out
    });
    place::none_wrong(&wrong);
}

/// The key that a request is checked with, where a header that nobody would suspect repeats it.
#[test]
fn no_verb_prints_the_key_itself() {
    let place = Place::new("sentinel-key");
    place.write("secret", SENTINEL);
    place.write("in.http", request(&format!("/?note={SENTINEL}"), "X-Note: TOKEN", "note TOKEN"));
    let mut wrong = Vec::new();
    for (verb, format) in [
        ("verify", "text"),
        ("verify", "json"),
        ("explain", "text"),
        ("explain", "json"),
        ("diagnose", "text"),
        ("diagnose", "json"),
        ("diagnose", "markdown"),
    ] {
        let key = ["--access-key-id", "AKIDNOBODY", "--secret-file", "secret"];
        let ran = place.run(&[&[verb, "in.http", "--format", format][..], &key].concat());
        assert!(!ran.out.is_empty(), "{verb}: {}", ran.err);
        if shows(&ran.out) || shows(&ran.err) {
            wrong.push(format!("{verb} {format}: {}{}", ran.out, ran.err));
        }
    }
    place::none_wrong(&wrong);
}

#[test]
fn no_report_no_screen_and_no_copy_for_a_report_shows_a_credential() {
    let wrong = leaks(|way| {
        let Some(session) = session(way) else { return Vec::new() };
        let found = diagnose(&session, clock(), Effort::SINGLES, &Progress::default());
        let notices = any(way.input.as_bytes()).map(|case| case.notices).unwrap_or_default();
        let mut out = reports(&session, &found, &notices);
        out.extend(screens(session, found, notices));
        out
    });
    place::none_wrong(&wrong);
}

/// Everything that is written about a session.
fn reports(session: &Session, found: &Diagnosis, notices: &[Notice]) -> Vec<(String, String)> {
    let analysis = Analysis::of(session, clock(), Hashing::Now, &mut Memo::default(), Trace::default());
    let omit = Omit::ALL.map(|(omit, _)| omit);
    let finding =
        |finding: &Finding| format!("{} {} {}\n", finding.title(), finding.explanation(), finding.fix());
    let saved = countersign::case::file::write(&session.request, &session.settings);
    vec![
        ("verdict".into(), plain(&verdict::verdict(&analysis))),
        (
            "explanation".into(),
            plain(&explain::explain(&analysis, &session.request, notices, Reveal::Nothing)),
        ),
        ("diagnosis".into(), plain(&diagnosis::diagnosis(found, &analysis, session, Reveal::Nothing))),
        ("markdown".into(), diagnosis::markdown(found, &analysis, session, &[])),
        ("markdown without signatures".into(), diagnosis::markdown(found, &analysis, session, &omit)),
        ("findings".into(), found.findings.iter().map(finding).collect()),
        ("debug".into(), format!("{:?}", session.request)),
        ("a saved request".into(), String::from_utf8_lossy(&saved).into_owned()),
    ]
}

/// Every screen with a session on it, and what is copied for reports.
fn screens(session: Session, found: Diagnosis, notices: Vec<Notice>) -> Vec<(String, String)> {
    let mut model = Model::new(session, Keymap::new(&HashMap::new()), Theme::of(Name::Dark), clock());
    event(&mut model, Event::Resize(400, 70));
    model.notices = notices;
    let mut out = Vec::new();
    for pane in Pane::ALL {
        model.focus = pane;
        out.push((format!("inspect, {pane:?}"), screen(&model)));
    }
    model.view = View::Compare;
    out.push(("compare".into(), screen(&model)));
    model.view = View::Diagnose;
    let done = Event::Diagnosed(model.search.version, Box::new(found), SearchStage::Done);
    event(&mut model, done);
    out.push(("diagnose".into(), screen(&model)));
    for what in [Copyable::Report, Copyable::ReportWithoutSignatures, Copyable::Json] {
        let text = copyable(&model, what).unwrap_or_default();
        out.push((format!("copy {}", what.name()), String::from_utf8_lossy(&text).into_owned()));
    }
    out
}

/// A tall screen with the model on it.
fn screen(model: &Model) -> String {
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let mut buffer = Buffer::empty(area);
    view::render(model, area, &mut buffer);
    let rows = buffer.content.chunks(usize::from(area.width));
    // What is broken at the width of a pane is put together again.
    let text: Vec<String> = rows.map(|row| row.iter().map(|cell| cell.symbol()).collect()).collect();
    text.join("\n")
}

fn event(model: &mut Model, event: Event) {
    update(model, event, Moment { clock: clock(), instant: Instant::now() });
}

/// The capture of a way in, as it would have arrived; upstream answered with a credential.
fn capture(way: &WayIn) -> Option<Capture> {
    let is_raw = way.input.starts_with("POST ");
    let (head, body) = match way.input.split_once("\r\n\r\n") {
        Some((head, body)) if is_raw => (format!("{head}\r\n\r\n").into_bytes(), body.as_bytes().to_vec()),
        Some(_) | None => {
            let mut request =
                any(way.input.as_bytes()).map(|case| case.request).filter(|request| !request.is_absent())?;
            let body = std::mem::take(&mut request.body).bytes().into_owned();
            (http::write(&request), body)
        }
    };
    let answer = match way.evidence {
        "" => format!(
            "{{\"Credentials\":{{\"SecretAccessKey\":\"{SENTINEL}\",\"SessionToken\":\"{SENTINEL}\"}}}}<SecretAccessKey>{SENTINEL}</SecretAccessKey>"
        ),
        evidence => evidence.replace("TOKEN", SENTINEL),
    };
    let session = session(way)?;
    let analysis = Analysis::of(&session, clock(), Hashing::Now, &mut Memo::default(), Trace::default());
    let detail = analysis.verdict.failed().map(|check| check.detail.clone().into_owned()).unwrap_or_default();
    Some(Capture {
        number: 1,
        at: DateTime::UNIX_EPOCH,
        took: Duration::from_millis(1),
        client: Some(([127, 0, 0, 1], 4242).into()),
        server: None,
        wire: Wire::Plain,
        head,
        body: Body::from(body),
        outcome: Outcome::Mismatch(Refusal { check: Stop::Check(CheckId::Signature), detail }),
        replay_of: None,
        answer: Some(Answered { status: 403, by: By::Upstream, body: answer.into_bytes() }),
        lost: None,
    })
}

fn folder(path: &Path) -> String {
    let mut files: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts = files.iter().map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned());
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_line_no_tape_and_no_list_of_the_gateway_holds_a_credential() {
    let wrong = leaks(|way| {
        let Some(capture) = capture(way) else { return Vec::new() };
        let dir = tempfile::tempdir().unwrap();
        Folder::begin(&dir.path().join("tape")).unwrap().write(&capture, None).unwrap();
        let mut out = vec![
            ("headless line".into(), line::json(&capture, None).to_string()),
            ("saved tape".into(), folder(&dir.path().join("tape"))),
        ];
        let own = capture.session(&Settings::default(), Vec::new());
        let mut model =
            Model::new(own.unwrap(), Keymap::new(&HashMap::new()), Theme::of(Name::Dark), clock());
        event(&mut model, Event::Resize(400, 70));
        model.view = View::Gateway;
        event(&mut model, Event::TapeRead("tape".into(), Ok(vec![capture])));
        out.push(("gateway".into(), screen(&model)));
        out
    });
    place::none_wrong(&wrong);
}
