//! TLS with a certificate made on the spot: some SDKs sign otherwise over https.
//!
//! A certificate authority is made at each start, signs one certificate and is forgotten; its own certificate is all that is
//! ever written, for clients to trust as long as this run lasts.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, ServerName};

use crate::files::{self, Open};
use crate::request::error::quote;

/// The certificate is good for these names besides those that are given.
const NAMES: [&str; 4] = ["localhost", "*.localhost", "127.0.0.1", "::1"];

/// What TLS is spoken with.
#[derive(Clone)]
pub struct Tls {
    pub(super) config: Arc<ServerConfig>,
    authority: String,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A name is none.
    #[error("expected names and addresses for a certificate, but found {0}")]
    Names(String),
    /// The libraries refuse.
    #[error("expected to make a certificate, but found {0}")]
    Made(String),
    /// The file of the authority holds something else.
    #[error("expected a new file, or an old certificate to write over, but found another file: {0}")]
    OtherFile(String),
    /// It cannot be written.
    #[error("expected to write the certificate of the authority, but found {1}: {0}")]
    Unwritable(String, io::Error),
}

impl Tls {
    /// Makes a certificate for this machine and these names.
    ///
    /// # Errors
    ///
    /// When a name is none.
    pub fn make(names: &[String]) -> Result<Self, TlsError> {
        let made = |error: rcgen::Error| TlsError::Made(error.to_string());
        let authority = authority().map_err(made)?;
        let key = KeyPair::generate().map_err(made)?;
        let names: Vec<String> =
            NAMES.iter().map(|name| (*name).to_owned()).chain(names.iter().cloned()).collect();
        let is_name = |name: &String| ServerName::try_from(name.trim_start_matches("*.")).is_ok();
        if let Some(other) = names.iter().find(|name| !is_name(name)) {
            return Err(TlsError::Names(quote(other.as_bytes())));
        }
        let own = |error: rcgen::Error| TlsError::Names(error.to_string());
        let mut params = CertificateParams::new(names).map_err(own)?;
        params.distinguished_name.push(DnType::CommonName, "countersign gateway");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        good_for_some_days(&mut params);
        let certificate = params.signed_by(&key, &authority).map_err(made)?;
        let refused = |error: rustls::Error| TlsError::Made(error.to_string());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(refused)?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .map_err(refused)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), authority: authority.pem() })
    }

    /// Writes the certificate of the authority, for clients to trust. A file that holds anything else is left alone.
    ///
    /// # Errors
    ///
    /// When the file holds anything else, or cannot be written.
    pub fn write_authority(&self, path: &Path) -> Result<(), TlsError> {
        let shown = || path.display().to_string();
        /// A certificate has some hundred bytes.
        const MOST: u64 = 64 << 10;
        let is_own = match files::read(path, MOST, Open::FilesOnly) {
            Ok(known) => known.is_empty() || known.starts_with(b"-----BEGIN CERTIFICATE-----"),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if !is_own {
            return Err(TlsError::OtherFile(shown()));
        }
        let write = || std::fs::File::create(path)?.write_all(self.authority.as_bytes());
        write().map_err(|error| TlsError::Unwritable(shown(), error))
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "countersign, made for one run");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    good_for_some_days(&mut params);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

/// From yesterday, as clocks differ, for a month.
fn good_for_some_days(params: &mut CertificateParams) {
    let now = std::time::SystemTime::now();
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    params.not_before = (now - day).into();
    params.not_after = (now + 30 * day).into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_file_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let tls = Tls::make(&["example.test".into()]).unwrap();
        tls.write_authority(&path).unwrap();
        let first = std::fs::read_to_string(&path).unwrap();
        assert!(first.starts_with("-----BEGIN CERTIFICATE-----") && !first.contains("PRIVATE"));
        Tls::make(&[]).unwrap().write_authority(&path).unwrap();
        assert_ne!(std::fs::read_to_string(&path).unwrap(), first);
        std::fs::write(&path, "mine").unwrap();
        assert!(matches!(tls.write_authority(&path), Err(TlsError::OtherFile(_))));
        assert!(matches!(Tls::make(&["not a ünicode name".into()]), Err(TlsError::Names(_))));
    }
}
