//! Absolute URLs, as archives, logs and commands write them.

/// Host and target of an absolute URL, as written; what stands behind `#` is never sent.
pub(super) fn split(url: &str) -> Option<(String, String)> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split('#').next()?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let target =
        if rest[end..].starts_with('/') { rest[end..].to_owned() } else { format!("/{}", &rest[end..]) };
    Some((rest[..end].rsplit('@').next()?.to_owned(), target))
}
