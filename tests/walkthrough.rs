//! The walkthrough of every scheme and every sample: no byte without a step, and the last step's answer is the verdict.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{analyse, own_clock, session};
use countersign::analysis::{Analysis, Session};
use countersign::case::read;
use countersign::samples::SAMPLES;
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::trace::{Section, StageKind};
use countersign::verify::Conclusion;
use countersign::walkthrough::export::{Format, export};
use countersign::walkthrough::{Lifeline, StepKind, Walkthrough, steps};

fn keyed(text: &str, (id, secret): (&str, &str)) -> Session {
    let mut session = session(text.as_bytes());
    let source = "the test".into();
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: id.into(),
        secret: Secret::new(secret),
        session_token: None,
        source,
    });
    session
}

/// A request that curl 7.88.1 signed with --aws-sigv4 goog:goog:us-east-1:storage.
const GOOGLE: &str = "GET /bucket/k HTTP/1.1\r\nHost: 127.0.0.1:35755\r\n\
    Authorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/storage/goog4_request, \
    SignedHeaders=host;x-goog-date, Signature=20f5cd3cd8337ad2c743cfeed9286dc7505dc51b02f327f082c1446b0cc0a61a\r\n\
    X-Goog-Date: 20261122T113048Z\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";

/// The example of GitHub's documentation.
const HUB: &str = "POST /hook HTTP/1.1\r\nHost: example.com\r\nContent-Length: 13\r\n\
    X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n\r\nHello, World!";
const HUB_SECRET: &str = "It's a Secret to Everybody";

/// Every sample, and the schemes that have none, each with the verdict that it must come to.
fn all() -> Vec<(String, Session, Conclusion)> {
    let samples = SAMPLES.iter().map(|sample| {
        let case = read(sample.text).unwrap();
        let mut session = Session::new(case.request);
        (session.settings, session.name) = (case.settings, sample.name.to_owned());
        (sample.name.to_owned(), session, sample.verdict)
    });
    let pair = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let others = [("google", GOOGLE, pair), ("webhook", HUB, ("", HUB_SECRET))];
    let others = others.map(|(name, text, key)| (name.to_owned(), keyed(text, key), Conclusion::Match));
    samples.chain(others).collect()
}

fn walked(session: &Session) -> (Analysis, Walkthrough) {
    let analysis = analyse(session, own_clock(session));
    let walkthrough = steps(session, &analysis);
    (analysis, walkthrough)
}

#[test]
fn each_byte_that_is_signed_is_made_by_exactly_one_step() {
    for (name, session, _) in all() {
        let (analysis, walkthrough) = walked(&session);
        assert!(!analysis.trace.stages.is_empty(), "{name}");
        for (place, stage) in analysis.trace.stages.iter().enumerate() {
            let mut makers = vec![0; stage.text.bytes().len()];
            for made in walkthrough.steps.iter().filter_map(|step| step.makes.as_ref()) {
                if made.stage == place {
                    makers[made.range.clone()].iter_mut().for_each(|count| *count += 1);
                }
            }
            assert!(makers.iter().all(|count| *count == 1), "{name}: {}", stage.name);
        }
    }
}

#[test]
fn a_stage_of_many_parts_is_many_steps() {
    let sections = |session: &Session, kind: StageKind| -> Vec<Section> {
        let steps = walked(session).1.steps;
        let of_stage = |step: &StepKind| match step {
            StepKind::Makes(stage, section) if *stage == kind => Some(*section),
            _ => None,
        };
        steps.iter().filter_map(|step| of_stage(&step.kind)).collect()
    };
    for (name, session, _) in all() {
        if analyse(&session, own_clock(&session)).scheme.family().is_none() || name == "s3-post-policy" {
            continue;
        }
        use Section::{
            Algorithm, Date, Headers, Method, Path, Payload, Query, RequestHash, Scope, SignedHeaders,
        };
        let canonical = [Method, Path, Query, Headers, SignedHeaders, Payload];
        assert_eq!(sections(&session, StageKind::CanonicalRequest), canonical, "{name}");
        let lines: &[Section] = match name.as_str() {
            "alibaba-run-instances" => &[Algorithm, RequestHash],
            "huawei-list-vpcs" => &[Algorithm, Date, RequestHash],
            _ => &[Algorithm, Date, Scope, RequestHash],
        };
        assert_eq!(sections(&session, StageKind::StringToSign), lines, "{name}");
    }
    let version_2 = all().into_iter().find(|(name, ..)| name == "sigv2-get").unwrap().1;
    use Section::{ContentMd5, ContentType, Date, Headers, Method, Resource};
    let parts = [Method, ContentMd5, ContentType, Date, Headers, Resource];
    assert_eq!(sections(&version_2, StageKind::StringToSign), parts);
}

