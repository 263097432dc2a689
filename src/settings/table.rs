//! The table of settings, and how each reads its text.

use super::error::Refusal;
use super::{BodyForm, Kind, PayloadSetting, Row, Settings, Time, instant};
use crate::canon::reading::{EncodePath, HeaderSpace, HostPort, NormalizePath, Plus, SessionToken};
use crate::frames::checksum::Algorithm;
use crate::secret::Secret;
use crate::signature::ecdsa::{Nonce, PublicKey};
use crate::signature::{Placement, name};

/// Every setting.
pub static SETTINGS: &[Row] = &[
    row(
        "region",
        "REGION",
        "Region in the credential scope, such as us-east-1",
        |s, v| word(&mut s.region, v),
        |s| s.region.clone(),
        |s| s.region = None,
    ),
    row(
        "service",
        "NAME",
        "Signing name of the service, such as s3 or execute-api",
        |s, v| word(&mut s.service, v),
        |s| s.service.clone(),
        |s| s.service = None,
    ),
    row(
        "time",
        "TIME",
        "Date of signing: now, or such as 20150830T123600Z [default: the request's own, else now]",
        |s, v| put(&mut s.time, time(v), "`now` or a date such as 20150830T123600Z"),
        |s| s.time.map(|time| time.name()),
        |s| s.time = None,
    ),
    row(
        "now",
        "TIME",
        "The verifier's clock, such as 20150830T123600Z [default: the clock of this machine]",
        |s, v| put(&mut s.now, instant(v), "a date such as 20150830T123600Z"),
        |s| s.now.map(|now| now.to_string()),
        |s| s.now = None,
    ),
    row(
        "tolerance",
        "MINUTES",
        "How far the date may be off the verifier's clock [default: by the service, 15 or 5]",
        |s, v| {
            put(
                &mut s.tolerance,
                v.parse().ok().filter(|n| (1..=525_600).contains(n)),
                "minutes, such as 5 or 15",
            )
        },
        |s| s.tolerance.map(|minutes| minutes.to_string()),
        |s| s.tolerance = None,
    ),
    row(
        "access-key-id",
        "ID",
        "Access key id, such as AKIDEXAMPLE",
        |s, v| word(&mut s.access_key_id, v),
        |s| s.access_key_id.clone(),
        |s| s.access_key_id = None,
    ),
    Row {
        kind: Kind::Secret,
        ..row(
            "secret-access-key",
            "SECRET",
            "Secret access key",
            |s, v| secret(&mut s.secret_access_key, v),
            |_| None,
            |s| s.secret_access_key = None,
        )
    },
    Row {
        kind: Kind::Secret,
        ..row(
            "session-token",
            "TOKEN",
            "Session token",
            |s, v| secret(&mut s.session_token, v),
            |_| None,
            |s| s.session_token = None,
        )
    },
    row(
        "placement",
        "WHERE",
        "The signature stands in the: header, or query (a presigned URL) [default: where it stands, else header]",
        |s, v| put(&mut s.placement, Placement::named(v), "header or query"),
        |s| s.placement.map(|placement| placement.name().into()),
        |s| s.placement = None,
    ),
    row(
        "expires",
        "SECONDS",
        "For how long a presigned URL is good, 1 to 604800 [default: 3600]",
        |s, v| {
            let seconds = v.parse().ok().filter(|n| (1..=604_800).contains(n));
            put(&mut s.expires, seconds, "1 to 604800 seconds (seven days)")
        },
        |s| s.expires.map(|seconds| seconds.to_string()),
        |s| s.expires = None,
    ),
    row(
        "region-set",
        "REGIONS",
        "Regions that a SigV4A signature is good for, such as * or us-east-1,eu-west-1",
        |s, v| word(&mut s.region_set, v),
        |s| s.region_set.clone(),
        |s| s.region_set = None,
    ),
    row(
        "scheme",
        "NAME",
        "Scheme to sign with, such as AWS4-ECDSA-P256-SHA256 [default: the one that the host asks for]",
        |s, v| scheme_name(&mut s.scheme, v),
        |s| s.scheme.map(str::to_owned),
        |s| s.scheme = None,
    ),
    row(
        "public-key",
        "KEY",
        "Public key on P-256 to check a SigV4A signature with: X and Y in hex, PEM, or on the command line a file",
        |s, v| public_key(&mut s.public_key, v),
        |s| s.public_key.map(|key| hex::encode(key.sec1())),
        |s| s.public_key = None,
    ),
    row(
        "nonce",
        "HOW",
        "The random number of a SigV4A signature: deterministic (RFC 6979) or random [default: deterministic]",
        |s, v| put(&mut s.nonce, Nonce::named(v), "deterministic or random"),
        |s| s.nonce.map(|nonce| nonce.name().into()),
        |s| s.nonce = None,
    ),
    row(
        "payload",
        "HASH",
        "Last line of the canonical request: body, header (body, and x-amz-content-sha256 is sent), unsigned, chunks, \
         chunks-trailer, unsigned-chunks-trailer (the body is cut up), or a text",
        |s, v| {
            let expected = "body, header, unsigned, chunks, chunks-trailer, unsigned-chunks-trailer or a text without spaces";
            put(&mut s.payload, payload(v), expected)
        },
        |s| s.payload.as_ref().map(PayloadSetting::name),
        |s| s.payload = None,
    ),
    row(
        "chunk-size",
        "BYTES",
        "Bytes of data in each chunk of a chunked upload [default: 65536]",
        |s, v| {
            let size = v.parse().ok().filter(|n| (1..=1 << 30).contains(n));
            put(&mut s.chunk_size, size, "1 to 1073741824 bytes; S3 takes 8192 and more")
        },
        |s| s.chunk_size.map(|size| size.to_string()),
        |s| s.chunk_size = None,
    ),
    row(
        "checksum",
        "NAME",
        "Checksum in the trailer of a chunked upload: crc32, crc32c, crc64nvme, sha1 or sha256 [default: crc32]",
        |s, v| put(&mut s.checksum, Algorithm::named(v), "crc32, crc32c, crc64nvme, sha1 or sha256"),
        |s| s.checksum.map(|algorithm| algorithm.name().into()),
        |s| s.checksum = None,
    ),
    row(
        "encode-path",
        "TIMES",
        "How often the path is percent-encoded: once or twice [default: by the service]",
        |s, v| put(&mut s.encode_path, EncodePath::named(v), "once or twice"),
        |s| s.encode_path.map(|value| value.name().into()),
        |s| s.encode_path = None,
    ),
    row(
        "normalize-path",
        "ON|OFF",
        "Remove dot segments and repeated slashes from the path: on or off [default: by the service]",
        |s, v| put(&mut s.normalize_path, NormalizePath::named(v), "on or off"),
        |s| s.normalize_path.map(|value| value.name().into()),
        |s| s.normalize_path = None,
    ),
    row(
        "plus",
        "READING",
        "A bare + in the query is read as: space or literal [default: space]",
        |s, v| put(&mut s.plus, Plus::named(v), "space or literal"),
        |s| s.plus.map(|value| value.name().into()),
        |s| s.plus = None,
    ),
    row(
        "header-space",
        "WHICH",
        "White space collapsed in header values: any or spaces-only [default: any]",
        |s, v| put(&mut s.header_space, HeaderSpace::named(v), "any or spaces-only"),
        |s| s.header_space.map(|value| value.name().into()),
        |s| s.header_space = None,
    ),
    row(
        "host-port",
        "HOW",
        "A default port in Host is signed: as-written or default-dropped [default: as-written]",
        |s, v| put(&mut s.host_port, HostPort::named(v), "as-written or default-dropped"),
        |s| s.host_port.map(|value| value.name().into()),
        |s| s.host_port = None,
    ),
    row(
        "sign-token",
        "HOW",
        "The session token is: signed or unsigned [default: signed]",
        |s, v| put(&mut s.sign_token, SessionToken::named(v), "signed or unsigned"),
        |s| s.sign_token.map(|value| value.name().into()),
        |s| s.sign_token = None,
    ),
    row(
        "body",
        "FORM",
        "The body of a .http file is: verbatim, even where it looks like a file name or another request",
        |s, v| put(&mut s.body, (v == "verbatim").then_some(BodyForm::Verbatim), "verbatim"),
        |s| s.body.map(|BodyForm::Verbatim| "verbatim".into()),
        |s| s.body = None,
    ),
];

