//! A refusal in the form of another maker's services.

use serde_json::json;

use super::Refused;
use crate::gateway::answer::{Answer, XML, element, request_id};
use crate::gateway::capture::Stop;
use crate::service::wording::{Form, Wording};
use crate::trace::StageKind;
use crate::verify::CheckId;

/// Writes a refusal.
pub(super) fn answer(refused: &Refused<'_>, words: &Wording) -> Answer {
    let (code, message) = told(refused);
    let id = request_id(refused.number);
    let body = match words.form {
        Form::Xml => return xml(refused, words, (&code, &message), &id),
        Form::Json => json!({ "Code": code, "Message": message, "RequestId": id }),
        Form::Response => {
            json!({ "Response": { "Error": { "Code": code, "Message": message }, "RequestId": id } })
        }
        Form::Metadata => {
            json!({ "ResponseMetadata": { "RequestId": id, "Error": { "Code": code, "Message": message } } })
        }
        Form::Underscored => json!({ "error_code": code, "error_msg": message, "request_id": id }),
        Form::Nested => {
            json!({ "requestId": id, "error": { "code": words.status, "status": code, "message": message } })
        }
    };
    Answer::new(words.status, "application/json", body.to_string())
}

/// Code and message: a text of the maker begins with its code, and what we say ourselves has none.
fn told(refused: &Refused<'_>) -> (String, String) {
    match refused.aws.split_once(": ") {
        Some((code, message)) if is_code(code) => (code.to_owned(), message.to_owned()),
        Some(_) | None if is_code(refused.aws) => (refused.aws.to_owned(), String::new()),
        Some(_) | None => ("InvalidAuthorization".to_owned(), refused.aws.to_owned()),
    }
}

fn is_code(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_');
    text.bytes().all(is_part) && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// As OSS has it, with the strings that were signed.
fn xml(refused: &Refused<'_>, words: &Wording, (code, message): (&str, &str), id: &str) -> Answer {
    let mut body = format!(
        "{XML}<Error>{}{}{}",
        element("Code", code.as_bytes()),
        element("Message", message.as_bytes()),
        element("RequestId", id.as_bytes())
    );
    if refused.stop == Stop::Check(CheckId::Signature) {
        let analysis = refused.analysis;
        let [to_sign, canonical] =
            [StageKind::StringToSign, StageKind::CanonicalRequest].map(|kind| analysis.stage(kind));
        let provided = analysis.received.as_deref().unwrap_or_default();
        body.push_str(&element("SignatureProvided", provided));
        body.push_str(&element("StringToSign", to_sign));
        body.push_str(&element("StringToSignBytes", spaced(to_sign).as_bytes()));
        body.push_str(&element("CanonicalRequest", canonical));
        body.push_str(&element("CanonicalRequestBytes", spaced(canonical).as_bytes()));
    }
    body.push_str("</Error>");
    Answer::new(words.status, "application/xml", body)
}

/// `4F 53`, as OSS writes the bytes of its strings.
fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}
