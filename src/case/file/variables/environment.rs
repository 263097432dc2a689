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

/// Every environment of a text. Nobody says which one was chosen: a value holds where all that have one agree.
#[derive(Default)]
pub(super) struct Environments {
    values: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) precedence: Precedence,
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
        let values: BTreeMap<_, _> = environments
            .into_iter()
            .map(|(name, values)| Some((name, texts(values)?)))
            .collect::<Option<_>>()?;
        let is_asked_for = |name: &str| values.values().any(|own| own.contains_key(name));
        let asks = runs(text).filter_map(|run| run.name).any(is_asked_for);
        asks.then_some(Self { values, precedence })
    }

    /// The value of a name, and the environment that it is from.
    pub(super) fn value(&self, name: &str) -> Option<(&str, &str)> {
        if let Some(name) = name.strip_prefix(SHARED).map(str::trim_start) {
            return Some((self.values.get(SHARED)?.get(name)?, SHARED));
        }
        let found = self.found(name);
        let first = *found.first()?;
        found.iter().all(|(value, _)| *value == first.0).then_some(first)
    }

    /// Every value.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.values.values().flat_map(|values| values.values()).map(String::as_str)
    }

    /// What each environment gives a name: its own value, else the shared one.
    fn found(&self, name: &str) -> Vec<(&str, &str)> {
        let shared = self.values.get(SHARED).and_then(|values| values.get(name));
        let is_alone = self.values.len() == 1;
        let own = self.values.iter().filter(|(environment, _)| is_alone || *environment != SHARED);
        own.filter_map(|(environment, values)| Some((&**values.get(name).or(shared)?, &**environment)))
            .collect()
    }

    /// What is said of names to which environments give different values.
    pub(super) fn conflicts(&self, text: &str) -> Vec<Notice> {
        let mut names: Vec<&str> = runs(text).filter_map(|run| run.name).collect();
        names.sort_unstable();
        names.dedup();
        let in_conflict = names.into_iter().filter(|name| self.value(name).is_none());
        let told = in_conflict.filter_map(|name| {
            let environments: Vec<String> =
                self.found(name).iter().map(|(_, environment)| shown(environment)).collect();
            let words = format!(
                "{} has different values in the environments {}: leave only the one that was used.",
                shown(name),
                environments.join(", ")
            );
            (environments.len() > 1).then_some(Notice(words))
        });
        told.collect()
    }
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
