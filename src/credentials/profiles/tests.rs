//! The two files by their rules, and lines that cannot be read.

use super::*;

/// `foo: name=value, name2=value2; bar:` for what both files hold together, or the first fault.
fn profiles(config: &str, credentials: &str) -> String {
    let mut profiles = Profiles(BTreeMap::new());
    for (content, kind) in [(config, Kind::Config), (credentials, Kind::Credentials)] {
        match parse(content.as_bytes(), kind) {
            Ok(sections) => profiles.merge(sections),
            Err((line, fault)) => return format!("line {line}: {}", fault.found),
        }
    }
    let profile = |(name, profile): (&String, &Profile)| {
        let pair = |(name, property): (&String, &Property)| format!("{name}={}", *property.value);
        let properties: Vec<_> = profile.0.iter().map(pair).collect();
        format!("{name}: {}", properties.join(", ")).trim_end().to_owned()
    };
    profiles.0.iter().map(profile).collect::<Vec<_>>().join("; ")
}

/// The config file, and the profiles in it.
const CONFIG: &[(&str, &str)] = &[
    // sections
    ("", ""),
    ("[profile foo]", "foo:"),
    ("[profile foo]\n[profile bar]", "bar:; foo:"),
    (
        "[profile a-thing:long/the_one%only.foo@bar+]\n[profile foo!bar]",
        "a-thing:long/the_one%only.foo@bar+:",
    ),
    ("[profile ABCXYZabcxyz0189-_]", "ABCXYZabcxyz0189-_:"),
    ("[profile \tfoo \t]", "foo:"),
    ("[profile\tfoo]", "foo:"),
    ("[   profile foo    ]\na = 1", "foo: a=1"),
    ("[profilefoo]\na = 1\n[profile bar]", "bar:"),
    ("[foo]\na = 1", ""),
    ("[profile]\na = 1\n[profile ]\n[]\n[profile \"\"]", ""),
    ("[profile in valid]\na = 1\n[profile bar]\nb = 2", "bar: b=2"),
    ("[default]\na = 1", "default: a=1"),
    ("[Default]\na = 1", ""),
    ("[profile \"foo bar\"]\na = 1\n[profile 'x y']\n[profile 'x\x1by']", "foo bar: a=1; x y:"),
    ("[profile \"foo\"]\na = 1", "foo: a=1"),
    ("[sso-session foo]\na = 1\n[profile bar]\n[services foo]\ns3 =\n  b = 2\n[plugins]\nc = 3", "bar:"),
    // merging
    ("[profile foo]\na = 1\n[profile foo]\nb = 2", "foo: a=1, b=2"),
    ("[profile foo]\na = 1\na = 2", "foo: a=2"),
    ("[profile foo]\nA = 1\n[profile foo]\na = 2", "foo: a=2"),
    ("[profile default]\na = 1\n[default]\nb = 2", "default: a=1"),
    ("[default]\nb = 2\n[profile default]\na = 1", "default: a=1"),
    ("[profile default]\na = 1\n[default]\nb = 2\n[profile default]\nc = 3", "default: a=1, c=3"),
    // properties
    ("[profile foo]\na = 1\nb=2", "foo: a=1, b=2"),
    ("[profile foo]\na \t=  \t1 2 \t", "foo: a=1 2"),
    ("[profile foo]\na = val=ue=", "foo: a=val=ue="),
    ("[profile foo]\na = \u{1f602}", "foo: a=\u{1f602}"),
    ("[profile foo]\na =", "foo: a="),
    ("[profile foo]\nin valid = 1", "foo:"),
    ("[profile foo]\nABCxyz089-_ = V", "foo: abcxyz089-_=V"),
    // lines
    ("[profile foo]\r\na = 1\r\n", "foo: a=1"),
    ("\u{feff}[profile foo]\na = 1", "foo: a=1"),
    ("\t \n[profile foo]\n\t\n \na = 1\n\t \n[profile bar]\n \t", "bar:; foo: a=1"),
    ("[default]\n    a = 1\n    b = 2\n\n    s3 =\n      c = 3\n    d = 4", "default: a=1, b=2, d=4, s3="),
    // comments
    ("# x\n[profile foo] # x\na = 1 # x # y", "foo: a=1"),
    ("; x\n[profile foo] ; x\na = 1 ; x ; y", "foo: a=1"),
    (";\n[profile foo];\na = 1\t;\n", "foo: a=1"),
    ("[profile foo]; x\n[profile bar]# [x]", "bar:; foo:"),
    ("[profile foo]\na = 1; x\nb = 2# x", "foo: a=1; x, b=2# x"),
    ("[profile foo]\na = # x", "foo: a="),
    ("[default]\n  # x = y\na = 1\n  ; x\nb = 2", "default: a=1, b=2"),
    // continued values
    ("[profile foo]\na = 1\n -2", "foo: a=1\n-2"),
    ("[profile foo]\na = 1\n \t -2 \t \n -3", "foo: a=1\n-2\n-3"),
    ("[profile foo]\na = 1\n -2 # x\n -3 ; x", "foo: a=1\n-2 # x\n-3 ; x"),
    ("[profile foo]\na = 1\n b = 2\nc = 3", "foo: a=1\nb = 2, c=3"),
    ("[profile foo]\nin valid = 1\n -2", "foo:"),
    // blocks
    ("[profile foo]\ns3 =\n max = 20\nb = 2", "foo: b=2, s3="),
    ("[profile foo]\ns3 =\n aws_access_key_id =\n\t \n in valid = 2", "foo: s3="),
];

