//! Forms as clients post them, and bodies that are none.

use super::*;

const FIELD: &str = "Content-Disposition: form-data; name=\"acl\"\r\n\r\n";

fn form(body: &str) -> Result<Form, FormError> {
    read(b"----cap9876", body.as_bytes())
}

fn error(body: &str) -> (usize, String) {
    let error = form(body).unwrap_err();
    (error.at(), error.to_string())
}

fn values<'a>(form: &Form, body: &'a str) -> Vec<(&'a str, &'a str)> {
    form.fields.iter().map(|field| (&body[field.name.clone()], &body[field.value.clone()])).collect()
}

#[test]
fn finds_the_boundary() {
    let found =
        |text: &str| boundary(text.as_bytes()).map(|found| found.map(|b| String::from_utf8(b).unwrap()));
    assert_eq!(found("multipart/form-data; boundary=9431149156168"), Some(Ok("9431149156168".to_owned())));
    assert_eq!(
        found("Multipart/Form-Data;charset=utf-8;BOUNDARY=\"a;b\\\"\" ; x=y"),
        Some(Ok("a;b\"".to_owned()))
    );
    assert_eq!(found("application/x-www-form-urlencoded; boundary=x"), None);
    assert_eq!(found("multipart/mixed; boundary=x"), None);
    for text in
        ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; x=\"boundary=y\""]
    {
        assert_eq!(found(text), Some(Err(FormError::NoBoundary { at: 19 })), "{text}");
    }
    assert_eq!(
        FormError::NoBoundary { at: 19 }.to_string(),
        "expected `boundary=` with a value, but found none in the Content-Type"
    );
}

#[test]
fn reads_what_boto3_posts() {
    let body = "------cap9876\r\nContent-Disposition: form-data; name=\"acl\"\r\n\r\nprivate\r\n\
                ------cap9876\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nuploads/${filename}\r\n\
                ------cap9876\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
                Content-Type: text/plain\r\n\r\nhello\r\n------cap9876--\r\n";
    let form = form(body).unwrap();
    assert_eq!(values(&form, body), [("acl", "private"), ("key", "uploads/${filename}"), ("file", "hello")]);
    assert_eq!(form.end, End::Closed);
    assert_eq!(form.before_file(body.as_bytes()).len(), 2);
    let file = form.field(body.as_bytes(), b"File").unwrap();
    assert_eq!(&body[file.filename.clone().unwrap()], "a.txt");
    assert_eq!(&body[file.content_type.clone().unwrap()], "text/plain");
    assert!(body[file.header.clone()].ends_with("\r\nContent-Type: text/plain\r\n"));
}

#[test]
fn lines_may_end_with_lf_alone() {
    let body = "------cap9876\ncontent-disposition: form-data; name=acl\n\nprivate\r\n\n------cap9876--";
    assert_eq!(values(&form(body).unwrap(), body), [("acl", "private\r\n")]);
}

#[test]
fn keeps_every_byte_of_a_value() {
    for value in ["", "\r\n", "\r", " a \n", "------cap98765", "x------cap9876\r\n", "------cap9876--x"] {
        let body = format!("------cap9876\r\n{FIELD}{value}\r\n------cap9876--\r\n");
        assert_eq!(values(&form(&body).unwrap(), &body), [("acl", value)]);
    }
}

#[test]
fn passes_over_preamble_padding_and_epilogue() {
    let body =
        format!("hello\r\n------cap9876 \t\r\n{FIELD}private\r\n------cap9876-- \r\n------cap9876\r\n");
    assert_eq!(values(&form(&body).unwrap(), &body), [("acl", "private")]);
    assert_eq!(form("------cap9876--").unwrap(), Form { fields: vec![], end: End::Closed });
}

#[test]
fn a_value_may_be_missing_with_its_line_end() {
    let body = format!("------cap9876\r\n{FIELD}------cap9876--");
    assert_eq!(values(&form(&body).unwrap(), &body), [("acl", "")]);
}

#[test]
fn names_keep_their_escapes() {
    let header = "CONTENT-DISPOSITION: form-data;\r\n filename=\"a\\\"; name=b%22.txt\" ; NAME = \"file\"";
    let body = format!("------cap9876\r\n{header}\r\n\r\n\r\n------cap9876--");
    let form = form(&body).unwrap();
    assert_eq!(&body[form.fields[0].name.clone()], "file");
    assert_eq!(&body[form.fields[0].filename.clone().unwrap()], "a\\\"; name=b%22.txt");
}

#[test]
fn only_the_file_may_be_open() {
    let body = "------cap9876\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhel\r\n------cap98";
    let form = form(body).unwrap();
    assert_eq!((form.end, values(&form, body)), (End::Open, vec![("file", "hel\r\n------cap98")]));
    let body = format!("------cap9876\r\n{FIELD}private\r\n");
    let message = "expected a boundary after the field `acl`, but found the end of the body at byte 71";
    assert_eq!(error(&body), (70, message.to_owned()));
}

#[test]
fn says_what_is_no_form() {
    let message = "expected the boundary line `------cap9876`, but found none in the body";
    for body in ["", "x------cap9876\r\n", "------cap9876"] {
        assert_eq!(error(body), (0, message.to_owned()));
    }
    let message =
        "expected `Content-Disposition: form-data` with a name, but found none in the part at byte 16";
    for header in ["", "Content-Type: text/plain\r\n", "Content-Disposition: form-data; filename=\"a\"\r\n"] {
        let body = format!("------cap9876\r\n{header}\r\nx\r\n------cap9876--");
        assert_eq!(error(&body), (15, message.to_owned()));
    }
}

#[test]
fn a_header_must_end() {
    let message =
        "expected a blank line after 16 KiB of headers at most, but found none in the part at byte 16";
    let long = format!("X: {}\r\n", "x".repeat(HEADER_LIMIT));
    for header in [&long, "", &FIELD[..FIELD.len() - 2], &"X:\r\n".repeat(5000)] {
        let body = format!("------cap9876\r\n{header}------cap9876--\r\n\r\n");
        assert_eq!(error(&body), (15, message.to_owned()));
    }
}

#[test]
fn a_multipart_in_a_part_is_refused() {
    let body = "------cap9876\r\nContent-Disposition: form-data; name=\"file\"\r\n\
                Content-Type: Multipart/mixed; boundary=x\r\n\r\n--x--\r\n------cap9876--";
    let (at, message) = error(body);
    assert_eq!(&body[at..at + 15], "Multipart/mixed");
    assert_eq!(
        message,
        "expected a part that holds one value, but found `Multipart/mixed; boundary=x` at byte 75"
    );
}

#[test]
fn takes_a_thousand_parts() {
    let part = format!("------cap9876\r\n{FIELD}\r\n");
    let body = format!("{}------cap9876--", part.repeat(PART_LIMIT));
    assert_eq!(form(&body).unwrap().fields.len(), 1000);
    let (at, message) = error(&format!("{part}{body}"));
    assert_eq!(message, format!("expected at most 1000 parts, but found one more at byte {}", at + 1));
}
