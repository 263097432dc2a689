//! Every slip made and found again, over rows of each kind.

use super::*;
use crate::analysis::Session;
use crate::case::read;
use crate::diagnose::{self, ANOTHER_SECRET, Effort, diagnose};
use crate::secret::Secret;
use crate::signature::{Credentials, Fields};
use crate::time::Timestamp;

/// A key whose secret is base64 and hex at once, so that every way of decoding it makes something else.
const SECRET: &str = "'6b65796b65796b65' ";
const BODIES: [&str; 3] = [
    "{\"zen\": \"Keep it é \\u00e9\", \"u\": \"a/b <c>\"}\r\n",
    "payload=%7B%22zen%22%3A+%22Keep+it%22%7D&x=a+b",
    " Hello\nWorld ",
];

/// The heads of requests, each with a place for its signature.
const HEADS: [(&str, &str); 6] = [
    ("github", "POST / HTTP/1.1\nHost: h\nX-Hub-Signature-256: sha256=SIGNATURE"),
    ("stripe", "POST /hook HTTP/1.1\nHost: h\nStripe-Signature: t=1175024202,v1=SIGNATURE"),
    (
        "hubspot-v3",
        "POST /Hook%20a?b=c%20d HTTP/1.1\nHost: Hooks.example.com:8443\nX-HubSpot-Signature-v3: SIGNATURE\n\
         X-HubSpot-Request-Timestamp: 1175024202000",
    ),
    (
        "okx",
        "GET /api/v5/Orders?id=a%20b HTTP/1.1\nHost: h\nOK-ACCESS-SIGN: SIGNATURE\nOK-ACCESS-KEY: k\n\
         OK-ACCESS-TIMESTAMP: 2007-03-27T19:36:42.000Z",
    ),
    (
        "baidu-bce",
        "GET /a%20b?b=2&a=x%2By HTTP/1.1\nHost: Bucket.bcebos.com\n\
         Authorization: bce-auth-v1/k/2007-03-27T19:36:42Z/1800/host/SIGNATURE",
    ),
    (
        "htx",
        "GET /v1/Orders?AccessKeyId=k&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2007-03-27T19%3A36%3A42\
         &b=a%2Cb&Signature=SIGNATURE HTTP/1.1\nHost: API.htx.com",
    ),
];

fn clock() -> Timestamp {
    Timestamp::from_unix(1_175_024_202).unwrap()
}

fn session(head: &str, body: &str, signature: &str) -> Session {
    let escaped = match head.contains("&Signature=SIGNATURE") {
        true => signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
        false => signature.to_owned(),
    };
    let text = format!("{}\n\n", head.replace("SIGNATURE", &escaped));
    let mut session = Session::new(read(text.as_bytes()).unwrap().request);
    session.request.body = body.as_bytes().to_vec().into();
    let mut fields = Fields::default();
    fields.add("passphrase", Secret::new("another secret"));
    session.keys.push(Credentials {
        fields,
        access_key_id: "k".into(),
        secret: Secret::new(SECRET),
        session_token: None,
        source: "the test".into(),
    });
    session
}

fn found(session: &Session) -> Diagnosis {
    diagnose(session, clock(), Effort::DEEP, &Progress::default())
}

/// The signature that each slip comes to, and what it is called.
fn made_by_slips(row: &'static Recipe, session: &Session) -> Vec<(&'static str, String)> {
    let claimed = diagnose::analysis(session, clock());
    let request = &session.request;
    let captured = write::values(row, claimed.input(request));
    let scene = Scene::of(request, &captured, Planned::No, &claimed.situation);
    let way = Way::of(row, &scene);
    let mut slips = parts::slips(row, &scene);
    slips.extend(key::slips(row, &scene, &way));
    slips.extend(template::slips(row, &way));
    let search = Search {
        row,
        request,
        claimed: &claimed,
        captured: &captured,
        way,
        slips,
        wanted: b"",
        public: None,
    };
    let made = search.slips.iter().filter_map(|slip| Some((slip.mistake.id, search.signature(slip)?)));
    made.map(|(id, bytes)| (id, row.encoding.write(&bytes))).collect()
}