#[test]
fn the_config_file_is_read_by_its_rules() {
    for (config, expected) in CONFIG {
        assert_eq!(profiles(config, ""), *expected, "{config:?}");
    }
}

#[test]
fn the_credentials_file_has_bare_names_and_wins() {
    for (config, credentials, expected) in [
        ("", "[foo]\na = 1", "foo: a=1"),
        ("", "[   foo    ]\na = 1\n[profile bar]\nb = 2", "foo: a=1"),
        ("", "[profile foo]\na = 1", ""),
        ("", "[sso-sessionfoo]\na = 1\n[bar]", "bar:; sso-sessionfoo: a=1"),
        ("", "[sso-session foo]\na = 1\n[in valid 2]\nb = 2", ""),
        ("", "[\"foo bar\"]\na = 1", "foo bar: a=1"),
        ("[profile foo]\na = 1", "[foo]\nb = 2", "foo: a=1, b=2"),
        ("[profile foo]\na = 1", "[foo]\na = 2", "foo: a=2"),
        ("[profile foo]\na = 1", "[foo]\nA = 2\n[foo]\na = 3", "foo: a=3"),
        ("[profile default]\na = 1\n[default]\nb = 2", "[default]\nc = 3", "default: a=1, c=3"),
        ("[default]\na = 1", "[default]\nb = 2", "default: a=1, b=2"),
    ] {
        assert_eq!(profiles(config, credentials), expected, "{config:?} {credentials:?}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_told_by_its_number() {
    for (config, expected) in [
        ("[profile foo", "line 1: no `]` at its end"),
        ("[default]\n[profile foo # ]x", "line 2: no `]` at its end"),
        ("[[default]]", "line 1: no `]` at its end"),
        ("\n\na = 1", "line 3: a line before any"),
        (" -continued", "line 1: a line before any"),
        ("[profile foo]\nkey : value", "line 2: no `=`"),
        ("[profile foo]\nkey # = value", "line 2: no `=`"),
        ("[profile foo]\n= value", "line 2: no name"),
        ("[profile foo]\n -continued", "line 2: no `=`"),
        ("[profile foo]\na = 1\n[profile foo]\n -continued", "line 4: no `=`"),
        ("[profile foo]\ns3 =\n invalid", "line 3: no `=`"),
        ("[profile foo]\ns3 =\n = value", "line 3: no name"),
        ("[services foo]\nkey", "line 2: no `=`"),
    ] {
        assert_eq!(profiles(config, ""), expected, "{config:?}");
    }
    for bytes in [&b"[default]\na = \xff"[..], b"[default]\n\xff\xfe["] {
        let fault = parse(bytes, Kind::Config).err().map(|(line, fault)| (line, fault.found));
        assert_eq!(fault, Some((2, "other bytes")));
    }
}
