use super::*;

fn shown(node: &Node) -> String {
    match node {
        Node::Text { text, .. } => format!("{text:?}"),
        Node::Group(group) => {
            let member = |member: &Member| match &member.key {
                Some(key) => format!("{key}={}", shown(&member.value)),
                None => shown(&member.value),
            };
            format!("({})", group.members.iter().map(member).collect::<Vec<_>>().join(" "))
        }
    }
}

#[test]
fn objects_of_many_languages_are_groups() {
    for (text, groups) in [
        (r#"{"a":"1","b":{"c":[1,2]}}"#, r#"((a="1" b=(c=("1" "2"))))"#),
        ("{ a: 'x', 'b-c': \"y\\n\" }", r#"((a="x" b-c="y\n"))"#),
        ("{'a': b'x', \"d\": None}", r#"((a="x" d="None"))"#),
        ("{:a => \"x\", \"b\" => 1}", r#"((a="x" b="1"))"#),
        ("headers: Object [AxiosHeaders] {\n A: 'x' }", r#"(headers=(A="x"))"#),
        ("Request { method: POST, url: \"u\" }", r#"(Request=(method="POST" url="u"))"#),
        ("[{\"a\", \"x\"}]", r#"((("a" "x")))"#),
        ("m=POST u=\"x y\" h.k=v w", r#"(m="POST" u="x y" h.k="v w")"#),
        (
            "Accept: a/b, c/d\nDate: Thu, 16 May 2024 10:15:01 GMT",
            r#"(Accept="a/b, c/d" Date="Thu, 16 May 2024 10:15:01 GMT")"#,
        ),
        ("-Uri \"u\" -Headers @{\n\"a\"=\"b`\"\"\n}", r#"(Uri="u" Headers=(a="b\""))"#),
        ("Some(\"x\")", r#"(Some=("x"))"#),
    ] {
        assert_eq!(shown(&Node::Group(read(text))), groups, "{text}");
    }
}

#[test]
fn apostrophes_open_no_string() {
    let group = read("it didn't work, I'd say\n{ a: 'x' }");
    assert!(shown(&Node::Group(group)).ends_with("(a=\"x\"))"));
}

#[test]
fn brackets_without_end_end() {
    let deep = "[".repeat(100_000);
    assert!(!read(&deep).members.is_empty());
    assert!(read("}}}\"").members.is_empty());
}
