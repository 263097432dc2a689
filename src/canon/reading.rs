//! What services, SDKs and servers disagree on, as data: a point each, with named values.

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
    /// How a path ends.
    pub path_end: PathEnd,
    /// How the parameters of a query are written and put in order.
    pub query: QueryForm,
    /// Whether the values of headers keep their case.
    pub header_case: HeaderCase,
}

impl Dialect {
    /// The reading that most services of AWS have.
    pub const BASE: Self = Self {
        encode_path: EncodePath::Twice,
        normalize_path: NormalizePath::On,
        plus: Plus::Space,
        header_space: HeaderSpace::Any,
        host_port: HostPort::AsWritten,
        session_token: SessionToken::Signed,
        path_end: PathEnd::AsSent,
        query: QueryForm::Canonical,
        header_case: HeaderCase::Kept,
    };
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
        /// The path is signed as it stands in the request line: Escher.
        AsSent = "as-sent",
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
        /// Dot segments are kept, and of repeated slashes one: JD Cloud.
        Slashes = "slashes",
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

point! {
    /// How a path ends.
    PathEnd {
        /// As it was sent.
        #[default]
        AsSent = "as-sent",
        /// With a slash, which is added where there is none: Huawei Cloud.
        Slash = "slash",
    }
}

point! {
    /// How the parameters of a query are written and put in order.
    QueryForm {
        /// Encoded, then sorted; a name alone gets its `=`.
        #[default]
        Canonical = "canonical",
        /// Sorted by what names and values say, then encoded: Huawei Cloud, and Alibaba Cloud's version 3.
        SortedDecoded = "sorted-decoded",
        /// Encoded, then sorted; an empty value loses its `=`: Alibaba Cloud OSS.
        BareWhenEmpty = "bare-when-empty",
        /// Encoded, then sorted; a name without `=` is left out: JD Cloud.
        WithoutBare = "without-bare",
        /// As the query was sent: Tencent Cloud.
        AsSent = "as-sent",
    }
}

point! {
    /// Whether the values of headers keep their case.
    HeaderCase {
        /// They do.
        #[default]
        Kept = "kept",
        /// They are written in lower case, as their names are: Tencent Cloud.
        Lower = "lower",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_reading_is_the_default() {
        assert_eq!(Dialect::BASE, Dialect::default());
    }

    #[test]
    fn names_lead_back_to_values() {
        for value in EncodePath::ALL {
            assert_eq!(EncodePath::named(value.name()), Some(*value));
        }
        assert_eq!(Plus::named("both"), None);
        assert_eq!(Plus::Space.next().next(), Plus::Space);
    }
}