#[test]
fn the_answer_of_the_last_step_is_the_verdict() {
    for (name, session, verdict) in all() {
        let (analysis, walkthrough) = walked(&session);
        assert_eq!(walkthrough.verdict(), Some(verdict), "{name}");
        let last = walkthrough.steps.last().unwrap();
        assert_eq!((last.kind, last.from, last.to), (StepKind::Answers, Lifeline::Server, Lifeline::Client));
        let failed = analysis.verdict.failed();
        assert_eq!(walkthrough.reply.failed, failed.map(|check| check.id), "{name}");
        match verdict {
            Conclusion::Match => assert_eq!(walkthrough.reply.status, Some(200), "{name}"),
            Conclusion::Mismatch | Conclusion::Rejected => {
                assert!(matches!(walkthrough.reply.status, Some(400..=403)), "{name}");
                assert!(!walkthrough.reply.body.is_empty(), "{name}");
            }
        }
        for step in &walkthrough.steps[..walkthrough.steps.len() - 1] {
            assert!(
                step.link.starts_with("https://") && step.sentence.ends_with('.'),
                "{name}: {}",
                step.title
            );
        }
    }
}

#[test]
fn a_key_is_derived_with_the_values_at_hand() {
    let (_, session, _) = all().into_iter().find(|(name, ..)| name == "iam-list-users").unwrap();
    let formulas: Vec<String> =
        walked(&session).1.steps.into_iter().filter_map(|step| step.formula).collect();
    let first = r#"kDate = HMAC-SHA256("AWS4" + "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830")"#;
    assert!(formulas.iter().any(|formula| formula == first), "{formulas:?}");
    assert!(formulas.iter().any(|formula| formula == r#"kRegion = HMAC-SHA256(kDate, "us-east-1")"#));
}

#[test]
fn a_webhook_has_no_key_store() {
    let walkthrough = walked(&keyed(HUB, ("", HUB_SECRET))).1;
    assert!(walkthrough.steps.iter().all(|step| step.to != Lifeline::KeyStore));
    assert_eq!(
        walkthrough.lifelines().map(|line| walkthrough.party(line)).collect::<Vec<_>>(),
        ["Provider", "Receiver"]
    );
}

#[test]
fn headers_and_query_are_shown_before_and_after() {
    let (_, session, _) = all().into_iter().find(|(name, ..)| name == "iam-list-users").unwrap();
    let steps = walked(&session).1.steps;
    let of = |section| {
        steps.iter().find(|step| step.kind == StepKind::Makes(StageKind::CanonicalRequest, section)).unwrap()
    };
    let hosts = of(Section::Headers).changes.iter().find(|change| change.after.starts_with("host:")).unwrap();
    assert_eq!((&*hosts.before, &*hosts.after), ("Host: iam.amazonaws.com", "host:iam.amazonaws.com"));
    let pairs = session_of("GET /?b=2&a=%7e%20x HTTP/1.1\r\nHost: h\r\n\r\n");
    let steps = walked(&pairs).1.steps;
    let query = steps
        .iter()
        .find(|step| step.kind == StepKind::Makes(StageKind::CanonicalRequest, Section::Query))
        .unwrap();
    let rows: Vec<_> = query
        .changes
        .iter()
        .map(|row| (&*row.before, row.between.as_deref().unwrap(), &*row.after))
        .collect();
    assert_eq!(rows, [("b=2", "b=2", "a=~%20x"), ("a=%7e%20x", "a=~%20x", "b=2")]);
}

fn session_of(text: &str) -> Session {
    keyed(text, ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
}

const TOKEN: &str = "FwoGZXIvYXdzEBYaDSENTINELTOKENNEVERSHOWN";
const SENTINEL: &str = "sENTINEL/Secret+That/Is+Never/Shown+1234";

#[test]
fn no_format_holds_a_secret() {
    let text = format!(
        "GET /?X=1 HTTP/1.1\r\nHost: iam.amazonaws.com\r\nX-Amz-Date: 20150830T123600Z\r\nX-Amz-Security-Token: {TOKEN}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAREALLOOKING12345/20150830/us-east-1/iam/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-security-token, Signature={}\r\n\r\n",
        "0".repeat(64)
    );
    let session = keyed(&text, ("AKIAREALLOOKING12345", SENTINEL));
    let (analysis, walkthrough) = walked(&session);
    let chain = analysis.trace.bytes(StageKind::KeyChain).unwrap();
    let keys: Vec<&str> =
        std::str::from_utf8(chain).unwrap().lines().filter(|line| line.len() == 64).collect();
    assert_eq!(keys.len(), 4);
    for (format, name) in Format::ALL {
        let text = export(&walkthrough, format);
        assert!(text.len() > 500, "{name}");
        for secret in [TOKEN, SENTINEL].into_iter().chain(keys.iter().copied()) {
            assert!(!text.contains(secret) && !text.contains(&secret[..16]), "{name}: {secret}");
        }
    }
}

/// Whether every tag is closed, every attribute quoted, and no character of markup stands alone.
fn is_well_formed(xml: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        entities(text)?;
        let end = tag.find('>').ok_or("a tag has no end")?;
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        let name = inner.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        match inner.strip_prefix('/') {
            Some(name) => {
                (open.pop() == Some(name)).then_some(()).ok_or(format!("</{name}> closes another"))?
            }
            None if inner.ends_with('/') => {}
            None => open.push(name),
        }
        let quotes = inner.matches('"').count();
        if quotes % 2 != 0 || quotes / 2 != inner.matches("=\"").count() {
            return Err(format!("<{inner}>"));
        }
        entities(inner)?;
    }
    open.is_empty().then_some(()).ok_or(format!("not closed: {open:?}"))
}

fn entities(text: &str) -> Result<(), String> {
    let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
    let wrong = text.split('&').skip(1).find(|after| !known.iter().any(|name| after.starts_with(name)));
    wrong.map_or(Ok(()), |after| Err(format!("&{after}")))
}

#[test]
fn a_picture_is_well_formed_whatever_the_request_holds() {
    assert!(is_well_formed("<a b=\"1\"><c/></a>").is_ok());
    assert!(is_well_formed("<a><b></a></b>").is_err() && is_well_formed("<a>&</a>").is_err());
    let mut hostile = session_of("GET / HTTP/1.1\r\nHost: <h>&amp;\r\nX-Amz-Meta: \"--><script>\r\n\r\n");
    hostile.request.method = b"G<T&\"".to_vec();
    hostile.request.target = b"/\"'&<svg onload=alert(1)>%00\x7f\x01?a=<&b=]]>".to_vec();
    let sessions = all().into_iter().map(|(_, session, _)| session).chain([hostile]);
    for mut session in sessions {
        session.name = format!("<{}> & \"co\"", session.name);
        let svg = export(&walked(&session).1, Format::Svg);
        assert_eq!(is_well_formed(&svg), Ok(()));
        assert!(!svg.chars().any(|character| character.is_control() && character != '\n'));
        let html = export(&walked(&session).1, Format::Html);
        assert!(
            !html.contains("<svg onload")
                && !html.contains("--><script")
                && html.matches("<script").count() == 1
        );
        assert!(!html.contains("src=") && html.matches("http-equiv").count() == 1);
    }
}

#[test]
fn a_long_body_is_shown_by_its_ends() {
    let body = format!("BEGIN{}END", "x".repeat(10 << 20));
    let hub = format!(
        "POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\nX-Hub-Signature-256: sha256={}\r\n\r\n{body}",
        body.len(),
        "0".repeat(64)
    );
    let walkthrough = walked(&keyed(&hub, ("", HUB_SECRET))).1;
    for (format, name) in Format::ALL {
        let text = export(&walkthrough, format);
        assert!(text.len() < 1 << 20, "{name}: {} bytes", text.len());
    }
    let text = export(&walkthrough, Format::Text);
    assert!(text.contains("BEGINxxx") && text.contains("xxxEND") && text.contains("more bytes …"));
}

#[test]
fn no_end_of_a_long_body_shows_a_secret() {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYREALLYSECR";
    let named = format!("{{\"aws_secret_access_key\": \"{secret}\"}}");
    for len in [8 << 10, 5 << 20] {
        let body = format!("{named}{}{named}", "x".repeat(len));
        let hub = format!(
            "POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\nX-Hub-Signature-256: sha256={}\r\n\r\n{body}",
            body.len(),
            "0".repeat(64)
        );
        let walkthrough = walked(&keyed(&hub, ("", HUB_SECRET))).1;
        for (format, name) in Format::ALL {
            let text = export(&walkthrough, format);
            assert!(
                text.contains("aws_secret_access_key") || matches!(format, Format::Svg | Format::Mermaid)
            );
            assert!(!text.contains(secret) && !text.contains(&secret[..12]), "{name}, {len}");
        }
    }
}

#[test]
fn the_documented_secret_of_a_webhook_is_shown_and_no_other() {
    let formula = |secret: &str| {
        let steps = walked(&keyed(HUB, ("", secret))).1.steps;
        steps.into_iter().find_map(|step| step.formula).unwrap()
    };
    assert_eq!(
        formula(HUB_SECRET),
        "signature = HMAC-SHA256(\"It's a Secret to Everybody\", text) in lower-case hex"
    );
    assert_eq!(formula("another"), "signature = HMAC-SHA256(secret, text) in lower-case hex");
}

#[test]
fn a_page_has_a_clock_where_a_date_limits_the_request() {
    let page = |session: &Session| export(&walked(session).1, Format::Html);
    let (_, session, _) = all().into_iter().find(|(name, ..)| name == "iam-list-users").unwrap();
    let html = page(&session);
    // From 12:21:00 to 12:51:00, half a window more at both ends.
    for part in
        ["data-from=\"1440937260\"", "data-until=\"1440939060\"", "min=\"1440936360\" max=\"1440939960\""]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains(
        "The server accepts this date from 2015-08-30 12:21:00 UTC until 2015-08-30 12:51:00 UTC."
    ));
    assert!(!page(&keyed(HUB, ("", HUB_SECRET))).contains("type=\"range\""));
}

#[test]
fn a_message_of_mermaid_holds_no_markup() {
    let session = session_of("GET /a;b#c%%{x}?<b>=1 HTTP/1.1\r\nHost: h\r\n\r\n");
    let text = export(&walked(&session).1, Format::Mermaid);
    for line in text.lines().filter(|line| line.contains(": ")) {
        let (_, message) = line.split_once(": ").unwrap();
        let numbered = message.split('#').skip(1).all(|rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && rest[digits..].starts_with(';')
        });
        assert!(numbered && !message.contains(['<', '>', '%', '{', '"']), "{line}");
        assert_eq!(message.matches(';').count(), message.matches('#').count(), "{line}");
    }
}

