//! A request with its body out of all frames: transfer coding and `aws-chunked` taken off, checksums of a trailer as headers.

use std::io::Read;

use crate::frames::pass::{Content, Item, Pass, Transfer};
use crate::frames::transfer::Unframer;
use crate::request::{Body, Header, Request};

/// A body that must be taken out of its frames must be at hand; a longer one may have so many bytes.
const FRAMED: u64 = 256 << 20;

/// Why a body is not taken out of its frames.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlainError {
    #[error("expected a body in chunks of at most 256 MiB to sign again, but found {0} bytes")]
    TooLong(u64),
    #[error("expected a body to sign again, but it was not kept")]
    NotKept,
    #[error("expected chunks to sign again, but found an event stream, which only its client can sign")]
    Events,
}

/// The request with its body out of all frames.
pub(super) fn plain(request: &Request) -> Result<Request, PlainError> {
    let pass = Pass::of(request);
    let mut plain = request.clone();
    let is_framed = pass.transfer == Transfer::Chunked;
    match pass.content {
        Content::Events => return Err(PlainError::Events),
        Content::Whole if !is_framed => return Ok(plain),
        Content::Whole | Content::Chunks(..) => {}
    }
    let bytes = at_hand(&request.body)?;
    let content = if is_framed { unframed(&bytes) } else { bytes };
    let (data, trailer) = match pass.content {
        Content::Chunks(..) => unchunked(request, &content)?,
        Content::Whole | Content::Events => (content, Vec::new()),
    };
    let gone =
        ["transfer-encoding", "content-length", "x-amz-decoded-content-length", "x-amz-trailer", "trailer"];
    plain.headers.retain(|header| !gone.iter().any(|name| header.is(name.as_bytes())));
    if let Content::Chunks(..) = pass.content {
        plain.headers.iter_mut().filter(|header| header.is(b"content-encoding")).for_each(without_chunks);
        plain.headers.retain(|header| !(header.is(b"content-encoding") && header.value.is_empty()));
    }
    plain.headers.push(Header::new("Content-Length", data.len().to_string()));
    plain.headers.extend(trailer);
    plain.body = Body::from(data);
    Ok(plain)
}

/// `gzip, aws-chunked` as `gzip`.
fn without_chunks(header: &mut Header) {
    let codings = header.value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let kept: Vec<&[u8]> = codings.filter(|coding| !coding.eq_ignore_ascii_case(b"aws-chunked")).collect();
    header.value = kept.join(&b", "[..]);
}

/// The bytes of a body, from memory or from its file.
pub(super) fn at_hand(body: &Body) -> Result<Vec<u8>, PlainError> {
    if body.len() > FRAMED {
        return Err(PlainError::TooLong(body.len()));
    }
    match (body.rope(), body.path()) {
        (Some(rope), _) => Ok(rope.to_cow().into_owned()),
        (None, Some(path)) => std::fs::read(path).map_err(|_| PlainError::NotKept),
        (None, None) => Err(PlainError::NotKept),
    }
}

/// Every piece of a body, from memory or from its file.
///
/// # Errors
///
/// When the file cannot be read, or there is none.
pub(super) fn each_piece(body: &Body, take: &mut dyn FnMut(&[u8])) -> std::io::Result<()> {
    if let Some(rope) = body.rope() {
        rope.chunks().for_each(take);
        return Ok(());
    }
    let path = body.path().ok_or(std::io::ErrorKind::NotFound)?;
    let (mut file, mut piece) = (std::fs::File::open(path)?, vec![0; 256 << 10]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(()),
            len => take(&piece[..len]),
        }
    }
}

fn unframed(bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(bytes.len());
    // The verdict was that its frames are whole.
    let _ = Unframer::default().feed(bytes, &mut |piece| content.extend_from_slice(piece));
    content
}

/// The data of the chunks, and the checksums of the trailer as headers.
fn unchunked(request: &Request, content: &[u8]) -> Result<(Vec<u8>, Vec<Header>), PlainError> {
    let pass = Pass { transfer: Transfer::Plain, ..Pass::of(request) };
    let found = Body::from(content.to_vec()).find(pass).ok_or(PlainError::NotKept)?;
    let (mut data, mut headers) = (Vec::with_capacity(content.len()), Vec::new());
    for item in &found.items {
        match item {
            Item::Chunk(chunk) => {
                let (start, size) = (chunk.data_offset as usize, chunk.size as usize);
                data.extend_from_slice(content.get(start..start + size).unwrap_or_default());
            }
            Item::Trailer(trailer) => {
                let lines = trailer.lines.iter().filter(|line| !line.is_signature());
                headers.extend(lines.map(|line| Header::new(line.name.to_vec(), line.value.trim_ascii())));
            }
            Item::Message(_) | Item::Fault(_) => {}
        }
    }
    Ok((data, headers))
}
