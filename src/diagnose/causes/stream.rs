//! Signatures in the body. They are sought link by link, where the request's own signature is right.

use super::{Hypothesis, observed};

const STREAMING: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html";
const TRAILERS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html";

pub(super) static CAUSES: &[Hypothesis] = &[
    observed(
        "chunk-corrupted",
        0,
        "A signed chunk was changed in transit.",
        "Each chunk has a signature of its own, so the changed one is known.",
        "Send the bytes that were signed.",
        STREAMING,
    )
    .transit("Pass bodies on in binary."),
    observed(
        "chunk-chained-to-seed",
        0,
        "A chunk was signed over the request's signature, not over the signature of the chunk before it.",
        "Each chunk signs the signature before it; only the first one signs that of the request.",
        "Keep the signature of each chunk for the next one.",
        STREAMING,
    ),
    observed(
        "chunk-order-changed",
        0,
        "A chunk is missing, doubled, or stands in another place than it was signed for.",
        "Each chunk signs the signature before it, so the order is signed too.",
        "Send the chunks in the order in which they were signed, each once.",
        STREAMING,
    )
    .transit("Leave the frames of aws-chunked bodies alone."),
    observed(
        "chunk-empty-hash-missing",
        0,
        "The hash of nothing was left out of the string to sign of a chunk.",
        "Between the signature before it and the hash of its data stands the hash of an empty text.",
        "Write the SHA-256 of an empty text as the fifth line.",
        STREAMING,
    ),
    observed(
        "chunk-data-hash",
        1,
        "A chunk was hashed with more or less than its data.",
        "Only the data of a chunk are hashed: not its size line, and not the CR LF behind it.",
        "Hash the data of each chunk alone.",
        STREAMING,
    ),
    observed(
        "chunk-string-form",
        1,
        "The string to sign of a chunk does not have its form.",
        "It has six lines: algorithm, date, scope, the signature before it, the hash of nothing, the hash of its data.",
        "Write the six lines as the documentation has them.",
        STREAMING,
    ),
    observed(
        "trailer-changed",
        0,
        "The trailer was changed after it was signed.",
        "The lines of the trailer are signed after the last chunk.",
        "Send the trailer that was signed.",
        TRAILERS,
    )
    .transit("Pass trailers on as they came."),
    observed(
        "trailer-form",
        0,
        "The trailer was signed in another form: its last line feed, its case, or its white space.",
        "Each line is name:value and a line feed, the last one too.",
        "Write name:value and LF for each trailer.",
        TRAILERS,
    ),
    observed(
        "decoded-content-length-missing",
        0,
        "x-amz-decoded-content-length is missing, though the body is sent in chunks.",
        "S3 answers with SignatureDoesNotMatch when the length of the data is not announced.",
        "Send x-amz-decoded-content-length with the number of bytes before chunking.",
        "https://github.com/versity/versitygw/issues/1088",
    ),
    observed(
        "chunks-unframed",
        0,
        "The request announces chunks, but its body has none.",
        "A proxy that takes the chunks off must not pass on what announces them.",
        "Send the body in chunks, or announce none.",
        "https://github.com/minio/warp/issues/232",
    )
    .transit("Leave the frames of aws-chunked bodies alone."),
    observed(
        "checksum-wrong",
        0,
        "The checksum in the trailer is not that of the data.",
        "The signatures are right: the data, or the checksum, were wrong when they were signed.",
        "Compute the checksum over the data that are sent.",
        TRAILERS,
    ),
];
