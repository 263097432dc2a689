//! Event streams: messages that are signed one by one, here by an HMAC made by hand.

use countersign::analysis::Session;
use countersign::frames::events::{date_header, encode};
use countersign::settings::PayloadSetting;
use countersign::verify::CheckId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::common::analyse;
use crate::header;
use crate::request::{Generated, generated, v4};
use crate::tampering::{Pick, REGION, SECRET, change_body, clock, matches, pick, received, refusal};

/// A stream that is to be signed.
#[derive(Clone, Debug)]
struct Stream {
    head: Generated,
    /// The payload of each message, and how many milliseconds after the one before it was sent.
    messages: Vec<(Vec<u8>, u32)>,
}

/// A message as it is sent.
#[derive(Clone, Debug)]
struct Message {
    date_ms: i64,
    signature: Vec<u8>,
    payload: Vec<u8>,
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// The signature of a text with the key of `service` on `day`.
pub(crate) fn sign(day: &str, service: &str, text: &str) -> Vec<u8> {
    let first = format!("AWS4{SECRET}").into_bytes();
    let key =
        [day, REGION, service, "aws4_request"].iter().fold(first, |key, part| hmac(&key, part.as_bytes()));
    hmac(&key, text.as_bytes())
}

/// `AWS4-HMAC-SHA256-PAYLOAD`, date, scope, signature before, the SHA-256 of the date header and that of the payload.
fn signature(previous: &str, date_ms: i64, payload: &[u8], service: &str) -> Vec<u8> {
    let date = countersign::time::Timestamp::from_unix(date_ms.div_euclid(1000)).unwrap().to_string();
    let (day, header) = (&date[..8], hex::encode(Sha256::digest(date_header(date_ms))));
    let payload = hex::encode(Sha256::digest(payload));
    let text = format!(
        "AWS4-HMAC-SHA256-PAYLOAD\n{date}\n{day}/{REGION}/{service}/aws4_request\n{previous}\n{header}\n{payload}"
    );
    sign(day, service, &text)
}

impl Stream {
    /// The head of the stream as it was received.
    fn signed(&self) -> Session {
        let mut plan = self.head.plan();
        plan.settings.payload = Some(PayloadSetting::Text("STREAMING-AWS4-HMAC-SHA256-EVENTS".into()));
        let analysis = analyse(&plan, clock());
        assert_eq!(analysis.scheme.name(), v4());
        received(analysis.instructions(&plan.request).unwrap().apply(&plan.request))
    }

    /// The messages, and the empty one that ends the stream.
    fn messages(&self, session: &Session) -> Vec<Message> {
        let authorization = session.request.value(b"authorization").unwrap();
        let seed = &authorization[authorization.len() - 64..];
        let mut previous = String::from_utf8(seed.to_vec()).unwrap();
        let mut date_ms = clock().unix() * 1000;
        let end = (Vec::new(), 1);
        let message = |(payload, later): &(Vec<u8>, u32)| {
            date_ms += i64::from(*later);
            let signature = signature(&previous, date_ms, payload, self.head.service);
            previous = hex::encode(&signature);
            Message { date_ms, signature, payload: payload.clone() }
        };
        self.messages.iter().chain([&end]).map(message).collect()
    }
}

fn put(session: &mut Session, messages: &[Message]) {
    let body: Vec<_> = messages.iter().map(|m| encode(m.date_ms, &m.signature, &m.payload)).collect();
    session.request.body = body.concat().into();
}

/// What is changed about a message whose CRCs are made anew, as somebody who tampers would.
#[derive(Clone, Copy, Debug)]
enum Part {
    Date,
    Signature,
    Payload,
}

impl Part {
    const ALL: [Self; 3] = [Self::Date, Self::Signature, Self::Payload];

    fn change(self, message: &mut Message, pick: Pick) {
        let bytes = match self {
            Self::Date => {
                let mut bytes = message.date_ms.to_be_bytes();
                pick.change_data(&mut bytes[pick.within(0..8)]);
                message.date_ms = i64::from_be_bytes(bytes);
                return;
            }
            Self::Signature => &mut message.signature,
            // The last message has none.
            Self::Payload if message.payload.is_empty() => return message.payload.push(b'x'),
            Self::Payload => &mut message.payload,
        };
        let at = pick.within(0..bytes.len());
        pick.change_data(&mut bytes[at]);
    }
}

fn stream() -> impl Strategy<Value = Stream> {
    let payload = proptest::collection::vec(any::<u8>(), 1..40);
    // Some streams go on for days, and each message is signed with the key of its own.
    let messages = proptest::collection::vec((payload, 0u32..100_000_000), 1..5);
    (generated(v4()), messages).prop_map(|(head, messages)| {
        let head = Generated { service: "transcribe", path: "/stream".into(), ..head };
        Stream { head, messages }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_message_is_named(stream in stream(), pick in pick()) {
        let mut session = stream.signed();
        let messages = stream.messages(&session);
        put(&mut session, &messages);
        matches(&session)?;
        for (index, part) in (0..messages.len()).flat_map(|index| Part::ALL.map(|part| (index, part))) {
            let mut changed = messages.clone();
            part.change(&mut changed[index], pick);
            put(&mut session, &changed);
            let analysis = analyse(&session, clock());
            let told = format!("{part:?} of message {}: {:?}", index + 1, analysis.verdict);
            let (check, detail) = refusal(&analysis, &told)?;
            prop_assert_eq!(check, CheckId::Chunks, "{}", told);
            let broken = analysis.stream.walked().unwrap().first_broken();
            prop_assert_eq!(broken.map(|(index, _)| index), Some(index), "{}", told);
            prop_assert!(detail.starts_with(&format!("message {} at byte ", index + 1)), "{}", told);
        }
    }

    #[test]
    fn a_changed_byte_of_a_message_breaks_its_crc(stream in stream(), picks in proptest::collection::vec(pick(), 8)) {
        let mut session = stream.signed();
        let messages = stream.messages(&session);
        put(&mut session, &messages);
        let lengths = messages.iter().map(|m| encode(m.date_ms, &m.signature, &m.payload).len());
        let ends: Vec<_> = lengths.scan(0, |end, len| { *end += len; Some(*end) }).collect();
        for pick in picks {
            let at = pick.within(0..*ends.last().unwrap());
            let mut changed = session.clone();
            change_body(&mut changed.request, |bytes| pick.change_data(&mut bytes[at]));
            let analysis = analyse(&changed, clock());
            let told = format!("byte {at}: {:?}", analysis.verdict);
            prop_assert_eq!(refusal(&analysis, &told)?.0, CheckId::Framing, "{}", told);
            let index = ends.iter().position(|end| at < *end).unwrap();
            let start = if index == 0 { 0 } else { ends[index - 1] };
            let fault = analysis.stream.walked().unwrap().faults[0].offset as usize;
            prop_assert!((start..ends[index]).contains(&fault), "{}", told);
        }
    }

    #[test]
    fn a_changed_byte_before_the_messages_is_named(stream in stream(), pick in pick()) {
        let mut session = stream.signed();
        let messages = stream.messages(&session);
        put(&mut session, &messages);
        for kind in header::kinds(&session.request) {
            kind.holds(&session, pick)?;
        }
    }
}
