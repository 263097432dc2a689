use sha2::{Digest as _, Sha256};

use super::*;

#[test]
fn what_holds_nothing_is_said() {
    for (text, found) in
        [("", "an empty text"), (" \n", "an empty text"), ("hello world", "nothing of the kind")]
    {
        let error = read(text.as_bytes()).unwrap_err();
        assert_eq!(error.found, found, "{text:?}");
    }
}

#[test]
fn the_hash_of_the_header_that_arrived_is_read_in_every_wording() {
    let hash: [u8; 32] = Sha256::digest("Bearer").into();
    for text in [
        "(Hashed with SHA-256 and encoded with Base64) Authorization=cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg=",
        r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg='."}"#,
        r#"{"message":"X (hashed with SHA-256 and encoded with Base64): \u0027cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg\u003d\u0027."}"#,
        "x (hashed with SHA-256 and encoded with Base64): &#39;cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg&#x3D;&#39;.",
    ] {
        let pieces = read(text.as_bytes()).unwrap();
        assert_eq!((pieces.len(), pieces[0].authorization_hash), (1, Some(hash)), "{text}");
    }
    assert_eq!(authorization_hash("(Hashed with SHA-256 and encoded with Base64) Authorization=7wGM"), None);
}

#[test]
fn errors_of_opensearch_are_read_with_their_type() {
    let text = r#"{"status":403,"request-id":"x","error":{"reason":"403 Forbidden","type":"Forbidden"}}"#;
    assert_eq!(read(text.as_bytes()).unwrap()[0].code.as_deref(), Some("Forbidden"));
    assert!(read(br#"{"type":"log","message":"all is well"}"#).is_err());
}

#[test]
fn a_bomb_of_entities_stays_what_it_is() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"AAAAAAAAAA\"><!ENTITY b \"&a;&a;&a;&a;\">]><Error><Code>&b;&b;</Code>\
                <Message>&b;</Message></Error>";
    let pieces = read(bomb.as_bytes()).unwrap();
    assert_eq!(pieces[0].code.as_deref(), Some("&b;&b;"));
}

#[test]
fn of_a_day_of_requests_the_last_ones_are_read() {
    let one = |at: usize| {
        format!(
            "StringToSign:\nAWS4-HMAC-SHA256\n20260115T093000Z\n20260115/us-east-1/s3/aws4_request\n{at:064x}\n"
        )
    };
    let log: String = (0..5000).map(one).collect();
    let pieces = read(log.as_bytes()).unwrap();
    assert!(pieces.len() < 1000);
    let last = pieces.last().and_then(Piece::hash).unwrap();
    assert_eq!(hex::encode(last), format!("{:064x}", 4999));
}

#[test]
fn a_long_log_is_read_in_one_go() {
    let mut log = "2026-01-15 09:30:00,000 urllib3 [DEBUG] nothing to see here GET\n".repeat(200_000);
    log.push_str("StringToSign:\nAWS4-HMAC-SHA256\n20260115T093000Z\n20260115/us-east-1/s3/aws4_request\n");
    log.push_str(&"0".repeat(64));
    let pieces = read(log.as_bytes()).unwrap();
    assert_eq!(pieces.len(), 1);
    assert_eq!(pieces[0].side, Side::Signer);
}