#[test]
fn markdown_has_the_diagram_on_top() {
    let (_, session, _) = all().into_iter().next().unwrap();
    let text = export(&walked(&session).1, Format::Markdown);
    assert!(
        text.starts_with("# iam-list-users\n\nAWS4-HMAC-SHA256\n\n```mermaid\nsequenceDiagram\n"),
        "{text}"
    );
    assert!(text.contains("\n## 1. Method\n"));
}

#[test]
fn a_header_that_is_not_signed_is_said_not_to_be_protected() {
    let steps = walked(&keyed(GOOGLE, ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))).1.steps;
    let kind = StepKind::Makes(StageKind::CanonicalRequest, Section::Headers);
    let changes = &steps.iter().find(|step| step.kind == kind).unwrap().changes;
    let open: Vec<_> = changes
        .iter()
        .filter(|change| change.after.contains("not signed"))
        .map(|change| &*change.before)
        .collect();
    assert_eq!(open, ["User-Agent: curl/7.88.1", "Accept: */*"]);
}

/// Mermaid's own parser reads each file that is named.
const PARSE: &str = "import { JSDOM } from 'jsdom'; import fs from 'fs';
const dom = new JSDOM(''); globalThis.window = dom.window; globalThis.document = dom.window.document;
const { default: mermaid } = await import('mermaid');
for (const file of process.argv.slice(2)) {
  const found = await mermaid.parse(fs.readFileSync(file, 'utf8'));
  if (found.diagramType !== 'sequence') throw new Error(file);
}";

