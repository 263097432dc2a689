//! A key with named fields, from a file: JSON, TOML, a service account's JSON, a connection string, or one secret alone.
//!
//! Every field keeps its name. Which of them is *the* secret follows from the names that vendors use; the others stand beside it
//! ([`Fields`]) for the schemes that sign by them.

use std::path::Path;

use serde_json::Value;
use zeroize::Zeroize;

use super::CredentialsError;
use super::environment::{FileFault, printable, read_file};
use crate::secret::Secret;
use crate::signature::{Credentials, Fields};

/// A file of fields may have so many bytes: keys in PEM are some thousand.
const LIMIT: usize = 256 << 10;
const EXPECTED: &str = "a file with the fields of a key";

/// Fields that are the secret, the likeliest first.
const SECRETS: [&str; 23] = [
    "secret_access_key",
    "secret",
    "secret_key",
    "access_key_secret",
    "signing_secret",
    "webhook_secret",
    "secret_base64",
    "client_secret",
    "application_secret",
    "app_secret",
    "consumer_secret",
    "private_key",
    "account_key",
    "key",
    "key_hex",
    "shared_access_key",
    "skey",
    "password",
    "bot_token",
    "auth_token",
    "primary_key",
    "api_secret",
    "sk",
];

/// Fields that name the key, the likeliest first.
const IDS: [&str; 19] = [
    "access_key_id",
    "access_key",
    "secret_id",
    "api_key",
    "api_key_id",
    "key_id",
    "public_key_id",
    "key_pair_id",
    "account_name",
    "account",
    "client_email",
    "consumer_key",
    "client_token",
    "ikey",
    "operator",
    "mchid",
    "key_name",
    "id",
    "ak",
];

/// Reads the fields of a key.
///
/// # Errors
///
/// When the file is missing, empty, too long, or holds no field; no error holds a secret.
pub fn read_fields(path: &Path) -> Result<Credentials, CredentialsError> {
    let shown = printable(path);
    let fault = |fault| CredentialsError::File { expected: EXPECTED, fault, path: shown.clone() };
    let content = read_file(path, LIMIT).map_err(fault)?;
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
    let text = std::str::from_utf8(content).map_err(|_| fault(FileFault::NotText))?.trim();
    let fields = read(text);
    if fields.is_empty() {
        return Err(fault(FileFault::Empty));
    }
    Ok(credentials(fields, format!("the file {shown}")))
}

/// The key that fields make.
fn credentials(fields: Fields, source: String) -> Credentials {
    let first = |names: &[&str]| names.iter().find_map(|name| fields.get(name)).unwrap_or_default().to_vec();
    let token = ["session_token", "security_token"].into_iter().find_map(|name| fields.get(name));
    Credentials {
        access_key_id: String::from_utf8_lossy(&first(&IDS)).into_owned(),
        secret: Secret::new(first(&SECRETS)),
        session_token: token.map(Secret::new),
        source,
        fields,
    }
}

/// The fields of a text.
fn read(text: &str) -> Fields {
    let mut fields = Fields::default();
    if text.starts_with('{')
        && let Ok(mut value) = serde_json::from_str::<Value>(text)
    {
        add(&mut fields, "", &value);
        wipe(&mut value);
        return fields;
    }
    if text.contains("-----BEGIN") {
        let name = if text.contains("PRIVATE KEY") { "private_key" } else { "public_key" };
        fields.add(name, Secret::new(text));
        return fields;
    }
    let is_connection = !text.contains('\n') && text.contains(';') && text.contains('=');
    if is_connection {
        for part in text.split(';') {
            if let Some((name, value)) = part.split_once('=') {
                fields.add(plain(name), Secret::new(value.trim()));
            }
        }
        return fields;
    }
    if let Ok(table) = toml::from_str::<toml::Table>(text)
        && !table.is_empty()
    {
        add_table(&mut fields, "", &table);
        return fields;
    }
    if !text.is_empty() {
        fields.add("secret", Secret::new(text));
    }
    fields
}

/// Every member with its name; members of members behind a dot.
fn add(fields: &mut Fields, name: &str, value: &Value) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                add(fields, &joined(name, member), value);
            }
        }
        Value::String(text) => fields.add(name, Secret::new(text.as_str())),
        Value::Number(number) => fields.add(name, Secret::new(number.to_string())),
        Value::Bool(_) | Value::Null | Value::Array(_) => {}
    }
}

fn add_table(fields: &mut Fields, name: &str, table: &toml::Table) {
    for (member, value) in table {
        let name = joined(name, member);
        match value {
            toml::Value::String(text) => fields.add(name, Secret::new(text.as_str())),
            toml::Value::Integer(number) => fields.add(name, Secret::new(number.to_string())),
            toml::Value::Table(inner) => add_table(fields, &name, inner),
            toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_) => {}
        }
    }
}

fn joined(name: &str, member: &str) -> String {
    let member = plain(member);
    if name.is_empty() { member } else { format!("{name}.{member}") }
}

/// `AccountKey`, `account-key` and `ACCOUNT_KEY` are one name.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for character in name.trim().chars() {
        if character.is_ascii_uppercase() && before.is_ascii_lowercase() {
            plain.push('_');
        }
        plain.push(if character == '-' { '_' } else { character.to_ascii_lowercase() });
        before = character;
    }
    plain
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Credentials {
        credentials(read(text), "a test".into())
    }

    #[test]
    fn every_form_of_a_file_is_read() {
        for (text, id, secret) in [
            (r#"{"access_key_id": "AK", "secret_access_key": "s"}"#, "AK", "s"),
            (r#"{"account": "acc", "key": "a2V5"}"#, "acc", "a2V5"),
            (
                "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=a2V5==;EndpointSuffix=core.windows.net",
                "acc",
                "a2V5==",
            ),
            ("Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=k=", "", "k="),
            ("access-key-id = \"AK\"\nsecret = \"s\"\n", "AK", "s"),
            ("whsec_abc", "", "whsec_abc"),
        ] {
            let key = key(text);
            assert_eq!((&*key.access_key_id, key.secret.expose()), (id, secret.as_bytes()), "{text}");
        }
    }

    #[test]
    fn members_of_members_have_a_name_with_a_dot() {
        let key = key(r#"{"client_email": "a@b", "rsa_public_key": {"n": "d1", "e": 65537}}"#);
        assert_eq!(key.fields.get("rsa_public_key.e"), Some(&b"65537"[..]));
        assert_eq!(key.access_key_id, "a@b");
    }

    #[test]
    fn a_key_in_pem_is_told_by_its_heading() {
        let public = key("-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n");
        assert!(public.secret.is_empty() && public.fields.get("public_key").is_some());
        assert!(!key("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----").secret.is_empty());
    }
}
