//! The bucket, which stands in the path or in the host.

use super::ends::PREFIXES;
use super::form::{Form, put, put_sent, target};
use crate::diagnose::causes::Gen;
use crate::diagnose::change::Edit;
use crate::diagnose::draft::Slot;
use crate::scheme::NormalizePath;
use crate::service;

/// Whether the service is S3 or a relative, whose requests name a bucket.
fn is_store(g: &Gen<'_, '_>) -> bool {
    g.facts.terms.dialect.normalize_path == NormalizePath::Off
}

/// The first segment of a store's path, where it may be a bucket.
fn first_segment<'a>(g: &Gen<'_, 'a>) -> Option<&'a [u8]> {
    let segment = g.facts.path().strip_prefix(b"/").filter(|_| is_store(g))?;
    let end = memchr::memchr(b'/', segment).unwrap_or(segment.len());
    Some(&segment[..end]).filter(|bucket| !bucket.is_empty())
}

/// The bucket of a path-style request: `None` where the path names none, or the host does.
pub(super) fn bucket_of_path<'a>(g: &Gen<'_, 'a>) -> Option<&'a [u8]> {
    let in_host = g.facts.request.host().is_some_and(service::names_bucket);
    first_segment(g).filter(|_| !in_host && bucket_in_both(g).is_none())
}

/// The bucket of a host in virtual-hosted style: its first labels. Names that gateways are known to strip stand for themselves where
/// nothing but the label speaks for a bucket.
pub(super) fn bucket_of_host<'h>(g: &Gen<'_, '_>, host: &'h str) -> Option<&'h str> {
    let is_known = service::names_bucket(host.as_bytes());
    let end = match is_known {
        true => [".s3.", ".s3-"].iter().filter_map(|mark| host.find(mark)).min(),
        false => host.find('.'),
    };
    let bucket = &host[..end.filter(|_| is_store(g))?];
    (is_known || !PREFIXES.contains(&bucket)).then_some(bucket)
}

/// The bucket that the path names although the host does.
pub(super) fn bucket_in_both(g: &Gen<'_, '_>) -> Option<String> {
    let (host, _) = g.facts.host()?;
    let bucket = bucket_of_host(g, &host)?;
    (first_segment(g)? == bucket.as_bytes()).then(|| bucket.to_owned())
}

pub(super) fn bucket_twice(g: &mut Gen<'_, '_>) {
    let Some(bucket) = bucket_in_both(g) else { return };
    let rest = &g.facts.path()[bucket.len() + 1..];
    let rest = if rest.is_empty() { b"/" } else { rest };
    put_sent(g, rest, bucket);
}

pub(super) fn bucket_left_out(g: &mut Gen<'_, '_>) {
    // Where only the host names it, the scheme puts it before the path.
    if let Some(bucket) = &g.facts.terms.bucket {
        let (bare, bucket) = (Form::of(g).write(g.facts.path()), bucket.string());
        put(g, &bare, bucket);
        return;
    }
    let Some(bucket) = bucket_of_path(g).map(<[u8]>::to_vec) else { return };
    let rest = &g.facts.path()[bucket.len() + 1..];
    let rest = if rest.is_empty() { b"/" } else { rest };
    put_sent(g, rest, String::from_utf8_lossy(&bucket));
}

pub(super) fn bucket(g: &mut Gen<'_, '_>) {
    let (Some((host, port)), Some(line)) = (g.facts.host(), g.draft.named("host")) else { return };
    let path = g.facts.path().to_vec();
    let with_port = |host: &str| match &port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let both = |g: &mut Gen<'_, '_>, path: &[u8], host: &str, words: String| {
        let canonical = Form::of(g).canonical(g, path);
        let edits = [target(g, path), host_edit(g, host)];
        if let Some(change) = g.puts(&[(Slot::PATH, &canonical), (Slot::line(line), host.as_bytes())], words)
        {
            change.edits.extend(edits);
        }
    };
    // Sent as bucket.host/key, signed as host/bucket/key: the first labels are the bucket.
    let labels: Vec<&str> = host.split('.').collect();
    for count in 1..labels.len().min(4) {
        let (bucket, rest) = (labels[..count].join("."), labels[count..].join("."));
        let other = [b"/", bucket.as_bytes(), &path].concat();
        both(g, &other, &with_port(&rest), format!("signed as {rest}/{bucket}/…"));
        put_sent(g, &other, format!("signed with /{bucket} before the path"));
    }
    // Sent as host/bucket/key, signed as bucket.host/key.
    let segment = path.get(1..).unwrap_or_default();
    let end = memchr::memchr(b'/', segment).unwrap_or(segment.len());
    let bucket = String::from_utf8_lossy(&segment[..end]).into_owned();
    if !bucket.is_empty() {
        let rest = if segment[end..].is_empty() { b"/" } else { &segment[end..] };
        let rest = rest.to_vec();
        both(g, &rest, &with_port(&format!("{bucket}.{host}")), format!("signed as {bucket}.{host}/…"));
    }
}

fn host_edit(g: &Gen<'_, '_>, host: &str) -> Edit {
    let index = g.facts.request.header(b"host").map_or(usize::MAX, |(index, _)| index);
    Edit::Header(index, host.as_bytes().to_vec())
}
