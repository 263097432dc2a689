//! Uploads in chunks: signed, with a signed trailer, with a trailer alone; by HMAC and by ECDSA; in transfer frames or not.

use std::ops::Range;

use countersign::analysis::Session;
use countersign::frames::Layer;
use countersign::frames::checksum::Algorithm;
use countersign::frames::chunked::Form;
use countersign::request::Header;
use countersign::scheme::Memo;
use countersign::settings::PayloadSetting;
use countersign::verify::CheckId;
use proptest::prelude::*;

use crate::common::analyse;
use crate::header;
use crate::request::{Generated, generated, v4, v4a};
use crate::tampering::{Pick, change_body, clock, find, matches, pick, received, refusal};

/// An upload that is to be cut into chunks.
#[derive(Clone, Debug)]
struct Upload {
    head: Generated,
    form: Form,
    chunk_size: u32,
    checksum: Algorithm,
    /// How many bytes each transfer frame holds, where the chunks lie in such frames.
    frame: Option<usize>,
}

/// A place in the chunks.
#[derive(Clone, Debug)]
struct Place {
    range: Range<usize>,
    holds: Holds,
    expected: Expected,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holds {
    /// Data: any byte may be changed to any other.
    Data,
    /// Text: a line end in it would be one.
    Text,
}

/// What a changed byte must lead to.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// The signature with this index is not right, and the one after it where that was made over the changed text.
    Link(usize),
    /// The frames cannot be read from this byte on, and nothing before it is blamed.
    Frames(usize),
    /// The trailer cannot be read.
    Trailer,
    /// The checksum is not that of the data.
    Checksum,
}

impl Upload {
    fn signature_len(&self) -> usize {
        match (self.form, self.head.scheme == v4a()) {
            (Form::Unsigned, _) => 0,
            (Form::Signed | Form::SignedTrailer, true) => 144,
            (Form::Signed | Form::SignedTrailer, false) => 64,
        }
    }

    /// The upload as it was received, without transfer frames.
    fn signed(&self) -> Session {
        let mut plan = self.head.plan();
        plan.settings.payload = Some(PayloadSetting::Chunks(self.form));
        (plan.settings.chunk_size, plan.settings.checksum) = (Some(self.chunk_size), Some(self.checksum));
        let analysis = analyse(&plan, clock());
        let mut request = analysis.instructions(&plan.request).unwrap().apply(&plan.request);
        let (mut memo, mut body) = (Memo::default(), Vec::new());
        let mut framer = analysis.framer(&plan.request, &mut memo).unwrap();
        framer.feed(&self.head.body, &mut |bytes| body.extend_from_slice(bytes));
        framer.finish(&mut |bytes| body.extend_from_slice(bytes));
        request.body = body.into();
        received(request)
    }

    /// The same in transfer frames, if it is to lie in such.
    fn framed(&self, mut session: Session) -> Session {
        let Some(size) = self.frame else { return session };
        let mut framed = Vec::new();
        for piece in session.request.body.bytes().chunks(size) {
            framed.extend(format!("{:x}\r\n", piece.len()).into_bytes());
            framed.extend_from_slice(piece);
            framed.extend_from_slice(b"\r\n");
        }
        framed.extend_from_slice(b"0\r\n\r\n");
        session.request.body = framed.into();
        session.request.headers.push(Header::new("Transfer-Encoding", "chunked"));
        session
    }

    /// The places of the chunks, laid out by the sizes alone.
    fn places(&self, body: &[u8]) -> Vec<Place> {
        let mut places = Vec::new();
        let mut at = 0;
        let sizes = self.head.body.chunks(self.chunk_size as usize).map(<[u8]>::len).chain([0]);
        for (index, size) in sizes.enumerate() {
            at = self.chunk(index, size, at, &mut places);
        }
        if self.form != Form::Signed {
            self.trailer(body, at, &mut places);
        }
        places
    }

