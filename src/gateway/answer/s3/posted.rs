//! What is posted: lists of keys to take away, uploads in parts, and forms of browsers.

use bytes::Bytes;
use hyper::header;

use super::object::allows;
use super::{Asked, error, malformed, no_room, no_upload, not_held, texts, xml};
use crate::gateway::answer::{Answer, element};
use crate::gateway::plain::plain;
use crate::gateway::store::upload::{Named, UploadError};
use crate::gateway::store::{Content, Object};
use crate::request::form;

pub(super) fn answer(asked: &Asked<'_>) -> Answer {
    match () {
        () if asked.has("delete") => deleted(asked),
        () if asked.has("uploads") => begun(asked),
        () if asked.has("uploadId") => completed(asked),
        () if asked.has("select") || asked.has("restore") => Answer::empty(200),
        () => posted(asked),
    }
}

/// The body out of all frames, as text.
fn text(asked: &Asked<'_>) -> String {
    let body = plain(asked.request).map(|plain| plain.body).unwrap_or_default();
    String::from_utf8_lossy(&body.bytes()).into_owned()
}

/// So many keys may be taken away at once.
const KEYS: usize = 1000;

/// An entry for each key that was named, whether it was there or not.
fn deleted(asked: &Asked<'_>) -> Answer {
    let text = text(asked);
    let keys: Vec<String> = texts(&text, "Key").collect();
    if keys.is_empty() || keys.len() > KEYS {
        return malformed(asked);
    }
    let is_quiet = texts(&text, "Quiet").any(|quiet| quiet == "true");
    let mut entries = String::new();
    for key in keys {
        asked.store.delete(&asked.bucket, &key);
        if !is_quiet {
            entries.push_str(&format!("<Deleted>{}</Deleted>", element("Key", key.as_bytes())));
        }
    }
    xml("DeleteResult", &entries)
}

fn begun(asked: &Asked<'_>) -> Answer {
    let headers = super::kept_headers(asked.request);
    let Some(id) = asked.store.begin_upload(&asked.bucket, &asked.key, headers, asked.now) else {
        return no_room(asked);
    };
    xml("InitiateMultipartUploadResult", &(asked.place() + &element("UploadId", id.as_bytes())))
}

fn completed(asked: &Asked<'_>) -> Answer {
    let id = asked.query("uploadId").unwrap_or_default();
    let text = text(asked);
    let named: Option<Vec<Named>> = texts(&text, "Part").map(|part| self::part(&part)).collect();
    let Some(named) = named.filter(|named| !named.is_empty()) else { return malformed(asked) };
    match asked.store.complete(&id, &named, asked.now, allows(asked)) {
        Ok(object) => xml(
            "CompleteMultipartUploadResult",
            &(element("Location", format!("/{}/{}", asked.bucket, asked.key).as_bytes())
                + &asked.place()
                + &element("ETag", object.tag.as_bytes())),
        ),
        Err(UploadError::NoUpload) => no_upload(asked),
        Err(UploadError::NoPart) => error(
            asked,
            400,
            "InvalidPart",
            "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        ),
        Err(UploadError::Order) => error(
            asked,
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.",
        ),
        Err(UploadError::Full) => no_room(asked),
        Err(UploadError::Condition(condition)) => not_held(asked, condition),
    }
}

/// A part as the end of an upload names it.
fn part(xml: &str) -> Option<Named> {
    let number = texts(xml, "PartNumber").next()?.trim().parse().ok()?;
    Some(Named { number, tag: texts(xml, "ETag").next().map(|tag| tag.trim().to_owned()) })
}

/// The file of a browser's form, under the key that the form names.
fn posted(asked: &Asked<'_>) -> Answer {
    let body = asked.request.body.bytes();
    let boundary = asked.request.value(b"content-type").and_then(form::boundary).and_then(Result::ok);
    let form = boundary.and_then(|boundary| form::read(&boundary, &body).ok());
    let Some(form) = form else { return Answer::empty(204) };
    let value = |name: &str| {
        let field = form.field(&body, name.as_bytes())?;
        Some(String::from_utf8_lossy(&body[field.value.clone()]).into_owned())
    };
    let Some(file) = form.field(&body, b"file") else { return Answer::empty(204) };
    let name = file.filename.clone().map(|name| String::from_utf8_lossy(&body[name]).into_owned());
    let key = value("key").unwrap_or_default().replace("${filename}", &name.unwrap_or_default());
    let content = Content::from(Bytes::copy_from_slice(&body[file.value.clone()]));
    let size = content.len();
    let mut object = Object::new(Some(content), size, None, asked.now);
    object.headers.extend(value("content-type").map(|value| (header::CONTENT_TYPE, value)));
    let tag = object.tag.clone();
    if asked.store.put(&asked.bucket, &key, object, |_| Ok(())).is_err() {
        return no_room(asked);
    }
    let status = match value("success_action_status").as_deref() {
        Some("200") => 200,
        Some("201") => 201,
        Some(_) | None => 204,
    };
    let answer = match status {
        201 => xml(
            "PostResponse",
            &(element("Bucket", asked.bucket.as_bytes())
                + &element("Key", key.as_bytes())
                + &element("ETag", tag.as_bytes())),
        ),
        _ => Answer::empty(status),
    };
    Answer { status, ..answer }.with(header::ETAG, tag)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, store};

    #[test]
    fn each_key_that_is_taken_away_has_an_entry() {
        let store = store();
        ask(&store, "PUT /b/a%26", "", b"x");
        let list = b"<Delete><Object><Key>a&amp;</Key></Object><Object><Key>none</Key></Object></Delete>";
        let (status, _, body) = ask(&store, "POST /b?delete", "", list);
        assert_eq!(status, 200);
        assert!(
            body.contains("<Deleted><Key>a&amp;</Key></Deleted><Deleted><Key>none</Key></Deleted>"),
            "{body}"
        );
        assert_eq!(ask(&store, "HEAD /b/a%26", "", b"").0, 404);
        let quiet = b"<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>";
        assert!(!ask(&store, "POST /b?delete", "", quiet).2.contains("Deleted>"));
        for malformed in [&b""[..], b"<Delete/>", b"<Delete><Object></Object>", b"{}"] {
            let (status, _, body) = ask(&store, "POST /b?delete", "", malformed);
            assert!(status == 400 && body.contains("<Code>MalformedXML<"), "{body}");
        }
    }

    #[test]
    fn the_file_of_a_form_is_an_object() {
        let store = store();
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
        };
        let body =
            part("\"key\"", "in/${filename}") + &part("\"file\"; filename=\"a.txt\"", "hello") + "--x--\r\n";
        let (status, head, _) =
            ask(&store, "POST /b", "Content-Type: multipart/form-data; boundary=x\r\n", body.as_bytes());
        assert!(status == 204 && head.contains("5d41402abc4b2a76b9719d911017c592"), "{head}");
        assert_eq!(ask(&store, "GET /b/in/a.txt", "", b"").2, "hello");
    }
}
