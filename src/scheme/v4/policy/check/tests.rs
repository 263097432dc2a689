//! The published form, and forms that break one condition each.

use super::super::tests::{PUBLISHED, policy};
use super::*;
use crate::request::form;

const BOUNDARY: &[u8] = b"9431149156168";

/// A form of these fields and the file of the published example.
fn body(fields: &[(&str, &str)]) -> Vec<u8> {
    let field = |(name, value): &(&str, &str)| {
        format!("--9431149156168\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--9431149156168\r\nContent-Disposition: form-data; name=\"file\"; \
                filename=\"C:\\tmp\\MyFilename.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nfile_content\r\n\
                --9431149156168--\r\n";
    (fields.iter().map(field).collect::<String>() + file).into_bytes()
}

/// What is wrong with a form of these fields, posted to the bucket `b`, whose policy has these conditions and one for the bucket.
fn faults(conditions: &str, fields: &[(&str, &str)]) -> Vec<String> {
    let separator = if conditions == "[]" { "" } else { ", " };
    faults_of(&format!("[{{\"bucket\": \"b\"}}{separator}{}", &conditions[1..]), fields)
}

fn faults_of(conditions: &str, fields: &[(&str, &str)]) -> Vec<String> {
    let body = body(fields);
    let form = form::read(BOUNDARY, &body).unwrap();
    let posted = Posted { bucket: Some(b"b"), ..Posted::of(&form, &body) };
    policy(conditions).unwrap().check(&posted).iter().filter_map(Checked::message).collect()
}

const FIELDS: [(&str, &str); 12] = [
    ("key", "user/user1/${filename}"),
    ("acl", "public-read"),
    ("success_action_redirect", "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"),
    ("Content-Type", "image/jpeg"),
    ("x-amz-meta-uuid", "14365123651274"),
    ("x-amz-server-side-encryption", "AES256"),
    ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"),
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
    ("X-Amz-Date", "20151229T000000Z"),
    ("x-amz-meta-tag", ""),
    ("Policy", PUBLISHED),
    ("X-Amz-Signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"),
];

#[test]
fn the_published_form_meets_its_policy() {
    let body = body(&FIELDS);
    let form = form::read(BOUNDARY, &body).unwrap();
    let policy = form.field(&body, b"policy").unwrap();
    let policy = Policy::read(&body[policy.value.clone()]).unwrap();
    let mut posted = Posted::of(&form, &body);
    let checked = policy.check(&posted);
    assert_eq!(checked.len(), policy.conditions.len());
    assert_eq!(checked[0].outcome, Outcome::Unknown { missing: "the bucket" });
    assert!(checked[1..].iter().all(|checked| checked.outcome == Outcome::Holds), "{checked:?}");
    assert_eq!((checked[1].index, checked[1].field), (Some(1), Some(0)));
    posted.bucket = Some(b"sigv4examplebucket");
    assert_eq!(policy.check(&posted)[0].outcome, Outcome::Holds);
    posted.bucket = Some(b"examplebucket");
    let expected = "expected $bucket is sigv4examplebucket, but found `examplebucket`";
    assert_eq!(policy.check(&posted)[0].message().unwrap(), expected);
}

#[test]
fn values_are_compared_exactly_and_names_are_not() {
    let conditions = r#"[["eq", "$ACL", "private"]]"#;
    assert_eq!(faults(conditions, &[("acl", "private")]), [""; 0]);
    let fault = "expected $ACL is private, but found `Private`";
    assert_eq!(faults(conditions, &[("acl", "Private")]), [fault]);
    assert_eq!(faults(conditions, &[]), ["expected $ACL is private, but found no field `ACL`"]);
}

#[test]
fn any_value_still_needs_the_field() {
    let conditions = r#"[["starts-with", "$x-amz-meta-tag", ""]]"#;
    assert_eq!(faults(conditions, &[("x-amz-meta-tag", "")]), [""; 0]);
    let fault = "expected $x-amz-meta-tag with any value, but found no field `x-amz-meta-tag`";
    assert_eq!(faults(conditions, &[]), [fault]);
}

#[test]
fn the_file_name_is_expanded_before_keys_are_compared() {
    let key = [("key", "a/${filename}.${filename}")];
    assert_eq!(faults(r#"[{"key": "a/MyFilename.jpg.MyFilename.jpg"}]"#, &key), [""; 0]);
    assert_eq!(faults(r#"[["starts-with", "$key", "a/My"]]"#, &key), [""; 0]);
    let fault = "expected $key starts with a/$, but found `a/MyFilename.jpg.MyFilename.jpg`";
    assert_eq!(faults(r#"[["starts-with", "$key", "a/$"]]"#, &key), [fault]);
    let redirect = [("redirect", "${filename}")];
    assert_eq!(faults(r#"[{"redirect": "${filename}"}]"#, &redirect), [""; 0]);
}

#[test]
fn each_of_a_list_of_content_types_must_begin_as_demanded() {
    let conditions = r#"[["starts-with", "$Content-Type", "image/"]]"#;
    assert_eq!(faults(conditions, &[("content-type", "image/jpeg, image/png")]), [""; 0]);
    let fault = "expected $Content-Type starts with image/, but found `image/jpeg,text/html`";
    assert_eq!(faults(conditions, &[("content-type", "image/jpeg,text/html")]), [fault]);
}

#[test]
fn the_length_is_that_of_the_file() {
    assert_eq!(faults(r#"[["content-length-range", 12, 12]]"#, &[]), [""; 0]);
    let fault = "expected a file of 0 to 11 bytes, but found 12 bytes";
    assert_eq!(faults(r#"[["content-length-range", 0, 11]]"#, &[]), [fault]);
}

#[test]
fn the_length_of_an_open_file_is_not_known() {
    let mut body = body(&[]);
    body.truncate(body.len() - 30);
    let form = form::read(BOUNDARY, &body).unwrap();
    let policy = policy(r#"[["content-length-range", 0, 1]]"#).unwrap();
    let outcome = &policy.check(&Posted::of(&form, &body))[0].outcome;
    assert_eq!(*outcome, Outcome::Unknown { missing: "the length of the file" });
}

#[test]
fn every_field_needs_a_condition_but_few() {
    let fields = [
        ("AWSAccessKeyId", "AKIDEXAMPLE"),
        ("signature", "c2ln"),
        ("Policy", "e30="),
        ("X-Amz-Signature", "00"),
        ("x-ignore-me", ""),
        ("tagging", "<Tagging/>"),
        ("Tagging", "<Tagging/>"),
    ];
    assert_eq!(faults("[]", &fields), ["expected a condition for field `tagging`, but found none"]);
}

/// The answer to a policy without one is in aws/aws-sdk-php#3292: "Extra input fields: bucket".
#[test]
fn the_bucket_needs_a_condition() {
    let fault = "expected a condition for the bucket, but found none";
    assert_eq!(faults_of(r#"[{"acl": "private"}]"#, &[("acl", "private")]), [fault]);
    assert_eq!(faults_of(r#"[["starts-with", "$Bucket", ""]]"#, &[]), [""; 0]);
}

#[test]
fn session_tokens_are_hidden_in_what_was_found() {
    let faults = faults(r#"[{"x-amz-security-token": "AQoD"}]"#, &[("x-amz-security-token", "AQoDY")]);
    let fault = "expected $x-amz-security-token is [hidden, 4 bytes], but found `[hidden, 5 bytes]`";
    assert_eq!(faults, [fault]);
}
