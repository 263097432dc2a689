//! A whole text in another form: without a line, in another encoding, with other line breaks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::diagnose::form::{RequestForm, StringForm};
use crate::request::body::Digest;
use crate::trace::writer::hex_digest;

/// The last line of the string to sign.
pub(super) fn hashed(out: &mut Vec<u8>, form: StringForm, digest: &Digest, request: &[u8]) {
    match form {
        StringForm::HashUpper => out.extend(hex::encode_upper(digest).into_bytes()),
        StringForm::HashBase64 => out.extend(STANDARD.encode(digest).into_bytes()),
        StringForm::HashDashes => out.extend(dashed(digest).into_bytes()),
        StringForm::HashDashesLower => out.extend(dashed(digest).to_ascii_lowercase().into_bytes()),
        StringForm::HashRaw => out.extend_from_slice(digest),
        StringForm::NotHashed | StringForm::RequestAlone => out.extend_from_slice(request),
        StringForm::HashedTwice => out.extend(hex::encode(Sha256::digest(hex_digest(digest))).into_bytes()),
        StringForm::BytesHashedTwice => out.extend(hex::encode(Sha256::digest(digest)).into_bytes()),
        StringForm::Sha1 => out.extend(hex::encode(Sha1::digest(request)).into_bytes()),
        StringForm::Standard
        | StringForm::TrailingNewline
        | StringForm::LeadingNewline
        | StringForm::Crlf
        | StringForm::TrailingCrlf
        | StringForm::NoAlgorithm
        | StringForm::NoTimestamp
        | StringForm::NoScope
        | StringForm::ScopeFirst
        | StringForm::HashAlone
        | StringForm::NoBreaks
        | StringForm::Spaces
        | StringForm::EscapedNewlines
        | StringForm::Utf16Le
        | StringForm::Utf16Be
        | StringForm::ByteOrderMark
        | StringForm::NulTerminated => out.extend_from_slice(&hex_digest(digest)),
    }
}

pub(super) fn reshape_request(out: &mut Vec<u8>, form: RequestForm) {
    match form {
        RequestForm::TrailingNewline => out.push(b'\n'),
        RequestForm::TrailingCrlf => out.extend_from_slice(b"\r\n"),
        RequestForm::Crlf => *out = breaks(out, b"\r\n"),
        RequestForm::CarriageReturn => *out = breaks(out, b"\r"),
        RequestForm::TrailingSpaces => *out = breaks(out, b" \n"),
        RequestForm::NoBreaks => *out = breaks(out, b""),
        RequestForm::Spaces => *out = breaks(out, b" "),
        RequestForm::EscapedNewlines => *out = breaks(out, b"\\n"),
        RequestForm::Utf16Le => *out = utf16(out, u16::to_le_bytes),
        RequestForm::Utf16Be => *out = utf16(out, u16::to_be_bytes),
        RequestForm::ByteOrderMark => drop(out.splice(..0, *BYTE_ORDER_MARK)),
        RequestForm::NulTerminated => out.push(0),
        RequestForm::LowerCased => out.make_ascii_lowercase(),
        RequestForm::Standard
        | RequestForm::LeadingNewline
        | RequestForm::NoBlankLine
        | RequestForm::TwoBlankLines
        | RequestForm::NoSignedHeaders
        | RequestForm::NoPayload
        | RequestForm::NoHeaders
        | RequestForm::NoEmptyQuery => {}
    }
}

pub(super) fn reshape_string(out: &mut Vec<u8>, form: StringForm) {
    match form {
        StringForm::TrailingNewline => out.push(b'\n'),
        StringForm::TrailingCrlf => out.extend_from_slice(b"\r\n"),
        StringForm::Crlf => *out = breaks(out, b"\r\n"),
        StringForm::NoBreaks => *out = breaks(out, b""),
        StringForm::Spaces => *out = breaks(out, b" "),
        StringForm::EscapedNewlines => *out = breaks(out, b"\\n"),
        StringForm::Utf16Le => *out = utf16(out, u16::to_le_bytes),
        StringForm::Utf16Be => *out = utf16(out, u16::to_be_bytes),
        StringForm::ByteOrderMark => drop(out.splice(..0, *BYTE_ORDER_MARK)),
        StringForm::NulTerminated => out.push(0),
        StringForm::Standard
        | StringForm::LeadingNewline
        | StringForm::HashUpper
        | StringForm::HashBase64
        | StringForm::HashDashes
        | StringForm::HashDashesLower
        | StringForm::HashRaw
        | StringForm::NotHashed
        | StringForm::RequestAlone
        | StringForm::HashedTwice
        | StringForm::BytesHashedTwice
        | StringForm::Sha1
        | StringForm::NoAlgorithm
        | StringForm::NoTimestamp
        | StringForm::NoScope
        | StringForm::ScopeFirst
        | StringForm::HashAlone => {}
    }
}

/// Bytes as .NET's `BitConverter.ToString` writes them: `2C-F2-4D`.
pub(in crate::diagnose) fn dashed(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join("-")
}

pub(in crate::diagnose) const BYTE_ORDER_MARK: &[u8; 3] = b"\xef\xbb\xbf";

/// The text with other line breaks.
pub(in crate::diagnose) fn breaks(text: &[u8], instead: &[u8]) -> Vec<u8> {
    text.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(instead)
}

/// The text in UTF-16; what is no UTF-8 is taken byte by byte.
pub(in crate::diagnose) fn utf16(text: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * text.len());
    if text.is_ascii() {
        text.iter().for_each(|byte| out.extend_from_slice(&bytes(u16::from(*byte))));
        return out;
    }
    match std::str::from_utf8(text) {
        Ok(text) => text.encode_utf16().flat_map(bytes).collect(),
        Err(_) => text.iter().flat_map(|byte| bytes(u16::from(*byte))).collect(),
    }
}
