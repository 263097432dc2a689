//! The rules by which bytes of the request become bytes of a canonical form: one table with a sentence for each.

/// Something that a scheme does to bytes on their way.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum Rule {
    /// Upper-case letters became lower-case ones.
    LowerCased,
    /// White space at the ends was left out.
    Trimmed,
    /// A run of white space became one space.
    SpacesCollapsed,
    /// A folded line became a space.
    Unfolded,
    /// Values of a repeated header were joined.
    Joined,
    /// A needless percent escape became the plain character.
    Decoded,
    /// The hex digits of an escape became upper case.
    HexUpperCased,
    /// A byte became `%XX`.
    Encoded,
    /// The percent sign of an escape was encoded, for the second time.
    EncodedAgain,
    /// A plus sign was read as a space.
    PlusReadAsSpace,
    /// `.` and `..` segments were resolved.
    DotSegmentRemoved,
    /// Repeated slashes became one.
    SlashesCollapsed,
    /// An empty path became `/`.
    EmptyPath,
    /// `=` was added after a name without a value.
    EqualsAdded,
    /// An empty piece between `&` was left out.
    EmptyPairDropped,
    /// The place among its neighbours was changed by sorting.
    Sorted,
    /// Hashed with SHA-256, written in lower-case hex.
    Hashed,
    /// Authenticated with HMAC-SHA256, written in lower-case hex.
    Keyed,
    /// A default port was left out.
    PortDropped,
    /// A date was rewritten in ISO 8601 basic form.
    DateRewritten,
    /// Only the day of a date was taken.
    DayTaken,
    /// Not in the request: the signer adds it.
    Added,
    /// Named as signed, but absent from the request.
    Absent,
    /// Percent-encoding was taken off.
    PercentDecoded,
    /// This parameter takes no part in the signature.
    LeftOut,
    /// Signed with ECDSA on P-256, written as DER in lower-case hex.
    Signed,
    /// Base64 was taken off.
    Base64Decoded,
    /// The SHA-256 of nothing, where something else might be hashed.
    HashOfNothing,
    /// Authenticated with HMAC under the secret itself, written in base64.
    KeyedInBase64,
    /// Another header holds the date that is signed.
    DateElsewhere,
    /// Upper-case letters of a host became lower-case ones.
    HostLowerCased,
    /// An escaped slash of a path became a slash.
    SlashDecoded,
    /// A slash was added to the end of a path.
    SlashAdded,
    /// The bucket that the host names was written before the path.
    BucketPutBefore,
    /// Upper-case letters of a header's value became lower-case ones.
    ValueLowerCased,
    /// The `=` before an empty value was left out.
    EqualsDropped,
    /// A parameter without `=` was left out.
    BareDropped,
    /// A digest of the whole.
    Digested,
    /// Written in another encoding, as the scheme has it.
    Recoded,
    /// Signed by the algorithm and written in the encoding of the scheme.
    KeyedAsSaid,
}

/// What is said of a rule: one plain sentence, and where it is laid down.
pub struct Said {
    /// The rule.
    pub rule: Rule,
    /// Its name in machine-readable output.
    pub id: &'static str,
    /// What happened, in one sentence.
    pub sentence: &'static str,
    /// Where the rule is laid down.
    pub link: &'static str,
}

const CREATE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html";
const PRESIGNED: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html";
const ASYMMETRIC: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html";
const CHUNKS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html";
const POLICY: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html";
const VERSION_2: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html";
const SLASH: &str = "https://github.com/mhart/aws4/blob/master/aws4.js";
const HUAWEI: &str = "https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html";
const OSS: &str =
    "https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4";
const TENCENT: &str = "https://www.tencentcloud.com/document/api/213/33224";
const JD_CLOUD: &str = "https://docs.jdcloud.com/en/common-declaration/api/signature";
const ROWS: &str = "https://www.rfc-editor.org/rfc/rfc2104";
const RFC3986: &str = "https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4";
const RFC9112: &str = "https://www.rfc-editor.org/rfc/rfc9112#section-5.2";

