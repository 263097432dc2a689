//! A form held against its policy, condition by condition, as S3 does.

use std::borrow::Cow;

use super::{Condition, Policy, shown};
use crate::request::form::{End, Form};
use crate::visible;

/// What a form posts, as far as a policy speaks of it.
#[derive(Clone, Default)]
pub struct Posted<'a> {
    /// Names and values of the fields before `file`, in the order sent.
    pub fields: Vec<(&'a [u8], Cow<'a, [u8]>)>,
    /// The name of the file, which takes the place of `${filename}`.
    pub filename: Option<&'a [u8]>,
    /// The length of the file in bytes; `None` when it is not known.
    pub file_len: Option<u64>,
    /// The bucket that host or path names; `None` when it is not known.
    pub bucket: Option<&'a [u8]>,
}

/// What became of one demand of a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checked {
    /// The demand in words, to stand after "expected"; session tokens are hidden.
    pub condition: String,
    /// Which condition of [`Policy::conditions`]; `None` for a field that no condition names.
    pub index: Option<usize>,
    /// Which field of [`Posted::fields`] it speaks of; `None` where there is none.
    pub field: Option<usize>,
    /// Whether the form meets it.
    pub outcome: Outcome,
}

/// Whether a form meets a demand.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It does.
    Holds,
    /// It does not.
    Fails {
        /// What was found instead, user text in backquotes; session tokens are hidden.
        found: String,
    },
    /// It cannot be said.
    Unknown {
        /// What would have to be known.
        missing: &'static str,
    },
}

/// Fields that need no condition, besides those that begin with `x-ignore-`; the last two are Signature Version 2.
const FREE: [&[u8]; 5] = [b"x-amz-signature", b"file", b"policy", b"awsaccesskeyid", b"signature"];

impl<'a> Posted<'a> {
    /// What `form` posts; `body` is what it was read from. The bucket remains to be told.
    pub fn of(form: &Form, body: &'a [u8]) -> Self {
        let before = form.before_file(body);
        let file = form.fields.get(before.len());
        let is_last = before.len() + 1 == form.fields.len();
        let whole = match form.end {
            End::Closed => file,
            End::Open => file.filter(|_| !is_last),
        };
        let text = |range: &std::ops::Range<usize>| &body[range.clone()];
        Self {
            fields: before.iter().map(|field| (text(&field.name), text(&field.value).into())).collect(),
            filename: file.and_then(|file| file.filename.as_ref()).map(text),
            file_len: whole.map(|file| file.value.len() as u64),
            bucket: None,
        }
    }

    /// The first field of this name, whatever its case.
    fn position(&self, name: &[u8]) -> Option<usize> {
        self.fields.iter().position(|(field, _)| field.eq_ignore_ascii_case(name))
    }

    /// The value that S3 compares: variables are expanded before the policy is checked.
    fn value(&self, field: usize) -> Cow<'_, [u8]> {
        let (name, value) = &self.fields[field];
        if name.eq_ignore_ascii_case(b"key") { self.expand(value) } else { Cow::Borrowed(value) }
    }

    /// `${filename}` in a key replaced by what follows the last slash or backslash of the file's name; by nothing
    /// when there is no name.
    fn expand<'v>(&self, value: &'v [u8]) -> Cow<'v, [u8]> {
        const VARIABLE: &[u8] = b"${filename}";
        let path = self.filename.unwrap_or_default();
        let start = path.iter().rposition(|b| b"/\\".contains(b)).map_or(0, |at| at + 1);
        let mut out = Vec::new();
        let mut copied = 0;
        for at in memchr::memmem::find_iter(value, VARIABLE) {
            out.extend_from_slice(&value[copied..at]);
            out.extend_from_slice(&path[start..]);
            copied = at + VARIABLE.len();
        }
        if copied == 0 {
            return Cow::Borrowed(value);
        }
        out.extend_from_slice(&value[copied..]);
        Cow::Owned(out)
    }
}

