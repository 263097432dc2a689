//! The named fields of a key: what schemes sign with beside an id and a secret.

use crate::secret::Secret;

/// Fields by name, in the order in which they were given. Each may be a secret.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, Secret)>);

/// Those that are no secrets: names of accounts and keys, addresses, public keys.
const PUBLIC: [&str; 32] = [
    "access_key_id",
    "account",
    "account_name",
    "api_key",
    "api_key_id",
    "app_id",
    "application_key",
    "client_email",
    "client_token",
    "consumer_key",
    "host",
    "id",
    "ikey",
    "key_id",
    "key_name",
    "key_pair_id",
    "mchid",
    "merchant_id",
    "method",
    "notification_url",
    "operator",
    "public_key",
    "public_key_base64",
    "public_key_hex",
    "public_key_id",
    "public_key_pem",
    "rsa_public_key.e",
    "rsa_public_key.n",
    "scope",
    "serial_no",
    "url",
    "webhook_id",
];

/// Whether a field of this name may be shown.
pub fn is_public(name: &str) -> bool {
    PUBLIC.binary_search(&name).is_ok()
}

impl Fields {
    /// Adds a field.
    pub fn add(&mut self, name: impl Into<String>, value: Secret) {
        self.0.push((name.into(), value));
    }

    /// The field of this name. Never for a screen, a log or an error, unless it is public.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.expose())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Every secret among them.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().filter(|(name, _)| !is_public(name)).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_order_and_secrets_are_not_public() {
        assert!(PUBLIC.is_sorted());
        for name in ["secret", "secret_access_key", "passphrase", "private_key", "token_secret", "key"] {
            assert!(!is_public(name), "{name}");
        }
        assert!(is_public("account"));
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        let mut fields = Fields::default();
        fields.add("account", Secret::new("acc"));
        fields.add("passphrase", Secret::new("p"));
        assert_eq!(fields.get("account"), Some(&b"acc"[..]));
        assert_eq!(fields.get("x"), None);
        assert_eq!(fields.secrets().count(), 1);
    }
}
