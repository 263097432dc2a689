//! The signature base of HTTP message signatures: RFC 9421, 2.5.
//!
//! ```text
//! Signature-Input: sig1=("@method" "content-digest" "@query-param";name="a");created=1618884473;keyid="k"
//! ```
//!
//! Each component that the list names is a line `"name": value`; the last line is the list itself.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::evaluate::Scene;
use super::pipe::Each;
use super::source::{PairsOf, Source};
use super::text::{self, Text, Value, parts};
use crate::canon::encode::RESERVED;
use crate::trace::{Rule, Rules};

/// A component: its name, and what stands behind it.
struct Component {
    name: String,
    /// Name and parameters as they are written.
    whole: Range<usize>,
    parameters: Parameters,
}

impl Component {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_deref())
    }

    fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(known, _)| known == name)
    }
}

/// The base of the signature with this label; `None` where its list cannot be read, or names what the request has not.
pub(super) fn base(scene: &Scene<'_>, label: &[u8]) -> Option<Text> {
    let Value::Text(input) = scene.value(&Source::Header("signature-input".into())) else { return None };
    let list = member(input.bytes(), label)?;
    let list = text::slice(&input, list);
    let (components, _) = components(list.bytes())?;
    let mut out = Text::default();
    for component in &components {
        text::append(&mut out, &text::slice(&list, component.whole.clone()), Rules::NONE);
        out.fixed(b": ");
        text::append(&mut out, &value(scene, component)?, Rules::NONE);
        out.fixed(b"\n");
    }
    out.fixed(b"\"@signature-params\": ");
    text::append(&mut out, &list, Rules::NONE);
    Some(out)
}

