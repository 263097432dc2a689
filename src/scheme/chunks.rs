//! Bodies that are signed piece by piece: the chain of their signatures, a walk along it, and the writer of such a body.

pub mod chain;
pub mod stream;
pub mod walk;
pub mod write;