impl Search<'_> {
    /// The first signature that a slip comes to.
    fn signature(&self, slip: &Slip) -> Option<Vec<u8>> {
        let (mut way, mut situation) = (self.way.clone(), self.claimed.situation.clone());
        let mut captured = self.captured.to_vec();
        slip.change.on_way(&mut way);
        slip.change.on_key(&mut situation);
        slip.change.on_values(&mut captured);
        let mut scene = Scene::of(self.request, &captured, Planned::No, &situation);
        slip.change.on_scene(&mut scene);
        way.make_texts(&mut scene);
        let text = slip.change.on_text(scene.text(way.messages.first()?)?.bytes().to_vec());
        let algorithm = *way.algorithms.first()?;
        let key = way.keys(&scene, algorithm).into_iter().next()?;
        match slip.change {
            Change::Sign(sign) => Some(sign(key.last(), &text)),
            _ => algorithm.sign(key.last(), &text),
        }
    }
}

#[test]
fn every_slip_is_found_again() {
    for (name, head) in HEADS {
        let row = crate::scheme::named(name).and_then(|scheme| scheme.recipe()).unwrap();
        for body in BODIES {
            let unsigned = session(head, body, "AAAA");
            let right = diagnose::analysis(&unsigned, clock());
            let right = right.computed().map(|own| String::from_utf8_lossy(own).into_owned()).unwrap();
            assert_eq!(found(&session(head, body, &right)).answer, Answer::Match, "{name}");
            // A slip may change nothing here, and several may come to one text: the likeliest is told.
            let mut times = std::collections::HashMap::new();
            // A text that holds the signature itself cannot have been signed.
            let other = made_by_slips(row, &session(head, body, "BBBB"));
            let made = made_by_slips(row, &unsigned).into_iter().zip(other);
            let made = made.filter(|(own, other)| own == other).map(|(own, _)| own);
            for (id, signature) in made.filter(|(_, made)| *made != right) {
                let count = times.entry(id).or_insert(0_u8);
                *count += 1;
                if *count > 6 {
                    continue;
                }
                let diagnosis = found(&session(head, body, &signature));
                // Either scheme of a URL is right where the request does not tell.
                if id == "url-changed" && diagnosis.answer == Answer::Match {
                    continue;
                }
                assert_eq!(diagnosis.answer, Answer::Proven, "{name}: {id} with {body:?}");
                assert_eq!(diagnosis.findings[0].causes.len(), 1, "{name}: one slip explains {id}");
            }
        }
    }
}

#[test]
fn two_slips_at_once_are_found() {
    let (name, head) = HEADS[3];
    let unsigned = session(head, "", "AAAA");
    // The path without its query, and the secret decoded from hex: made by another implementation's HMAC.
    let text = "2007-03-27T19:36:42.000ZGET/api/v5/Orders";
    let secret = SECRET.trim();
    let signature = crate::signature::mac::Hash::Sha256.sign(secret.as_bytes(), text.as_bytes());
    let encoded = crate::signature::mac::Encoding::Base64.write(&signature);
    let diagnosis = found(&session(head, "", &encoded));
    let ids: Vec<&str> = diagnosis.findings[0].causes.iter().map(|cause| cause.id).collect();
    assert_eq!(diagnosis.answer, Answer::Proven, "{name}");
    assert!(ids.contains(&"query-not-signed") && ids.contains(&"secret-white-space"), "{ids:?}");
    assert!(unsigned.request.body.is_empty());
}

#[test]
fn what_nothing_explains_is_told_as_that() {
    let (_, head) = HEADS[0];
    let other = found(&session(head, BODIES[2], &"5d".repeat(32)));
    assert_eq!((other.answer, other.findings[0].causes[0].id), (Answer::Open, ANOTHER_SECRET));
    let short = found(&session(head, BODIES[2], "5d5d5d"));
    assert_eq!(short.findings[0].causes[0].id, "signature-malformed");
    let mut without = session(head, BODIES[2], &"5d".repeat(32));
    without.keys.clear();
    let missing = found(&without);
    assert_eq!((missing.answer, missing.findings[0].causes[0].id), (Answer::NoSecret, "secret-missing"));
}
