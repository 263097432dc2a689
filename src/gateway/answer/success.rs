//! What a service says when all is well: as little as clients are content with. Only S3 keeps anything, so the lists of all others
//! are empty.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::form::{self, Parameters};
use super::{
    Answer, Protocol, REQUEST_ID, S3_HOST_ID, S3_REQUEST_ID, SMITHY_PROTOCOL, XML, element, lists,
    request_id, s3, sqs,
};
use crate::gateway::options::Fixed;
use crate::gateway::store::Store;
use crate::request::Request;

/// What a request that passed every check is answered with.
pub(in crate::gateway) struct Granted<'a> {
    pub(in crate::gateway) request: &'a Request,
    /// The service that it is signed for.
    pub(in crate::gateway) service: &'a [u8],
    /// An answer that the user gave.
    pub(in crate::gateway) fixed: Option<&'a Fixed>,
    /// The number of the exchange.
    pub(in crate::gateway) number: u64,
    pub(in crate::gateway) store: &'a Store,
    pub(in crate::gateway) now: DateTime<Utc>,
}

/// Writes the answer to a request that passed every check.
pub(in crate::gateway) fn succeed(granted: &Granted<'_>, protocol: &Protocol) -> Answer {
    let request = granted.request;
    if let Some(fixed) = granted.fixed {
        return Answer::new(200, fixed.content_type, fixed.body.clone());
    }
    let id = request_id(granted.number);
    match protocol {
        Protocol::S3 => s3::answer(request, granted.store, granted.now)
            .with(S3_REQUEST_ID, id)
            .with(S3_HOST_ID, "countersign"),
        Protocol::Json(media) => Answer::new(200, media.clone(), json_body(request)).with(REQUEST_ID, id),
        Protocol::RestJson => {
            let body = lists::of_path(granted.service, request).unwrap_or("{}");
            Answer::new(200, "application/json", body).with(REQUEST_ID, id)
        }
        Protocol::Query(action) => query(request, action, &id).with(REQUEST_ID, id),
        Protocol::Ec2(action) => {
            let id_element = element("requestId", id.as_bytes());
            Answer::new(200, "text/xml", format!("{XML}<{action}Response>{id_element}</{action}Response>"))
        }
        // An empty map (RFC 8949, 3.1).
        Protocol::Cbor => Answer::new(200, "application/cbor", vec![0xa0])
            .with(SMITHY_PROTOCOL, "rpc-v2-cbor")
            .with(REQUEST_ID, id),
        Protocol::Of(_) | Protocol::Plain => Answer::line(200, "the signatures match"),
    }
}

/// The answer to an operation that `X-Amz-Target` names.
fn json_body(request: &Request) -> String {
    let target = request.value(b"x-amz-target").unwrap_or_default();
    let sent = || serde_json::from_slice(&request.body.bytes()).unwrap_or(Value::Null);
    let own = target.strip_prefix(b"AmazonSQS.").and_then(|operation| sqs::of_json(operation, &sent()));
    match own {
        Some(value) => value.to_string(),
        None => lists::of_target(target).unwrap_or("{}").to_owned(),
    }
}

/// The results of the Query protocol that are not empty: name and text of each element.
fn result(action: &str, parameters: &Parameters) -> Value {
    let own = match action {
        "GetCallerIdentity" => Some(json!({
            "Arn": "arn:aws:iam::000000000000:user/countersign",
            "UserId": "AIDAEXAMPLE",
            "Account": "000000000000",
        })),
        _ => sqs::of_query(action, parameters),
    };
    own.unwrap_or_else(|| Value::Object(Map::new()))
}

fn query(request: &Request, action: &str, id: &str) -> Answer {
    if action.is_empty() {
        return Answer::new(200, "text/xml", "");
    }
    let parameters = form::parameters(request);
    let result = result(action, &parameters);
    if form::wants_json(request, &parameters) {
        let (response, name) = (format!("{action}Response"), format!("{action}Result"));
        let body = json!({ response: { name: result, "ResponseMetadata": { "RequestId": id } } });
        return Answer::new(200, "application/json", body.to_string());
    }
    let body = format!(
        "{XML}<{action}Response><{action}Result>{}</{action}Result><ResponseMetadata>{}</ResponseMetadata></{action}Response>",
        elements(&result),
        element("RequestId", id.as_bytes())
    );
    Answer::new(200, "text/xml", body)
}

