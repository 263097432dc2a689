//! Commands as people paste them, and what they send.

use super::*;

fn raw(command: &str) -> String {
    let case = read(command.as_bytes()).unwrap();
    String::from_utf8(crate::request::http::write(&case.request)).unwrap().replace("\r\n", "\n")
}

#[test]
fn reads_what_browsers_copy() {
    let command = "curl 'https://h.example/a?b=c' \\\n  -X 'POST' \\\n  -H 'accept: */*' \\\n  \
                   -H $'x-a: it\\'s' \\\n  --data-raw $'{\"a\":\\'b\\'}' \\\n  --compressed";
    assert_eq!(
        raw(command),
        "POST /a?b=c HTTP/1.1\nHost: h.example\naccept: */*\nx-a: it's\n\
         Accept-Encoding: deflate, gzip, br, zstd\nContent-Type: application/x-www-form-urlencoded\n\n{\"a\":'b'}"
    );
}

#[test]
fn methods_follow_curls_rules() {
    for (command, line) in [
        ("curl h", "GET / HTTP/1.1"),
        ("curl -I https://h/x", "HEAD /x HTTP/1.1"),
        ("curl -d a https://h", "POST / HTTP/1.1"),
        ("curl -sXDELETE https://h", "DELETE / HTTP/1.1"),
        ("curl -G -d a=1 -d b https://h/?c", "GET /?c&a=1&b HTTP/1.1"),
        ("curl --url-query 'a=b c' --url-query +d=e https://h/", "GET /?a=b+c&d=e HTTP/1.1"),
        ("curl -G -d a#b https://h/#c", "GET /?a HTTP/1.1"),
        ("curl https://h/a/../b//c#d", "GET /b//c HTTP/1.1"),
        ("curl ://h", "GET //h HTTP/1.1"),
        ("curl --path-as-is https://h/a/../b", "GET /a/../b HTTP/1.1"),
    ] {
        assert_eq!(raw(command).lines().next().unwrap(), line, "{command}");
    }
}

#[test]
fn aws_sigv4_gives_the_settings() {
    let case = read(b"curl --aws-sigv4 aws:amz:eu-west-1:s3 -u AKID:hush/+x https://h:443/").unwrap();
    assert_eq!(case.settings.region.as_deref(), Some("eu-west-1"));
    assert_eq!(case.settings.service.as_deref(), Some("s3"));
    assert_eq!(case.settings.access_key_id.as_deref(), Some("AKID"));
    assert_eq!(case.settings.secret_access_key.unwrap().expose(), b"hush/+x");
    assert_eq!(case.request.host(), Some(&b"h"[..]));
}

#[test]
fn unknown_options_are_reported() {
    let case = read(b"curl --frobnicate https://h/ -s").unwrap();
    assert_eq!(case.notices[0].0, "curl option `--frobnicate` is not known here: it was left out.");
}

#[test]
fn options_send_what_curl_sends() {
    for (command, expected) in [
        ("curl -r 0-9 https://h/", "GET / HTTP/1.1\nHost: h\nRange: bytes=0-9\n\n"),
        ("curl -b a=1 https://h/", "GET / HTTP/1.1\nHost: h\nCookie: a=1\n\n"),
        ("curl -b jar https://h/", "GET / HTTP/1.1\nHost: h\n\n"),
        ("curl -U joe:pw --unknown v https://h/dir", "GET /dir HTTP/1.1\nHost: h\n\n"),
    ] {
        assert_eq!(raw(command), expected, "{command}");
    }
    assert!(raw("curl -T up.txt https://h/dir/").starts_with("PUT /dir/up.txt HTTP/1.1\n"));
    assert!(raw("curl -T 'a b#?.txt' https://h/dir/").starts_with("PUT /dir/a%20b%23%3F.txt HTTP/1.1\n"));
    assert!(
        raw("curl --json '{}' https://h/")
            .contains("Accept: application/json\nContent-Type: application/json\n")
    );
}

#[test]
fn data_from_files_is_left_to_the_shell() {
    let case = read(b"curl -d a=1 --data-binary @b.json -T up https://h/").unwrap();
    let text = |text: &[u8]| BodyPiece::Text(text.to_vec());
    let expected = [text(b"a=1"), text(b"&"), BodyPiece::File("b.json".into()), BodyPiece::File("up".into())];
    assert_eq!(case.body_pieces, expected);
}

#[test]
fn headers_are_set_emptied_and_removed() {
    let text = raw("curl -H 'X-A;' -H 'Content-Type:' -H 'Host:  other ' -d x https://h/");
    assert_eq!(text, "POST / HTTP/1.1\nX-A: \nHost:  other \n\nx");
}

#[test]
fn says_what_is_missing() {
    let error = |text: &str| read(text.as_bytes()).err().unwrap().to_string();
    assert_eq!(error("curl -s"), "expected a URL in the curl command, but found none");
    assert_eq!(error("curl https://h -H"), "expected a value after `-H`, but found the end of the command");
}
