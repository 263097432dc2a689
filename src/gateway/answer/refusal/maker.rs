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

#[cfg(test)]
mod tests {
    use super::*;

    use crate::analysis::{Analysis, Session};
    use crate::canon::payload::Hashing;
    use crate::case::read;
    use crate::evidence;
    use crate::gateway::answer::Protocol;
    use crate::gateway::answer::refusal::refuse;
    use crate::samples;
    use crate::scheme::Memo;
    use crate::time::Timestamp;
    use crate::trace::Trace;

    /// What is answered to a sample whose method was changed.
    fn refused(sample: &str) -> Answer {
        let case = read(samples::named(sample).unwrap().text).unwrap();
        let clock = case.settings.now.unwrap_or(Timestamp::EPOCH);
        let mut session = Session { settings: case.settings, ..Session::new(case.request) };
        session.request.method = b"PATCH".to_vec();
        let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
        let aws = analysis.verdict.failed().and_then(|check| check.aws.as_deref()).unwrap_or_default();
        let (request, stop) = (&session.request, Stop::Check(CheckId::Signature));
        let refused = Refused { request, analysis: &analysis, stop, aws, number: 7 };
        refuse(&refused, &Protocol::of_rules(request, None, analysis.basis.rules))
    }

    #[test]
    fn each_maker_is_answered_for_in_its_own_form() {
        for (sample, status, place) in [
            ("tencent-describe-instances", 200, "/Response/Error/Code"),
            ("alibaba-run-instances", 400, "/Code"),
            ("huawei-list-vpcs", 401, "/error_code"),
            ("volcengine-list-users", 401, "/ResponseMetadata/Error/Code"),
            ("tos-presigned-get", 403, "/Code"),
            ("jd-cloud-instances", 401, "/error/message"),
        ] {
            let answer = refused(sample);
            let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            assert!(body.pointer(place).is_some_and(serde_json::Value::is_string), "{sample}: {body}");
            assert_eq!(answer.status, status, "{sample}");
        }
    }

    #[test]
    fn the_error_of_oss_quotes_the_strings_so_that_they_read_back() {
        let answer = refused("oss-put-object");
        let pieces = evidence::read(&answer.body).unwrap();
        let canonical = pieces[0].canonical_request.as_deref().unwrap();
        assert!(canonical.starts_with(b"PATCH\n/examplebucket/exampleobject\n"));
        assert!(pieces[0].string_to_sign.as_deref().unwrap().starts_with(b"OSS4-HMAC-SHA256\n"));
    }
}
