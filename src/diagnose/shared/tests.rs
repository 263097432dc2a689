//! Every mistake of the tables, made and found again.

use std::collections::HashMap;

use super::*;
use crate::analysis::Session;
use crate::case::read;
use crate::diagnose::{self, ANOTHER_SECRET, Diagnosis, Effort, diagnose};
use crate::secret;
use crate::time::Timestamp;

const POLICY: &str =
    "eyJleHBpcmF0aW9uIjoiMjAyNi0wMS0wMVQwMDowMDowMFoiLCJjb25kaXRpb25zIjpbeyJidWNrZXQiOiJiIn1dfQo=";

fn clock() -> Timestamp {
    Timestamp::from_unix(1_175_024_202).unwrap()
}

/// The requests of each form that carry this signature.
fn version_2(signature: &str) -> Vec<Session> {
    let encoded = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let url = format!("AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620&Signature={encoded}");
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"AWSAccessKeyId\"\r\n\r\nAKIAIOSFODNN7EXAMPLE\r\n--b\r\n\
         Content-Disposition: form-data; name=\"policy\"\r\n\r\n{POLICY}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"signature\"\r\n\r\n{signature}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"
    );
    [
        format!(
            "PUT /bucket/A%20b~/k/?acl&versionId=a%2Fb+c&x=1 HTTP/1.1\nHost: Media.s3.amazonaws.com\nDate: Tue, 27 Mar 2007 19:36:42 \
             GMT\nContent-Type: image/jpeg; charset=x\nContent-MD5: c8fdb181845a4ca6b8fec737b3581d76\nX-Amz-Meta-B: 1\n\
             x-amz-acl: public-read\nAuthorization: AWS AKIAIOSFODNN7EXAMPLE:{signature}\n\n"
        ),
        format!(
            "PUT /bucket//k HTTP/1.1\nHost: s3.amazonaws.com\nDate: Tue, 27 Mar 2007 19:36:42 +0000\nx-amz-date: Tue, 27 Mar 2007 \
             19:36:42 +0000\nContent-MD5: 4gJE4saaMU4BqNR0kLY+lw==\nAuthorization: AWS AKIAIOSFODNN7EXAMPLE:{signature}\n\n"
        ),
        format!("GET /photos/puppy.jpg?{url} HTTP/1.1\nHost: johnsmith.s3.amazonaws.com\n\n"),
        format!(
            "POST /path/?SignatureVersion=2&SignatureMethod=HmacSHA256&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&b=a%2Cb&B=%20~*%2A&b.1=%3A%2F&\
             Signature={encoded}&Timestamp=2007-03-27T19%3A36%3A42Z HTTP/1.1\nHost: SDB.amazonaws.com:443\n\n"
        ),
        format!("POST / HTTP/1.1\nHost: b.s3.amazonaws.com\nContent-Type: multipart/form-data; boundary=b\n\n{form}"),
    ]
    .iter()
    .map(|text| Session::new(read(text.as_bytes()).unwrap().request))
    .collect()
}

fn found(session: &Session) -> Diagnosis {
    diagnose(session, clock(), Effort::DEEP, &Progress::default())
}

/// Signs by every mistake, asks for it, and returns the names of those that were tried.
fn come_back(secret: &Secret, with: &dyn Fn(&str) -> Session) -> HashSet<&'static str> {
    let session = with(&"A".repeat(28));
    let claimed = diagnose::analysis(&session, clock());
    let signing = claimed.scheme.direct(&session.request).unwrap();
    let progress = Progress::default();
    let search = Search::of(signing, &session.request, &claimed, secret, b"", &progress);
    let mut told = HashSet::new();
    let mut tried: HashMap<&str, usize> = HashMap::new();
    // Of hundreds of seconds a few tell as much.
    const ENOUGH: usize = 25;
    for found @ [text, key, digest] in search.all(1) {
        let times = tried.entry(search.mistakes(&found).next().unwrap().0.id).or_default();
        *times += 1;
        if *times > ENOUGH {
            continue;
        }
        let (text, key) = (&search.texts[text].what, &search.secrets[key].what);
        let signature = signing.encoding.write(&(search.digests[digest].what)(key, text));
        let diagnosis = self::found(&with(&signature));
        let shown = String::from_utf8_lossy(text);
        assert_eq!(diagnosis.answer, Answer::Proven, "{} {shown:?}", session.request.method.escape_ascii());
        let first = &diagnosis.findings[0];
        assert_eq!(first.causes.len(), 1, "one mistake explains {shown:?}");
        assert_eq!(first.signed.as_ref().unwrap().1, **text);
        told.extend(first.causes.iter().map(|cause| cause.id));
    }
    told
}