/// The place of a member's value in a dictionary of structured fields (RFC 8941, 3.2).
pub(super) fn member(dictionary: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let mut start = 0;
    while start < dictionary.len() {
        let end = end_of_member(dictionary, start);
        let at = start + dictionary[start..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let equals = memchr::memchr(b'=', &dictionary[at..end]).map(|offset| at + offset);
        if let Some(equals) = equals.filter(|equals| &dictionary[at..*equals] == name) {
            let length = dictionary[equals + 1..end].trim_ascii_end().len();
            return Some(equals + 1..equals + 1 + length);
        }
        start = end + 1;
    }
    None
}

/// The comma that ends a member: one that stands in no string and no list.
fn end_of_member(text: &[u8], start: usize) -> usize {
    let (mut quoted, mut depth) = (false, 0_u32);
    let mut at = start;
    while at < text.len() {
        match text[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            b',' if !quoted && depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The components of a list, and where it ends.
fn components(text: &[u8]) -> Option<(Vec<Component>, usize)> {
    let mut at = usize::from(text.first() == Some(&b'('));
    let mut components = Vec::new();
    if at == 0 {
        return None;
    }
    loop {
        at += text[at..].iter().take_while(|byte| **byte == b' ').count();
        match text.get(at)? {
            b')' => return Some((components, at + 1)),
            b'"' => {
                let start = at;
                let end = at + 1 + memchr::memchr(b'"', &text[at + 1..])?;
                let name = String::from_utf8_lossy(&text[start + 1..end]).into_owned();
                let (parameters, end) = parameters(text, end + 1)?;
                components.push(Component { name, whole: start..end, parameters });
                at = end;
            }
            _ => return None,
        }
    }
}

/// Names, and values where they have one.
type Parameters = Vec<(String, Option<String>)>;

fn parameters(text: &[u8], mut at: usize) -> Option<(Parameters, usize)> {
    let mut found = Vec::new();
    while text.get(at) == Some(&b';') {
        let start = at + 1;
        let length = text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            .count();
        let name = String::from_utf8_lossy(&text[start..start + length]).into_owned();
        at = start + length;
        if text.get(at) != Some(&b'=') {
            found.push((name, None));
            continue;
        }
        let value = at + 1;
        let end = match text.get(value)? {
            b'"' => value + 2 + memchr::memchr(b'"', &text[value + 1..])?,
            _ => value + text[value..].iter().take_while(|byte| !matches!(byte, b';' | b')' | b' ')).count(),
        };
        let plain = String::from_utf8_lossy(&text[value..end]);
        found.push((name, Some(plain.trim_matches('"').to_owned())));
        at = end;
    }
    Some((found, at))
}

/// The value of a component (RFC 9421, 2.1 and 2.2).
fn value(scene: &Scene<'_>, component: &Component) -> Option<Text> {
    let of = |source: Source| match scene.value(&source) {
        Value::Absent => None,
        value => Some(value.into_text()),
    };
    match component.name.as_str() {
        "@method" => of(Source::Method),
        "@target-uri" => of(Source::Url),
        "@authority" => Some(authority(scene)),
        "@scheme" => of(Source::UriScheme),
        "@request-target" => of(Source::Target),
        "@path" => of(Source::Path),
        "@query" => {
            let mut out = text::fixed("?");
            text::append(&mut out, &of(Source::Query)?, Rules::NONE);
            Some(out)
        }
        "@query-param" => query_parameter(scene, component.parameter("name")?),
        name if name.starts_with('@') => None,
        name => field(scene, component, name),
    }
}

/// The host in lower case, without the port that its scheme has anyway.
fn authority(scene: &Scene<'_>) -> Text {
    let host = Each::Lower.apply(&scene.value(&Source::Host).into_text());
    let usual: &[u8] = if scene.uri_scheme == "http" { b":80" } else { b":443" };
    match host.bytes().ends_with(usual) {
        true => text::slice(&host, 0..host.bytes().len() - usual.len()),
        false => host,
    }
}

fn query_parameter(scene: &Scene<'_>, name: &str) -> Option<Text> {
    let Value::Pairs(pairs) = scene.value(&Source::Pairs(vec![PairsOf::Query])) else { return None };
    // They are read as those of a form (RFC 9421, 2.2.8).
    let mut values =
        pairs.iter().map(|pair| (Each::DecodeForm.apply(&pair.name), Each::DecodeForm.apply(&pair.value)));
    let wanted = percent_decoded(name);
    let found = values.find(|(name, _)| name.bytes() == wanted.as_bytes()).map(|(_, value)| value)?;
    let encoded = percent_encoding::percent_encode(found.bytes(), &RESERVED).to_string();
    Some(text::whole(&found, encoded.as_bytes(), Rule::Encoded))
}

fn percent_decoded(name: &str) -> String {
    percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned()
}

/// A header: all of its values, one member of it, or its bytes.
fn field(scene: &Scene<'_>, component: &Component, name: &str) -> Option<Text> {
    scene.request.header(name.as_bytes())?;
    let values = scene.header_values(name.as_bytes());
    if component.has("bs") {
        let encoded: Vec<String> = parts(values.bytes(), ", ")
            .map(|range| format!(":{}:", STANDARD.encode(&values.bytes()[range])))
            .collect();
        return Some(text::whole(&values, encoded.join(", ").as_bytes(), Rule::Recoded));
    }
    match component.parameter("key") {
        Some(key) => member(values.bytes(), key.as_bytes()).map(|range| text::slice(&values, range)),
        None => Some(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_ends_at_a_comma_that_stands_outside() {
        let text = br#"a=("x,y" "b");k="c,d" , sig2=:AA==:"#;
        let found =
            |name: &[u8]| member(text, name).map(|range| String::from_utf8_lossy(&text[range]).into_owned());
        assert_eq!(found(b"a").as_deref(), Some(r#"("x,y" "b");k="c,d""#));
        assert_eq!(found(b"sig2").as_deref(), Some(":AA==:"));
        assert_eq!(found(b"sig3"), None);
    }

    #[test]
    fn components_keep_their_parameters() {
        let (list, end) = components(br#"("@query-param";name="a" "x";bs);created=1"#).unwrap();
        assert_eq!((list[0].name.as_str(), list[0].parameter("name")), ("@query-param", Some("a")));
        assert!(list[1].has("bs"));
        assert_eq!(end, 32);
        assert!(components(b"x").is_none());
        assert!(components(br#"("x"#).is_none());
    }
}
