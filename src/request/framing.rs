//! Which pass over its body the headers of a request ask for.

use super::Request;
use crate::frames::checksum::Algorithm;
use crate::frames::chunked::Form;
use crate::frames::pass::{Content, Pass, Transfer};

impl Pass {
    /// The pass that the headers of `request` ask for.
    pub fn of(request: &Request) -> Self {
        let chunked = last_coding(request).is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"));
        let transfer = if chunked { Transfer::Chunked } else { Transfer::Plain };
        let keyword = request.value(b"x-amz-content-sha256").unwrap_or_default();
        Self { transfer, content: content(keyword, request) }
    }
}

/// The last transfer coding: several header lines are one list, in their order ([RFC 9110, 5.3]).
///
/// [RFC 9110, 5.3]: https://www.rfc-editor.org/rfc/rfc9110#section-5.3
fn last_coding(request: &Request) -> Option<&[u8]> {
    let lines = request.headers.iter().rev().filter(|header| header.is(b"transfer-encoding"));
    let mut codings = lines.flat_map(|header| header.value.rsplit(|b| *b == b',').map(<[u8]>::trim_ascii));
    codings.find(|coding| !coding.is_empty())
}

/// What a payload keyword says of the content; anything else is hashed as a whole.
fn content(keyword: &[u8], request: &Request) -> Content {
    let Some(keyword) = keyword.strip_prefix(b"STREAMING-") else { return Content::Whole };
    let form = match () {
        () if keyword.ends_with(b"-EVENTS") => return Content::Events,
        () if keyword.starts_with(b"UNSIGNED-PAYLOAD") => Form::Unsigned,
        () if keyword.ends_with(b"-PAYLOAD-TRAILER") => Form::SignedTrailer,
        () if keyword.ends_with(b"-PAYLOAD") => Form::Signed,
        () => return Content::Whole,
    };
    let announced = request.sent().filter(|(_, header)| header.is(b"x-amz-trailer"));
    let mut names = announced.flat_map(|(_, header)| header.value.split(|b| *b == b','));
    Content::Chunks(form, names.find_map(|name| Algorithm::of_header(name.trim_ascii())))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::frames::Digest;
    use crate::frames::pass::{End, Found};
    use crate::request::Header;

    fn request(headers: &[(&str, &str)]) -> Request {
        let headers = headers.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        Request { headers, ..Request::default() }
    }

    fn digest(headers: &[(&str, &str)], body: &str) -> Digest {
        match Found::of(Pass::of(&request(headers)), body.as_bytes().chunks(3)).end {
            End::Whole(digest) => digest,
            End::Chunks(_) | End::Events(_) => panic!("the body is hashed as a whole"),
        }
    }

    const FRAMED: (&str, &str) = ("Transfer-Encoding", "gzip, Chunked");

    #[test]
    fn transfer_frames_are_no_content() {
        let expected: Digest = Sha256::digest(b"hello!").into();
        assert_eq!(digest(&[FRAMED], "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"), expected);
    }

    #[test]
    fn broken_frames_are_hashed_as_they_stand() {
        for body in ["5\r\nhell", "hello", "5\r\nhelloX0\r\n\r\n", "ffffffffffffffff\r\n", ""] {
            let expected: Digest = Sha256::digest(body).into();
            assert_eq!(digest(&[FRAMED], body), expected, "{body}");
        }
    }

    #[test]
    fn chunks_are_found_inside_transfer_frames_and_without_them() {
        let inside = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
        let framed = format!("{:x}\r\n{inside}\r\n0\r\n\r\n", inside.len());
        let keyword = ("X-Amz-Content-SHA256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        let headers = [FRAMED, keyword, ("x-amz-trailer", "x-amz-checksum-crc32")];
        for body in [inside, &framed] {
            let found = Found::of(Pass::of(&request(&headers)), body.as_bytes().chunks(7));
            let End::Chunks(summary) = found.end else { panic!("the body is chunked") };
            assert_eq!((summary.chunks, summary.decoded), (2, 5));
            assert_eq!(summary.checksum.unwrap().value, "NhCmhg==");
            assert_eq!(found.items.len(), 3, "{:?}", found.items);
        }
    }

    #[test]
    fn data_that_look_like_a_size_are_no_transfer_frame() {
        let body = "5;chunk-signature=00\r\nabcde\r\n0;chunk-signature=00\r\n\r\n";
        let keyword = ("X-Amz-Content-SHA256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
        let found = Found::of(Pass::of(&request(&[FRAMED, keyword])), body.as_bytes().chunks(7));
        let End::Chunks(summary) = found.end else { panic!("the body is chunked") };
        assert_eq!((summary.chunks, summary.decoded), (2, 5));
    }

    #[test]
    fn every_keyword_has_its_form() {
        for (keyword, content) in [
            ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Content::Chunks(Form::Signed, None)),
            ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", Content::Chunks(Form::Signed, None)),
            ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Content::Chunks(Form::SignedTrailer, None)),
            ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER", Content::Chunks(Form::SignedTrailer, None)),
            ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", Content::Chunks(Form::Unsigned, None)),
            ("STREAMING-AWS4-HMAC-SHA256-EVENTS", Content::Events),
            ("UNSIGNED-PAYLOAD", Content::Whole),
            ("STREAMING-SOMETHING", Content::Whole),
        ] {
            assert_eq!(
                Pass::of(&request(&[("x-amz-content-sha256", keyword)])).content,
                content,
                "{keyword}"
            );
        }
    }
}
