//! Headers that clients never sign: a proxy may change them, and a request may arrive with them unsigned.
//!
//! The lists are those in the sources of each client. Which headers a request signs tells the client that made it.

/// What one client leaves unsigned.
#[derive(Clone, Copy, Debug)]
pub struct Sdk {
    /// Its name, as its makers write it.
    pub name: &'static str,
    /// Which headers it signs.
    pub signs: Signs,
    /// What it leaves unsigned in a presigned URL besides.
    pub presigned: &'static [&'static str],
}

/// Which headers a client signs; a name that ends in `*` stands for all that begin so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signs {
    /// All but these.
    AllBut(&'static [&'static str]),
    /// None but these.
    Only(&'static [&'static str]),
}

/// The clients whose lists are known.
pub static SDKS: &[Sdk] = &[
    sdk(
        "botocore",
        Signs::AllBut(&[
            "connection",
            "expect",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "x-amzn-trace-id",
        ]),
    ),
    Sdk {
        presigned: &["x-amz-checksum-mode", "x-amz-user-agent"],
        ..sdk(
            "smithy-rs",
            Signs::AllBut(&["authorization", "transfer-encoding", "user-agent", "x-amzn-trace-id"]),
        )
    },
    sdk(
        "aws-c-auth",
        Signs::AllBut(&[
            "connection",
            "expect",
            "sec-websocket-key",
            "sec-websocket-protocol",
            "sec-websocket-version",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "x-amzn-trace-id",
        ]),
    ),
    sdk("aws-sdk-go", Signs::AllBut(&["authorization", "user-agent", "x-amzn-trace-id"])),
    sdk(
        "aws-sdk-js",
        Signs::AllBut(&[
            "authorization",
            "content-length",
            "content-type",
            "expect",
            "presigned-expires",
            "user-agent",
            "x-amzn-trace-id",
        ]),
    ),
    Sdk {
        presigned: &["content-type"],
        ..sdk(
            "aws-sdk-js-v3",
            Signs::AllBut(&[
                "authorization",
                "cache-control",
                "connection",
                "expect",
                "from",
                "keep-alive",
                "max-forwards",
                "pragma",
                "proxy-*",
                "referer",
                "sec-*",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
                "user-agent",
                "x-amzn-trace-id",
            ]),
        )
    },
    sdk("aws-sdk-ruby", Signs::AllBut(&["authorization", "expect", "x-amzn-trace-id"])),
    sdk(
        "aws4",
        Signs::AllBut(&[
            "authorization",
            "connection",
            "expect",
            "presigned-expires",
            "range",
            "user-agent",
            "x-amzn-trace-id",
        ]),
    ),
    sdk(
        "aws4fetch",
        Signs::AllBut(&[
            "authorization",
            "connection",
            "content-length",
            "content-type",
            "expect",
            "presigned-expires",
            "range",
            "user-agent",
            "x-amzn-trace-id",
        ]),
    ),
    sdk("minio-go", Signs::AllBut(&["accept-encoding", "authorization", "user-agent"])),
    sdk("awscurl", Signs::Only(&["content-type", "host", "x-amz-*"])),
    sdk("curl", Signs::AllBut(&[])),
    sdk("Insomnia", Signs::Only(&["content-type", "host"])),
];

const fn sdk(name: &'static str, signs: Signs) -> Sdk {
    Sdk { name, signs, presigned: &[] }
}

impl Sdk {
    /// Whether it signs a header of this name, in lower case, in a request that carries its signature in a header.
    pub fn signs(&self, header: &str) -> bool {
        match self.signs {
            Signs::AllBut(never) => !listed(never, header),
            Signs::Only(always) => listed(always, header),
        }
    }

    /// Whether it signs a header of this name, in lower case, in a presigned URL.
    pub fn signs_presigned(&self, header: &str) -> bool {
        self.signs(header) && !listed(self.presigned, header)
    }
}

/// The clients that never sign a header of this name, in lower case: nobody else may expect that it is signed.
pub fn never_signed_by(header: &str) -> impl Iterator<Item = &'static Sdk> {
    SDKS.iter().filter(move |sdk| !sdk.signs(header))
}

fn listed(names: &[&str], header: &str) -> bool {
    names.iter().any(|name| match name.strip_suffix('*') {
        Some(begin) => header.starts_with(begin),
        None => *name == header,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::scheme::v4::plan::NEVER_SIGNED;

    fn of(name: &str) -> &'static Sdk {
        SDKS.iter().find(|sdk| sdk.name == name).expect("a client of this name")
    }

    #[test]
    fn a_plan_signs_what_the_three_core_signers_sign() {
        let mut union = BTreeSet::from(["accept-encoding"]);
        for name in ["botocore", "aws-c-auth", "smithy-rs"] {
            let Signs::AllBut(never) = of(name).signs else { panic!("{name}") };
            union.extend(never);
        }
        assert_eq!(NEVER_SIGNED.as_slice(), union.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn agrees_with_the_crate_of_smithy_rs() {
        let settings = aws_sigv4::http_request::SigningSettings::default();
        let excluded = settings.excluded_headers.expect("a list");
        let Signs::AllBut(never) = of("smithy-rs").signs else { panic!("a list of exceptions") };
        assert_eq!(
            excluded.iter().map(AsRef::as_ref).collect::<BTreeSet<_>>(),
            never.iter().copied().collect()
        );
    }

    #[test]
    fn lists_stand_in_order_and_in_lower_case() {
        for sdk in SDKS {
            let (Signs::AllBut(names) | Signs::Only(names)) = sdk.signs;
            assert!(names.is_sorted_by(|a, b| a < b), "{}", sdk.name);
            for name in names.iter().chain(sdk.presigned) {
                assert_eq!(*name, name.to_ascii_lowercase(), "{}", sdk.name);
            }
        }
    }

    #[test]
    fn a_star_stands_for_all_that_begin_so() {
        assert!(!of("aws-sdk-js-v3").signs("proxy-connection"));
        assert!(!of("aws-sdk-js-v3").signs("sec-fetch-mode"));
        assert!(of("awscurl").signs("x-amz-date"));
        assert!(!of("awscurl").signs("accept"));
    }

    #[test]
    fn a_presigned_url_may_sign_less() {
        assert!(of("aws-sdk-js-v3").signs("content-type"));
        assert!(!of("aws-sdk-js-v3").signs_presigned("content-type"));
        assert!(never_signed_by("range").map(|sdk| sdk.name).eq([
            "aws4",
            "aws4fetch",
            "awscurl",
            "Insomnia"
        ]));
    }
}
