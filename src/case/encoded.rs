//! URLs that were percent-encoded as a whole on their way here.

pub(super) const ENCODED: &str = "The whole URL was percent-encoded, its `://` as well: it was decoded.";

/// A text that begins with a URL whose `://` is percent-encoded, as no URL can be sent, with this URL decoded.
pub(super) fn whole_url(text: &[u8]) -> Option<Vec<u8>> {
    /// So often a URL may have been encoded.
    const TIMES: usize = 3;
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    let (url, rest) = text.split_at(end);
    let scheme = url.iter().position(|byte| b":%".contains(byte))?;
    let is_web = ["http", "https"].iter().any(|name| url[..scheme].eq_ignore_ascii_case(name.as_bytes()));
    if !is_web || url[scheme..].starts_with(b"://") {
        return None;
    }
    let decode = |url: &Vec<u8>| Some(percent_encoding::percent_decode(url).collect::<Vec<u8>>());
    let mut rounds = std::iter::successors(Some(url.to_vec()), decode).take(TIMES + 1);
    let decoded = rounds.find(|url| url[scheme..].starts_with(b"://"))?;
    Some([&decoded, rest].concat())
}
