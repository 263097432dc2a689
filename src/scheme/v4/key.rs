//! Step 3: the signing key, derived link by link from the secret, the day, the region and the service.
//!
//! Each link signs anything within its day, region and service, so each is a credential: wiped when dropped, and shown
//! only when asked for.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::link::{Key, hmac, keyed};
use crate::scheme::layout;
use crate::scheme::{Family, Scope, Terms};
use crate::secret::Secret;
use crate::trace::{Origin, Rule, Section, Traced};

/// One link, with the key that it makes.
struct Link {
    of: layout::Link,
    key: Key,
}

/// The links of the chain, and what they were derived from.
pub struct KeyChain {
    family: &'static Family,
    secret: Secret,
    terms: SmallVec<[u8; 64]>,
    links: SmallVec<[Link; 4]>,
    signing: Hmac<Sha256>,
}

impl KeyChain {
    /// Derives the chain.
    pub fn derive(family: &'static Family, secret: &Secret, scope: &Scope) -> Self {
        // kSecret = "AWS4" + secret
        let mut first = Zeroizing::new(Vec::with_capacity(family.key_prefix.len() + secret.len()));
        first.extend_from_slice(family.key_prefix.as_bytes());
        first.extend_from_slice(secret.expose());
        // kDate = HMAC(kSecret, date), kRegion = HMAC(kDate, region), and so on.
        let mut links: SmallVec<[Link; 4]> = SmallVec::new();
        for of in family.layout.key {
            let Some(message) = scope.part(of.of) else { continue };
            let key = links.last().map_or(&first[..], |link| &*link.key);
            let key = hmac(key, &message.text);
            links.push(Link { of: *of, key });
        }
        let signing = keyed(links.last().map_or(&first[..], |link| &*link.key));
        Self { family, secret: secret.clone(), terms: scope.joined(), links, signing }
    }

    /// The chain in `memo` if it was derived from the same, else a new one, which is kept there.
    pub(crate) fn kept<'a>(
        memo: &'a mut Option<Self>,
        family: &'static Family,
        secret: &Secret,
        scope: &Scope,
    ) -> &'a Self {
        let same = |kept: &Self| {
            std::ptr::eq(kept.family, family) && kept.secret == *secret && scope.is(&kept.terms)
        };
        match memo {
            Some(kept) if same(kept) => {}
            _ => *memo = Some(Self::derive(family, secret, scope)),
        }
        memo.as_ref().expect("just put there")
    }

    /// The links in order: their names and values.
    pub fn links(&self) -> impl Iterator<Item = (&'static str, &[u8; 32])> {
        self.links.iter().map(|link| (link.of.name, &*link.key))
    }

    /// Step 4: the signature of `string_to_sign`.
    pub fn sign(&self, string_to_sign: &[u8]) -> [u8; 32] {
        let mut mac = self.signing.clone();
        mac.update(string_to_sign);
        mac.finalize().into_bytes().into()
    }

    /// Writes two lines a link: its name, and its value in hex.
    pub(crate) fn write(&self, out: &mut Traced, terms: &Terms<'_>) {
        let scope = &terms.scope;
        for (index, link) in self.links.iter().enumerate() {
            let message = scope.part(link.of.of).map_or(Origin::Scheme, |message| message.origin);
            if index > 0 {
                out.fixed(b"\n");
            }
            out.fixed(link.of.name.as_bytes());
            out.fixed(b"\n");
            out.put_hex(message, Rule::Keyed.into(), &link.key);
            out.ends(Section::Key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::{AWS4, Term};

    fn chain(secret: &str, date: &str, region: &str, service: &str) -> Vec<String> {
        let term = |text: &str| Term::new(text.as_bytes(), Origin::Scheme);
        let scope = Scope {
            date: term(date),
            region: Some(term(region)),
            service: term(service),
            terminator: term("aws4_request"),
            written: layout::CHAINED.scope,
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
