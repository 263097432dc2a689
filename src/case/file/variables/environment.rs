//! Environments beside a `.http` file: objects by their names, as in `{"dev": {"host": "…"}, "prod": {"host": "…"}}`.

use std::collections::BTreeMap;

use serde_json::{Deserializer, Map, Value};

use super::{runs, shown};
use crate::request::Notice;

/// What REST Client calls them in its settings.
const SETTING: &str = "rest-client.environmentVariables";

/// The environment whose values hold in all the others.
pub(super) const SHARED: &str = "$shared";

/// Whether environments go before what a file defines.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub(super) enum Precedence {
    /// As in JetBrains' HTTP Client.
    #[default]
    OverFile,
    /// As in REST Client.
    UnderFile,
}

/// What the environments of a text give names. Nobody says which one was chosen: a value holds where all that have one agree.
#[derive(Default)]
pub(super) struct Environments {
    names: BTreeMap<String, Given>,
    shared: BTreeMap<String, String>,
    pub(super) precedence: Precedence,
}

/// What a name is given.
struct Given {
    value: String,
    /// The environments that have a value, the first being that of this one.
    by: Vec<String>,
    is_agreed: bool,
}

impl Given {
    /// A name that nobody has given a value yet.
    fn none(first: &str) -> Self {
        Self { value: first.to_owned(), by: Vec::new(), is_agreed: true }
    }

    fn take(&mut self, value: &str, by: &str) {
        self.is_agreed &= self.value == value;
        self.by.push(by.to_owned());
    }
}

impl Environments {
    /// Takes the object of environments out of a text, in whose place as many lines are left.
    pub(super) fn cut(text: &str) -> (String, Self) {
        /// So many objects of a text are looked at.
        const MOST: usize = 16;
        let starts = text.match_indices('{').map(|(at, _)| at);
        let begins_a_line =
            |at: &usize| text[..*at].trim_end_matches([' ', '\t']).ends_with('\n') || *at == 0;
        let mut objects = starts.filter(begins_a_line).take(MOST).filter_map(|at| {
            let mut values = Deserializer::from_str(&text[at..]).into_iter::<Value>();
            let object = values.next()?.ok().filter(|_| is_no_body(&text[..at]))?;
            let rest = without(text, at, at + values.byte_offset());
            let environments = Self::of(object, &rest)?;
            Some((rest, environments))
        });
        objects.next().unwrap_or_else(|| (text.to_owned(), Self::default()))
    }

    /// The environments of an object, where they name what the rest of a text asks for.
    fn of(object: Value, text: &str) -> Option<Self> {
        let Value::Object(mut object) = object else { return None };
        let (environments, precedence) = match object.remove(SETTING) {
            Some(Value::Object(own)) => (own, Precedence::UnderFile),
            Some(_) | None => (object, Precedence::OverFile),
        };
        let all = environments.into_iter().map(|(name, values)| Some((name, texts(values)?)));
        let mut all: BTreeMap<String, BTreeMap<String, String>> = all.collect::<Option<_>>()?;
        let shared = all.remove(SHARED).unwrap_or_default();
        let environments = Self { names: given(all, &shared), shared, precedence };
        let asks = runs(text).filter_map(|run| run.name).any(|name| environments.names.contains_key(name));
        asks.then_some(environments)
    }

    /// The value of a name, and the environment that it is from.
    pub(super) fn value(&self, name: &str) -> Option<(&str, &str)> {
        if let Some(name) = name.strip_prefix(SHARED).map(str::trim_start) {
            return Some((self.shared.get(name)?, SHARED));
        }
        let given = self.names.get(name).filter(|given| given.is_agreed)?;
        Some((&given.value, given.by.first()?))
    }

    /// Every value that a name may have.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.names.values().map(|given| &given.value).chain(self.shared.values()).map(String::as_str)
    }

    /// What is said of names to which environments give different values.
    pub(super) fn conflicts(&self, text: &str) -> Vec<Notice> {
        let mut names: Vec<&str> = runs(text).filter_map(|run| run.name).collect();
        names.sort_unstable();
        names.dedup();
        let told = names.into_iter().filter_map(|name| {
            let given = self.names.get(name).filter(|given| !given.is_agreed)?;
            let environments: Vec<String> = given.by.iter().map(|name| shown(name)).collect();
            Some(Notice(format!(
                "{} has different values in the environments {}: leave only the one that was used.",
                shown(name),
                environments.join(", ")
            )))
        });
        told.collect()
    }
}

/// What environments give each name: their own value, and the shared one where one of them has none.
fn given(
    environments: BTreeMap<String, BTreeMap<String, String>>,
    shared: &BTreeMap<String, String>,
) -> BTreeMap<String, Given> {
    let count = environments.len();
    let mut names: BTreeMap<String, Given> = BTreeMap::new();
    let own = environments.into_iter().flat_map(|(environment, values)| {
        values.into_iter().map(move |(name, value)| (name, value, environment.clone()))
    });
    for (name, value, by) in own {
        names.entry(name).or_insert_with(|| Given::none(&value)).take(&value, &by);
    }
    for (name, value) in shared {
        let known = names.get(name).map_or(0, |given| given.by.len());
        if known < count || count == 0 {
            let given = names.entry(name.clone()).or_insert_with(|| Given::none(value));
            given.take(value, SHARED);
        }
    }
    names
}

/// The texts of one environment. Numbers stand for themselves.
fn texts(values: Value) -> Option<BTreeMap<String, String>> {
    let Value::Object(values) = values else { return None };
    let own = |values: Map<String, Value>| {
        values.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(_) | Value::Bool(_) => Some((name, value.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        })
    };
    Some(own(values).collect())
}

/// Whether an object behind this text is no body of the request in it: it is announced, follows a body, or the request has none.
fn is_no_body(before: &str) -> bool {
    let last = before.trim_end().rsplit('\n').next().unwrap_or_default().trim();
    let follows_a_body = last.starts_with(['{', '}']) && last.ends_with('}');
    let is_of_request = |line: &&str| {
        !line.is_empty() && !line.starts_with(['#', '@']) && !line.starts_with("//") && !is_heading(line)
    };
    let request = before.lines().map(str::trim).find(is_of_request);
    let takes_a_body =
        request.is_some_and(|line| !["GET ", "HEAD ", "http"].iter().any(|start| line.starts_with(start)));
    is_heading(last) || last.starts_with("###") || follows_a_body || !takes_a_body
}

/// Whether a line announces environments: the name of their file, a fence.
fn is_heading(line: &str) -> bool {
    line.contains(".env.json") || line.trim_start().starts_with("```")
}

/// A text without what stands there, and without what announces it: the name of the file, a fence. Lines keep their numbers.
fn without(text: &str, start: usize, end: usize) -> String {
    let mut before = text[..start].trim_end();
    loop {
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        match is_heading(&before[line..]) {
            true => before = before[..line].trim_end(),
            false => break,
        }
    }
    let after = text[end..].trim_start();
    let after = after.strip_prefix("```").unwrap_or(after);
    let gone = text[before.len()..text.len() - after.len()].matches('\n').count();
    let breaks = if after.trim().is_empty() { 0 } else { gone };
    [before, &"\n".repeat(breaks), after].concat()
}
