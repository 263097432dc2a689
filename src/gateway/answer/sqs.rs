//! SQS: clients compare the MD5 of what they sent with the one that comes back.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::form::Parameters;

/// The ID of every message: nothing is kept that it could be the ID of.
const MESSAGE_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The answer to an operation of the JSON protocol that is more than empty lists.
pub(super) fn of_json(operation: &[u8], sent: &Value) -> Option<Value> {
    match operation {
        b"SendMessage" => Some(told(&Message::of_json(sent))),
        b"SendMessageBatch" => {
            let entries = sent["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
            let told = entries.iter().map(|entry| {
                let mut told = told(&Message::of_json(entry));
                told["Id"] = entry["Id"].clone();
                told
            });
            Some(json!({ "Successful": told.collect::<Vec<_>>(), "Failed": [] }))
        }
        b"CreateQueue" | b"GetQueueUrl" => {
            let name = sent["QueueName"].as_str().unwrap_or_default();
            Some(json!({ "QueueUrl": queue(name) }))
        }
        b"DeleteMessageBatch" | b"ChangeMessageVisibilityBatch" => {
            let entries = sent["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
            let done: Vec<Value> = entries.iter().map(|entry| json!({ "Id": entry["Id"] })).collect();
            Some(json!({ "Successful": done, "Failed": [] }))
        }
        _ => None,
    }
}

/// The same for the Query protocol, as a value whose members become elements.
pub(super) fn of_query(action: &str, sent: &Parameters) -> Option<Value> {
    match action {
        "SendMessage" => Some(told(&Message::of_query("", sent))),
        "SendMessageBatch" => {
            let entries = (1..=10).map(|n| format!("SendMessageBatchRequestEntry.{n}."));
            let told = entries.filter_map(|prefix| {
                let id = sent.get(&format!("{prefix}Id"))?;
                let mut told = told(&Message::of_query(&prefix, sent));
                told["Id"] = id.into();
                Some(told)
            });
            Some(json!({ "SendMessageBatchResultEntry": told.collect::<Vec<_>>() }))
        }
        "CreateQueue" | "GetQueueUrl" => {
            Some(json!({ "QueueUrl": queue(sent.get("QueueName").unwrap_or_default()) }))
        }
        _ => None,
    }
}

fn queue(name: &str) -> String {
    format!("https://sqs.us-east-1.amazonaws.com/000000000000/{name}")
}

/// What is hashed of a message.
struct Message<'a> {
    body: &'a str,
    attributes: Vec<Attribute<'a>>,
}

struct Attribute<'a> {
    name: &'a str,
    kind: &'a str,
    value: Vec<u8>,
}

impl<'a> Message<'a> {
    fn of_json(sent: &'a Value) -> Self {
        let text = |value: &'a Value| value.as_str().unwrap_or_default();
        let attributes = sent["MessageAttributes"].as_object().into_iter().flatten().map(|(name, value)| {
            let kind = text(&value["DataType"]);
            Attribute {
                name,
                kind,
                value: content(kind, text(&value["StringValue"]), text(&value["BinaryValue"])),
            }
        });
        Self { body: text(&sent["MessageBody"]), attributes: attributes.collect() }
    }

    fn of_query(prefix: &str, sent: &'a Parameters) -> Self {
        let text = |name: String| sent.get(&name).unwrap_or_default();
        let attributes = (1..=10).filter_map(|n| {
            let own = format!("{prefix}MessageAttribute.{n}.");
            let kind = text(format!("{own}Value.DataType"));
            let (string, binary) =
                (text(format!("{own}Value.StringValue")), text(format!("{own}Value.BinaryValue")));
            Some(Attribute {
                name: sent.get(&format!("{own}Name"))?,
                kind,
                value: content(kind, string, binary),
            })
        });
        Self { body: text(format!("{prefix}MessageBody")), attributes: attributes.collect() }
    }

    /// Each attribute by its name: name, type and value with their lengths, and before the value whether it is binary.
    fn digest_of_attributes(&self) -> Option<String> {
        if self.attributes.is_empty() {
            return None;
        }
        let mut sorted: Vec<&Attribute<'_>> = self.attributes.iter().collect();
        sorted.sort_by_key(|attribute| attribute.name);
        let mut md5 = Md5::new();
        let add = |md5: &mut Md5, bytes: &[u8]| {
            md5.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            md5.update(bytes);
        };
        for attribute in sorted {
            add(&mut md5, attribute.name.as_bytes());
            add(&mut md5, attribute.kind.as_bytes());
            md5.update([if is_binary(attribute.kind) { 2 } else { 1 }]);
            add(&mut md5, &attribute.value);
        }
        Some(hex::encode(md5.finalize()))
    }
}

fn is_binary(kind: &str) -> bool {
    kind.split('.').next() == Some("Binary")
}

fn content(kind: &str, string: &str, binary: &str) -> Vec<u8> {
    if is_binary(kind) { BASE64.decode(binary).unwrap_or_default() } else { string.as_bytes().to_vec() }
}

fn told(message: &Message<'_>) -> Value {
    let mut told = json!({
        "MessageId": MESSAGE_ID,
        "MD5OfMessageBody": hex::encode(Md5::digest(message.body)),
    });
    if let Some(digest) = message.digest_of_attributes() {
        told["MD5OfMessageAttributes"] = digest.into();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::super::success::tests::told;
    use super::*;

    /// As AWS's documentation has it for this text.
    const BODY: &str = "fafb00f5732ab283681e124bf8747ed1";

    #[test]
    fn a_message_comes_back_as_its_md5_in_both_protocols() {
        let json = |operation: &str, body: &str| {
            let head = format!(
                "POST / HTTP/1.1\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.{operation}"
            );
            serde_json::from_str::<Value>(&told(&head, body, "sqs", None).2).unwrap()
        };
        let sent = "{\"MessageBody\":\"This is a test message\"}";
        assert_eq!(json("SendMessage", sent)["MD5OfMessageBody"], BODY);
        let batch = "{\"Entries\":[{\"Id\":\"a\",\"MessageBody\":\"This is a test message\"}]}";
        let answer = json("SendMessageBatch", batch);
        assert_eq!(
            (&answer["Successful"][0]["Id"], &answer["Successful"][0]["MD5OfMessageBody"]),
            (&"a".into(), &BODY.into())
        );
        assert_eq!(json("ReceiveMessage", "{}"), json!({}));
        assert_eq!(json("ListQueues", "{}"), json!({ "QueueUrls": [] }));
        let form = "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
        let xml = told(form, "Action=SendMessage&MessageBody=This+is+a%20test+message", "sqs", None).2;
        assert!(xml.contains(&format!("<MD5OfMessageBody>{BODY}</MD5OfMessageBody>")), "{xml}");
    }

    #[test]
    fn attributes_are_hashed_with_their_types() {
        let sent = json!({ "MessageBody": "x", "MessageAttributes": {
            "b": { "DataType": "Binary", "BinaryValue": "AAE=" },
            "a": { "DataType": "String", "StringValue": "v" },
        }});
        // By Python's hashlib over what the documentation describes:
        // md5(len a · len String · 1 · len v, len b · len Binary · 2 · len 00 01).
        assert_eq!(of_json(b"SendMessage", &sent).unwrap()["MD5OfMessageAttributes"], ATTRIBUTES);
    }

    const ATTRIBUTES: &str = "f3eef722b9e535eb41b93a467449512d";
}
