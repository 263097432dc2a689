//! Presigned URLs: what the payload line says, and the parameters that make a URL presigned.

mod parameters;
mod payload;

use super::{Hypothesis, cause};
use parameters::{
    credential, credential_slashes, date, expires, parameters_unsigned, signature_included, signed_headers,
};
use payload::{body_hash, empty_hash, for_no_body, unsigned};

const PRESIGNED: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html";

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "presign-payload-empty-hash",
        0,
        "The presigned S3 URL was signed with the hash of an empty body instead of UNSIGNED-PAYLOAD.",
        "Nobody knows the body when an S3 URL is presigned, so the last line says UNSIGNED-PAYLOAD.",
        "Write UNSIGNED-PAYLOAD in the last line of the canonical request for S3.",
        "https://github.com/iksteen/aws-request-signer/issues/13",
        empty_hash,
    ),
    cause(
        "presign-for-no-body",
        0,
        "The URL was presigned with the hash of an empty body, but it is used with a body.",
        "Only S3 and its relatives leave the body out of a presigned URL. For other services the URL is good for one exact body.",
        "Presign the URL with the hash of the body that will be sent, or use it without a body. A URL for a body that isn't known yet can't be presigned for this service.",
        "https://repost.aws/questions/QUPuq7VvHJRwWxVA3XJIgNKQ/post-request-to-presigned-aws-lambda-function-url-with-unsigned-payload",
        for_no_body,
    ),
    cause(
        "presign-payload-unsigned",
        0,
        "The URL was presigned with UNSIGNED-PAYLOAD, but this service wants the hash of the body.",
        "Only S3 and its relatives leave the body out of a presigned URL. For other services the URL is good for one exact body.",
        "Presign the URL with the hash of the body that will be sent: of nothing for a GET. A URL for a body that isn't known yet can't be presigned for this service.",
        "https://repost.aws/questions/QUPuq7VvHJRwWxVA3XJIgNKQ/post-request-to-presigned-aws-lambda-function-url-with-unsigned-payload",
        unsigned,
    ),
    cause(
        "presign-payload-hash",
        1,
        "The URL was presigned with the hash of the body, which this service does not look at.",
        "Nobody knows the body when an S3 URL is presigned, so the last line says UNSIGNED-PAYLOAD.",
        "Write UNSIGNED-PAYLOAD in the last line, or send X-Amz-Content-Sha256 as a signed parameter.",
        PRESIGNED,
        body_hash,
    ),
    cause(
        "presign-expires-changed",
        0,
        "X-Amz-Expires was changed in the URL after it was signed.",
        "The time that a URL is good for is signed: nobody may make it longer.",
        "Presign a URL for the time that is wanted.",
        PRESIGNED,
        expires,
    )
    .transit("Leave the URL as it came."),
    cause(
        "presign-date-changed",
        1,
        "X-Amz-Date was changed in the URL after it was signed.",
        "The date of signing is signed.",
        "Presign the URL anew.",
        PRESIGNED,
        date,
    )
    .transit("Leave the URL as it came."),
    cause(
        "presign-signature-included",
        1,
        "X-Amz-Signature, left from another URL or empty, was signed as a query parameter.",
        "The signature itself is the one parameter that is not signed.",
        "Leave X-Amz-Signature out of the canonical query.",
        PRESIGNED,
        signature_included,
    ),
    cause(
        "presign-parameters-unsigned",
        0,
        "The parameters of the signature were left out of the canonical query of the presigned URL.",
        "Every parameter is signed but X-Amz-Signature: X-Amz-Algorithm, -Credential, -Date, -Expires and -SignedHeaders too.",
        "Add the X-Amz parameters before the canonical query is written.",
        PRESIGNED,
        parameters_unsigned,
    ),
    cause(
        "presign-credential-slashes",
        0,
        "The slashes of X-Amz-Credential were not escaped in the canonical query, or were escaped twice.",
        "In the query a slash is written %2F, and only once.",
        "Encode the value of X-Amz-Credential once.",
        "https://github.com/aws/aws-sdk-java/issues/1680",
        credential_slashes,
    ),
    cause(
        "presign-signed-headers-changed",
        1,
        "X-Amz-SignedHeaders was changed in the URL after it was signed, or signed in another form.",
        "The list of signed headers is itself a signed parameter.",
        "Leave X-Amz-SignedHeaders as it was signed, with its semicolons as %3B.",
        "https://github.com/aws/aws-sdk-java/issues/1680",
        signed_headers,
    )
    .transit("Leave the URL as it came."),
    cause(
        "presign-credential-changed",
        2,
        "X-Amz-Credential was changed in the URL after it was signed.",
        "The credential is itself a signed parameter.",
        "Presign the URL anew with the other key.",
        PRESIGNED,
        credential,
    ),
];