    /// `size;chunk-signature=…`, data and line ends; the final chunk has no data and its second line end is the body's.
    fn chunk(&self, index: usize, size: usize, start: usize, places: &mut Vec<Place>) -> usize {
        let frames = Expected::Frames(start);
        let (data_is, signature_len) = match self.form {
            Form::Unsigned => (Expected::Checksum, 0),
            Form::Signed | Form::SignedTrailer => (Expected::Link(index), self.signature_len()),
        };
        let digits = format!("{size:x}").len();
        let name = if signature_len > 0 { ";chunk-signature=".len() } else { 0 };
        let signature = start + digits + name;
        let data = signature + signature_len + 2;
        let has_end = size > 0 || self.form == Form::Signed;
        let end = data + size + if has_end { 2 } else { 0 };
        let text = |range, expected| Place { range, holds: Holds::Text, expected };
        places.extend([
            text(start..signature, frames),
            text(signature..signature + signature_len, Expected::Link(index)),
            text(signature + signature_len..data, frames),
            Place { range: data..data + size, holds: Holds::Data, expected: data_is },
            text(data + size..end, frames),
        ]);
        end
    }

    /// `name:value` and, of a signed trailer, `x-amz-trailer-signature:…`. The CR at the end of a value becomes a part of it when
    /// it is changed: a trailer's lines may end with LF alone.
    fn trailer(&self, body: &[u8], start: usize, places: &mut Vec<Place>) {
        let value = find(body, ":", start).end;
        let end = find(body, "\r\n", value).start;
        let is_signed = self.form == Form::SignedTrailer;
        let last = self.head.body.len().div_ceil(self.chunk_size as usize) + 1;
        let value_is = if is_signed { Expected::Link(last) } else { Expected::Checksum };
        let mut put = |range, expected| places.push(Place { range, holds: Holds::Text, expected });
        put(start..value, Expected::Trailer);
        put(value..end + 1, value_is);
        put(end + 1..end + 2, Expected::Trailer);
        if is_signed {
            let signature = find(body, ":", end).end;
            put(end + 2..signature, Expected::Trailer);
            let end = signature + self.signature_len();
            put(signature..end + 1, Expected::Link(last));
            put(end + 1..end + 2, Expected::Trailer);
        }
        put(body.len() - 2..body.len(), Expected::Trailer);
    }
}

/// Changes one byte at each place of the chunks, and holds the verdict against what is expected.
fn every_place(upload: &Upload, pick: Pick) -> Result<(), TestCaseError> {
    let plain = upload.signed();
    let framed = upload.framed(plain.clone());
    matches(&framed)?;
    let body = plain.request.body.bytes().into_owned();
    for place in upload.places(&body) {
        if place.range.is_empty() {
            continue;
        }
        let mut changed = plain.clone();
        let at = pick.within(place.range.clone());
        change_body(&mut changed.request, |bytes| match place.holds {
            Holds::Data => pick.change_data(&mut bytes[at]),
            Holds::Text => pick.change(&mut bytes[at]),
        });
        upload.holds(&upload.framed(changed), &place)?;
    }
    Ok(())
}

impl Upload {
    fn holds(&self, session: &Session, place: &Place) -> Result<(), TestCaseError> {
        let analysis = analyse(session, clock());
        let walked = analysis.stream.walked().unwrap();
        let told = format!("{place:?}: {:?}", analysis.verdict);
        let (check, detail) = refusal(&analysis, &told)?;
        let broken = walked.first_broken();
        // What is behind the last frame is then read as a part of it; that the end is missing breaks nothing by itself.
        let cut = walked.faults.iter().any(|fault| fault.kind == Layer::Remark)
            && matches!(check, CheckId::Chunks | CheckId::Checksum);
        match place.expected {
            Expected::Frames(_) | Expected::Trailer if cut => {}
            Expected::Link(index) => {
                prop_assert_eq!(check, CheckId::Chunks, "{}", told);
                prop_assert_eq!(broken.map(|(index, _)| index), Some(index), "{}", told);
                prop_assert!(detail.starts_with(&self.name(index)), "{}", told);
            }
            Expected::Frames(start) => {
                prop_assert_eq!(check, CheckId::Framing, "{}", told);
                let fault =
                    walked.faults.iter().find(|fault| !matches!(fault.kind, Layer::Advice | Layer::Remark));
                prop_assert!(fault.is_none_or(|fault| fault.offset >= start as u64), "{}", told);
                prop_assert!(broken.is_none_or(|(_, link)| link.offset >= start as u64), "{}", told);
            }
            Expected::Trailer => {
                prop_assert_eq!(check, CheckId::Framing, "{}", told);
                prop_assert!(detail.contains("trailer"), "{}", told);
            }
            Expected::Checksum => {
                prop_assert_eq!(check, CheckId::Checksum, "{}", told);
                prop_assert!(detail.contains(self.checksum.header()), "{}", told);
            }
        }
        Ok(())
    }

