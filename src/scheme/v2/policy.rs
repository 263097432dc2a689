//! Browser uploads: the fields `AWSAccessKeyId`, `policy` and `signature` of a form. What is signed is the base64 text of the policy.
//!
//! boto3 makes them where no version is asked for. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingHTTPPOST.html>

use super::claim_of;
use super::form::{KEY_ID, SIGNATURE};
use crate::request::{Request, form};
use crate::scheme::{Claim, Placement};

/// Reads the claim in the fields of a form; `None` where one of them is not there.
pub(super) fn read(request: &Request) -> Option<Claim> {
    let sent = form::sent(request)?.ok()?;
    let (access_key_id, signature) = (sent.field(KEY_ID)?, sent.field(SIGNATURE)?);
    let policy = Some(sent.field("policy")?);
    // Nothing names the algorithm: the field that only this version has stands for it.
    let claim = claim_of(Placement::Form, access_key_id, access_key_id, signature);
    Some(Claim { policy, ..claim })
}
