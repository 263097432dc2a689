//! Whether the bytes of an upload are those that its headers speak of: `Content-MD5` and `x-amz-checksum-*`.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use super::{Asked, error};
use crate::frames::checksum::{Algorithm, Hasher};
use crate::frames::pass::{self, Pass};
use crate::gateway::answer::Answer;
use crate::gateway::store::{Content, Object};

/// So many bytes are read at once.
const AT_ONCE: usize = 1 << 20;

/// The refusal of an object that is not what its headers say. What was not kept is not judged.
pub(super) fn refused(asked: &Asked<'_>, object: &Object) -> Option<Answer> {
    let content = object.content.as_ref()?;
    md5(asked, content).or_else(|| checksums(asked, object, content))
}

/// `Content-MD5` speaks of the body as it was sent, so it is judged where no chunks stand around the content.
fn md5(asked: &Asked<'_>, content: &Content) -> Option<Answer> {
    let said = asked.header("content-md5")?;
    if !matches!(Pass::of(asked.request).content, pass::Content::Whole) {
        return None;
    }
    if STANDARD.decode(&said).map(|bytes| bytes.len()).ok() != Some(16) {
        return Some(error(asked, 400, "InvalidDigest", "The Content-MD5 you specified was invalid."));
    }
    let mut md5 = Md5::new();
    each(content, |bytes| md5.update(bytes)).ok()?;
    let why = "The Content-MD5 you specified did not match what we received.";
    (STANDARD.encode(md5.finalize()) != said).then(|| error(asked, 400, "BadDigest", why))
}

/// The headers are those of the object: a trailer's have joined them.
fn checksums(asked: &Asked<'_>, object: &Object, content: &Content) -> Option<Answer> {
    object.headers.iter().find_map(|(name, said)| {
        let algorithm = Algorithm::of_header(name.as_str().as_bytes())?;
        let mut hasher = Hasher::new(algorithm);
        each(content, |bytes| hasher.update(bytes)).ok()?;
        let computed = hasher.finish().value;
        let width = |text: &str| STANDARD.decode(text).map(|bytes| bytes.len()).ok();
        if width(said) != width(&computed) {
            let why = format!("Value for {name} header is invalid.");
            return Some(error(asked, 400, "InvalidRequest", &why));
        }
        let why = format!(
            "The {} you specified did not match the calculated checksum.",
            algorithm.name().to_uppercase()
        );
        (computed != *said).then(|| error(asked, 400, "BadDigest", &why))
    })
}

/// The bytes of a content, piece by piece.
fn each(content: &Content, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    for mut piece in content.clone().into_pieces() {
        loop {
            let bytes = piece.take(AT_ONCE)?;
            if bytes.is_empty() {
                break;
            }
            take(&bytes);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, store};

    #[test]
    fn bytes_that_are_not_those_of_the_headers_are_refused() {
        let store = store();
        // MD5 and CRC-32 of `hello` are those of Python's hashlib and zlib.
        for (headers, expected) in [
            ("Content-MD5: XUFAKrxLKna5cZ2REBfFkg==", None),
            ("Content-MD5: XUFAKrxLKna5cZ2REBfFkA==", Some("BadDigest")),
            ("Content-MD5: XUFAKrxLKna5cZ2REBfF", Some("InvalidDigest")),
            ("Content-MD5: 5d41402abc4b2a76b9719d911017c592", Some("InvalidDigest")),
            ("x-amz-checksum-crc32: NhCmhg==", None),
            ("x-amz-checksum-crc32: NhCmhw==", Some("BadDigest")),
            ("x-amz-checksum-crc32: 3610a686", Some("InvalidRequest")),
            ("x-amz-checksum-type: FULL_OBJECT", None),
        ] {
            let (status, _, body) = ask(&store, "PUT /b/k", &format!("{headers}\r\n"), b"hello");
            assert_eq!(status, if expected.is_some() { 400 } else { 200 }, "{headers}: {body}");
            let code = super::super::texts(&body, "Code").next();
            assert_eq!(code.as_deref(), expected, "{headers}");
        }
    }
}
