//! The parts of a stage: which run of its bytes is the method, which the query, which a key.
//!
//! The writer of a stage ends each part where it ends it ([`Traced::ends`]), so whoever tells of a signature step by step reads the parts
//! here, and has none of its own.

use std::ops::Range;

use super::Traced;

/// What a part of a stage is, in words common to all schemes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Section {
    /// The method.
    Method,
    /// The host.
    Host,
    /// The path.
    Path,
    /// The query, or the parameters in its place.
    Query,
    /// The headers that are signed.
    Headers,
    /// Their names.
    SignedHeaders,
    /// The hash of the body, or the word in its place.
    Payload,
    /// The MD5 of the body, as a header sends it.
    ContentMd5,
    /// The media type of the body.
    ContentType,
    /// The date.
    Date,
    /// Bucket, path and subresources.
    Resource,
    /// The name of the algorithm.
    Algorithm,
    /// The credential scope.
    Scope,
    /// The hash of the canonical request.
    RequestHash,
    /// The body itself.
    Body,
    /// A step to the key: its name, and its value in the line below.
    Key,
    /// All of a stage that has no parts, or what follows its last.
    Whole,
}

impl Traced {
    /// Ends a part at the last byte written.
    pub(crate) fn ends(&mut self, section: Section) {
        self.sections.push((self.bytes.len() as u32, section));
    }

    /// The parts in order: every byte lies in one.
    pub fn sections(&self) -> impl Iterator<Item = (Range<usize>, Section)> {
        let last = self.sections.last().map_or(0, |(end, _)| *end as usize);
        let rest = (last < self.bytes.len()).then_some((last..self.bytes.len(), Section::Whole));
        let starts = std::iter::once(0).chain(self.sections.iter().map(|(end, _)| *end as usize));
        let marked =
            starts.zip(&self.sections).map(|(start, (end, section))| (start..*end as usize, *section));
        marked.chain(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_lies_in_one_part() {
        let mut text = Traced::default();
        text.fixed(b"GET\n");
        text.ends(Section::Method);
        text.ends(Section::Query);
        text.fixed(b"rest");
        let sections: Vec<_> = text.sections().collect();
        assert_eq!(sections, [(0..4, Section::Method), (4..4, Section::Query), (4..8, Section::Whole)]);
        text.clear();
        assert_eq!(text.sections().count(), 0);
    }
}
