//! Secrets: a value that cannot be printed by accident, is wiped when dropped, and is compared in constant time.
//!
//! [`Secret`] has neither `Debug` nor `Display`, so a type that holds one cannot derive them either: the
//! compiler finds the leak. Reading it takes the word [`expose`](Secret::expose), which is easy to search for.

use std::sync::Arc;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret access key or a session token.
///
/// Clones share one allocation, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct Secret(Arc<Zeroizing<Vec<u8>>>);

impl Secret {
    /// Takes over `bytes`; the caller keeps no copy.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Arc::new(Zeroizing::new(bytes.into())))
    }

    /// The secret itself. Never for a screen, a log or an error.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes: what may be said of a secret (a real AWS secret key has 40).
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        // Clones tell by their address that they are one; only what is not needs a look at the bytes.
        Arc::ptr_eq(&self.0, &other.0) || equal(self.expose(), other.expose())
    }
}

impl Eq for Secret {}

/// Compares two byte strings in a time that depends on their lengths only.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// The access key ids and secrets that AWS and other makers print in their documentation: safe to show, and known to everybody.
///
/// The two secrets of AWS differ in one character (`+` and `/`), a trap of its own. That of Tencent Cloud ends in asterisks.
const DOCUMENTED: [(&str, &str, &str); 7] = [
    // of the event stream in the tests of AWS's C library
    ("access", "secret", AWS),
    ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", AWS),
    ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", AWS),
    (
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        "Gu5t9xGARNpq86cd98joQYCN3*******",
        "Tencent Cloud's documentation",
    ),
    ("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc", "Huawei Cloud's documentation"),
    ("YourAccessKeyId", "YourAccessKeySecret", "Alibaba Cloud's documentation"),
    ("testid", "yourAccessKeySecret", "Alibaba Cloud's documentation"),
];

/// Secrets that go by no id, printed in documentation as well. Nobody's request is signed with one by itself: it must be given.
const DOCUMENTED_ALONE: [(&str, &str); 1] = [
    // of GitHub's webhook with the payload `Hello, World!`
    // <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation>
    ("It's a Secret to Everybody", "GitHub's documentation"),
];

/// Whose documentation prints most of them.
pub const AWS: &str = "AWS's documentation";

/// The secret that a maker's documentation pairs with `access_key_id`, and whose documentation that is.
pub fn documented(access_key_id: &[u8]) -> Option<(Secret, &'static str)> {
    let (_, secret, whose) = DOCUMENTED.iter().find(|(id, ..)| id.as_bytes() == access_key_id)?;
    Some((Secret::new(*secret), whose))
}

/// The ids whose secrets AWS's documentation tells.
pub fn documented_ids() -> impl Iterator<Item = &'static str> {
    DOCUMENTED.iter().map(|(id, ..)| *id)
}

/// Whose documentation prints `secret`.
pub fn documentation(secret: &Secret) -> Option<&'static str> {
    let is_own = |known: &str| equal(known.as_bytes(), secret.expose());
    let of_id = DOCUMENTED.iter().find(|(_, known, _)| is_own(known)).map(|(.., whose)| *whose);
    of_id.or_else(|| DOCUMENTED_ALONE.iter().find(|(known, _)| is_own(known)).map(|(_, whose)| *whose))
}

/// Whether `secret` is printed in documentation.
pub fn is_documented(secret: &Secret) -> bool {
    documentation(secret).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_documented_pairs_only() {
        let (secret, _) = documented(b"AKIDEXAMPLE").unwrap();
        assert!(is_documented(&secret));
        assert!(documented(b"AKIDOTHER").is_none() && documented(b"").is_none());
        assert_eq!(documentation(&secret), Some(AWS));
        assert_eq!(documentation(&Secret::new("It's a Secret to Everybody")), Some("GitHub's documentation"));
        assert!(!is_documented(&Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEy")));
    }

    #[test]
    fn equality_looks_at_every_byte() {
        assert!(Secret::new("abc") == Secret::new("abc"));
        assert!(Secret::new("abc") != Secret::new("abd"));
        assert!(Secret::new("abc") != Secret::new("abcd"));
    }
}