/// A value as elements; a list is an element for each of its members.
fn elements(value: &Value) -> String {
    let Value::Object(members) = value else { return String::new() };
    let one = |name: &str, value: &Value| match value {
        Value::String(text) => element(name, text.as_bytes()),
        Value::Object(_) => format!("<{name}>{}</{name}>", elements(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            element(name, value.to_string().as_bytes())
        }
    };
    let all = members.iter().map(|(name, value)| match value {
        Value::Array(list) => list.iter().map(|value| one(name, value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            one(name, value)
        }
    });
    all.collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::request::http;

    /// Status, type and body of what is answered.
    pub(in crate::gateway::answer) fn told(
        head: &str,
        body: &str,
        service: &str,
        fixed: Option<&Fixed>,
    ) -> (u16, String, String) {
        let mut request = http::read_wire_head(format!("{head}\r\nHost: h\r\n\r\n").as_bytes()).unwrap();
        request.body = body.as_bytes().to_vec().into();
        let store = crate::gateway::store::tests::store(1 << 20);
        let now = DateTime::UNIX_EPOCH;
        let service = service.as_bytes();
        let granted = Granted { request: &request, service, fixed, number: 1, store: &store, now };
        let answer = succeed(&granted, &Protocol::of(&request, Some(service)));
        let media = answer.headers[hyper::header::CONTENT_TYPE].to_str().unwrap().to_owned();
        (answer.status, media, String::from_utf8(answer.body.into_owned()).unwrap())
    }

    const FORM: &str = "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";

    #[test]
    fn a_fixed_answer_takes_the_place_of_all() {
        let fixed = Fixed::new(b"{\"ok\":true}".to_vec());
        let (status, _, body) = told("GET / HTTP/1.1", "", "s3", Some(&fixed));
        assert_eq!((status, &*body), (200, "{\"ok\":true}"));
    }

    #[test]
    fn the_query_protocol_answers_in_the_form_that_is_asked_for() {
        let xml = told(FORM, "Action=GetCallerIdentity&Version=2011-06-15", "sts", None);
        assert!(xml.1 == "text/xml" && xml.2.contains("<Account>000000000000</Account>"), "{xml:?}");
        let asked = [
            told(FORM, "Action=GetCallerIdentity&ContentType=JSON", "sts", None),
            told("GET /?Action=GetCallerIdentity&ContentType=JSON HTTP/1.1", "", "sts", None),
            told(&format!("{FORM}\r\nAccept: application/json"), "Action=GetCallerIdentity", "sts", None),
        ];
        for (status, media, body) in asked {
            assert_eq!((status, &*media), (200, "application/json"));
            let value: Value = serde_json::from_str(&body).unwrap();
            let response = &value["GetCallerIdentityResponse"];
            assert_eq!(response["GetCallerIdentityResult"]["Account"], "000000000000");
            assert_eq!(response["ResponseMetadata"]["RequestId"], "0000000000000001");
        }
    }

    #[test]
    fn operations_in_json_have_the_lists_of_their_model() {
        let json = |target: &str| {
            let head = format!(
                "POST / HTTP/1.1\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: {target}"
            );
            told(&head, "{}", "any", None).2
        };
        assert_eq!(json("DynamoDB_20120810.ListTables"), "{\"TableNames\":[]}");
        let streams = "{\"StreamNames\":[],\"HasMoreStreams\":false,\"StreamSummaries\":[]}";
        assert_eq!(json("Kinesis_20131202.ListStreams"), streams);
        assert_eq!(json("DynamoDB_20120810.NoSuchOperation"), "{}");
        assert_eq!(
            told("GET /2015-03-31/functions/?MaxItems=1 HTTP/1.1", "", "lambda", None).2,
            "{\"Functions\":[]}"
        );
        assert_eq!(told("GET /2015-03-31/functions/ HTTP/1.1", "", "other", None).2, "{}");
    }
}