/// All rules, in the order of [`Rule`].
pub const RULES: [Said; 40] = {
    const fn said(rule: Rule, id: &'static str, sentence: &'static str, link: &'static str) -> Said {
        Said { rule, id, sentence, link }
    }
    use Rule as R;
    [
        said(R::LowerCased, "lower_cased", "Header names are written in lower case.", CREATE),
        said(R::Trimmed, "trimmed", "White space at both ends of a header value is left out.", CREATE),
        said(
            R::SpacesCollapsed,
            "spaces_collapsed",
            "A run of spaces in a header value becomes one space.",
            CREATE,
        ),
        said(R::Unfolded, "unfolded", "A folded header line is joined with one space.", RFC9112),
        said(
            R::Joined,
            "joined",
            "Values of a repeated header are joined by commas, in the order sent.",
            CREATE,
        ),
        said(
            R::Decoded,
            "decoded",
            "An escape that was not needed is written as the plain character.",
            CREATE,
        ),
        said(
            R::HexUpperCased,
            "hex_upper_cased",
            "Percent escapes are written with upper-case hex digits.",
            CREATE,
        ),
        said(R::Encoded, "encoded", "Every byte but A-Z a-z 0-9 - . _ ~ is percent-encoded.", CREATE),
        said(
            R::EncodedAgain,
            "encoded_again",
            "The path is encoded once more as it stands (all services but S3), so % becomes %25.",
            CREATE,
        ),
        said(R::PlusReadAsSpace, "plus_read_as_space", "A bare + in the query is read as a space.", CREATE),
        said(
            R::DotSegmentRemoved,
            "dot_segment_removed",
            "Dot segments of the path are resolved (not for S3).",
            RFC3986,
        ),
        said(
            R::SlashesCollapsed,
            "slashes_collapsed",
            "Repeated slashes of the path become one (not for S3).",
            CREATE,
        ),
        said(R::EmptyPath, "empty_path", "An empty path is written as /.", CREATE),
        said(R::EqualsAdded, "equals_added", "A query name without a value still gets its =.", CREATE),
        said(
            R::EmptyPairDropped,
            "empty_pair_dropped",
            "Nothing stands between two &, so nothing is signed.",
            CREATE,
        ),
        said(R::Sorted, "sorted", "Sorted by name: its place differs from the one in the request.", CREATE),
        said(R::Hashed, "hashed", "The SHA-256 of the whole, in lower-case hex.", CREATE),
        said(R::Keyed, "keyed", "The HMAC-SHA256 of the whole, in lower-case hex.", CREATE),
        said(R::PortDropped, "port_dropped", "A default port is left out of the host.", CREATE),
        said(R::DateRewritten, "date_rewritten", "The date is rewritten in ISO 8601 basic form.", CREATE),
        said(R::DayTaken, "day_taken", "Only the day of the date is used.", CREATE),
        said(R::Added, "added", "Not in the request yet: the signer adds this.", CREATE),
        said(
            R::Absent,
            "absent",
            "Named in SignedHeaders but absent from the request: its value is taken as empty.",
            CREATE,
        ),
        said(
            R::PercentDecoded,
            "percent_decoded",
            "A value in the query is read without its percent-encoding.",
            PRESIGNED,
        ),
        said(
            R::LeftOut,
            "left_out",
            "The signature itself, and what is sent beside it, takes no part in what is signed.",
            PRESIGNED,
        ),
        said(
            R::Signed,
            "signed",
            "One of many right signatures: ECDSA over the SHA-256 of the whole, as DER in hex. Another signer makes another.",
            ASYMMETRIC,
        ),
        said(
            R::Base64Decoded,
            "base64_decoded",
            "The policy is shown decoded; what is signed is its base64 text as it was sent.",
            POLICY,
        ),
        said(
            R::HashOfNothing,
            "hash_of_nothing",
            "The SHA-256 of nothing: a chunk has no headers of its own.",
            CHUNKS,
        ),
        said(
            R::KeyedInBase64,
            "keyed_in_base64",
            "The HMAC of the whole under the secret itself, in base64.",
            VERSION_2,
        ),
        said(
            R::DateElsewhere,
            "date_elsewhere",
            "The line of the date is empty: x-amz-date is signed among the headers, and Date is ignored.",
            VERSION_2,
        ),
        said(R::HostLowerCased, "host_lower_cased", "The host is written in lower case.", VERSION_2),
        said(
            R::SlashDecoded,
            "slash_decoded",
            "An escaped slash in the path of S3 is signed as a slash: the key holds one either way.",
            SLASH,
        ),
        said(
            R::SlashAdded,
            "slash_added",
            "Huawei Cloud signs a path with a slash at its end, which is added where there is none.",
            HUAWEI,
        ),
        said(
            R::BucketPutBefore,
            "bucket_put_before",
            "OSS signs the bucket before the path, also where only the host names it.",
            OSS,
        ),
        said(
            R::ValueLowerCased,
            "value_lower_cased",
            "Tencent Cloud signs the values of headers in lower case.",
            TENCENT,
        ),
        said(
            R::EqualsDropped,
            "equals_dropped",
            "OSS signs a parameter with an empty value without its =.",
            OSS,
        ),
        said(
            R::BareDropped,
            "bare_dropped",
            "JD Cloud leaves out a parameter that has no =, so it is not signed.",
            JD_CLOUD,
        ),
        said(R::Digested, "digested", "A digest of the whole, as the scheme names it.", ROWS),
        said(R::Recoded, "recoded", "The same bytes in another encoding, as the scheme has it.", ROWS),
        said(
            R::KeyedAsSaid,
            "keyed_as_said",
            "The signature of the whole, by the algorithm and in the encoding of the scheme.",
            ROWS,
        ),
    ]
};

