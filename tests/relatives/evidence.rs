//! What the servers of other makers answer: their errors are read, and the request behind them is rebuilt.

use countersign::analysis::Session;
use countersign::case::{self, Case};
use countersign::evidence::{self, Piece};

use crate::common::{analyse, own_clock, text};

/// The SHA-256 of nothing.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn pieces(error: &str) -> Vec<Piece> {
    evidence::read(error.as_bytes()).unwrap()
}

/// The scheme of the request behind an error, and its canonical request.
fn rebuilt(error: &str) -> (String, String) {
    let Case { request, settings, .. } = case::open(error.as_bytes()).unwrap();
    let session = Session { settings, ..Session::new(request) };
    let analysis = analyse(&session, own_clock(&session));
    (analysis.scheme.name().to_owned(), text(analysis.trace.canonical_request()))
}

#[test]
fn an_error_of_oss_quotes_both_texts() {
    let canonical = "GET\n/examplebucket/a.txt\nx-oss-process=image\nx-oss-content-sha256:UNSIGNED-PAYLOAD\n\
                     x-oss-date:20261130T004003Z\n\n\nUNSIGNED-PAYLOAD";
    let string =
        format!("OSS4-HMAC-SHA256\n20261130T004003Z\n20261130/cn-hangzhou/oss/aliyun_v4_request\n{NOTHING}");
    let error = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>SignatureDoesNotMatch</Code>\n  \
         <Message>The request signature we calculated does not match the signature you provided.</Message>\n  \
         <OSSAccessKeyId>LTAI5t</OSSAccessKeyId>\n  <SignatureProvided>00</SignatureProvided>\n  \
         <StringToSign>{string}</StringToSign>\n  <CanonicalRequest>{canonical}</CanonicalRequest>\n</Error>"
    );
    let found = pieces(&error);
    assert_eq!(found[0].access_key_id.as_deref(), Some("LTAI5t"));
    assert_eq!(found[0].gate.unwrap().id, "signature-mismatch");
    assert_eq!(rebuilt(&error), ("OSS4-HMAC-SHA256".into(), canonical.into()));
}

#[test]
fn an_error_of_alibaba_cloud_quotes_them_in_brackets() {
    let canonical = format!(
        "POST\n/\nRegionId=cn-shanghai\nhost:ecs.cn-shanghai.aliyuncs.com\nx-acs-action:RunInstances\n\
         x-acs-content-sha256:{NOTHING}\nx-acs-date:2023-10-26T10:22:32Z\n\n\
         host;x-acs-action;x-acs-content-sha256;x-acs-date\n{NOTHING}"
    );
    let escaped = canonical.replace('\n', "\\n");
    let error = format!(
        "{{\"Code\":\"SignatureDoesNotMatch\",\"Message\":\"Specified signature does not match our calculation. \
         server StringToSign is [ACS3-HMAC-SHA256\\n{NOTHING}], server CanonicalRequest is [{escaped}]\"}}"
    );
    assert_eq!(pieces(&error)[0].gate.unwrap().id, "signature-mismatch");
    assert_eq!(rebuilt(&error), ("ACS3-HMAC-SHA256".into(), canonical));
}

#[test]
fn an_error_of_huawei_cloud_has_bars_for_line_breaks() {
    // huaweicloud/huaweicloud-sdk-nodejs-v3#2, without the function's own name.
    let error = "{\"error_msg\":\"Incorrect IAM authentication information: verify aksk signature fail, \
                 canonicalRequest:DELETE|/v2/p/fgs/functions/f/||host:functiongraph.cn-north-4.myhuaweicloud.com|\
                 x-project-id:p|x-sdk-date:20210824T025548Z||host;x-project-id;x-sdk-date|\
                 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"error_code\":\"APIGW.0301\"}";
    let found = pieces(error);
    assert_eq!(found[0].code.as_deref(), Some("APIGW.0301"));
    assert_eq!(found[0].gate.unwrap().id, "signature-mismatch");
    let quoted = text(found[0].canonical_request.as_deref().unwrap());
    assert!(quoted.starts_with("DELETE\n/v2/p/fgs/functions/f/\n\nhost:functiongraph."), "{quoted}");
    assert!(quoted.ends_with(
        "\n\nhost;x-project-id;x-sdk-date\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    ));
}

#[test]
fn messages_say_at_which_gate_a_request_was_refused() {
    for (error, gate) in [
        (
            "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\",\"Message\":\"The provided credentials could not \
             be validated. Please check your signature is correct.\"},\"RequestId\":\"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6\"}}",
            "signature-mismatch",
        ),
        (
            "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureExpire\",\"Message\":\"The provided credentials are \
             expired.\"}}}",
            "time-skewed",
        ),
        (
            "{\"error\":{\"message\":\"sign result is not same [gw]\",\"status\":\"ACCESS_ERROR\",\"code\":401}}",
            "signature-mismatch",
        ),
        (
            "{\"error_msg\":\"Incorrect IAM authentication information: calc aksk signature fail:signature expired, signature \
             time:20211217T064303Z,server time:20211217T065804Z\",\"error_code\":\"APIGW.0301\"}",
            "time-skewed",
        ),
    ] {
        assert_eq!(pieces(error)[0].gate.unwrap().id, gate, "{error}");
    }
}
