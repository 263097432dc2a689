//! Bodies of chunks: the documented ones, cut anywhere, and broken in every way.

use proptest::prelude::*;

use super::super::TrailerLine;
use super::*;

const SIGNED: [&str; 3] = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
];

const WITH_TRAILER: [&str; 3] = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
];

const TRAILER: &str = "x-amz-checksum-crc32c:sOO8/Q==\r\n\
    x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";

/// The documented upload: 65 536 and 1 024 bytes of `a`.
fn documented(signatures: [&str; 3], end: &str) -> String {
    let [first, second, last] = signatures;
    let (long, short) = ("a".repeat(65536), "a".repeat(1024));
    format!(
        "10000;chunk-signature={first}\r\n{long}\r\n400;chunk-signature={second}\r\n{short}\r\n\
         0;chunk-signature={last}\r\n{end}"
    )
}

fn events(form: Form, pieces: &[&[u8]]) -> (Vec<Event>, Summary) {
    let (mut reader, mut events) = (Reader::new(form, Some(Algorithm::Crc32c)), Vec::new());
    pieces.iter().for_each(|piece| reader.feed(piece, &mut |event| events.push(event)));
    let summary = reader.finish(&mut |event| events.push(event));
    (events, summary)
}

fn faults(form: Form, body: &str) -> Vec<(FaultKind, u64, String)> {
    let fault = |event| match event {
        Event::Fault(Fault { kind, offset, message }) => Some((kind, offset, message)),
        Event::Chunk(_) | Event::Trailer(_) => None,
    };
    events(form, &[body.as_bytes()]).0.into_iter().filter_map(fault).collect()
}

fn chunks(events: &[Event]) -> Vec<&Chunk> {
    events.iter().filter_map(|e| if let Event::Chunk(chunk) = e { Some(chunk) } else { None }).collect()
}