impl Rule {
    /// What is said of this rule.
    pub fn said(self) -> &'static Said {
        &RULES[self as usize]
    }
}

/// A small set of rules.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Rules([u32; 2]);

/// Bits of a word: a set of two words may be aligned as one of one is, and there are as many pieces of a trace as there are lines.
const WORD: usize = u32::BITS as usize;

const _: () = assert!(RULES.len() <= 2 * WORD, "every rule needs a bit");

impl Rules {
    /// No rule: the bytes are as they were written.
    pub const NONE: Self = Self([0; 2]);

    /// This set and `rule`.
    #[must_use]
    pub const fn and(self, rule: Rule) -> Self {
        self.union(Self::of(rule))
    }

    const fn of(rule: Rule) -> Self {
        let mut words = [0; 2];
        words[rule as usize / WORD] = 1 << (rule as usize % WORD);
        Self(words)
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    /// Whether `rule` is in the set.
    pub const fn has(self, rule: Rule) -> bool {
        self.0[rule as usize / WORD] & 1 << (rule as usize % WORD) != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0[0] == 0 && self.0[1] == 0
    }

    /// The rules in the set, in the order of [`RULES`].
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        RULES.iter().map(|said| said.rule).filter(move |rule| self.has(*rule))
    }
}

impl From<Rule> for Rules {
    fn from(rule: Rule) -> Self {
        Self::NONE.and(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_enum() {
        for (index, said) in RULES.iter().enumerate() {
            assert_eq!(said.rule as usize, index, "{}", said.id);
            assert!(said.sentence.ends_with('.') && said.link.starts_with("https://"), "{}", said.id);
        }
    }

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        let set = Rules::from(Rule::Sorted).and(Rule::LowerCased);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Rule::LowerCased, Rule::Sorted]);
        assert!(!set.has(Rule::Trimmed));
    }
}