/// The folder with Mermaid's parser, installed once; `None` where it cannot be had.
fn parser() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mermaid");
    if !folder.join("ready").exists() {
        fs::create_dir_all(&folder).ok()?;
        let packages = ["mermaid@11.17.2", "jsdom@29.1.1"];
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(&folder).args(packages);
        let done = npm.stdout(Stdio::null()).stderr(Stdio::null()).status();
        done.ok().filter(|status| status.success())?;
        fs::write(folder.join("parse.mjs"), PARSE).ok()?;
        fs::write(folder.join("ready"), "").ok()?;
    }
    Some(folder)
}

#[test]
fn mermaid_parses_every_diagram() {
    let Some(folder) = parser() else {
        println!("skipped: Mermaid's parser could not be installed on this machine");
        return;
    };
    let mut files = Vec::new();
    let odd = session_of("GET /a;b#c%%{x}?end=<b>&note=:x HTTP/1.1\r\nHost: h\r\nX-Amz-Meta: end\r\n\r\n");
    let sessions =
        all().into_iter().map(|(name, session, _)| (name, session)).chain([("odd".to_owned(), odd)]);
    for (name, session) in sessions {
        let file = folder.join(format!("{name}.mmd"));
        fs::write(&file, export(&walked(&session).1, Format::Mermaid)).unwrap();
        files.push(file);
    }
    let output = Command::new("node").arg(folder.join("parse.mjs")).args(&files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