fn trailer(form: Form, body: &str) -> Trailer {
    let found = events(form, &[body.as_bytes()]).0;
    let trailer = found.iter().find_map(|e| if let Event::Trailer(t) = e { Some(t.clone()) } else { None });
    trailer.unwrap_or_else(|| panic!("{found:?}"))
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[test]
fn the_documented_upload_has_the_documented_digests() {
    let body = documented(SIGNED, "\r\n");
    let (events, summary) = events(Form::Signed, &[body.as_bytes()]);
    let chunks = chunks(&events);
    assert_eq!(events.len(), chunks.len(), "{events:?}");
    let digests: Vec<_> = chunks.iter().map(|chunk| hex::encode(chunk.digest.unwrap())).collect();
    assert_eq!(digests[0], "bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a");
    assert_eq!(digests[1], "2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a");
    assert_eq!(digests[2], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let places: Vec<_> = chunks.iter().map(|c| (c.index, c.offset, c.data_offset, c.size)).collect();
    // The frames have 65,626, 1,112 and 86 bytes.
    assert_eq!(places, [(0, 0, 88, 65536), (1, 65_626, 65_626 + 86, 1024), (2, 66_738, 66_738 + 84, 0)]);
    for (chunk, text) in chunks.iter().zip(SIGNED) {
        let signature = chunk.signature.as_ref().unwrap();
        assert_eq!(&signature.text[..], text.as_bytes());
        assert!(body[signature.offset as usize..].starts_with(text));
    }
    assert_eq!((summary.chunks, summary.decoded, summary.length), (3, 66_560, 66_824));
}

#[test]
fn the_documented_trailer_has_the_documented_digest_and_checksum() {
    let body = documented(WITH_TRAILER, TRAILER);
    let trailer = trailer(Form::SignedTrailer, &body);
    assert_eq!(trailer.canonical(), b"x-amz-checksum-crc32c:sOO8/Q==\n");
    let digest = "1e376db7e1a34a8ef1c4bcee131a2d60a1cb62503747488624e10995f448d774";
    assert_eq!(hash(&trailer.canonical()), digest);
    let signature = trailer.signature.as_ref().unwrap();
    assert!(body[signature.offset as usize..].starts_with("d81f82fc3505edab"));
    assert!(body[trailer.offset as usize..].starts_with("x-amz-checksum-crc32c"));
    let (events, summary) = events(Form::SignedTrailer, &[body.as_bytes()]);
    assert_eq!((events.len(), summary.length), (4, 66_946));
    assert_eq!(summary.checksum.unwrap().value, "sOO8/Q==");
}

/// aws-c-auth, the trailer of its chunked test.
#[test]
fn trailer_lines_are_hashed_in_the_order_they_were_sent() {
    let body =
        "0;chunk-signature=a\r\nFirst: 1st \r\nsecond:2nd\nthird:3rd\r\nx-amz-trailer-signature:b\r\n\r\n";
    let trailer = trailer(Form::SignedTrailer, body);
    assert_eq!(
        hash(&trailer.canonical()),
        "83d8f190334fb741bc8daf73c891689d320bd8017756bc730c540021ed48001f"
    );
    let first = TrailerLine { name: b"First".to_vec(), value: b" 1st ".to_vec(), offset: 21 };
    assert_eq!(trailer.lines[0], first);
    assert_eq!(trailer.lines.len(), 4);
}

#[test]
fn trailers_may_end_their_lines_as_the_documentation_does() {
    for end in ["\n", "\r\n", "\n\r\n"] {
        let body = format!("0;chunk-signature=a\r\nn:v{end}x-amz-trailer-signature:b\r\n\r\n");
        assert_eq!(faults(Form::SignedTrailer, &body), [], "{end:?}");
        assert_eq!(trailer(Form::SignedTrailer, &body).canonical(), b"n:v\n");
    }
    assert_eq!(faults(Form::Unsigned, "0\r\nn:v\n\r\n"), []);
    assert_eq!(faults(Form::Unsigned, "0\r\nn:v\n\n"), []);
    assert_eq!(faults(Form::Unsigned, "0\r\n\r\n"), []);
}

#[test]
fn unsigned_chunks_are_not_hashed() {
    let (events, summary) = events(Form::Unsigned, &[b"5\r\nhello\r\n0\r\n\r\n"]);
    assert!(chunks(&events).iter().all(|chunk| chunk.digest.is_none() && chunk.signature.is_none()));
    assert_eq!((summary.chunks, summary.decoded, summary.length), (2, 5, 15));
}

#[test]
fn the_padded_signature_of_an_asymmetric_chunk_is_kept() {
    let text = format!("3045{}{}", "0".repeat(138), "**");
    let (events, _) = events(Form::Signed, &[format!("0;chunk-signature={text}\r\n\r\n").as_bytes()]);
    assert_eq!(&chunks(&events)[0].signature.as_ref().unwrap().text[..], text.as_bytes());
}

const BODIES: [(Form, &str); 8] = [
    (Form::Signed, "5;chunk-signature=a\r\nhello\r\n1;chunk-signature=b\r\n!\r\n0;chunk-signature=c\r\n\r\n"),
    (Form::SignedTrailer, "2;chunk-signature=a\r\n\r\n\r\n0;\r\nn:v\n\r\nx-amz-trailer-signature:b\r\n\r\n"),
    (Form::Unsigned, "5\r\nhello\r\n0\r\nn: v\r\n\r\n"),
    (Form::Unsigned, "5\nhello\n0\nn: v\n\nmore bytes"),
    (Form::Unsigned, "5\r\nhello\r!0\r\n"),
    (Form::Unsigned, "5\r\nhello world"),
    (Form::Unsigned, "5\r\nhello\r\n0\r\nn v\r\nmore"),
    (Form::Signed, "5\r\nhel"),
];

#[test]
fn where_the_slices_end_changes_nothing() {
    for (form, body) in BODIES {
        let body = body.as_bytes();
        let whole = events(form, &[body]);
        assert_eq!(events(form, &body.chunks(1).collect::<Vec<_>>()), whole);
        for at in 0..body.len() {
            assert_eq!(events(form, &[&body[..at], &body[at..]]), whole);
        }
    }
}

proptest! {
    #[test]
    fn a_broken_body_is_read_alike_in_any_pieces(
        which in 0..BODIES.len(), at in any::<usize>(), byte in any::<u8>(), size in 1usize..20,
    ) {
        let (form, body) = BODIES[which];
        let mut body = body.as_bytes().to_vec();
        let at = at % body.len();
        body[at] = byte;
        let whole = events(form, &[&body]);
        prop_assert_eq!(whole.1.length, body.len() as u64);
        prop_assert_eq!(events(form, &body.chunks(size).collect::<Vec<_>>()), whole);
    }
}

#[test]
fn what_cannot_be_read_ends_the_reading() {
    use FaultKind::*;
    let one = |body: &str, kind, offset, message: &str| {
        assert_eq!(faults(Form::Unsigned, body), [(kind, offset, message.to_owned())], "{body}");
    };
    one("xyz\r\n5", Size, 0, "expected a chunk size in hex, but found `xyz`");
    one("+5\r\n", Size, 0, "expected a chunk size in hex, but found `+5`");
    one("1\r\na\r\n;x\r\n", Size, 6, "expected a chunk size in hex, but found nothing");
    let large = "expected a chunk size below 2^63, but found `ffffffffffffffff`";
    one("ffffffffffffffff\r\n", Size, 0, large);
    one("fffffffffffffffff\r\n", Size, 0, "expected a chunk size below 2^63, but found `fffffffffffffffff`");
    one("5\r\nhello world", MissingCrlf, 8, "expected CRLF after the 5 bytes of chunk 1, but found ` `");
    let long = "expected a size line of at most 4096 bytes, but found a longer one";
    one(&"a".repeat(5000), LineTooLong, 0, long);
    one("0\r\n\r\nabc", AfterEnd, 5, "expected the end of the body, but found more bytes");
    one("0\r\nn v\r\n", Trailer, 3, "expected a trailer such as `name:value`, but found `n v`");
    let long = "expected a trailer of at most 16384 bytes, but found a longer one";
    one(&format!("0\r\n{}", "n:v\r\n".repeat(4000)), Trailer, 3, long);
    let unannounced = "expected an empty line after the final chunk, but found `n:v`";
    let body = "0;chunk-signature=a\r\nn:v\r\n";
    assert_eq!(faults(Form::Signed, body), [(Trailer, 21, unannounced.to_owned())]);
}

#[test]
fn a_body_that_ends_early_says_where_and_by_how_much() {
    use FaultKind::*;
    let end = |form, body: &str, kind, message: &str| {
        assert_eq!(faults(form, body), [(kind, body.len() as u64, message.to_owned())], "{body}");
    };
    let no_final = "expected a final chunk of size 0, but found the end of the body";
    end(Form::Unsigned, "", NoFinalChunk, no_final);
    end(Form::Unsigned, "5\r\nhello\r\n", NoFinalChunk, no_final);
    let line = "expected the rest of the size line of chunk 1, but found the end of the body";
    end(Form::Unsigned, "5", Truncated, line);
    let data = "expected 5 bytes of data in chunk 1, but found 4 when the body ended";
    end(Form::Unsigned, "5\r\nhell", Truncated, data);
    let crlf = "expected CRLF after the 5 bytes of chunk 1, but found the end of the body";
    end(Form::Unsigned, "5\r\nhello", Truncated, crlf);
    end(Form::Unsigned, "5\r\nhello\r", Truncated, crlf);
    let last = "expected CRLF after the final chunk, but found the end of the body";
    end(Form::Signed, "0;chunk-signature=a\r\n", LastCrlf, last);
    end(Form::Signed, "0;chunk-signature=a\r\n\r", LastCrlf, last);
    let empty = "expected an empty line after the trailer, but found the end of the body";
    end(Form::Unsigned, "0\r\n", LastCrlf, empty);
    end(Form::Unsigned, "0\r\nn:v\r\n", LastCrlf, empty);
    let rest = "expected the rest of a line of the trailer, but found the end of the body";
    end(Form::Unsigned, "0\r\nn:v", Trailer, rest);
    let signature = "expected `x-amz-trailer-signature` in the trailer, but found the end of the body";
    end(Form::SignedTrailer, "0;chunk-signature=a\r\nn:v\r\n", MissingSignature, signature);
}

#[test]
fn a_trailer_without_its_empty_line_is_told_all_the_same() {
    assert_eq!(trailer(Form::Unsigned, "0\r\nn:v\r\n").canonical(), b"n:v\n");
}

#[test]
fn signatures_where_they_do_not_belong_are_told_once() {
    use FaultKind::*;
    let missing = "expected `;chunk-signature=` after the size of chunk 1, but found nothing".to_owned();
    assert_eq!(faults(Form::Signed, "1\r\na\r\n0\r\n\r\n"), [(MissingSignature, 1, missing)]);
    let found = "expected no signature after the size of chunk 1, but found `;chunk-signature=a`".to_owned();
    let body = "1;chunk-signature=a\r\na\r\n0;chunk-signature=b\r\n\r\n";
    assert_eq!(faults(Form::Unsigned, body), [(UnexpectedSignature, 1, found)]);
    let found = "expected no signature in the trailer, but found `x-amz-trailer-signature`".to_owned();
    let body = "0\r\nx-amz-trailer-signature:a\r\n\r\n";
    assert_eq!(faults(Form::Unsigned, body), [(UnexpectedSignature, 3, found)]);
    let missing = "expected `x-amz-trailer-signature` in the trailer, but found the end of the trailer";
    let body = "0;chunk-signature=a\r\nn:v\r\n\r\n";
    assert_eq!(faults(Form::SignedTrailer, body), [(MissingSignature, 26, missing.to_owned())]);
}

#[test]
fn line_feeds_alone_are_told_once_and_read_on() {
    let text = "expected CRLF after the size line of chunk 1, but found LF alone".to_owned();
    assert_eq!(faults(Form::Unsigned, "1\na\n0\n\n"), [(FaultKind::MissingCrlf, 1, text)]);
}

#[test]
fn only_the_last_chunk_of_data_may_be_small() {
    let chunk = |size: usize| format!("{size:x}\r\n{}\r\n", "a".repeat(size));
    let body = |sizes: &[usize]| sizes.iter().map(|size| chunk(*size)).collect::<String>() + "0\r\n\r\n";
    assert_eq!(faults(Form::Unsigned, &body(&[8192, 8191])), []);
    let text =
        "expected at least 8192 bytes in every chunk but the last, but found 8191 in chunk 2".to_owned();
    let second = chunk(8192).len() as u64;
    assert_eq!(faults(Form::Unsigned, &body(&[8192, 8191, 1, 1])), [(FaultKind::SmallChunk, second, text)]);
}
