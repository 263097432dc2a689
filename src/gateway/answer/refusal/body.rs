//! A refusal written: in XML, in JSON, in CBOR.

use serde_json::{Map, Value, json};

use super::Refused;
use super::code::Error;
use crate::gateway::answer::{
    Answer, QUERY_ERROR, REQUEST_ID, S3_HOST_ID, S3_REQUEST_ID, SMITHY_PROTOCOL, XML, element, form,
    request_id,
};
use crate::request::Request;
use crate::scheme::Claim;
use crate::trace::StageKind;

/// `61 62`, as S3 writes the bytes of its strings.
fn spaced_hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        out.push_str(&format!("{}{byte:02x}", if index > 0 { " " } else { "" }));
    }
    out
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
pub(super) fn s3(refused: &Refused<'_>, error: &Error) -> Answer {
    let mut body = format!("{XML}<Error>{}", element("Code", error.code.as_bytes()));
    body.push_str(&element("Message", error.message.as_bytes()));
    s3_fields(refused, error, &mut body);
    let id = request_id(refused.number);
    body.push_str(&format!(
        "{}{}</Error>",
        element("RequestId", id.as_bytes()),
        element("HostId", b"countersign")
    ));
    Answer::new(error.status, "application/xml", body).with(S3_REQUEST_ID, id).with(S3_HOST_ID, "countersign")
}

fn s3_fields(refused: &Refused<'_>, error: &Error, body: &mut String) {
    let (request, analysis) = (refused.request, refused.analysis);
    let claim = analysis.claim();
    let of_claim = |text: fn(&Claim, &Request) -> String| claim.map(|claim| text(claim, request));
    let id = of_claim(|claim, request| String::from_utf8_lossy(&claim.key_id(request)).into_owned());
    let now = analysis.situation.now;
    match error.code {
        "SignatureDoesNotMatch" => {
            let id = id.unwrap_or_default();
            body.push_str(&element("AWSAccessKeyId", id.as_bytes()));
            let (to_sign, canonical) =
                (analysis.stage(StageKind::StringToSign), analysis.stage(StageKind::CanonicalRequest));
            body.push_str(&element("StringToSign", to_sign));
            body.push_str(&element("SignatureProvided", analysis.received.as_deref().unwrap_or_default()));
            body.push_str(&element("StringToSignBytes", spaced_hex(to_sign).as_bytes()));
            // Version 2 has no canonical request.
            if !canonical.is_empty() {
                body.push_str(&element("CanonicalRequest", canonical));
                body.push_str(&element("CanonicalRequestBytes", spaced_hex(canonical).as_bytes()));
            }
        }
        "InvalidAccessKeyId" => body.push_str(&element("AWSAccessKeyId", id.unwrap_or_default().as_bytes())),
        "RequestTimeTooSkewed" => {
            let signed = of_claim(|claim, request| {
                claim.date.map(|date| claim.string(request, date.span)).unwrap_or_default()
            });
            let minutes = analysis.situation.settings.tolerance.unwrap_or_default();
            body.push_str(&element("RequestTime", signed.unwrap_or_default().as_bytes()));
            body.push_str(&element("ServerTime", now.to_string().as_bytes()));
            let window = (u64::from(minutes) * 60_000).to_string();
            body.push_str(&element("MaxAllowedSkewMilliseconds", window.as_bytes()));
        }
        "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError" => {
            if let Some(region) = &analysis.situation.settings.region {
                body.push_str(&element("Region", region.as_bytes()));
            }
        }
        _ => {}
    }
}

pub(super) fn json_error(refused: &Refused<'_>, error: &Error, media: &str) -> Answer {
    let mut fields = Map::new();
    // Services with the operation in the path name the error in a header alone.
    if media.starts_with("application/x-amz-json") {
        fields.insert("__type".into(), error.code.into());
    }
    fields.insert("message".into(), error.message.clone().into());
    let body = Value::Object(fields).to_string();
    Answer::new(error.status, media.to_owned(), body).with(REQUEST_ID, request_id(refused.number))
}

pub(super) fn query(refused: &Refused<'_>, error: &Error) -> Answer {
    let id = request_id(refused.number);
    if form::wants_json(refused.request, &form::parameters(refused.request)) {
        let told = json!({ "Type": "Sender", "Code": error.code, "Message": error.message });
        let body = json!({ "Error": told, "RequestId": id }).to_string();
        return Answer::new(error.status, "application/json", body).with(REQUEST_ID, id);
    }
    let body = format!(
        "{XML}<ErrorResponse><Error><Type>Sender</Type>{}{}</Error>{}</ErrorResponse>",
        element("Code", error.code.as_bytes()),
        element("Message", error.message.as_bytes()),
        element("RequestId", id.as_bytes())
    );
    Answer::new(error.status, "text/xml", body).with(REQUEST_ID, id)
}

pub(super) fn ec2(refused: &Refused<'_>, error: &Error) -> Answer {
    let id = request_id(refused.number);
    let body = format!(
        "{XML}<Response><Errors><Error>{}{}</Error></Errors>{}</Response>",
        element("Code", error.code.as_bytes()),
        element("Message", error.message.as_bytes()),
        element("RequestID", id.as_bytes())
    );
    Answer::new(error.status, "text/xml", body).with(REQUEST_ID, id)
}

/// A map of two texts (RFC 8949, 3.1).
pub(super) fn cbor(refused: &Refused<'_>, error: &Error) -> Answer {
    let mut body = vec![0xa2];
    for text in ["__type", error.code, "message", &error.message] {
        body.push(0x7a);
        body.extend_from_slice(&u32::try_from(text.len()).unwrap_or_default().to_be_bytes());
        body.extend_from_slice(text.as_bytes());
    }
    Answer::new(error.status, "application/cbor", body)
        .with(SMITHY_PROTOCOL, "rpc-v2-cbor")
        .with(REQUEST_ID, request_id(refused.number))
        .with(QUERY_ERROR, format!("{};Sender", error.code))
}
