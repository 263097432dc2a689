//! Texts with holes, as rows write them: `{t}.{body}`, `{pairs:query|sort|join(=,&)}`.
//!
//! ```text
//! text      any characters; `{{` `}}` `[[` `]]` stand for one of them
//! hole      `{` source (`|` pipe)* `}`
//! optional  `[` text and holes `]`   left out whole where one of its holes is absent or empty
//! source    a name, or `kind:argument`
//! pipe      a name, or `name(argument,argument)`
//! ```

use super::pipe::Pipe;
use super::source::Source;

/// A text with holes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// Its parts in order.
    pub nodes: Vec<Node>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// These characters.
    Literal(String),
    /// A value.
    Hole(Hole),
    /// Left out whole where one of its holes is absent or empty.
    Optional(Vec<Node>),
}

/// A value and what is done to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hole {
    /// Where it comes from.
    pub source: Source,
    /// What is done to it, in order.
    pub pipes: Vec<Pipe>,
}

/// Why a text is no template: what was expected, and what was found.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, but found {found}")]
pub struct TemplateError {
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl TemplateError {
    pub(super) fn new(expected: impl Into<String>, found: &str) -> Self {
        let found = if found.is_empty() { "nothing".into() } else { format!("`{found}`") };
        Self { expected: expected.into(), found }
    }
}

/// What a name in a template may mean beside the parts of a request.
pub(super) struct Names<'a> {
    /// Values that the request's patterns capture.
    pub(super) captured: &'a [String],
    /// Texts that were made before.
    pub(super) texts: &'a [String],
}

impl Template {
    /// Reads a template.
    pub(super) fn parse(text: &str, names: &Names<'_>) -> Result<Self, TemplateError> {
        let mut reader = Reader { rest: text, names };
        let nodes = reader.nodes(Within::Nothing)?;
        Ok(Self { nodes })
    }

    /// Every hole, those of optional parts included.
    pub fn holes(&self) -> Vec<&Hole> {
        let mut holes = Vec::new();
        gather(&self.nodes, &mut holes);
        holes
    }
}

fn gather<'a>(nodes: &'a [Node], holes: &mut Vec<&'a Hole>) {
    for node in nodes {
        match node {
            Node::Literal(_) => {}
            Node::Hole(hole) => holes.push(hole),
            Node::Optional(inner) => gather(inner, holes),
        }
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Within {
    Nothing,
    Optional,
}

struct Reader<'a, 'n> {
    rest: &'a str,
    names: &'n Names<'n>,
}

impl Reader<'_, '_> {
    fn nodes(&mut self, within: Within) -> Result<Vec<Node>, TemplateError> {
        let (mut nodes, mut literal) = (Vec::new(), String::new());
        loop {
            let Some(next) = self.rest.chars().next() else {
                if within == Within::Optional {
                    return Err(TemplateError::new("`]` behind the optional part", ""));
                }
                break;
            };
            self.rest = &self.rest[next.len_utf8()..];
            let is_doubled = matches!(next, '{' | '}' | '[' | ']') && self.rest.starts_with(next);
            match next {
                _ if is_doubled => {
                    self.rest = &self.rest[1..];
                    literal.push(next);
                }
                '{' => {
                    close(&mut nodes, &mut literal);
                    nodes.push(Node::Hole(self.hole()?));
                }
                '[' => {
                    close(&mut nodes, &mut literal);
                    nodes.push(Node::Optional(self.nodes(Within::Optional)?));
                }
                ']' if within == Within::Optional => break,
                '}' | ']' => {
                    return Err(TemplateError::new(
                        "a bracket that was opened, or two of them",
                        &next.to_string(),
                    ));
                }
                other => literal.push(other),
            }
        }
        close(&mut nodes, &mut literal);
        Ok(nodes)
    }

    fn hole(&mut self) -> Result<Hole, TemplateError> {
        let end = end_of_hole(self.rest).ok_or_else(|| TemplateError::new("`}` behind a name", self.rest))?;
        let (inner, rest) = (&self.rest[..end], &self.rest[end + 1..]);
        self.rest = rest;
        let mut parts = split_outside(inner, '|').into_iter();
        let source = Source::parse(parts.next().unwrap_or_default(), self.names)?;
        let pipes = parts.map(Pipe::parse).collect::<Result<_, _>>()?;
        Ok(Hole { source, pipes })
    }
}

fn close(nodes: &mut Vec<Node>, literal: &mut String) {
    if !literal.is_empty() {
        nodes.push(Node::Literal(std::mem::take(literal)));
    }
}

/// The end of a hole: the first `}` that stands in no bracket of a pipe.
fn end_of_hole(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    text.char_indices().find_map(|(at, character)| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '}' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })
}

/// `text` split at `mark`, where that stands in no bracket.
pub(super) fn split_outside(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if character == mark && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + mark.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
