//! Signatures under a key pair: whether a received one is right for the public key at hand.

use super::Recipe;
use super::evaluate::Scene;
use crate::signature::Agreement;
use crate::signature::algorithm::Algorithm;
use crate::signature::public::{self, PublicKey};

/// The fields of a key in which a public key may stand.
const FIELDS: [&str; 4] = ["public_key", "public_key_pem", "public_key_base64", "public_key_hex"];

/// Whether any of the received signatures is right.
pub(super) fn agreement(
    row: &Recipe,
    scene: &Scene<'_>,
    algorithm: Algorithm,
    message: &[u8],
    received: &[Vec<u8>],
) -> Agreement {
    let Some(key) = key(scene) else { return Agreement::Unknown };
    let mut first = None;
    for text in received {
        let Some(signature) = row.encoding.read(text) else {
            first.get_or_insert(Agreement::Invalid(format!(
                "expected a signature in {}, but found another text",
                row.encoding.name()
            )));
            continue;
        };
        match public::verify(&key, algorithm, message, &signature) {
            Ok(true) => return Agreement::Valid,
            Ok(false) => {
                first.get_or_insert(Agreement::Invalid(
                    "expected a signature of this text under this key, but found that of another text or key"
                        .into(),
                ));
            }
            Err(why) => {
                first.get_or_insert(Agreement::Invalid(why));
            }
        }
    }
    first.unwrap_or(Agreement::Unknown)
}

/// The public key at hand.
pub(crate) fn key(scene: &Scene<'_>) -> Option<PublicKey> {
    let fields = &scene.key?.fields;
    let texts = FIELDS.into_iter().filter_map(|name| fields.get(name));
    let of_numbers =
        || PublicKey::of_numbers(fields.get("rsa_public_key.n")?, fields.get("rsa_public_key.e")?);
    texts.filter_map(PublicKey::read).next().or_else(of_numbers)
}
