//! Event messages, read alike wherever the slices end; what is written of a message reads back.
#![no_main]

use countersign::frames::events::{Event, Message, Reader, Summary, encode};
use countersign_fuzz::Cut;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    check(data);
    // Few inputs have right CRCs: these all have.
    if let Some((sizes, content)) = data.split_first_chunk::<4>() {
        check(&[sizes, &framed(content)[..]].concat());
    }
});

fn check(data: &[u8]) {
    let Some(cut) = Cut::of(data) else { return };
    let (events, summary) = read([cut.body]);
    assert_eq!(read(cut.slices()), (events.clone(), summary));
    assert_eq!(summary.length, cut.body.len() as u64);
    let mut end = 0;
    for event in events {
        match event {
            Event::Message(message) => {
                assert_eq!(message.offset, end);
                end += message.length;
                assert!(message.payload_len < message.length && end <= summary.length, "{message:?}");
                reads_back(&message, cut.body);
            }
            Event::Fault(fault) => assert!((end..=summary.length).contains(&fault.offset), "{fault:?}"),
        }
    }
}

fn read<'a>(slices: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, Summary) {
    let (mut reader, mut events) = (Reader::new(), Vec::new());
    slices.into_iter().for_each(|slice| reader.feed(slice, &mut |event| events.push(event)));
    let summary = reader.finish(&mut |event| events.push(event));
    (events, summary)
}

/// Date, signature and payload of a message make a message of the same.
fn reads_back(message: &Message, body: &[u8]) {
    let (Some(date), Some(signature)) = (message.date, &message.signature) else { return };
    let end = (message.offset + message.length) as usize - 4;
    let written = encode(date, signature, &body[end - message.payload_len as usize..end]);
    let expected = Message { index: 0, offset: 0, length: written.len() as u64, ..message.clone() };
    assert_eq!(read([&written[..]]).0, [Event::Message(expected)]);
}

/// Messages of right lengths and CRCs: two bytes say how many of the next are headers and payload, over and over.
fn framed(mut content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let [headers, payload, rest @ ..] = content {
        let headers = rest.len().min(usize::from(*headers));
        let (text, after) = rest.split_at(rest.len().min(headers + usize::from(*payload)));
        let mut message = [16 + text.len() as u32, headers as u32].map(u32::to_be_bytes).concat();
        message.extend(crc_fast::crc32_iso_hdlc(&message).to_be_bytes());
        message.extend_from_slice(text);
        message.extend(crc_fast::crc32_iso_hdlc(&message).to_be_bytes());
        out.append(&mut message);
        content = after;
    }
    out
}