#[test]
fn every_mistake_with_version_2_comes_back_with_what_was_signed() {
    let (secret, _) = secret::documented(b"AKIAIOSFODNN7EXAMPLE").unwrap();
    let told: HashSet<_> = (0..version_2("").len())
        .flat_map(|form| come_back(&secret, &|signature| version_2(signature).swap_remove(form)))
        .collect();
    for id in version_2::ids() {
        assert!(told.contains(id), "{id} is never found");
    }
}

/// What is found where the string to sign of a request of Version 2 was this instead.
fn found_for(form: usize, signed: &dyn Fn(&str) -> String) -> Diagnosis {
    let session = |signature: &str| version_2(signature).swap_remove(form);
    let claimed = diagnose::analysis(&session(&"A".repeat(28)), clock());
    let signing = claimed.scheme.direct(&session("").request).unwrap();
    let own = String::from_utf8(claimed.trace.string_to_sign().to_vec()).unwrap();
    let ((secret, _), text) = (secret::documented(b"AKIAIOSFODNN7EXAMPLE").unwrap(), signed(&own));
    assert_ne!(text, own);
    found(&session(&signing.encoding.write(&signing.hash.sign(secret.expose(), text.as_bytes()))))
}

#[test]
fn two_mistakes_in_one_text_of_version_2_are_found_together() {
    let ids = |found: &Diagnosis| found.findings[0].causes.iter().map(|cause| cause.id).collect::<Vec<_>>();
    let of_api = found_for(3, &|text| text.replace("/path/\n", "/path\n").replace("%20", "+"));
    assert_eq!((of_api.answer, ids(&of_api)), (Answer::Proven, vec!["v2-path", "v2-parameters"]));
    let twice = found_for(3, &|text| text.replace("%20", "+").replace("%2A", "*"));
    assert_eq!((twice.answer, ids(&twice)), (Answer::Proven, vec!["v2-parameters"]));
    assert_eq!(
        twice.findings[0].causes[0].detail, "with + for a space; with * left as it is",
        "one cause tells both ways"
    );
    // The type is put right by an edit, the resource is another text.
    let of_s3 = found_for(2, &|text| {
        text.replacen("GET\n\n\n", "GET\n\ntext/plain\n", 1).replace("/johnsmith/photos", "/photos")
    });
    assert_eq!((of_s3.answer, ids(&of_s3)), (Answer::Proven, vec!["v2-content-type", "v2-resource"]));
    assert!(of_s3.findings[0].edits.is_empty(), "edits of one do not undo both");
}

#[test]
fn content_md5_that_was_signed_and_not_sent_is_found() {
    // The digest of no bytes: RFC 1321, A.5.
    let found = found_for(2, &|text| text.replacen("GET\n\n", "GET\n1B2M2Y8AsgTpgAmY7PhCfg==\n", 1));
    assert_eq!(found.answer, Answer::Proven);
    assert_eq!(found.findings[0].causes[0].id, "v2-content-md5");
    assert_eq!(found.findings[0].edits.len(), 1);
}

#[test]
fn a_signature_that_nothing_explains_is_told_as_that() {
    let other = found(&version_2("5Ad1bWq2s1WEIj+Ydj0vQ697zp4=").swap_remove(0));
    assert_eq!(other.answer, Answer::Open);
    let ids: Vec<&str> = other.findings.iter().map(|finding| finding.causes[0].id).collect();
    assert!(ids.contains(&ANOTHER_SECRET), "{ids:?}");
}
