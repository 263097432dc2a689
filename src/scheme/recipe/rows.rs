//! The rows that come with the program, those of a user, and which of them a request may be signed by.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::Recipe;
use super::notation::{self, NotationError};
use super::pattern::Place;
use crate::request::{Request, form};
use crate::scheme::{Claim, ClaimError, Scheme};

/// The tables of rows, by what they are about.
pub const TABLES: [(&str, &str); 5] = [
    ("webhooks", include_str!("rows/webhooks.toml")),
    ("payments", include_str!("rows/payments.toml")),
    ("exchanges", include_str!("rows/exchanges.toml")),
    ("clouds", include_str!("rows/clouds.toml")),
    ("azure", include_str!("rows/azure.toml")),
];

static BUILT_IN: LazyLock<Vec<Recipe>> = LazyLock::new(|| {
    let rows = TABLES.iter().flat_map(|(name, text)| {
        notation::read(text).unwrap_or_else(|error| panic!("the table {name} is read by a test: {error}"))
    });
    rows.collect()
});

/// Those of a user, given once.
static GIVEN: OnceLock<Vec<Recipe>> = OnceLock::new();

/// Takes the rows of a user: they come before those of the program. Only the first call counts.
pub fn give(rows: Vec<Recipe>) {
    let _ = GIVEN.set(rows);
}

/// Reads the rows of a user's file.
///
/// # Errors
///
/// With the first line that is not as it should be.
pub fn read(text: &str) -> Result<Vec<Recipe>, NotationError> {
    notation::read(text)
}

/// Every row, a user's first.
pub fn all() -> impl Iterator<Item = &'static Recipe> {
    GIVEN.get().into_iter().flatten().chain(BUILT_IN.iter())
}

/// The text of a row of the program, as it stands in its table.
pub fn text(id: &str) -> Option<&'static str> {
    let heading = format!("[{id}]\n");
    TABLES.iter().find_map(|(_, table)| {
        let is_line = |at: usize| at == 0 || table.as_bytes()[at - 1] == b'\n';
        let start = table.match_indices(&heading).map(|(at, _)| at).find(|at| is_line(*at))?;
        let rest = &table[start..];
        let end = rest[1..].find("\n[").map_or(rest.len(), |at| at + 2);
        Some(rest[..end].trim_end())
    })
}

/// Rows by the names of the headers, parameters and fields in which they look for a signature.
#[derive(Default)]
struct Index {
    rows: Vec<&'static Recipe>,
    headers: HashMap<String, Vec<usize>>,
    parameters: HashMap<String, Vec<usize>>,
    fields: Vec<usize>,
    json: Vec<usize>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { rows: all().collect(), ..Index::default() };
    for (at, row) in all().enumerate() {
        match row.pattern_of(row.signature()).map(|pattern| &pattern.place) {
            Some(Place::Header(name)) => index.headers.entry(name.to_ascii_lowercase()).or_default().push(at),
            Some(Place::Query(name)) => index.parameters.entry(name.clone()).or_default().push(at),
            Some(Place::Form(_)) => index.fields.push(at),
            Some(Place::Json(_)) => index.json.push(at),
            None => {}
        }
    }
    index
});

/// The names of every header and parameter in which a row looks for a signature.
pub(crate) fn places() -> Vec<&'static str> {
    INDEX.headers.keys().chain(INDEX.parameters.keys()).map(String::as_str).collect()
}

/// Whether the body may hold a signature in JSON.
pub(crate) fn may_stand_in_json(request: &Request) -> bool {
    // What AWS's own schemes sign names itself in a header or the query.
    request.header(b"authorization").is_none() && request.body.slice(0..1).first() == Some(&b'{')
}

/// The rows by which a request may be signed, as far as names tell.
fn candidates(request: &Request) -> Vec<&'static Recipe> {
    let mut rows = Vec::new();
    for (_, header) in request.sent() {
        let name = String::from_utf8_lossy(&header.name).to_ascii_lowercase();
        rows.extend(INDEX.headers.get(&name).into_iter().flatten().copied());
    }
    let target = request.target();
    for pair in target.pairs(&request.target) {
        let name = String::from_utf8_lossy(&request.target[pair.name]);
        rows.extend(INDEX.parameters.get(&*name).into_iter().flatten().copied());
    }
    if form::is_one(request) || form::is_laid_out_as_query(request) {
        rows.extend(&INDEX.fields);
    }
    if may_stand_in_json(request) {
        rows.extend(&INDEX.json);
    }
    // In the order of the tables: the first of a kind is the likeliest.
    rows.sort_unstable();
    rows.dedup();
    rows.into_iter().map(|at: usize| INDEX.rows[at]).collect()
}

/// Every row whose claim can be read in `request`.
pub fn fitting(request: &Request) -> Vec<&'static Recipe> {
    candidates(request).into_iter().filter(|row| matches!(row.claim(request), Some(Ok(_)))).collect()
}

/// The claim that can be read by the row that asks for most; else why the first that is there cannot.
pub(crate) fn claim(request: &Request) -> Option<(&'static dyn Scheme, Result<Claim, ClaimError>)> {
    let (mut best, mut unread): (Option<(usize, &'static Recipe, Claim)>, _) = (None, None);
    for row in candidates(request) {
        match row.claim(request) {
            Some(Ok(claim)) => {
                let asked = row.asks();
                if best.as_ref().is_none_or(|(most, _, _)| asked > *most) {
                    best = Some((asked, row, claim));
                }
            }
            Some(Err(error)) => {
                unread.get_or_insert((row as &dyn Scheme, Err(error)));
            }
            None => {}
        }
    }
    best.map(|(_, row, claim)| (row as &dyn Scheme, Ok(claim))).or(unread)
}

#[cfg(test)]
mod tests;
