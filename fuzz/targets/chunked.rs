//! Chunked bodies, read alike wherever the slices end; every event lies in the body.
#![no_main]

use countersign::frames::checksum::Algorithm;
use countersign::frames::chunked::{Chunk, Event, Form, Reader, Summary, Trailer};
use countersign::frames::transfer::{Fault, Unframer};
use countersign_fuzz::Cut;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(cut) = Cut::of(data) else { return };
    for form in [Form::Signed, Form::SignedTrailer, Form::Unsigned] {
        let (events, summary) = read(form, [cut.body]);
        assert_eq!(read(form, cut.slices()), (events.clone(), summary.clone()));
        check(&events, &summary, cut.body);
    }
    let (content, result) = unframe([cut.body]);
    assert_eq!(unframe(cut.slices()), (content.clone(), result.clone()));
    assert!(content.len() <= cut.body.len());
    assert!(result.err().is_none_or(|fault| fault.offset <= cut.body.len() as u64));
});

fn read<'a>(form: Form, slices: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, Summary) {
    let (mut reader, mut events) = (Reader::new(form, Some(Algorithm::Crc32c)), Vec::new());
    slices.into_iter().for_each(|slice| reader.feed(slice, &mut |event| events.push(event)));
    let summary = reader.finish(&mut |event| events.push(event));
    (events, summary)
}

fn unframe<'a>(slices: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Result<(), Fault>) {
    let (mut unframer, mut content) = (Unframer::default(), Vec::new());
    let fed = slices
        .into_iter()
        .try_for_each(|slice| unframer.feed(slice, &mut |bytes| content.extend_from_slice(bytes)));
    (content, fed.and_then(|()| unframer.finish()))
}

/// Chunks follow one another up to the trailer, and faults begin in the body or at its end.
fn check(events: &[Event], summary: &Summary, body: &[u8]) {
    assert_eq!(summary.length, body.len() as u64);
    let (mut end, mut chunks) = (0, 0);
    for event in events {
        match event {
            Event::Chunk(chunk) => {
                assert!(chunk.index == chunks && chunk.offset >= end, "{chunk:?} after {end}");
                chunks += 1;
                end = check_chunk(chunk, body);
            }
            Event::Trailer(trailer) => {
                assert_eq!(trailer.offset, end);
                check_trailer(trailer, body);
            }
            Event::Fault(fault) => assert!(fault.offset <= summary.length, "{fault:?}"),
        }
    }
    assert_eq!(summary.chunks, chunks);
    assert!(summary.decoded <= summary.length);
}

/// Checks where a chunk stands: where its data end.
fn check_chunk(chunk: &Chunk, body: &[u8]) -> u64 {
    if let Some(signature) = &chunk.signature {
        assert!(body[signature.offset as usize..chunk.data_offset as usize].starts_with(&signature.text));
    }
    let end = chunk.data_offset + chunk.size;
    assert!(chunk.offset < chunk.data_offset && end <= body.len() as u64, "{chunk:?}");
    end
}

fn check_trailer(trailer: &Trailer, body: &[u8]) {
    for line in &trailer.lines {
        let text = [&line.name[..], b":", &line.value].concat();
        assert!(line.offset >= trailer.offset && body[line.offset as usize..].starts_with(&text), "{line:?}");
    }
    if let Some(signature) = &trailer.signature {
        assert!(body[signature.offset as usize..].starts_with(&signature.text), "{signature:?}");
    }
}
