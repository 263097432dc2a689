//! An `Authorization` header of Version 4's family whose request is not there: what it claims, as far as it was quoted.

use super::scan;

/// What a header claims that stands alone.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ClaimAlone {
    /// The id of the key; `None` where something stands in its place.
    pub key_id: Option<String>,
    /// Day, region, service and terminator, as many of them as are there.
    pub scope: Vec<String>,
    /// The names in `SignedHeaders`.
    pub signed: Vec<String>,
    /// Whether a `Signature` stands behind the names: without it the list may be cut off.
    pub is_whole: bool,
}

/// What stands before the key id.
pub(super) const MARK: &str = "Credential=";

/// The claim in the line at `at`, and the line behind it. A log may give each of its three parts a line of its own.
pub(super) fn read(lines: &[&str], at: usize) -> Option<(ClaimAlone, usize)> {
    const PARTS: [&str; 2] = ["SignedHeaders=", "Signature="];
    let (before, credential) = lines[at].split_once(MARK)?;
    // The parameters of a presigned URL are those of a request.
    if before.ends_with('-') {
        return None;
    }
    let goes_on = |line: &&&str| PARTS.iter().any(|part| scan::bare(line).starts_with(part));
    let more = lines[at + 1..].iter().take(PARTS.len()).take_while(goes_on).count();
    let text = [&[credential], &lines[at + 1..=at + more]].concat().join(" ");
    let mut words = value(&text).split('/').map(str::to_owned);
    let key_id = words.next().filter(|id| is_word(id) && id.len() >= 3);
    let scope: Vec<String> = words.take_while(|word| is_word(word)).collect();
    let signed = text.split_once(PARTS[0]).map_or(Vec::new(), |(_, list)| names(list));
    let is_dated = scope.first().is_some_and(|day| day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()));
    let names_a_scope = ["/aws4_request", "/goog4_request"].iter().any(|end| text.contains(end));
    let is_whole = text.contains(PARTS[1]);
    let claim = ClaimAlone { key_id, scope, signed, is_whole };
    let is_claim = is_dated && claim.key_id.is_some() || names_a_scope && !claim.signed.is_empty();
    is_claim.then_some((claim, at + more + 1))
}

/// What stands before the next comma, blank or quotation mark.
fn value(text: &str) -> &str {
    text.split([',', ' ', '"', '\'', '`', '&']).next().unwrap_or_default()
}

/// The names of a list; none where it holds anything else.
fn names(list: &str) -> Vec<String> {
    let list = value(list).trim_end_matches(['.', '\u{2026}', ')', ']']);
    let names: Vec<String> = list.split(';').map(str::to_owned).collect();
    if names.iter().all(|name| is_word(name)) { names } else { Vec::new() }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<ClaimAlone> {
        read(&text.lines().collect::<Vec<_>>(), 0).map(|(claim, _)| claim)
    }

    #[test]
    fn a_header_alone_tells_what_was_claimed() {
        let claim = of(
            "Authorization: AWS4-HMAC-SHA256 Credential=<redacted>/20210321/us-west-1/s3/aws4_request,SignedHeaders=content-length;host,Signature=<x>",
        )
        .unwrap();
        assert_eq!((claim.key_id, &*claim.scope.join("/")), (None, "20210321/us-west-1/s3/aws4_request"));
        assert_eq!(
            (claim.signed, claim.is_whole),
            (vec!["content-length".to_owned(), "host".to_owned()], true)
        );
    }

    #[test]
    fn a_header_that_is_cut_off_or_wrapped_is_read_as_far_as_it_goes() {
        let whole = "Credential=AKIDEXAMPLE/20260115/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d";
        for (cut_at, signed) in [
            ("eu-west-1/", ""),
            ("Headers=", ""),
            ("=host", "host"),
            ("x-am", "host;x-am"),
            ("-date", "host;x-amz-date"),
        ] {
            let len = whole.find(cut_at).unwrap() + cut_at.len();
            for end in ["", "...", "\u{2026}"] {
                let claim = of(&format!("{}{end}", &whole[..len])).unwrap();
                assert_eq!((&*claim.signed.join(";"), claim.is_whole), (signed, false), "{cut_at}{end}");
            }
        }
        let (claim, next) = read(&whole.replace(", ", ",\n    ").lines().collect::<Vec<_>>(), 0).unwrap();
        assert_eq!((claim.signed.len(), claim.is_whole, next), (2, true, 3));
    }

    #[test]
    fn what_builds_a_header_and_what_describes_one_claim_nothing() {
        for text in [
            "header = 'AWS4-HMAC-SHA256 Credential=' + access_key + '/' + scope + ', SignedHeaders=' + names",
            "Credential=${accessKey}/${day}/${region}/${service}/aws4_request, SignedHeaders=${signed}",
            "Credential=<key>/<date>/<region>/<service>/aws4_request",
            "https://h/?X-Amz-Credential=AKIDEXAMPLE/20260115/eu-west-1/s3/aws4_request&X-Amz-SignedHeaders=host",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
