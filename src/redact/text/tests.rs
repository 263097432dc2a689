//! Texts of many forms, and what is shown of each.

use proptest::prelude::*;

use super::super::sentence;
use super::tokens::MARKS;
use super::*;

fn shown(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    for range in hidden(text.as_bytes()).into_iter().rev() {
        out.splice(range, "•".bytes());
    }
    String::from_utf8(out).unwrap()
}

/// A text, and what is shown of it.
const SHOWN: &[(&str, &str)] = &[
    ("a=b&access_token=tok+/=&c=d", "a=b&access_token=•&c=d"),
    ("{\"password\": \"a\\\"b\", \"x\": 1}", "{\"password\": \"•\", \"x\": 1}"),
    ("{\"tokens\": [\"a\", {\"b\": \"]\"}], \"x\": 1}", "{\"tokens\": •, \"x\": 1}"),
    ("{\\\"token\\\":\\\"tok\\\",\\\"x\\\":1}", "{\\\"token\\\":\\\"•\\\",\\\"x\\\":1}"),
    ("{'secretKey': 'tok', 'x': 1}", "{'secretKey': '•', 'x': 1}"),
    ("password => \"tok\", x => 1", "password => \"•\", x => 1"),
    ("<w:Password Type=\"t\">tok</w:Password>", "<w:Password Type=\"t\">•</w:Password>"),
    ("host:h\nx-api-key: two words\nx-a:1", "host:h\nx-api-key: •\nx-a:1"),
    ("> Cookie: a=b; c=d\n> X: 1", "> Cookie: •\n> X: 1"),
    ("curl -H 'Cookie: a=b; c=d' -H 'X: 1'", "curl -H 'Cookie: •' -H 'X: 1'"),
    ("GET\\nx-amz-security-token:tok\\nhost", "GET\\nx-amz-security-token:•\\nhost"),
    ("X-Amz-Security-Token:\r\n folded\r\nX: 1", "X-Amz-Security-Token:\r\n •\r\nX: 1"),
    ("[\"eq\", \"$x-amz-security-token\", \"tok\"]", "[\"eq\", \"$x-amz-security-token\", \"•\"]"),
    ("API Key: tok and more", "API Key: •"),
    ("\\u0022pass\\u0077ord\\u0022: \\u0022tok\\u0022", "\\u0022pass\\u0077ord\\u0022: \\u0022•\\u0022"),
    ("'s Authorization=AWS id tok\"}", "'s Authorization=AWS •\"}"),
    ("?authorization=tok&x=1", "?authorization=•&x=1"),
    ("\\\\\\\"token\\\\\\\":\\\\\\\"tok\\\\\\\",1", "\\\\\\\"token\\\\\\\":\\\\\\\"•\\\\\\\",1"),
    ("{\"name\":\"x-api-key\",\"value\":\"tok\"}", "{\"name\":\"x-api-key\",\"value\":\"•\"}"),
    ("<Name>password</Name><Value>tok</Value>", "<Name>password</Name><Value>•</Value>"),
    ("A.1.Name=Password&A.1.Value=tok&b=c", "A.1.Name=Password&A.1.Value=•&b=c"),
    ("postgres:\\/\\/me:tok@h\\/db", "postgres:\\/\\/•@h\\/db"),
    ("x=Bearer+aB3xyz.9&y", "x=Bearer+•&y"),
    ("AWS x token:tok region:eu-west-1", "AWS x token:• region:eu-west-1"),
    ("X%2DAmz-Security-Token%3Dtok%26x", "X%2DAmz-Security-Token%3D•%26x"),
    ("?u=https%253A%252F%252Fh%252F%253Ftoken%253Dtok", "?u=https%253A%252F%252Fh%252F%253Ftoken%253D•"),
    ("a&amp;token=tok&amp;b", "a&amp;token=•&amp;b"),
    ("form-data; name=\"pwd\"\r\n\r\ntok\r\n--b", "form-data; name=\"pwd\"\r\n\r\n•\r\n--b"),
    ("https://me:tok@h/x?y", "https://•@h/x?y"),
    ("Host: me%3Atok%40h\n", "Host: •%40h\n"),
    ("Host: h:pass0word\n", "Host: h:•\n"),
    ("to https://h:pass0word/k?x", "to https://h:•/k?x"),
    ("Via: 1.1 me:tok@h", "Via: 1.1 •@h"),
    ("[\"Host\",\"h\",\"x-api-key\", \"tok1\"]", "[\"Host\",\"h\",\"x-api-key\", \"•\"]"),
    ("[[\"Authorization\",\"Bearer tok1\"]]", "[[\"Authorization\",\"Bearer •\"]]"),
    ("code=4/0AX4XfWhqQ2r8kLmNo&grant_type=x", "code=•&grant_type=x"),
    ("{\"code\": \"SplxlOBeZQQYbYS6WxSbIA\"}", "{\"code\": \"•\"}"),
    (
        "form-data; name=\"pwd\"\r\n\r\ntok\r\n--b\r\nX-Api-Key: tok\r\n",
        "form-data; name=\"pwd\"\r\n\r\n•\r\n--b\r\nX-Api-Key: •\r\n",
    ),
    ("to https://hooks.slack.com/services/T0/B1/tok, twice", "to https://hooks.slack.com/services/•, twice"),
    ("{u'password': u'tok'}", "{u'password': u'•'}"),
    ("X-Api-Key: b'tok', x", "X-Api-Key: •"),
    ("{'x-api-key': b'tok'}", "{'x-api-key': b'•'}"),
    ("Credentials { secret_access_key: Some(\"tok\") }", "Credentials { secret_access_key: Some(\"•\") }"),
    ("x SessionToken: (*string)(0xc000)(\"tok\")", "x SessionToken: (*string)(0xc000)(\"•\")"),
    ("if password == \"tok\"", "if password == \"•\""),
    ("[ 'X-Api-Key', 'tok1' ]", "[ 'X-Api-Key', '•' ]"),
    ("(b'x-api-key', b'tok1')", "(b'x-api-key', b'•')"),
    (".header(\"X-Api-Key\", \"tok1\")", ".header(\"X-Api-Key\", \"•\")"),
    (
        "{\n \"name\": \"DB_PASSWORD\",\n \"value\": \"tok\"}",
        "{\n \"name\": \"DB_PASSWORD\",\n \"value\": \"•\"}",
    ),
    ("{\"value\":\"tok\",\"name\":\"DB_PASSWORD\"}", "{\"value\":\"•\",\"name\":\"DB_PASSWORD\"}"),
    (
        "{\"ParameterKey\":\"DBPassword\",\"ParameterValue\":\"tok\"}",
        "{\"ParameterKey\":\"DBPassword\",\"ParameterValue\":\"•\"}",
    ),
    ("- name: AWS_SECRET_ACCESS_KEY\n  value: tok\n", "- name: AWS_SECRET_ACCESS_KEY\n  value: •\n"),
    ("curl -u me:tok https://h", "curl -u • https://h"),
    ("mysql --password tok -h db", "mysql --password • -h db"),
    ("redis://:tok@h:6379", "redis://•@h:6379"),
    ("AKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n", "AKIAIOSFODNN7EXAMPLE,•\n"),
    ("does not match (key=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY)", "does not match (key=•)"),
    ("does not match wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "does not match •"),
    ("apiSecret 9c2Fq0LmZ7aKx81VbTeRw4Yd again", "apiSecret • again"),
    ("AWS_SECRET_KEY\t9c2Fq0LmZ7aKx81VbTeRw4Yd", "AWS_SECRET_KEY\t•"),
    ("the signing secret is 8f742231b10e8888abcd99yyyzzz85a5.", "the signing secret is •"),
    ("password_confirmation=tok&x", "password_confirmation=•&x"),
    ("X-GitHub-OTP: 123456\n", "X-GitHub-OTP: •\n"),
    ("client_token=akab-0123456789abcdef;x", "client_token=•;x"),
    ("sent Bearer aB3xyz.9 twice", "sent Bearer • twice"),
    ("Authorization header: 'Bearer tok'.", "Authorization header: 'Bearer •'."),
];

#[test]
fn a_value_is_found_however_its_name_stands_before_it() {
    for (text, expected) in SHOWN {
        assert_eq!(shown(text), *expected);
    }
}

#[test]
fn letters_of_two_bytes_are_read_as_well() {
    let text = "{\"password\": \"tok\"}";
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let wide: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
        let found = hidden(&wide);
        assert_eq!(found.len(), 1, "{found:?}");
        let mut place = wide[found[0].clone()].to_vec();
        place.retain(|byte| *byte != 0);
        assert_eq!(place, b"tok");
    }
}

