//! Headers, in whatever way a language pairs names and values.

use super::role::{Role, role};
use crate::case::dress::literal::{Group, Member, Node};
use crate::request::Header;
use crate::request::http::is_token_byte;

/// The headers that stand in a group: in a member of that name, or as attributes `http.request.header.x`.
pub(super) fn headers_of(group: &Group) -> Vec<Header> {
    let is_headers = |member: &&Member| member.key.as_deref().and_then(role) == Some(Role::Headers);
    for member in group.members.iter().filter(is_headers) {
        if let Node::Group(list) = &member.value {
            let headers = list_of_headers(list);
            if !headers.is_empty() {
                return headers;
            }
        }
    }
    const ATTRIBUTE: &str = "http.request.header.";
    let listed = headers_below(group);
    if !listed.is_empty() {
        return listed;
    }
    let attribute = |member: &Member| {
        let name = member.key.as_deref()?.strip_prefix(ATTRIBUTE)?.replace('_', "-");
        Some(Header::new(name, member.value.text()?.0))
    };
    group.members.iter().filter_map(attribute).collect()
}

/// Headers in lines below the word, as logs without brackets list them.
fn headers_below(group: &Group) -> Vec<Header> {
    let is_word = |member: &Member| {
        let is_empty = member.value.text().is_some_and(|(text, _)| text.is_empty());
        is_empty && member.key.as_deref().and_then(role) == Some(Role::Headers)
    };
    let below = group.members.iter().skip_while(|member| !is_word(member)).skip(1);
    let header = |member: &Member| {
        let name = member.key.as_deref().filter(|name| role(name) != Some(Role::Body))?;
        Some(Header::new(name, member.value.text()?.0))
    };
    below.map_while(header).collect()
}

/// Headers as a list, in whatever way it pairs names and values.
pub(super) fn list_of_headers(list: &Group) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut loose: Vec<&str> = Vec::new();
    for member in &list.members {
        match (&member.key, &member.value) {
            (Some(name), value) => headers.extend(named(name, value)),
            (None, Node::Group(pair)) => headers.extend(pair_of(pair)),
            (None, Node::Text { text, .. }) => loose.push(text),
        }
    }
    let lines = loose.iter().filter_map(|line| crate::case::dress::paper::header(line));
    let lines: Vec<Header> = lines.map(|(name, value)| Header::new(name, value)).collect();
    if !loose.is_empty() && lines.len() == loose.len() {
        headers.extend(lines);
    } else {
        headers.extend(loose.chunks_exact(2).map(|pair| Header::new(pair[0], pair[1])));
    }
    headers.retain(|header| {
        !header.name.is_empty() && header.name.iter().copied().all(|byte| is_token_byte(byte) || byte == b':')
    });
    headers
}

/// A header of this name; one for each of several values.
pub(super) fn named(name: &str, value: &Node) -> Vec<Header> {
    match (value.text(), value) {
        (Some((text, _)), _) => vec![Header::new(name, text)],
        (None, Node::Group(values)) => {
            let texts = values.members.iter().filter_map(|member| member.value.text());
            texts.map(|(text, _)| Header::new(name, text)).collect()
        }
        (None, Node::Text { .. }) => Vec::new(),
    }
}

/// A header as a pair: `{name: …, value: …}`, `["name", "value"]`.
fn pair_of(pair: &Group) -> Option<Header> {
    let member = |names: [&str; 2]| {
        let is_it = |member: &&Member| {
            member.key.as_deref().is_some_and(|key| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
        };
        pair.members.iter().find(is_it)?.value.text()
    };
    if let (Some((name, _)), Some((value, _))) = (member(["name", "key"]), member(["value", "val"])) {
        return Some(Header::new(name, value));
    }
    match &pair.members[..] {
        [name, value] => Some(Header::new(name.value.text()?.0, value.value.text()?.0)),
        _ => None,
    }
}
