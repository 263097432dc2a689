//! The notation of rows: TOML, one table for each scheme.
//!
//! ```toml
//! [acme]
//! title = "Acme webhook"
//! header.Acme-Signature = "t={t},v1={signature}"
//! message = "{t}.{body}"
//! algorithm = "hmac-sha256"
//! encoding = "hex"
//! time = { value = "t", unit = "seconds", tolerance = 300 }
//! ```
//!
//! The rows that come with the program and those of a user are read by the same reader: there is nothing that one can say and the other
//! cannot.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::condition::Condition;
use super::pattern::{Need, Pattern, Place};
use super::template::{Names, Template, TemplateError};
use super::time::{Time, Unit};
use super::{Direction, Known, Recipe, Stated, Under};
use crate::signature::algorithm::Algorithm;
use crate::signature::mac::Encoding;
use crate::signature::name::kept;

/// Why a text holds no rows: the line, what was expected, and what was found.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, but found {found} in line {line}")]
pub struct NotationError {
    /// Counts from one.
    pub line: usize,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// Reads every row of `text`.
///
/// # Errors
///
/// With the first line that is not as it should be.
pub fn read(text: &str) -> Result<Vec<Recipe>, NotationError> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        NotationError { line, expected: "TOML".into(), found: error.message().to_owned() }
    })?;
    let rows = table.into_inner();
    rows.into_iter().map(|(id, value)| Row::of(text, id, value)?.read()).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

type Entry<'t> = (Spanned<std::borrow::Cow<'t, str>>, Spanned<DeValue<'t>>);

/// A text with its name.
type Named = (&'static str, Vec<Under<Template>>);

/// One table, whose entries are taken out one after the other: what is left is not known.
struct Row<'t> {
    text: &'t str,
    id: String,
    span: Range<usize>,
    entries: Vec<Entry<'t>>,
}

const COLUMNS: &str = "one of title, link, known, note, direction, require, header, query, form, json, authorization, time, expires, key-id, nonce, \
                       several, texts, message, key, chain, chain-encoding, algorithm, encoding, digests";

impl<'t> Row<'t> {
    fn of(
        text: &'t str,
        id: Spanned<std::borrow::Cow<'t, str>>,
        value: Spanned<DeValue<'t>>,
    ) -> Result<Self, NotationError> {
        let span = id.span();
        let id = id.into_inner().into_owned();
        match value.into_inner() {
            DeValue::Table(table) => Ok(Self { text, id, span, entries: table.into_iter().collect() }),
            other => {
                Err(fault(text, span.start, "a table for each scheme, such as `[acme]`", kind_of(&other)))
            }
        }
    }

    fn fault(&self, at: usize, expected: impl Into<String>, found: impl Into<String>) -> NotationError {
        fault(self.text, at, expected, found)
    }