const fn row(
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    set: fn(&mut Settings, &str) -> Result<(), Refusal>,
    get: fn(&Settings) -> Option<String>,
    unset: fn(&mut Settings),
) -> Row {
    Row { name, hint, help, kind: Kind::Open, set, get, unset }
}

fn put<T>(place: &mut Option<T>, value: Option<T>, expected: &'static str) -> Result<(), Refusal> {
    *place = Some(value.ok_or(expected)?);
    Ok(())
}

fn word(place: &mut Option<String>, value: &str) -> Result<(), Refusal> {
    let fits =
        !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c == '/' || c.is_control());
    put(place, fits.then(|| value.to_owned()), "a word without spaces and slashes")
}

/// The name of a scheme that a request can be signed with.
fn scheme_name(place: &mut Option<&'static str>, value: &str) -> Result<(), Refusal> {
    if name::CHECKED.contains(&value) {
        let expected = format!("a scheme to sign with, {}", name::PLANNED.join(" or "));
        return Err(Refusal { expected, found: Some(format!("{value}, which is only checked")) });
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let named = (1..=64).contains(&value.len()) && value.bytes().all(is_name);
    put(place, named.then(|| name::kept(value)), "the name of a scheme, as `countersign schemes` lists them")
}

/// The words of the key's own error become those of the setting's.
fn public_key(place: &mut Option<PublicKey>, value: &str) -> Result<(), Refusal> {
    let key = PublicKey::parse(value).map_err(|error| {
        let words = error.to_string();
        let (expected, found) = words.split_once(", but found ").unwrap_or((&words, "something else"));
        let expected = expected.trim_start_matches("expected ").to_owned();
        Refusal { expected, found: Some(found.to_owned()) }
    })?;
    *place = Some(key);
    Ok(())
}

fn secret(place: &mut Option<Secret>, value: &str) -> Result<(), Refusal> {
    put(place, (!value.is_empty()).then(|| Secret::new(value)), "a value")
}

fn time(value: &str) -> Option<Time> {
    if value == "now" { Some(Time::Now) } else { instant(value).map(Time::At) }
}

fn payload(value: &str) -> Option<PayloadSetting> {
    let word = PayloadSetting::WORDS.iter().find(|(name, _)| *name == value);
    let is_text = || !value.is_empty() && !value.contains(char::is_whitespace);
    word.map(|(_, value)| value.clone()).or_else(|| is_text().then(|| PayloadSetting::Text(value.into())))
}
