//! `Authorization: AWS ID SECRET token:… region:… service:…`: what REST Client and httpYac replace by a signature when they send.
//!
//! It is no signature, though Version 2 begins with the same word, and it holds a secret in the open: none of its words is ever shown.
//! Variables that no editor has filled in (`{{secretAccessKey}}`) say nothing.
//!
//! Source: <https://github.com/Huachao/vscode-restclient#aws-signature-v4>, <https://httpyac.github.io/guide/request.html>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Request;
use crate::secret::Secret;

/// What an editor is told to sign with.
#[derive(Default)]
pub struct Instruction {
    /// The access key id.
    pub access_key_id: Option<String>,
    /// The secret access key.
    pub secret: Option<Secret>,
    /// The session token.
    pub session_token: Option<Secret>,
    /// The region.
    pub region: Option<String>,
    /// The signing name of the service.
    pub service: Option<String>,
}

/// What the line is, for a list of schemes that were found.
pub const FOUND: &str = "an instruction to an editor: REST Client and httpYac replace this Authorization line by a signature when they send";

/// What to do about it.
pub const HINT: &str = "no signature was made here: `countersign sign` makes the one that the line asks for";

/// Where the key comes from, for messages.
pub const SOURCE: &str = "the Authorization line";

/// The instruction in the first `Authorization` header; `None` where there is none.
pub fn instruction(request: &Request) -> Option<Instruction> {
    read(request.value(b"authorization")?)
}

/// Whether a value of `Authorization` is an instruction, not a signature.
pub fn is_instruction(value: &[u8]) -> bool {
    read(value).is_some()
}

fn read(value: &[u8]) -> Option<Instruction> {
    let words = words(value);
    let (first, rest) = words.split_first()?;
    let [id, secret, options @ ..] = rest else { return None };
    if *first != b"AWS" || is_version_2(id, secret) {
        return None;
    }
    let mut out = Instruction::default();
    let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    out.access_key_id = known(id).map(text);
    out.secret = known(secret).map(Secret::new);
    for option in options {
        let Some(colon) = memchr::memchr(b':', option) else { continue };
        let value = known(&option[colon + 1..]);
        match &option[..colon] {
            b"token" => out.session_token = value.map(Secret::new),
            b"region" => out.region = value.map(text),
            b"service" => out.service = value.map(text),
            _ => {}
        }
    }
    Some(out)
}

/// A signature of Version 2 in which a space stands where none belongs: `AKID :signature`, or without its colon.
fn is_version_2(id: &[u8], second: &[u8]) -> bool {
    let is_hash = || STANDARD.decode(second).is_ok_and(|bytes| matches!(bytes.len(), 20 | 32));
    memchr::memchr(b':', id).is_some() || second.starts_with(b":") || is_hash()
}

/// The words of a value; a variable is one word, whatever stands in its braces.
fn words(value: &[u8]) -> Vec<&[u8]> {
    let (mut out, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, byte) in value.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            byte if byte.is_ascii_whitespace() && depth == 0 => {
                out.push(&value[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&value[start..]);
    out.retain(|word| !word.is_empty());
    out
}

/// A word that says something: no variable, and not empty.
fn known(word: &[u8]) -> Option<&[u8]> {
    let is_variable = memchr::memmem::find(word, b"{{").is_some();
    (!word.is_empty() && !is_variable).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use crate::scheme;

    fn of(value: &str) -> Option<Instruction> {
        super::read(value.as_bytes())
    }

    #[test]
    fn every_word_of_an_instruction_is_read() {
        let own = of("AWS AKID s3cr/et+ token:tok/en== region:us-west-2 service:execute-api").unwrap();
        assert_eq!(own.access_key_id.as_deref(), Some("AKID"));
        assert_eq!(own.secret.unwrap().expose(), b"s3cr/et+");
        assert_eq!(own.session_token.unwrap().expose(), b"tok/en==");
        assert_eq!((own.region.as_deref(), own.service.as_deref()), (Some("us-west-2"), Some("execute-api")));
    }

    #[test]
    fn variables_say_nothing() {
        let own =
            of("AWS {{accessKeyId}} {{ secretAccessKey }} token:{{$processEnv AWS_TOKEN}} region:eu-west-1")
                .unwrap();
        assert!(own.access_key_id.is_none() && own.secret.is_none() && own.session_token.is_none());
        assert_eq!(own.region.as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn signatures_of_version_2_are_none() {
        for value in [
            "AWS AKID:c2ln",
            "AWS AKID :c2ln",
            "AWS AKID: c2ln",
            "AWS AKID frJIUN8DYpKDtOLCwo//yllqDzg=",
            "AWS AKID",
            "AWS",
            "Bearer a b c",
            "AWS4-HMAC-SHA256 a b",
        ] {
            assert!(of(value).is_none(), "{value}");
        }
    }

    #[test]
    fn a_request_with_an_instruction_carries_no_signature_and_its_key_signs() {
        let case = read(b"GET https://a.execute-api.us-west-2.amazonaws.com/ HTTP/1.1\nAuthorization: AWS AKID s3cret token:t region:us-west-2 service:execute-api\n\n").unwrap();
        assert!(scheme::claim(&case.request).is_none());
        assert_eq!(case.settings.secret_access_key.unwrap().expose(), b"s3cret");
        assert!(case.notices.iter().any(|notice| notice.0.contains("an instruction to an editor")));
        let beside = b"# @access-key-id OTHER\nGET https://h/ HTTP/1.1\nAuthorization: AWS AKID s3cret\n\n";
        let case = read(beside).unwrap();
        assert_eq!(case.settings.access_key_id.as_deref(), Some("OTHER"));
        assert!(case.settings.secret_access_key.is_none(), "the secret of another key");
    }
}