    fn take(&mut self, name: &str) -> Option<Spanned<DeValue<'t>>> {
        let at = self.entries.iter().position(|(known, _)| known.get_ref() == name)?;
        Some(self.entries.remove(at).1)
    }

    fn string(&mut self, name: &str) -> Result<Option<Spanned<String>>, NotationError> {
        self.take(name).map(|value| self.as_string(value)).transpose()
    }

    fn as_string(&self, value: Spanned<DeValue<'t>>) -> Result<Spanned<String>, NotationError> {
        let span = value.span();
        match value.into_inner() {
            DeValue::String(text) => Ok(Spanned::new(span, text.into_owned())),
            other => Err(self.fault(span.start, "a string", kind_of(&other))),
        }
    }

    fn as_list(&self, value: Spanned<DeValue<'t>>) -> Result<Vec<Spanned<DeValue<'t>>>, NotationError> {
        match value.get_ref() {
            DeValue::Array(_) => match value.into_inner() {
                DeValue::Array(list) => Ok(list.into_iter().collect()),
                _ => Ok(Vec::new()),
            },
            _ => Ok(vec![value]),
        }
    }

    fn strings(&mut self, name: &str) -> Result<Vec<Spanned<String>>, NotationError> {
        let Some(value) = self.take(name) else { return Ok(Vec::new()) };
        self.as_list(value)?.into_iter().map(|value| self.as_string(value)).collect()
    }

    /// The entries of a table within the row.
    fn inner(&self, value: Spanned<DeValue<'t>>, id: &str) -> Result<Self, NotationError> {
        let key = Spanned::new(value.span(), std::borrow::Cow::Owned(id.to_owned()));
        Self::of(self.text, key, value)
    }

    fn required(&mut self, name: &str) -> Result<Spanned<String>, NotationError> {
        let start = self.span.start;
        self.string(name)?
            .ok_or_else(|| self.fault(start, format!("`{name}` in the row {}", self.id), "none"))
    }

    fn nothing_left(&self, expected: &str) -> Result<(), NotationError> {
        match self.entries.first() {
            None => Ok(()),
            Some((name, _)) => Err(self.fault(name.span().start, expected, format!("`{}`", name.get_ref()))),
        }
    }

    fn read(mut self) -> Result<Recipe, NotationError> {
        let mut names = Vec::new();
        let patterns = self.patterns(&mut names)?;
        if !names.iter().any(|name| name == "signature") {
            return Err(self.fault(self.span.start, "a pattern with `{signature}`", "none"));
        }
        let (texts, text_names) = self.texts(&names)?;
        let known = Names { captured: &names, texts: &text_names };
        let messages = self.choices("message", &known, |row, text| row.template(text, &known))?;
        let algorithms = self.choices("algorithm", &known, |row, text| {
            let missing =
                |found: &str| row.fault(text.span().start, Algorithm::EXPECTED, format!("`{found}`"));
            Algorithm::named(text.get_ref()).ok_or_else(|| missing(text.get_ref()))
        })?;
        let keys = self.keys(&known)?;
        let chain = self
            .strings("chain")?
            .iter()
            .map(|text| self.template(text, &known))
            .collect::<Result<_, _>>()?;
        let digests = self.digests(&known)?;
        let require = self
            .strings("require")?
            .iter()
            .map(|text| self.condition(text, &known))
            .collect::<Result<_, _>>()?;
        let place = |text: Option<Spanned<String>>, row: &Self| row.place(text, &names);
        let key_id = self.string("key-id")?;
        let nonce = self.string("nonce")?;
        let (key_id, nonce) = (place(key_id, &self)?, place(nonce, &self)?);
        let recipe = Recipe {
            title: kept(self.required("title")?.get_ref()),
            link: self.string("link")?.map_or("", |link| kept(link.get_ref())),
            note: self.string("note")?.map(Spanned::into_inner),
            known: self.named("known", Known::Unchecked, Known::named, Known::EXPECTED)?,
            direction: self.named("direction", Direction::Webhook, Direction::named, Direction::EXPECTED)?,
            several: self.string("several")?.map(Spanned::into_inner),
            encoding: self.named("encoding", Encoding::Hex, Encoding::named, Encoding::EXPECTED)?,
            chain_encoding: self.encoding_of_chain()?,
            time: self.time("time", &known)?,
            expires: self.time("expires", &known)?,
            id: kept(&self.id),
            patterns,
            require,
            key_id,
            nonce,
            texts,
            messages,
            keys,
            chain,
            algorithms,
            digests,
            names: names.clone(),
        };
        self.nothing_left(COLUMNS)?;
        Ok(recipe)
    }

    fn patterns(&mut self, names: &mut Vec<String>) -> Result<Vec<Pattern>, NotationError> {
        let mut patterns = Vec::new();
        if let Some(text) = self.string("authorization")? {
            patterns.push(self.pattern(
                Place::Header("Authorization".into()),
                Need::Required,
                &text,
                names,
            )?);
        }
        for kind in ["header", "query", "form", "json"] {
            let Some(value) = self.take(kind) else { continue };
            let inner = self.inner(value, kind)?;
            for (name, value) in inner.entries {
                let text = self.as_string(value)?;
                let (name, need) = match name.get_ref().strip_suffix('?') {
                    Some(name) => (name, Need::Optional),
                    None => (&**name.get_ref(), Need::Required),
                };
                patterns.push(self.pattern(place_of(kind, name), need, &text, names)?);
            }
        }
        Ok(patterns)
    }

    fn pattern(
        &self,
        place: Place,
        need: Need,
        text: &Spanned<String>,
        names: &mut Vec<String>,
    ) -> Result<Pattern, NotationError> {
        Pattern::parse(place, need, text.get_ref(), names).map_err(|error| self.of_template(text, error))
    }

    fn of_template(&self, text: &Spanned<String>, error: TemplateError) -> NotationError {
        self.fault(text.span().start, error.expected, error.found)
    }

    fn template(&self, text: &Spanned<String>, names: &Names<'_>) -> Result<Template, NotationError> {
        Template::parse(text.get_ref(), names).map_err(|error| self.of_template(text, error))
    }

    fn condition(&self, text: &Spanned<String>, names: &Names<'_>) -> Result<Condition, NotationError> {
        Condition::parse(text.get_ref(), names).map_err(|error| self.of_template(text, error))
    }

    /// Texts that are made before the message, each of which may speak of those before it.
    fn texts(&mut self, captured: &[String]) -> Result<(Vec<Named>, Vec<String>), NotationError> {
        let (mut texts, mut names) = (Vec::new(), Vec::new());
        let Some(value) = self.take("texts") else { return Ok((texts, names)) };
        for value in self.as_list(value)? {
            let mut inner = self.inner(value, "texts")?;
            let name = inner.required("name")?.into_inner();
            let known = Names { captured, texts: &names };
            let text = inner.choices("text", &known, |row, text| row.template(text, &known))?;
            inner.nothing_left("name and text")?;
            texts.push((kept(&name), text));
            names.push(name);
        }
        Ok((texts, names))
    }

    /// One value, or a list of values with the conditions under which each holds.
    fn choices<T>(
        &mut self,
        name: &str,
        names: &Names<'_>,
        read: impl Fn(&Self, &Spanned<String>) -> Result<T, NotationError>,
    ) -> Result<Vec<Under<T>>, NotationError> {
        let missing = self.fault(self.span.start, format!("`{name}` in the row {}", self.id), "none");
        let list = self.take(name).ok_or(missing)?;
        let mut choices = Vec::new();
        for value in self.as_list(list)? {
            if let DeValue::String(_) = value.get_ref() {
                choices.push(Under { when: Vec::new(), what: read(self, &self.as_string(value)?)? });
                continue;
            }
            let mut inner = self.inner(value, name)?;
            let when = inner.strings("when")?;
            let when = when.iter().map(|text| self.condition(text, names)).collect::<Result<_, _>>()?;
            let what = read(self, &inner.required("use")?)?;
            inner.nothing_left("when and use")?;
            choices.push(Under { when, what });
        }
        Ok(choices)
    }

    fn keys(&mut self, names: &Names<'_>) -> Result<Vec<Template>, NotationError> {
        let keys = self.strings("key")?;
        let keys =
            if keys.is_empty() { vec![Spanned::new(self.span.clone(), "{secret}".into())] } else { keys };
        keys.iter().map(|text| self.template(text, names)).collect()
    }

    fn digests(&mut self, names: &Names<'_>) -> Result<Vec<Stated>, NotationError> {
        let Some(value) = self.take("digests") else { return Ok(Vec::new()) };
        let mut digests = Vec::new();
        for value in self.as_list(value)? {
            let mut inner = self.inner(value, "digests")?;
            let (stated, text) = (inner.required("stated")?, inner.required("text")?);
            let when = inner.strings("when")?;
            inner.nothing_left("stated, text and when")?;
            digests.push(Stated {
                stated: self.template(&stated, names)?,
                text: self.template(&text, names)?,
                when: when.iter().map(|text| self.condition(text, names)).collect::<Result<_, _>>()?,
            });
        }
        Ok(digests)
    }

    fn time(&mut self, name: &str, names: &Names<'_>) -> Result<Option<Time>, NotationError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let mut inner = self.inner(value, name)?;
        let text = inner.required("value")?;
        let value = match text.get_ref().contains('{') {
            true => self.template(&text, names)?,
            false => self.template(&Spanned::new(text.span(), format!("{{{}}}", text.get_ref())), names)?,
        };
        let unit = inner.named("unit", Unit::Seconds, Unit::named, Unit::EXPECTED)?;
        let tolerance = inner.take("tolerance");
        let tolerance = tolerance.map(|value| self.number(&value)).transpose()?;
        inner.nothing_left("value, unit and tolerance")?;
        Ok(Some(Time { value, unit, tolerance }))
    }

    fn number(&self, value: &Spanned<DeValue<'t>>) -> Result<i64, NotationError> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number
            .filter(|number| (0..=1 << 40).contains(number))
            .ok_or_else(|| self.fault(value.span().start, "a number of seconds", kind_of(value.get_ref())))
    }

    /// The place of a captured name.
    fn place(&self, text: Option<Spanned<String>>, names: &[String]) -> Result<Option<usize>, NotationError> {
        let Some(text) = text else { return Ok(None) };
        let at = names.iter().position(|name| name == text.get_ref());
        let missing = || {
            self.fault(text.span().start, "a name that a pattern captures", format!("`{}`", text.get_ref()))
        };
        at.map(Some).ok_or_else(missing)
    }

    fn named<T>(
        &mut self,
        name: &str,
        usual: T,
        read: fn(&str) -> Option<T>,
        expected: &str,
    ) -> Result<T, NotationError> {
        let Some(text) = self.string(name)? else { return Ok(usual) };
        let missing = || self.fault(text.span().start, expected, format!("`{}`", text.get_ref()));
        read(text.get_ref()).ok_or_else(missing)
    }

    fn encoding_of_chain(&mut self) -> Result<Option<Encoding>, NotationError> {
        self.named("chain-encoding", None, |name| Encoding::named(name).map(Some), Encoding::EXPECTED)
    }
}

fn fault(text: &str, at: usize, expected: impl Into<String>, found: impl Into<String>) -> NotationError {
    NotationError { line: line_of(text, at), expected: expected.into(), found: found.into() }
}

/// The place that a name stands for in one of these tables.
fn place_of(kind: &str, name: &str) -> Place {
    match kind {
        "header" => Place::Header(name.into()),
        "query" => Place::Query(name.into()),
        "form" => Place::Form(name.into()),
        _ => Place::Json(name.split('.').map(str::to_owned).collect()),
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