#[test]
fn a_token_is_known_by_the_mark_of_its_maker() {
    for (mark, least) in MARKS {
        let token = |len: usize| format!("{mark}{}", ".a".repeat(len)[..len - mark.len()].to_owned());
        assert_eq!(shown(&format!("it sent {} twice", token(*least))), "it sent • twice");
        for text in [token(least - 1), format!("a{}", token(*least))] {
            assert_eq!(shown(&text), text);
        }
    }
    assert_eq!(shown("FwoG.ghp_0123456789abcdef"), "FwoG.•");
    let text = "eyJ-".repeat(10_000);
    assert_eq!(shown(&text), text);
    assert_eq!(shown(&format!("{text}.a")), "•");
}

#[test]
fn what_is_needed_stays() {
    for text in [
        "GET\n/\nX-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00&X-Amz-SignedHeaders=host%3Bx-amz-security-token\nhost:h:8443\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date;x-amz-security-token\ne3b0",
        "/?list-type=2&continuation-token=1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=&prefix=token",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00ff",
        "ExpiredToken: The provided token has expired.",
        "Missing Authentication Token",
        "The security token included in the request is invalid.",
        "(Hashed with SHA-256 and encoded with Base64) Authorization=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.",
        "Basic authentication: it was left out; Bearer tokens too.",
        "{\"accessKeyId\": \"AKIDEXAMPLE\", \"NextToken\": \"abc\", \"token\": null, \"Key\": \"a/b\"}",
        "access_key=AKIAIOSFODNN7EXAMPLE",
        "token: {{token}}",
        "{\"max_tokens\": 512, \"maxTokens\":1,\"x\":2}",
        "sessionId = :s AND x",
        "{\"name\":\"color\",\n\"value\":\"password reset\"}",
        "curl -u name -X POST",
        "Host: [2001:db8::abcdef]\nhost:h:443\n",
        "GET /?sort=token:asc&x=1",
        "[\"x-api-key\",\"x-amz-content-sha256\",\"Host\"]",
        "{\"code\": \"SignatureDoesNotMatchButLong\", \"x\": 1}",
        "code=ERR_HTTP2_INVALID_SESSION&x",
        "{\"name\":\"color\",\"value\":\"red\"}",
        "https://h/a@b?c=d@e",
        "the secret prod/MyApplication/db-Password2026 was read",
        "PUT /MyBucket/Photos2026/January/Trip/IMG00012 HTTP/1.1",
        "PUT /o/wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY HTTP/1.1",
        "ETag: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "x-amz-id-2: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEYab==",
    ] {
        assert_eq!(shown(text), text);
    }
}

proptest! {
    #[test]
    fn what_was_hidden_once_stays_as_it_is(
        text in "((token|password|a)[=:] ?|\"|'|\\{|\\}|&|%3D|%26|&amp;|\n|x|Bearer aB1|://|@|<token>|</){0,24}"
    ) {
        let once = sentence(&text).into_owned();
        prop_assert_eq!(sentence(&once).into_owned(), once.clone());
    }

    #[test]
    fn ranges_are_apart_and_in_the_text(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut at = 0;
        for range in hidden(&text) {
            prop_assert!(at <= range.start && range.start < range.end && range.end <= text.len());
            at = range.end + 1;
        }
    }
}
