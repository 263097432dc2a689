//! The body of a request: bytes at hand, or a file named by its path, and the SHA-256 of either.
//!
//! The digest is kept beside the bytes, so an edit elsewhere in the request never hashes the body again, and a
//! large body can be hashed away from the screen: [`Body::digest`] tells what is known, [`Body::hash`] computes.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use crate::rope::Rope;

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// What follows the headers.
#[derive(Clone, Default)]
pub struct Body {
    source: Source,
    digests: Arc<Digests>,
}

/// What was computed from the bytes.
#[derive(Default)]
struct Digests {
    whole: OnceLock<Digest>,
    /// Of the content, where the bytes are its frames; `None` where they are not.
    unframed: OnceLock<Option<Digest>>,
}

#[derive(Clone)]
enum Source {
    Bytes(Rope),
    File { path: PathBuf, len: u64 },
}

impl Default for Source {
    fn default() -> Self {
        Self::Bytes(Rope::default())
    }
}

impl Body {
    /// A body that lies in a file; its digest comes from whoever reads the file ([`Body::set_digest`]).
    pub fn file(path: impl Into<PathBuf>, len: u64) -> Self {
        Self { source: Source::File { path: path.into(), len }, digests: Arc::default() }
    }

    /// The file it lies in, if it does.
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::Bytes(_) => None,
            Source::File { path, .. } => Some(path),
        }
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match &self.source {
            Source::Bytes(rope) => rope.len() as u64,
            Source::File { len, .. } => *len,
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
            Source::File { .. } => None,
        }
    }

    /// The bytes as one slice; empty for a file.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        self.rope().map_or(Cow::Borrowed(&[]), Rope::to_cow)
    }

    /// Changes the bytes; a body in a file becomes one at hand. The digest is forgotten.
    pub fn edit(&mut self, change: impl FnOnce(&mut Rope)) {
        if let Source::File { .. } = self.source {
            self.source = Source::default();
        }
        if let Source::Bytes(rope) = &mut self.source {
            change(rope);
        }
        self.digests = Arc::default();
    }

    /// Whether the two are clones of one body that was not edited since.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.digests, &other.digests)
    }

    /// The SHA-256, if it is known already.
    pub fn digest(&self) -> Option<Digest> {
        self.digests.whole.get().copied()
    }

    /// The SHA-256, computed now unless it is known; `None` for a file whose digest nobody has set.
    pub fn hash(&self) -> Option<Digest> {
        let rope = match &self.source {
            Source::Bytes(rope) => rope,
            Source::File { .. } => return self.digest(),
        };
        Some(*self.digests.whole.get_or_init(|| {
            let mut hasher = Sha256::new();
            rope.chunks().for_each(|chunk| hasher.update(chunk));
            hasher.finalize().into()
        }))
    }

    /// The SHA-256 of the content that `unframe` takes out of the bytes; computed once.
    pub(crate) fn hash_unframed(&self, unframe: impl FnOnce() -> Option<Vec<u8>>) -> Option<Digest> {
        *self.digests.unframed.get_or_init(|| Some(Sha256::digest(unframe()?).into()))
    }

    /// Notes the SHA-256 that was computed elsewhere from these bytes.
    pub fn set_digest(&self, digest: Digest) {
        // A second caller computed it from the same bytes: nothing to do.
        let _ = self.digests.whole.set(digest);
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self { source: Source::Bytes(Rope::from(bytes)), digests: Arc::default() }
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
            (Source::File { path: a, len: n }, Source::File { path: b, len: m }) => a == b && n == m,
            (Source::Bytes(_), Source::File { .. }) | (Source::File { .. }, Source::Bytes(_)) => false,
        }
    }
}

impl Eq for Body {}

#[cfg(test)]
mod tests {
    use super::*;

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
