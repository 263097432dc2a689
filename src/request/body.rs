//! The body of a request: bytes at hand, a file named by its path, or a pipe that is read once; and what was found in it.
//!
//! Digests, chunks and messages are kept beside the bytes, so an edit elsewhere in the request never reads the body again, and a
//! large body can be read away from the screen: [`Body::digest`] and [`Body::found`] tell what is known, [`Body::hash`] and
//! [`Body::find`] compute.

mod found;

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use crate::frames::pass::Item;
use crate::rope::Rope;
use found::Digests;

pub use crate::frames::Digest;

/// What keeps a file where it is: it may go once the last body that lies in it is gone.
pub type Keeper = Arc<dyn Any + Send + Sync>;

/// What a walk along a body came to: known to the scheme whose signatures stand in it.
pub type Walked = Arc<dyn Any + Send + Sync>;

/// What follows the headers.
#[derive(Clone, Default)]
pub struct Body {
    source: Source,
    /// `None` for no bytes: nothing has to be noted of them, and most requests have no body.
    digests: Option<Arc<Digests>>,
    /// The files that its bytes were put together from: what they hold is never in a report.
    files: Option<Arc<[PathBuf]>>,
}

#[derive(Clone)]
enum Source {
    Bytes(Rope),
    File {
        path: PathBuf,
        len: u64,
        #[allow(dead_code, reason = "it is held, and never read")]
        keeper: Option<Keeper>,
        /// Its first bytes, where they are at hand.
        first: Arc<[u8]>,
    },
    Pipe {
        len: u64,
    },
}

impl Default for Source {
    fn default() -> Self {
        Self::Bytes(Rope::default())
    }
}

impl Body {
    /// A body that lies in a file; its digest comes from whoever reads the file ([`Body::set_digest`]).
    pub fn file(path: impl Into<PathBuf>, len: u64) -> Self {
        let source = Source::File { path: path.into(), len, keeper: None, first: Arc::default() };
        Self { source, digests: Some(Arc::default()), files: None }
    }

    /// The same for a file that is there only as long as `keeper` is.
    pub fn kept_file(path: impl Into<PathBuf>, len: u64, keeper: Keeper) -> Self {
        let source = Source::File { path: path.into(), len, keeper: Some(keeper), first: Arc::default() };
        Self { source, digests: Some(Arc::default()), files: None }
    }

    /// The same with the first bytes of the file at hand. Bytes that are at hand already stay what they are.
    pub fn beginning_with(mut self, bytes: Vec<u8>) -> Self {
        if let Source::File { first, .. } = &mut self.source {
            *first = bytes.into();
        }
        self
    }

    /// A body that comes out of a pipe; `len` is what the request says of its length.
    pub fn pipe(len: u64) -> Self {
        Self { source: Source::Pipe { len }, digests: Some(Arc::default()), files: None }
    }

    /// A body at hand whose bytes come from these files, or from some of them.
    pub fn put_together(bytes: Vec<u8>, files: &[&Path]) -> Self {
        let files = files.iter().map(|path| path.to_path_buf()).collect();
        Self { files: Some(files), ..Self::from(bytes) }
    }

    /// The files that its bytes come from, though they are at hand. An edit changes nothing of that.
    pub fn files(&self) -> &[PathBuf] {
        self.files.as_deref().unwrap_or_default()
    }

    /// Whether it comes out of a pipe: what is not known of it already will never be.
    pub fn is_pipe(&self) -> bool {
        matches!(self.source, Source::Pipe { .. })
    }

    /// The file it lies in, if it does.
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::Bytes(_) | Source::Pipe { .. } => None,
            Source::File { path, .. } => Some(path.as_path()),
        }
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match &self.source {
            Source::Bytes(rope) => rope.len() as u64,
            Source::File { len, .. } | Source::Pipe { len } => *len,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, when they are at hand.
    pub fn rope(&self) -> Option<&Rope> {
        match &self.source {
            Source::Bytes(rope) => Some(rope),
            Source::File { .. } | Source::Pipe { .. } => None,
        }
    }

    /// The bytes as one slice; empty for a file.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        self.rope().map_or(Cow::Borrowed(&[]), Rope::to_cow)
    }

    /// The bytes of `range`, cut to those that are at hand.
    pub fn slice(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        match &self.source {
            Source::Bytes(rope) => rope.slice(range),
            Source::File { first, .. } => {
                let end = range.end.min(first.len());
                Cow::Borrowed(&first[range.start.min(end)..end])
            }
            Source::Pipe { .. } => Cow::Borrowed(&[]),
        }
    }

    /// How many bytes of memory it holds, with what was found in it, roughly.
    pub fn weight(&self) -> usize {
        let bytes = match &self.source {
            Source::Bytes(rope) => rope.len(),
            Source::File { first, .. } => first.len(),
            Source::Pipe { .. } => 0,
        };
        let Some(digests) = &self.digests else { return bytes };
        let passes = digests.passes.lock().unwrap_or_else(PoisonError::into_inner);
        let items = passes.iter().map(|(_, found)| found.items.capacity()).sum::<usize>();
        bytes + items * size_of::<Item>()
    }

    /// Where credentials stand near its start: what `find` comes to, which is asked once however often the body is judged.
    pub(crate) fn credentials_near_start(&self, find: impl FnOnce() -> Vec<Range<usize>>) -> &[Range<usize>] {
        self.digests.as_ref().map_or(&[], |digests| digests.credentials.get_or_init(find))
    }

    /// Changes the bytes; a body in a file becomes one at hand. The digest is forgotten.
    pub fn edit(&mut self, change: impl FnOnce(&mut Rope)) {
        if let Source::File { .. } | Source::Pipe { .. } = self.source {
            self.source = Source::default();
        }
        if let Source::Bytes(rope) = &mut self.source {
            change(rope);
        }
        self.digests = (!self.is_empty()).then(Arc::default);
    }

    /// Whether the two are clones of one body that was not edited since.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        match (&self.digests, &other.digests) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (own, other) => own.is_none() && other.is_none(),
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        let digests = (!bytes.is_empty()).then(Arc::default);
        Self { source: Source::Bytes(Rope::from(bytes)), digests, files: None }
    }
}

impl fmt::Debug for Body {
    /// Its length only: a body may be long, and may hold anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        match (&self.source, &other.source) {
            (Source::Bytes(a), Source::Bytes(b)) => a == b,
            (Source::File { path: a, len: n, .. }, Source::File { path: b, len: m, .. }) => a == b && n == m,
            (Source::Bytes(_) | Source::File { .. } | Source::Pipe { .. }, _) => false,
        }
    }
}

impl Eq for Body {}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn the_digest_of_nothing_is_known() {
        assert_eq!(Body::default().hash(), Some(Sha256::digest(b"").into()));
    }

    #[test]
    fn an_edit_forgets_the_digest() {
        let mut body = Body::from(b"a".to_vec());
        let (before, copy) = (body.hash(), body.clone());
        body.edit(|rope| rope.insert(1, b"b"));
        assert_eq!(body.digest(), None);
        assert_ne!(body.hash(), before);
        assert_eq!(copy.digest(), before);
    }

    #[test]
    fn a_file_has_the_digest_it_is_told() {
        let body = Body::file("/tmp/none", 3);
        assert_eq!((body.hash(), body.len()), (None, 3));
        body.set_digest([7; 32]);
        assert_eq!(body.hash(), Some([7; 32]));
    }
}
