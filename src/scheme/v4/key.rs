//! Step 3: the signing key, derived link by link from the secret, the day, the region and the service.
//!
//! Each link signs anything within its day, region and service, so each is a credential: wiped when dropped, and shown
//! only when asked for.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::scheme::{Family, Scope, ScopeRegion, Terms};
use crate::secret::Secret;
use crate::trace::{Origin, Rule, Traced};

/// One derived key.
type Key = Zeroizing<[u8; 32]>;

/// The links of the chain, and what they were derived from.
pub struct KeyChain {
    secret: Secret,
    terms: Vec<u8>,
    links: Vec<(&'static str, Key)>,
    signing: Hmac<Sha256>,
}

impl KeyChain {
    /// Derives the chain.
    pub fn derive(family: &Family, secret: &Secret, scope: &Scope<'_>) -> Self {
        // kSecret = "AWS4" + secret
        let mut first = Zeroizing::new(Vec::with_capacity(family.key_prefix.len() + secret.len()));
        first.extend_from_slice(family.key_prefix.as_bytes());
        first.extend_from_slice(secret.expose());
        // kDate = HMAC(kSecret, date)
        let mut links = vec![("kDate", hmac(&first, &scope.date.text))];
        // kRegion = HMAC(kDate, region)
        if let Some(region) = scope.region.as_ref().filter(|_| family.region == ScopeRegion::Named) {
            links.push(("kRegion", hmac(&*links[0].1, &region.text)));
        }
        // kService = HMAC(kRegion, service)
        links.push(("kService", hmac(&*links[links.len() - 1].1, &scope.service.text)));
        // kSigning = HMAC(kService, "aws4_request")
        let signing = hmac(&*links[links.len() - 1].1, &scope.terminator.text);
        let state = keyed(&*signing);
        links.push(("kSigning", signing));
        Self { secret: secret.clone(), terms: scope.joined(), links, signing: state }
    }

    /// The chain in `memo` if it was derived from the same, else a new one, which is kept there.
    pub(crate) fn kept<'a>(
        memo: &'a mut Option<Self>,
        family: &Family,
        secret: &Secret,
        scope: &Scope<'_>,
    ) -> &'a Self {
        let same = |kept: &Self| kept.secret == *secret && scope.is(&kept.terms);
        match memo {
            Some(kept) if same(kept) => {}
            _ => *memo = Some(Self::derive(family, secret, scope)),
        }
        memo.as_ref().expect("just put there")
    }

    /// The links in order: their names and values.
    pub fn links(&self) -> impl Iterator<Item = (&'static str, &[u8; 32])> {
        self.links.iter().map(|(name, key)| (*name, &**key))
    }

    /// Step 4: the signature of `string_to_sign`, in lower-case hex.
    pub fn sign(&self, string_to_sign: &[u8]) -> [u8; 64] {
        let mut mac = self.signing.clone();
        mac.update(string_to_sign);
        let mut text = [0; 64];
        hex::encode_to_slice(mac.finalize().into_bytes(), &mut text).expect("64 digits for 32 bytes");
        text
    }

    /// Writes a line a link: its name and its value in hex.
    pub(crate) fn write(&self, out: &mut Traced, terms: &Terms<'_>) {
        let scope = &terms.scope;
        for (index, (name, key)) in self.links().enumerate() {
            let message = match name {
                "kDate" => scope.date.origin,
                "kRegion" => scope.region.as_ref().map_or(Origin::Scheme, |region| region.origin),
                "kService" => scope.service.origin,
                _ => scope.terminator.origin,
            };
            if index > 0 {
                out.fixed(b"\n");
            }
            out.fixed(name.as_bytes());
            out.fixed(b" ");
            let mut text = Zeroizing::new([0; 64]);
            hex::encode_to_slice(key, &mut *text).expect("64 digits for 32 bytes");
            out.put(message, Rule::Keyed.into(), &*text);
        }
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn hmac(key: &[u8], message: &[u8]) -> Key {
    let mut mac = keyed(key);
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::{AWS4, Term};

    fn chain(secret: &str, date: &str, region: &str, service: &str) -> Vec<String> {
        let term = |text: &str| Term::owned(text.as_bytes().to_vec(), Origin::Scheme);
        let scope = Scope {
            date: term(date),
            region: Some(term(region)),
            service: term(service),
            terminator: term("aws4_request"),
        };
        KeyChain::derive(AWS4.0, &Secret::new(secret), &scope)
            .links()
            .map(|(_, key)| hex::encode(key))
            .collect()
    }

    #[test]
    fn derives_the_published_chains() {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assert_eq!(
            chain(secret, "20120215", "us-east-1", "iam"),
            [
                "969fbb94feb542b71ede6f87fe4d5fa29c789342b0f407474670f0c2489e0a0d",
                "69daa0209cd9c5ff5c8ced464a696fd4252e981430b10e3d3fd8e2f197d7a70c",
                "f72cfd46f26bc4643f06a11eabb6c0ba18780c19a8da0c31ace671265e3c87fa",
                "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
            ]
        );
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        assert_eq!(
            chain(secret, "20130524", "us-east-1", "s3")[3],
            "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378"
        );
    }
}
