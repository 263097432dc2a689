use super::*;
use crate::case::dressed;
use crate::evidence;

fn pasted(text: &str) -> Pasted {
    let case = dressed(text.as_bytes()).unwrap_or_else(|| Case {
        format: Format::Evidence,
        evidence: evidence::read(text.as_bytes()).unwrap_or_default(),
        ..Case::default()
    });
    Pasted::of(text, &case, std::iter::empty())
}

fn words(pasted: &Pasted) -> Vec<String> {
    pasted.parts().iter().map(Used::words).collect()
}

const CURL: &str = "it fails:\n* Connected\n> GET /a HTTP/1.1\n> Host: s3.amazonaws.com\n> X-Amz-Date: 20150830T123600Z\n\
    > Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, \
    Signature=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n>\nwhy?";

#[test]
fn the_lines_of_a_request_are_those_that_its_reader_read() {
    let pasted = pasted(CURL);
    let part = &pasted.parts()[0];
    assert_eq!((part.of, part.lines.0), (PartOf::Request, 3), "{:?}", words(&pasted));
    assert!(pasted.text()[part.range.clone()].starts_with(b"> GET /a"));
    assert_eq!(pasted.part_at(0), None);
    assert_eq!(pasted.part_at(pasted.text().len() - 1), None);
}

#[test]
fn a_quoted_text_is_found_though_it_is_escaped() {
    let text = "see\n{\"message\":\"The request signature we calculated does not match.\\n\\nThe Canonical String for this request should have \
        been\\n'GET\\n/a\\n\\nhost:h.example\\nx-amz-date:20150830T123600Z\\n\\nhost;x-amz-date\\n\
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\"}\nend";
    let pasted = pasted(text);
    let first = pasted.parts().iter().find(|part| part.what.starts_with("canonical request"));
    assert_eq!(first.map(Used::words).as_deref(), Some("line 2: canonical request of the server"));
}

#[test]
fn each_side_is_lit_where_it_stands_though_one_text_is_like_the_other() {
    let one = |path: &str| {
        format!(
            "PUT\n{path}\n\nhost:h.example\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD\n"
        )
    };
    let text =
        format!("the client has:\n\n{}\nthe server answers:\n\n{}", one("/a%2520b.jpg"), one("/a%20b.jpg"));
    let pasted = pasted(&text);
    let told: Vec<String> = words(&pasted);
    assert_eq!(
        told,
        ["lines 3–10: canonical request of the signer", "lines 14–21: canonical request of the server"]
    );
}

#[test]
fn places_stand_where_they_stood_although_credentials_are_left_out() {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzSENTINEL";
    let text = format!("aws_secret_access_key={secret}\n{CURL}");
    let pasted = pasted(&text);
    let shown = String::from_utf8_lossy(pasted.text()).into_owned();
    assert!(!shown.contains("SENTINEL") && shown.contains("[hidden, "), "{shown}");
    let part = &pasted.parts()[0];
    assert_eq!(part.lines.0, 4);
    assert!(pasted.text()[part.range.clone()].starts_with(b"> GET /a"));
}

#[test]
fn a_known_secret_is_left_out_however_it_stands_there() {
    let secret = Secret::new("plainSECRETwithoutAname1234567890");
    let text = format!("{CURL} plainSECRETwithoutAname1234567890");
    let case = dressed(text.as_bytes()).unwrap();
    let pasted = Pasted::of(&text, &case, std::iter::once(&secret));
    assert!(!String::from_utf8_lossy(pasted.text()).contains("plainSECRET"));
}

#[test]
fn a_long_paste_is_kept_in_part_and_no_credential_is_cut() {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzSENTINEL";
    let name = "aws_secret_access_key=";
    let text = format!("{}\n{name}{secret}", "x".repeat(LIMIT - name.len() - 11));
    let pasted = pasted(&text);
    assert!(pasted.text().len() <= LIMIT);
    assert!(!String::from_utf8_lossy(pasted.text()).contains("wJalr"));
}

#[test]
fn what_a_name_stands_for_is_hidden_where_it_is_defined() {
    let file = "@host = api.example.com\n@key = k7Secret9\nGET https://{{host}}/a\nX-Api-Key: {{key}}\n";
    let case = crate::case::read(file.as_bytes()).unwrap();
    assert_eq!(case.request.value(b"x-api-key"), Some(&b"k7Secret9"[..]));
    let pasted = Pasted::of(file, &case, std::iter::empty());
    let shown = String::from_utf8_lossy(pasted.text()).into_owned();
    assert!(!shown.contains("k7Secret9") && shown.contains("@host = api.example.com"), "{shown}");
    let environment =
        "GET https://h/\nAuthorization: Bearer {{token}}\n\n{\"dev\": {\"token\": \"t0kenOfMine\"}}";
    let case = crate::case::read(environment.as_bytes()).unwrap();
    let pasted = Pasted::of(environment, &case, std::iter::empty());
    assert!(!String::from_utf8_lossy(pasted.text()).contains("t0kenOfMine"));
}
