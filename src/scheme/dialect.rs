//! What services, SDKs and servers disagree on, as data: a point each, with named values.

use crate::service::{self, Paths, Service, TokenInPresigned};

/// One reading of the rules.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Dialect {
    /// How often the path is percent-encoded.
    pub encode_path: EncodePath,
    /// Whether dot segments and repeated slashes are removed from the path.
    pub normalize_path: NormalizePath,
    /// How a bare `+` in the query is read.
    pub plus: Plus,
    /// Which white space inside a header value is collapsed.
    pub header_space: HeaderSpace,
    /// What becomes of a default port in `Host`.
    pub host_port: HostPort,
    /// Whether the session token is signed.
    pub session_token: SessionToken,
}

/// Declares a point of a dialect: an enum whose values have names for options, files and output.
macro_rules! point {
    ($(#[$doc:meta])* $point:ident { $($(#[$value_doc:meta])* $value:ident = $name:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
        pub enum $point { $($(#[$value_doc])* $value),+ }

        impl $point {
            /// Every value, the default first or as documented.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Its name in options, files and output.
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $name),+ }
            }

            /// The value of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }

            /// The value after this one, round and round.
            #[must_use]
            pub fn next(self) -> Self {
                let at = Self::ALL.iter().position(|value| *value == self).unwrap_or_default();
                Self::ALL[(at + 1) % Self::ALL.len()]
            }
        }
    };
}

pub(crate) use point;

point! {
    /// How often the path is percent-encoded, counting the encoding it was sent with.
    EncodePath {
        /// The path is brought to its one canonical encoding, in which an escaped slash is a slash: S3 and its relatives.
        Once = "once",
        /// The path is encoded as it stands in the request line, escapes included: every other service.
        #[default]
        Twice = "twice",
    }
}

point! {
    /// Whether dot segments and repeated slashes are removed from the path (RFC 3986, 5.2.4).
    NormalizePath {
        /// Removed: every service but S3 and its relatives.
        #[default]
        On = "on",
        /// Kept: an S3 key may hold them.
        Off = "off",
    }
}

point! {
    /// How a bare `+` in the query is read. Servers read a space; signers split three ways.
    Plus {
        /// As a space, written `%20`.
        #[default]
        Space = "space",
        /// As itself, written `%2B`.
        Literal = "literal",
    }
}

point! {
    /// Which white space inside a header value is collapsed to one space.
    HeaderSpace {
        /// Any: spaces, tabs and what else counts as white space.
        #[default]
        Any = "any",
        /// Spaces alone; tabs stay.
        SpacesOnly = "spaces-only",
    }
}

point! {
    /// What becomes of `:80` or `:443` in `Host`.
    HostPort {
        /// It is signed as it is sent.
        #[default]
        AsWritten = "as-written",
        /// It is left out.
        DefaultDropped = "default-dropped",
    }
}

point! {
    /// Whether the session token takes part in the signature.
    SessionToken {
        /// It is signed.
        #[default]
        Signed = "signed",
        /// It is sent beside the signature.
        Unsigned = "unsigned",
    }
}

impl Dialect {
    /// The dialect of a service, by its signing name.
    pub fn of_service(service: &[u8]) -> Self {
        Self::of(service::of_name(service))
    }

    /// The dialect that the rules of a service ask for.
    pub fn of(row: &Service) -> Self {
        let session_token = match row.token_in_presigned {
            TokenInPresigned::Signed => SessionToken::Signed,
            TokenInPresigned::Beside => SessionToken::Unsigned,
        };
        let (encode_path, normalize_path) = match row.paths {
            Paths::AsSent => (EncodePath::Once, NormalizePath::Off),
            Paths::Normalized => (EncodePath::Twice, NormalizePath::On),
        };
        Self { encode_path, normalize_path, session_token, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_values() {
        for value in EncodePath::ALL {
            assert_eq!(EncodePath::named(value.name()), Some(*value));
        }
        assert_eq!(Plus::named("both"), None);
        assert_eq!(Plus::Space.next().next(), Plus::Space);
    }

    #[test]
    fn s3_and_its_relatives_take_the_path_as_sent() {
        for service in ["s3", "s3express", "s3-object-lambda", "s3-outposts"] {
            assert_eq!(Dialect::of_service(service.as_bytes()).encode_path, EncodePath::Once, "{service}");
        }
        assert_eq!(Dialect::of_service(b"execute-api"), Dialect::default());
    }
}
