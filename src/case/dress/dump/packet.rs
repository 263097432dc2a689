//! Packets: what they carry, without the heads of link, IP and TCP, in the order in which it was sent.
//!
//! Sources: RFC 791 (IPv4), RFC 8200 (IPv6), RFC 9293 (TCP), IEEE 802.3 and 802.1Q, `LINKTYPE_LINUX_SLL` and `_SLL2`.

use crate::case::dress::message::Piece;

/// What a packet of TCP says of itself.
struct Segment {
    /// Addresses and ports.
    flow: Vec<u8>,
    sequence: u32,
    /// Where what it carries begins and ends.
    data: [usize; 2],
}

/// A piece and the number of its first byte.
type Numbered = (u32, Piece);

/// The pieces by connection and direction. What is no packet belongs together as it stands.
pub(super) fn connections(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut flows: Vec<(Vec<u8>, Vec<Numbered>)> = Vec::new();
    for mut piece in pieces {
        let segment = segment(&piece.bytes);
        if let Some([start, end]) = segment.as_ref().map(|segment| segment.data) {
            piece.bytes.truncate(end);
            piece.bytes.drain(..start);
        }
        let (flow, sequence) = segment.map_or_else(Default::default, |own| (own.flow, own.sequence));
        match flows.iter_mut().find(|(own, _)| *own == flow) {
            Some((_, pieces)) => pieces.push((sequence, piece)),
            None => flows.push((flow, vec![(sequence, piece)])),
        }
    }
    flows.into_iter().map(|(flow, pieces)| in_order(&flow, pieces)).collect()
}

/// What one side sent, in order, without what was sent again.
fn in_order(flow: &[u8], mut pieces: Vec<Numbered>) -> Vec<Piece> {
    if !flow.is_empty() {
        let first = pieces.first().map_or(0, |(sequence, _)| *sequence);
        pieces.retain(|(_, piece)| !piece.bytes.is_empty());
        pieces.sort_by_key(|(sequence, _)| sequence.wrapping_sub(first).cast_signed());
        pieces.dedup_by_key(|(sequence, _)| *sequence);
    }
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

fn segment(bytes: &[u8]) -> Option<Segment> {
    // No link, Ethernet, with a tag of a VLAN, Linux "cooked" in two versions, the loopback of BSD.
    const LINKS: [usize; 6] = [0, 14, 18, 16, 20, 4];
    LINKS.iter().find_map(|link| ip(bytes, *link))
}

fn ip(bytes: &[u8], at: usize) -> Option<Segment> {
    const TCP: u8 = 6;
    let head = bytes.get(at..)?;
    let (addresses, tcp, len) = match (head.first()? >> 4, head.first()? & 15) {
        (4, words @ 5..) if *head.get(9)? == TCP => (12..20, usize::from(words) * 4, number(head, 2)?),
        (6, _) if *head.get(6)? == TCP => (8..40, 40, number(head, 4)? + 40),
        _ => return None,
    };
    // Where the card cuts a message into packets, the system does not know their length.
    let len = if len == 0 { head.len() } else { len };
    let data = tcp + usize::from(head.get(tcp + 12)? >> 4) * 4;
    if data < tcp + 20 || data > len || len > head.len() {
        return None;
    }
    let sequence = [*head.get(tcp + 4)?, *head.get(tcp + 5)?, *head.get(tcp + 6)?, *head.get(tcp + 7)?];
    Some(Segment {
        flow: [head.get(addresses)?, head.get(tcp..tcp + 4)?].concat(),
        sequence: u32::from_be_bytes(sequence),
        data: [at + data, at + len],
    })
}

/// A number of two bytes.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::dress::message::Fidelity;

    fn packet(sequence: u8, data: &[u8]) -> Piece {
        let len = u8::try_from(40 + data.len()).unwrap();
        let ip = [0x45, 0, 0, len, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 5, 10, 0, 0, 9];
        let tcp = [0xc8, 0x22, 0, 80, 0, 0, 0, sequence, 0, 0, 0, 1, 0x50, 0x18, 1, 0xf6, 0, 0, 0, 0];
        let bytes = [&[0; 12][..], &[8, 0], &ip, &tcp, data, &[0, 0]].concat();
        Piece { bytes, lines: 1..=1, fidelity: Fidelity::Exact }
    }

    #[test]
    fn packets_are_joined_in_order_and_once() {
        let pieces = vec![packet(4, b"def"), packet(1, b"abc"), packet(4, b"def"), packet(7, b"")];
        let joined = connections(pieces);
        let texts: Vec<Vec<u8>> = joined[0].iter().map(|piece| piece.bytes.clone()).collect();
        assert_eq!((joined.len(), texts), (1, vec![b"abc".to_vec(), b"def".to_vec()]));
    }

    #[test]
    fn text_is_no_packet() {
        assert!(segment(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n, and more than forty bytes").is_none());
    }
}
