//! What is known of a body without reading it again: its digest, and what passes over it found.

use std::any::Any;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest as _, Sha256};

use super::{Body, Digest, Source, Walked};
use crate::frames::pass::{End, Found, Pass};

/// The digest of nothing: most requests have no body.
const EMPTY: Digest = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// What was computed from the bytes.
#[derive(Default)]
pub(super) struct Digests {
    whole: OnceLock<Digest>,
    /// What each pass found; there is one, seldom two.
    pub(super) passes: Mutex<Vec<(Pass, Arc<Found>)>>,
    /// What a walk along a pipe came to: nobody can walk it again.
    walked: OnceLock<Walked>,
    /// Where credentials stand near its start, by their own words.
    pub(super) credentials: OnceLock<Vec<Range<usize>>>,
}

impl Body {
    /// The same bytes without what was found in them, which can be found again; their digest stays.
    pub fn without_findings(&self) -> Self {
        let whole = self.digests.as_ref().map(|digests| digests.whole.clone());
        let digests = whole.map(|whole| Arc::new(Digests { whole, ..Digests::default() }));
        Self { source: self.source.clone(), digests, files: self.files.clone() }
    }

    /// The SHA-256, if it is known already.
    pub fn digest(&self) -> Option<Digest> {
        self.digests.as_ref().map_or(Some(EMPTY), |digests| digests.whole.get().copied())
    }

    /// The SHA-256, computed now unless it is known; `None` for a file whose digest nobody has set.
    pub fn hash(&self) -> Option<Digest> {
        let rope = match &self.source {
            Source::Bytes(rope) => rope,
            Source::File { .. } | Source::Pipe { .. } => return self.digest(),
        };
        let Some(digests) = &self.digests else { return Some(EMPTY) };
        Some(*digests.whole.get_or_init(|| {
            let mut hasher = Sha256::new();
            rope.chunks().for_each(|chunk| hasher.update(chunk));
            hasher.finalize().into()
        }))
    }

    /// What a pass found, if it was made already.
    pub fn found(&self, pass: Pass) -> Option<Arc<Found>> {
        let Some(digests) = &self.digests else {
            return Some(Arc::new(Found::of(pass, std::iter::empty())));
        };
        let passes = digests.passes.lock().unwrap_or_else(PoisonError::into_inner);
        passes.iter().find(|(known, _)| *known == pass).map(|(_, found)| Arc::clone(found))
    }

    /// What a pass finds, made now unless it was; `None` for bytes that are not at hand.
    pub fn find(&self, pass: Pass) -> Option<Arc<Found>> {
        if let Some(found) = self.found(pass) {
            return Some(found);
        }
        self.set_found(pass, Found::of(pass, self.rope()?.chunks()));
        self.found(pass)
    }

    /// Notes what a pass found that was made elsewhere.
    pub fn set_found(&self, pass: Pass, found: Found) {
        let Some(digests) = &self.digests else { return };
        if let (End::Whole(digest), true) = (&found.end, pass.is_plain()) {
            self.set_digest(*digest);
        }
        let mut passes = digests.passes.lock().unwrap_or_else(PoisonError::into_inner);
        passes.push((pass, Arc::new(found)));
    }

    /// What a walk along a pipe came to, where one of this type was noted.
    pub fn walked<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(self.digests.as_ref()?.walked.get()?).downcast().ok()
    }

    /// Notes what a walk along a pipe came to.
    pub fn set_walked(&self, walked: Walked) {
        let _ = self.digests.as_ref().map(|digests| digests.walked.set(walked));
    }

    /// Notes the SHA-256 that was computed elsewhere from these bytes.
    pub fn set_digest(&self, digest: Digest) {
        // A second caller computed it from the same bytes: nothing to do.
        let _ = self.digests.as_ref().map(|digests| digests.whole.set(digest));
    }
}
