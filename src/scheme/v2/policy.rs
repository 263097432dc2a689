//! Browser uploads: the fields `AWSAccessKeyId`, `policy` and `signature` of a form. What is signed is the base64 text of the policy.
//!
//! boto3 makes them where no version is asked for. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingHTTPPOST.html>

use super::form::{KEY_ID, SIGNATURE};
use crate::request::Request;
use crate::scheme::v4::form;
use crate::scheme::{Claim, Placement};

/// Reads the claim in the fields of a form; `None` where one of them is not there.
pub(super) fn read(request: &Request) -> Option<Claim> {
    let sent = form::sent(request)?.ok()?;
    let (access_key_id, signature) = (sent.field(KEY_ID)?, sent.field(SIGNATURE)?);
    Some(Claim {
        placement: Placement::Form,
        // Nothing names it: the field that only this version has stands for it.
        algorithm: access_key_id,
        credential: access_key_id,
        access_key_id,
        scope: None,
        signed_headers: Vec::new(),
        signature,
        date: None,
        expires: None,
        region_set: None,
        policy: Some(sent.field("policy")?),
    })
}