impl Policy {
    /// Holds a form against each condition in order, then looks for fields that no condition names. The expiration is
    /// the caller's to compare: nothing here reads a clock.
    pub fn check(&self, posted: &Posted<'_>) -> Vec<Checked> {
        let conditions = self.conditions.iter().enumerate().map(|(index, condition)| Checked {
            condition: condition.to_string(),
            index: Some(index),
            field: condition.field().and_then(|name| posted.position(name.as_bytes())),
            outcome: outcome(condition, posted),
        });
        conditions.chain(self.without_bucket()).chain(self.unnamed(posted)).collect()
    }

    /// To S3 the bucket is a field of every form: a policy that names none is refused with "Extra input fields: bucket"
    /// (aws/aws-sdk-php#3292).
    fn without_bucket(&self) -> Option<Checked> {
        let is_bucket = |field: &str| field.eq_ignore_ascii_case("bucket");
        let names_it = self.conditions.iter().filter_map(Condition::field).any(is_bucket);
        (!names_it).then(|| Checked {
            condition: "a condition for the bucket".to_owned(),
            index: None,
            field: None,
            outcome: Outcome::Fails { found: "none".to_owned() },
        })
    }

    /// S3's "Extra input fields": each field of the form must be named by a condition.
    fn unnamed(&self, posted: &Posted<'_>) -> impl Iterator<Item = Checked> {
        let extra = posted.fields.iter().enumerate().filter(|(index, (name, _))| {
            let is_first = posted.position(name) == Some(*index);
            let names = |field: &str| name.eq_ignore_ascii_case(field.as_bytes());
            let is_named = self.conditions.iter().filter_map(Condition::field).any(names);
            is_first && !is_free(name) && !is_named
        });
        extra.map(|(index, (name, _))| Checked {
            condition: format!("a condition for field `{}`", visible::one_line(name)),
            index: None,
            field: Some(index),
            outcome: Outcome::Fails { found: "none".to_owned() },
        })
    }
}

impl Checked {
    /// What to say of a demand that is not met: "expected …, but found …".
    pub fn message(&self) -> Option<String> {
        match &self.outcome {
            Outcome::Fails { found } => Some(format!("expected {}, but found {found}", self.condition)),
            Outcome::Holds | Outcome::Unknown { .. } => None,
        }
    }
}

fn is_free(name: &[u8]) -> bool {
    const IGNORED: &[u8] = b"x-ignore-";
    let is_ignored = name.get(..IGNORED.len()).is_some_and(|head| head.eq_ignore_ascii_case(IGNORED));
    is_ignored || FREE.iter().any(|free| name.eq_ignore_ascii_case(free))
}

fn outcome(condition: &Condition, posted: &Posted<'_>) -> Outcome {
    match condition {
        Condition::Equals { field, value } => compare(posted, field, |found| found == value.as_bytes()),
        Condition::StartsWith { field, value } => {
            compare(posted, field, |found| starts(field, found, value.as_bytes()))
        }
        Condition::LengthRange { min, max } => match posted.file_len {
            None => Outcome::Unknown { missing: "the length of the file" },
            Some(len) if (*min..=*max).contains(&len) => Outcome::Holds,
            Some(len) => Outcome::Fails { found: format!("{len} bytes") },
        },
    }
}

fn compare(posted: &Posted<'_>, field: &str, holds: impl Fn(&[u8]) -> bool) -> Outcome {
    // The bucket is where the form is posted to, not what it says.
    let value = if field.eq_ignore_ascii_case("bucket") {
        let Some(bucket) = posted.bucket else { return Outcome::Unknown { missing: "the bucket" } };
        Cow::Borrowed(bucket)
    } else if let Some(index) = posted.position(field.as_bytes()) {
        posted.value(index)
    } else {
        return Outcome::Fails { found: format!("no field `{}`", visible::one_line(field.as_bytes())) };
    };
    if holds(&value) {
        Outcome::Holds
    } else {
        Outcome::Fails { found: format!("`{}`", shown(field, &value)) }
    }
}

/// Whether a value begins as demanded; of a list of content types, each must.
fn starts(field: &str, value: &[u8], head: &[u8]) -> bool {
    if !field.eq_ignore_ascii_case("content-type") {
        return value.starts_with(head);
    }
    value.split(|b| *b == b',').all(|item| item.trim_ascii_start().starts_with(head))
}

#[cfg(test)]
mod tests;
