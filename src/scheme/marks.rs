//! By what a request shows that a scheme signed it: words of `Authorization`, headers, parameters, fields of a form.
//!
//! Every scheme is asked of every request, on the path of every keystroke, and most requests carry nothing of the kind. One look at the
//! names that do stand in a request spares all those questions, however many schemes there are.

use std::sync::LazyLock;

use super::OWN;
use super::foreign::FOREIGN;
use super::recipe::rows;
use crate::request::{Request, Span, form};

/// What a scheme puts into a request. Names and words are compared without their case.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    /// `Authorization` begins with this word.
    Word(&'static str),
    /// `Authorization` begins with these characters.
    Begin(&'static str),
    /// A header of this name is sent.
    Header(&'static str),
    /// The query has a parameter of this name.
    Pair(&'static str),
    /// The multipart form has a field of this name.
    Field(&'static str),
}

impl Mark {
    pub(super) fn stands_in(self, request: &Request) -> bool {
        let authorization = || request.value(b"authorization").unwrap_or_default();
        match self {
            Self::Word(word) => {
                let first = authorization().split(u8::is_ascii_whitespace).next().unwrap_or_default();
                first.eq_ignore_ascii_case(word.as_bytes())
            }
            Self::Begin(begin) => authorization()
                .get(..begin.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(begin.as_bytes())),
            Self::Header(name) => request.header(name.as_bytes()).is_some(),
            Self::Pair(name) => request.target.contains(&b'?') && request.pair(name.as_bytes()).is_some(),
            Self::Field(name) => field(request, name).is_some(),
        }
    }

    pub(super) fn place(self) -> String {
        match self {
            Self::Word(_) | Self::Begin(_) => "the Authorization header".into(),
            Self::Header(name) => format!("the header {name}"),
            Self::Pair(name) => format!("the query parameter {name}"),
            Self::Field(name) => format!("the form field {name}"),
        }
    }
}

fn field(request: &Request, name: &str) -> Option<Span> {
    form::sent(request)?.ok()?.field(name)
}

/// Whether a scheme, one that is computed or one that is only named, may have signed `request`. A form may hold a mark where no name shows it.
pub(super) fn may_stand_in(request: &Request) -> bool {
    let known = |name: &[u8]| NAMES.may_have(name);
    let target = &request.target;
    request.sent().any(|(_, header)| known(&header.name))
        || target.contains(&b'?') && request.target().pairs(target).any(|pair| known(&target[pair.name]))
        || form::is_one(request)
        || form::is_laid_out_as_query(request)
        || rows::may_stand_in_json(request)
}

/// The names by which any scheme is known.
static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { first: [0; 256], last: [0; 256] };
    // An Authorization header may hold anything.
    names.add("authorization");
    // Escher's names have a word of the user's choice in them.
    (1..=24).for_each(|len| {
        names.add(&format!("x-{}-auth", "x".repeat(len)));
        names.add(&format!("x-{}-algorithm", "x".repeat(len)));
    });
    OWN.iter().flat_map(|scheme| scheme.names()).for_each(|name| names.add(&name));
    rows::places().iter().for_each(|name| names.add(name));
    let marks = FOREIGN.iter().flat_map(|scheme| scheme.marks).copied().flatten();
    for mark in marks {
        if let Mark::Header(name) | Mark::Pair(name) = mark {
            names.add(name);
        }
    }
    names
});

/// Names by their lengths: for each byte that one begins with, and for each that one ends with, bit *n* is set where such a name has *n* bytes.
struct Names {
    first: [u64; 256],
    last: [u64; 256],
}

impl Names {
    fn add(&mut self, name: &str) {
        let Some((first, last, bit)) = key(name.as_bytes()) else { return };
        self.first[first] |= bit;
        self.last[last] |= bit;
    }

    /// Whether a name that was added is as long, and begins and ends so.
    fn may_have(&self, name: &[u8]) -> bool {
        key(name).is_some_and(|(first, last, bit)| self.first[first] & self.last[last] & bit != 0)
    }
}

/// First and last byte of a name in lower case, and the bit of its length; `None` for the empty name, and for one of 64 bytes and more, which no
/// scheme has.
fn key(name: &[u8]) -> Option<(usize, usize, u64)> {
    let lower = |byte: &u8| usize::from(byte.to_ascii_lowercase());
    Some((lower(name.first()?), lower(name.last()?), 1_u64.checked_shl(name.len() as u32)?))
}
