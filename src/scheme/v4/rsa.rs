//! The key pair of a service account, or its public half alone: RSA (PKCS #1 v1.5) with SHA-256, the signature in hex.
//!
//! <https://cloud.google.com/storage/docs/authentication/signatures>

use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Pkcs1v15Sign, PrivateKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::signature::algorithm::Algorithm;
use crate::signature::mac::{Hash, any_base64};
use crate::signature::public::{self, PublicKey};
use crate::signature::{Agreement, Credentials};

/// What signs, and what checks.
#[derive(Clone)]
pub struct RsaKey {
    public: PublicKey,
    private: Option<PrivateKey>,
}

/// A key that was read, and the text that it was read from: reading one takes longer than a keystroke may.
pub(crate) struct KeptRsa {
    text: Secret,
    key: Option<RsaKey>,
}

/// The fields of a key in which its public half may stand.
const PUBLIC: [&str; 2] = ["public_key", "public_key_pem"];

impl RsaKey {
    /// The key in `memo` if it was read from the same text, else the one of these credentials, which is kept there.
    pub(crate) fn kept<'a>(memo: &'a mut Option<KeptRsa>, credentials: &Credentials) -> Option<&'a Self> {
        let fields = &credentials.fields;
        let text = fields.get("private_key").or_else(|| fields.get("rsa_public_key.n"));
        let text = text.or_else(|| PUBLIC.into_iter().find_map(|name| fields.get(name)))?;
        if memo.as_ref().is_none_or(|kept| kept.text.expose() != text) {
            *memo = Some(KeptRsa { text: Secret::new(text), key: Self::of(credentials) });
        }
        memo.as_ref()?.key.as_ref()
    }

    fn of(credentials: &Credentials) -> Option<Self> {
        let fields = &credentials.fields;
        if let Some(private) = fields.get("private_key").and_then(private_key) {
            let public = PublicKey::Rsa(private.to_public_key());
            return Some(Self { public, private: Some(private) });
        }
        let of_numbers =
            || PublicKey::of_numbers(fields.get("rsa_public_key.n")?, fields.get("rsa_public_key.e")?);
        let texts = PUBLIC.into_iter().filter_map(|name| fields.get(name));
        let public = texts.filter_map(PublicKey::read).next().or_else(of_numbers)?;
        Some(Self { public, private: None })
    }

    /// The signature of `text` in hex, where the private half is at hand.
    pub(crate) fn sign(&self, text: &[u8]) -> Option<String> {
        let digest = Sha256::digest(text);
        let signature = self.private.as_ref()?.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).ok()?;
        Some(hex::encode(signature))
    }

    /// Whether `received` is a signature of `text` in hex.
    pub(crate) fn agreement(&self, text: &[u8], received: &[u8]) -> Agreement {
        let Ok(signature) = hex::decode(received) else {
            return Agreement::Invalid("expected a signature in hex digits, but found another text".into());
        };
        match public::verify(&self.public, Algorithm::RsaPkcs1(Hash::Sha256), text, &signature) {
            Ok(true) => Agreement::Valid,
            Ok(false) => Agreement::Invalid(
                "expected a signature of this string by this key, but found one of another string or key"
                    .into(),
            ),
            Err(why) => Agreement::Invalid(why),
        }
    }
}

/// A private key in PEM, as the JSON of a service account has it.
fn private_key(pem: &[u8]) -> Option<PrivateKey> {
    let text = std::str::from_utf8(pem).ok()?;
    let lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let content: Zeroizing<String> =
        Zeroizing::new(lines.take_while(|line| !line.starts_with("-----END")).collect());
    let der = Zeroizing::new(any_base64(content.as_bytes())?);
    PrivateKey::from_pkcs8_der(&der).ok().or_else(|| PrivateKey::from_pkcs1_der(&der).ok())
}