    /// What the link with this index is called.
    fn name(&self, index: usize) -> String {
        let data = self.head.body.len().div_ceil(self.chunk_size as usize);
        match index.cmp(&data) {
            std::cmp::Ordering::Less => format!("chunk {} at byte ", index + 1),
            std::cmp::Ordering::Equal => format!("chunk {}, the final one at byte ", index + 1),
            std::cmp::Ordering::Greater => "the trailer at byte ".into(),
        }
    }
}

fn checksum() -> impl Strategy<Value = Algorithm> {
    proptest::sample::select(Algorithm::ALL.to_vec())
}

fn upload(scheme: &'static str, form: Form, chunks: u32) -> impl Strategy<Value = Upload> {
    let frame = proptest::option::of(1usize..200);
    (generated(scheme), 1u32..40, checksum(), frame).prop_map(move |(head, chunk_size, checksum, frame)| {
        let chunk_size = chunk_size.max((head.body.len() as u32).div_ceil(chunks));
        Upload { head: Generated { service: "s3", ..head }, form, chunk_size, checksum, frame }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_signed_chunks_is_named(upload in upload(v4(), Form::Signed, 9), pick in pick()) {
        every_place(&upload, pick)?;
    }

    #[test]
    fn a_changed_byte_of_chunks_with_a_signed_trailer_is_named(
        upload in upload(v4(), Form::SignedTrailer, 9), pick in pick(),
    ) {
        every_place(&upload, pick)?;
    }

    #[test]
    fn the_checksum_notices_a_changed_byte_of_unsigned_chunks(
        upload in upload(v4(), Form::Unsigned, 9), pick in pick(),
    ) {
        every_place(&upload, pick)?;
    }

    #[test]
    fn a_changed_byte_before_the_chunks_is_named(upload in upload(v4(), Form::SignedTrailer, 2), pick in pick()) {
        let session = upload.signed();
        for kind in header::kinds(&session.request) {
            kind.holds(&session, pick)?;
        }
    }

    #[test]
    fn a_changed_byte_of_transfer_frames_is_named(upload in upload(v4(), Form::Signed, 5), pick in pick()) {
        let upload = Upload { frame: upload.frame.or(Some(7)), ..upload };
        let session = upload.framed(upload.signed());
        let size = upload.frame.unwrap();
        let body = session.request.body.bytes().into_owned();
        let (mut frames, mut at) = (Vec::new(), 0);
        while body[at] != b'0' {
            let data = find(&body, "\r\n", at).end;
            let len = usize::from_str_radix(std::str::from_utf8(&body[at..data - 2]).unwrap(), 16).unwrap();
            prop_assert!(len <= size);
            frames.extend((at..data).chain(data + len..data + len + 2));
            at = data + len + 2;
        }
        // Behind the size line of the last frame is no content, and its CR may become one more 0.
        frames.extend([at, at + 2]);
        let mut changed = session;
        change_body(&mut changed.request, |bytes| pick.change(&mut bytes[frames[pick.within(0..frames.len())]]));
        let analysis = analyse(&changed, clock());
        let told = format!("{:?}", analysis.verdict);
        // A size that is one too large takes the CR behind the data in, and an LF alone ends the frame as well.
        let check = refusal(&analysis, &told)?.0;
        prop_assert!([CheckId::Framing, CheckId::Chunks].contains(&check), "{}", told);
    }

    #[test]
    fn the_case_of_sizes_is_not_signed(upload in upload(v4(), Form::Signed, 5)) {
        let mut session = upload.signed();
        for place in upload.places(&session.request.body.bytes()) {
            let is_size = matches!(place.expected, Expected::Frames(start) if start == place.range.start);
            let digits = place.range.start..place.range.start + if is_size { 2 } else { 0 };
            change_body(&mut session.request, |bytes| bytes[digits].make_ascii_uppercase());
        }
        matches(&upload.framed(session))?;
    }
}

proptest! {
    // A verification of ECDSA takes milliseconds in a build for tests, and each chunk has one.
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_chunks_signed_by_sigv4a_is_named(
        upload in upload(v4a(), Form::SignedTrailer, 2), pick in pick(),
    ) {
        every_place(&upload, pick)?;
    }
}
