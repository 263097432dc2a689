//! Streams of events: the published message, cut anywhere, and broken in every way.

use proptest::prelude::*;

use super::*;

fn events(pieces: &[&[u8]]) -> (Vec<Event>, Summary) {
    let (mut reader, mut events) = (Reader::new(), Vec::new());
    pieces.iter().for_each(|piece| reader.feed(piece, &mut |event| events.push(event)));
    let summary = reader.finish(&mut |event| events.push(event));
    (events, summary)
}

fn faults(body: &[u8]) -> Vec<(FaultKind, u64, String)> {
    let fault = |event| match event {
        Event::Fault(Fault { kind, offset, message }) => Some((kind, offset, message)),
        Event::Message(_) => None,
    };
    events(&[body]).0.into_iter().filter_map(fault).collect()
}

fn stream() -> Vec<u8> {
    [encode(-1, &[7; 32], b"A"), encode(0, &[8; 72], &[b'x'; 300]), encode(1, &[9; 32], b"")].concat()
}

/// A message with these lengths and bytes, its first CRC right and its last right for all of it.
fn message(total: u32, headers: u32, content: &[u8]) -> Vec<u8> {
    let mut out = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    out.extend_from_slice(content);
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    out
}

/// aws-c-auth, `tests/test_event_signing.c`.
#[test]
fn date_headers_are_those_of_the_published_events() {
    let headers = ["6e28", "7210", "75f8", "79e0"].map(|end| format!("053a64617465080000005122b4{end}"));
    // 19810116T063001Z and the three seconds after it.
    let first = 348_474_601_000;
    for (header, ms) in headers.iter().zip((first..).step_by(1000)) {
        assert_eq!(hex::encode(date_header(ms)), *header);
    }
}

#[test]
fn what_is_written_is_read() {
    let (events, summary) = events(&[&encode(348_474_601_000, &[7; 32], b"A")]);
    let expected = Message {
        index: 0,
        offset: 0,
        length: 16 + 15 + 52 + 1,
        date: Some(348_474_601_000),
        signature: Some(SmallVec::from_slice(&[7; 32])),
        headers_digest: Some(Sha256::digest(date_header(348_474_601_000)).into()),
        payload_digest: Sha256::digest(b"A").into(),
        payload_len: 1,
    };
    assert_eq!(events, [Event::Message(expected)]);
    assert_eq!(summary, Summary { messages: 1, length: 84 });
}

#[test]
fn the_encoding_is_that_of_the_published_message() {
    // awslabs/aws-c-event-stream, `tests/message_deserializer_test.c`: a message of nothing.
    assert_eq!(hex::encode(message(16, 0, b"")), "000000100000000005c248eb7d98c8ff");
}

#[test]
fn headers_of_every_type_are_passed_over() {
    let mut headers = Vec::new();
    for (kind, value) in [0, 0, 1, 2, 4, 8, 2, 2, 8, 16].into_iter().enumerate() {
        headers.extend_from_slice(&[1, b'h', kind as u8]);
        headers.extend(std::iter::repeat_n(0, value));
    }
    headers.extend_from_slice(&encode(5, b"sig", b"")[12..12 + 15 + 23]);
    let len = headers.len() as u32;
    let body = message(16 + len + 2, len, &[&headers[..], b"hi"].concat());
    let Event::Message(message) = &events(&[&body]).0[0] else { panic!("no fault is expected") };
    assert_eq!((message.date, message.signature.as_deref()), (Some(5), Some(&b"sig"[..])));
    assert_eq!(message.payload_len, 2);
}

#[test]
fn where_the_slices_end_changes_nothing() {
    let mut broken = stream();
    broken[20] ^= 1;
    for body in [stream(), broken, stream()[..200].to_vec(), message(16, 1, b"")] {
        let whole = events(&[&body]);
        assert_eq!(events(&body.chunks(1).collect::<Vec<_>>()), whole);
        for at in 0..body.len() {
            assert_eq!(events(&[&body[..at], &body[at..]]), whole);
        }
    }
}

#[test]
fn crcs_are_checked_and_a_message_is_told_all_the_same() {
    let mut body = stream();
    body[83] ^= 0xff;
    let (kind, offset, text) = &faults(&body)[0];
    assert_eq!((*kind, *offset), (FaultKind::MessageCrc, 80));
    assert!(text.starts_with("expected CRC ") && text.contains(" of message 1, but found "), "{text}");
    assert_eq!(events(&[&body]).1.messages, 3);
    body[3] ^= 1;
    let (kind, offset, text) = &faults(&body)[0];
    assert_eq!((*kind, *offset), (FaultKind::PreludeCrc, 8));
    assert!(text.contains(" of the lengths, but found "), "{text}");
    assert_eq!(events(&[&body]).1, Summary { messages: 0, length: body.len() as u64 });
}

#[test]
fn lengths_that_cannot_be_end_the_reading() {
    let length = |total, headers| faults(&message(total, headers, b"")).remove(0);
    let of = |offset, text: &str| (FaultKind::Length, offset, text.to_owned());
    assert_eq!(length(15, 0), of(0, "expected a message of 16 to 25165824 bytes, but found 15"));
    assert_eq!(
        length(25_165_825, 0),
        of(0, "expected a message of 16 to 25165824 bytes, but found 25165825")
    );
    assert_eq!(length(20, 5), of(4, "expected at most 4 bytes of headers, but found 5"));
}

#[test]
fn headers_that_are_missing_or_broken_are_faults() {
    use FaultKind::*;
    let of = |kind, text: &str| (kind, 12, text.to_owned());
    let date = of(MissingDate, "expected header `:date` of type 8 (timestamp), but found none");
    let signature =
        of(MissingSignature, "expected header `:chunk-signature` of type 6 (bytes), but found none");
    assert_eq!(faults(&message(16, 0, b"")), [date.clone(), signature.clone()]);
    let short = of(Header, "expected a header that ends before the headers do, but found `abc`");
    assert_eq!(faults(&message(16 + 7, 7, b"\x03abc\x07\0\x01")), [short, date.clone(), signature.clone()]);
    let unknown = of(Header, "expected a header type of 0 to 9, but found 10 in `a`");
    assert_eq!(faults(&message(16 + 3, 3, b"\x01a\x0a")), [unknown, date, signature.clone()]);
    let other = of(MissingDate, "expected header `:date` of type 8 (timestamp), but found type 0");
    assert_eq!(faults(&message(16 + 7, 7, b"\x05:date\0")), [other, signature]);
}

#[test]
fn a_stream_that_ends_early_says_where() {
    let body = encode(0, &[7; 32], b"A");
    let of = |at: usize, text: &str| {
        assert_eq!(faults(&body[..at]), [(FaultKind::Truncated, at as u64, text.to_owned())])
    };
    of(11, "expected the 12 bytes of the lengths of message 1, but found 11 when the body ended");
    of(82, "expected 84 bytes of message 1, but found 82 when the body ended");
    of(12, "expected 84 bytes of message 1, but found 12 when the body ended");
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..100), headers in 0u32..110,
    ) {
        events(&[&bytes]);
        events(&[&message(16 + bytes.len() as u32, headers, &bytes)]);
    }
}
