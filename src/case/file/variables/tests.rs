use super::*;
use crate::case::{Case, open, read};

fn case(text: &str) -> Case {
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn words(case: &Case) -> String {
    case.notices.iter().map(|Notice(words)| words.as_str()).collect::<Vec<_>>().join("\n")
}

fn sent(text: &str) -> (String, String) {
    let request = case(text).request;
    (
        String::from_utf8(request.target).unwrap(),
        String::from_utf8(request.body.bytes().into_owned()).unwrap(),
    )
}

#[test]
fn what_a_file_defines_is_filled_in_wherever_it_is_named() {
    let text = "@host = api.example.com\n@base=https://{{host}}\n// a comment\n@empty =\n\n\
                GET {{base}}/v1/{{ id }}{{empty}}?a={{host}}\nX-Host: {{host}}\n\n{\"at\": \"{{host}}\"}";
    let case = case(&format!("@id = 7\n{text}"));
    assert_eq!(case.request.target, b"https://api.example.com/v1/7?a=api.example.com");
    assert_eq!(case.request.value(b"x-host"), Some(&b"api.example.com"[..]));
    assert_eq!(*case.request.body.bytes(), *b"{\"at\": \"api.example.com\"}");
    let told = "`base`, `empty`, `host` and `id` were filled in from the `@` lines of the file.";
    assert!(words(&case).contains(told), "{}", words(&case));
}

#[test]
fn what_has_no_value_stays_and_is_told() {
    let text = "@a = 1\nGET https://h.example.com/{{a}}/{{b}} HTTP/1.1\nX-A: {{$guid}}\n";
    let case = case(text);
    assert_eq!(case.request.target, b"https://h.example.com/1/{{b}}");
    assert!(words(&case).contains("`{{b}}` stands for a value that an editor fills in"), "{}", words(&case));
    let error = read(b"@a = 1\nGET {{host}}/a\n").err().unwrap();
    assert!(error.hint.is_some_and(|hint| hint.contains("@host = https://")), "{error}");
}

#[test]
fn of_two_definitions_of_one_name_the_first_holds() {
    assert_eq!(sent("@a = 1\n@a = 2\nGET https://h/{{a}}\n\n###\n@a = 3\n").0, "https://h/1");
    assert_eq!(sent("GET https://h/{{a}}\n\n###\n@a = 3\nGET https://h/b\n").0, "https://h/3");
}

#[test]
fn a_name_that_leads_back_to_itself_has_no_value() {
    assert_eq!(sent("@a = {{b}}x\n@b = {{a}}\nGET https://h/{{a}}\n").0, "https://h/{{a}}");
    let growing: String = (0..40).map(|at| format!("@a{} = {{{{a{at}}}}}{{{{a{at}}}}}\n", at + 1)).collect();
    let text = format!("@a0 = xxxxxxxxxx\n{growing}GET https://h/{{{{a40}}}}\n");
    assert_eq!(sent(&text).0, "https://h/{{a40}}");
}

#[test]
fn a_line_of_a_body_defines_nothing() {
    let text = "GET https://h/{{a}}\n\n@a = 1\n";
    assert_eq!(sent(text), ("https://h/{{a}}".into(), "@a = 1\n".into()));
    assert_eq!(sent("#\nGET https://h/a\n\n{{a}}\n@a = 1").1, "{{a}}\n@a = 1");
}

const FILE: &str = "POST {{base}}/a\nX-Id: {{id}}\n\n{\"a\": {\"b\": 1}}\n";

#[test]
fn an_environment_stands_before_or_behind_the_file() {
    let environment = "{\n  \"dev\": {\n    \"base\": \"https://h.example.com\",\n    \"id\": 7\n  }\n}";
    for text in [
        format!("{FILE}\nhttp-client.env.json:\n```json\n{environment}\n```\n"),
        format!("{FILE}\n### http-client.env.json\n{environment}"),
        format!("http-client.env.json\n\n{environment}\n\n{FILE}"),
    ] {
        let case = case(&text);
        assert_eq!(case.request.target, b"https://h.example.com/a", "{text}");
        assert_eq!(case.request.value(b"x-id"), Some(&b"7"[..]), "{text}");
        assert_eq!(case.request.body.bytes().trim_ascii_end(), b"{\"a\": {\"b\": 1}}", "{text}");
        let told = "`base` and `id` were filled in from the environment `dev`.";
        assert!(words(&case).contains(told), "{}", words(&case));
    }
}

#[test]
fn environments_that_disagree_fill_in_nothing_and_say_so() {
    let both = r#"{"dev": {"base": "https://a.example.com", "id": "1"}, "prod": {"base": "https://b.example.com"}, "$shared": {"id": "1"}}"#;
    let text = format!("GET https://h/{{{{base}}}}\nX-Id: {{{{id}}}}\n\n{both}");
    let case = case(&text);
    assert_eq!((case.request.value(b"x-id"), case.request.body.len()), (Some(&b"1"[..]), 0));
    let told =
        "`base` has different values in the environments `dev`, `prod`: leave only the one that was used.";
    assert!(words(&case).contains(told), "{}", words(&case));
}

#[test]
fn each_editor_has_its_own_order() {
    let file = "@id = file\nGET https://h/{{id}}\n\n";
    assert_eq!(sent(&format!("{file}{{\"dev\": {{\"id\": \"environment\"}}}}")).0, "https://h/environment");
    let settings = r#"{"rest-client.environmentVariables": {"$shared": {"x": "s"}, "dev": {"id": "e", "y": "{{$shared x}}"}}}"#;
    assert_eq!(sent(&format!("{file}{settings}")).0, "https://h/file");
    assert_eq!(sent(&format!("GET https://h/{{{{y}}}}\n\n{settings}")).0, "https://h/s");
}

#[test]
fn an_object_that_gives_no_name_a_value_is_the_body() {
    let text = "@a = 1\nPOST https://h/{{a}}\n\n{\"x\": {\"y\": \"1\"}}";
    assert_eq!(sent(text), ("https://h/1".into(), "{\"x\": {\"y\": \"1\"}}".into()));
    // What looks like environments is the body all the same, where a request has one.
    for body in ["{\"user\": {\"id\": \"{{id}}\"}}", "{\"user\": {\"id\": \"7\"}}"] {
        let text = format!("PUT https://h/users/{{{{id}}}}\nX-Id: {{{{id}}}}\n\n{body}");
        assert_eq!(sent(&text), ("https://h/users/{{id}}".into(), body.into()));
    }
}

#[test]
fn lines_keep_their_numbers_and_texts_around_a_file_do_no_harm() {
    let text = "{\"d\": {\n\"base\": \"https://h\"}}\n\nGET {{base}}/a\nno header\n";
    assert_eq!(read(text.as_bytes()).err().unwrap().line, Some(5));
    let thread = "I use this:\n```http\n@host = h.example.com\nGET https://{{host}}/a\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/execute-api/aws4_request, SignedHeaders=host, Signature=00\n```\nand it fails\n";
    assert_eq!(open(thread.as_bytes()).ok().unwrap().request.host(), Some(&b"h.example.com"[..]));
}
