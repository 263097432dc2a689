//! The numbers that the makers' documentation gives, stage by stage; where it gives none, those of another program.

use countersign::analysis::Analysis;
use countersign::scheme::Placement;
use countersign::settings::Time;
use countersign::time::Timestamp;
use countersign::trace::StageKind;
use countersign::verify::Conclusion;
use sha2::{Digest as _, Sha256};

use crate::common::{analyse, own_clock, pair, session, text};

/// The SHA-256 of nothing.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn analysis_of(request: &str, (id, secret): (&str, &str)) -> Analysis {
    let mut session = session(request.as_bytes());
    session.keys.push(pair(id, secret));
    analyse(&session, own_clock(&session))
}

/// The hash of the canonical request, the last key of the chain, and the signature.
fn stages(analysis: &Analysis) -> [String; 3] {
    let hash = hex::encode(Sha256::digest(analysis.trace.canonical_request()));
    let chain = text(analysis.stage(StageKind::KeyChain));
    let last = chain.lines().last().unwrap_or_default().to_owned();
    [hash, last, analysis.computed().map(text).unwrap_or_default()]
}

fn holds(request: &str, key: (&str, &str), expected: [&str; 3]) {
    let analysis = analysis_of(request, key);
    assert_eq!(stages(&analysis), expected, "{}", text(analysis.trace.canonical_request()));
    let failed = analysis.verdict.failed().map(|check| check.detail.to_string());
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{failed:?}");
}

#[test]
fn tencent_cloud_signs_its_documented_request() {
    // <https://github.com/TencentCloud/signature-process-demo>: the secret has asterisks, and the body escapes as they stand.
    let id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******";
    let secret = "Gu5t9xGARNpq86cd98joQYCN3*******";
    let signature = "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c";
    let request = format!(
        "POST / HTTP/1.1\r\nContent-Type: application/json; charset=utf-8\r\nHost: cvm.tencentcloudapi.com\r\n\
         X-TC-Action: DescribeInstances\r\nX-TC-Timestamp: 1551113065\r\n\
         Authorization: TC3-HMAC-SHA256 Credential={id}/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, \
         Signature={signature}\r\n\r\n\
         {{\"Limit\": 1, \"Filters\": [{{\"Values\": [\"\\u672a\\u547d\\u540d\"], \"Name\": \"instance-name\"}}]}}"
    );
    let hash = "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031";
    let key = "8aa8ab5755582f576e94bcfe383b8e29325b0ca90c3590d569221c6a63a091ed";
    holds(&request, (id, secret), [hash, key, signature]);
    // A signed value is written in lower case.
    let signature = "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3";
    let with_action = request
        .replace("content-type;host,", "content-type;host;x-tc-action,")
        .replace("2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c", signature);
    let hash = "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84";
    holds(&with_action, (id, secret), [hash, key, signature]);
}

#[test]
fn alibaba_cloud_signs_its_documented_request_with_the_secret_itself() {
    // <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>
    let signature = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
    let request = format!(
        "POST /?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai HTTP/1.1\r\n\
         host: ecs.cn-shanghai.aliyuncs.com\r\nx-acs-action: RunInstances\r\nx-acs-content-sha256: {NOTHING}\r\n\
         x-acs-date: 2023-10-26T10:22:32Z\r\nx-acs-signature-nonce: 3156853299f313e23d1673dc12e1703d\r\n\
         x-acs-version: 2014-05-26\r\nAuthorization: ACS3-HMAC-SHA256 Credential=YourAccessKeyId,\
         SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
         Signature={signature}\r\n\r\n"
    );
    let hash = "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259";
    holds(&request, ("YourAccessKeyId", "YourAccessKeySecret"), [hash, "", signature]);
}

#[test]
fn oss_signs_its_documented_request_with_two_headers_more() {
    let signature = "d3694c2dfc5371ee6acd35e88c4871ac95a7ba01d3a2f476768fe61218590097";
    let request = format!(
        "PUT /exampleobject HTTP/1.1\r\nHost: examplebucket.oss-cn-hangzhou.aliyuncs.com\r\n\
         content-disposition: attachment\r\ncontent-length: 3\r\ncontent-md5: ICy5YqxZB1uWSwcVLSNLcA==\r\n\
         content-type: text/plain\r\nx-oss-content-sha256: UNSIGNED-PAYLOAD\r\nx-oss-date: 20250411T064124Z\r\n\
         Authorization: OSS4-HMAC-SHA256 Credential=testid/20250411/cn-hangzhou/oss/aliyun_v4_request, \
         AdditionalHeaders=content-disposition;content-length, Signature={signature}\r\n\r\n123"
    );
    let hash = "c46d96390bdbc2d739ac9363293ae9d710b14e48081fcb22cd8ad54b63136eca";
    let key = "8a01ff4efcc65ca2cbc75375045c61ab5f3fa8b9a2d84f0add27ef16a25feb3c";
    holds(&request, ("testid", "yourAccessKeySecret"), [hash, key, signature]);
}

#[test]
fn tos_signs_its_documented_request() {
    let signature = "d40b66cf0054d1642843670d10fa095e1609c7896f25df217770b0abe717693b";
    let request = format!(
        "GET /exampleobject HTTP/1.1\r\nHost: examplebucket.tos-cn-beijing.volces.com\r\n\
         x-tos-content-sha256: {NOTHING}\r\nx-tos-date: 20220101T000000Z\r\n\
         Authorization: TOS4-HMAC-SHA256 Credential=testAK/20220101/cn-beijing/tos/request, \
         SignedHeaders=host;x-tos-content-sha256;x-tos-date, Signature={signature}\r\n\r\n"
    );
    let hash = "c5b4f2fac36f0a3351d91753998bd811d1c446c186a2b3fb2b9e420630f13534";
    let key = "72807c459d546276c7262c7dfa9574fca9c065b5b1b62cbaa1e592676a441a7c";
    holds(&request, ("testAK", "testSK"), [hash, key, signature]);
}

#[test]
fn volcengine_signs_as_its_own_library_does() {
    let signature = "37c1332bd96fae4bb889094f812a8ef6c1a867e195df9ef052e581929db851d0";
    let request = format!(
        "GET /?Action=ListUsers&Version=2018-01-01 HTTP/1.1\r\nHost: iam.volcengineapi.com\r\n\
         Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nX-Content-Sha256: {NOTHING}\r\n\
         X-Date: 20240101T000000Z\r\nAuthorization: HMAC-SHA256 Credential=AK/20240101/cn-north-1/iam/request, \
         SignedHeaders=content-type;host;x-content-sha256;x-date, Signature={signature}\r\n\r\n"
    );
    let hash = "13ff22f8b5050d8ebf11830477c550c9f1870bcd3678a078f0bf594832980a71";
    let key = "2151a21afa2ef2cc7b62963e61f7ddb136699f4ea87caac786b65f6164c5a783";
    holds(&request, ("AK", "testsecretkey"), [hash, key, signature]);
}

#[test]
fn huawei_cloud_signs_its_documented_request_with_a_slash_at_the_end_of_the_path() {
    let id = "QTWAOYTTINDUT2QVKYUC";
    let signature = "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe";
    let request = format!(
        "GET /v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0 HTTP/1.1\r\n\
         Host: service.region.example.com\r\nContent-Type: application/json\r\nX-Sdk-Date: 20191115T033655Z\r\n\
         Authorization: SDK-HMAC-SHA256 Access={id}, SignedHeaders=content-type;host;x-sdk-date, \
         Signature={signature}\r\n\r\n"
    );
    let hash = "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a";
    holds(&request, (id, "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"), [hash, "", signature]);
}

#[test]
fn jd_cloud_leaves_out_a_parameter_without_a_value_and_collapses_slashes() {
    // By jdcloud_sdk 1.6.354 for Python, but for the second slash and the parameter `flag`, which it does not sign.
    let (id, secret) = ("JDC_TESTAK", "testsecretkey0123456789");
    let signature = "b7df91951d5ec10dd7265a7bc0628a76268e53e85f9056f50961fa1ecf45355f";
    let request = format!(
        "GET /v1/regions//cn-north-1/instances?pageNumber=1&flag&name=a%20b%2Bc&z=%E6%97%A5 HTTP/1.1\r\n\
         Host: vm.jdcloud-api.com\r\ncontent-type: application/json\r\n\
         x-jdcloud-nonce: ed558a3b-9808-4edb-8597-187bda63a4f2\r\nx-jdcloud-date: 20261130T004114Z\r\n\
         Authorization: JDCLOUD3-HMAC-SHA256 Credential={id}/20261130/cn-north-1/vm/jdcloud3_request, \
         SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce, Signature={signature}\r\n\r\n"
    );
    let analysis = analysis_of(&request, (id, secret));
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match));
    let canonical = text(analysis.trace.canonical_request());
    assert!(canonical.starts_with(
        "GET\n/v1/regions/cn-north-1/instances\nname=a%20b%2Bc&pageNumber=1&z=%E6%97%A5\ncontent-type:"
    ));
}

#[test]
fn escher_signs_under_the_prefix_and_the_names_that_it_was_given() {
    // By escherauth 2.0.1 for Python.
    let (id, secret) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let signature = "7366fc577e764b52e8345ab828a8564a38dc77068bfa19526d31cd1639ef1522";
    let request = format!(
        "GET /foo?a=b%20c&x=%E6%97%A5 HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/json\r\n\
         X-Ems-Date: 20261130T002518Z\r\n\
         X-Ems-Auth: EMS-HMAC-SHA256 Credential={id}/20261130/us-east-1/host/aws4_request, \
         SignedHeaders=content-type;host;x-ems-date, Signature={signature}\r\n\r\n"
    );
    let analysis = analysis_of(&request, (id, secret));
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match));
    // Another prefix makes another key and another first line, and so another signature.
    let other =
        request.replace("EMS-HMAC", "ESR-HMAC").replace("X-Ems-", "X-Escher-").replace("x-ems-", "x-escher-");
    let analysis = analysis_of(&other, (id, secret));
    assert_eq!(analysis.scheme.name(), "ESR-HMAC-SHA256");
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Mismatch));
    assert!(text(analysis.trace.string_to_sign()).starts_with("ESR-HMAC-SHA256\n20261130T002518Z\n"));
    let signed = other.replace(signature, &analysis.computed().map(text).unwrap());
    assert_eq!(analysis_of(&signed, (id, secret)).verdict.conclusion(), Some(Conclusion::Match));
}

/// What is planned for a URL.
fn presigned(url: &str, key: (&str, &str), date: &str) -> Analysis {
    let (host, path) = url.split_once('/').unwrap();
    let mut session = session(format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    session.keys.push(pair(key.0, key.1));
    session.settings.placement = Some(Placement::Query);
    session.settings.expires = Some(86400);
    let now = Timestamp::parse(date.as_bytes()).unwrap().0;
    session.settings.time = Some(Time::At(now));
    analyse(&session, now)
}

#[test]
fn the_host_says_the_scheme_of_a_presigned_url_and_the_numbers_are_those_of_the_makers() {
    let tos = presigned(
        "examplebucket.tos-ap-southeast-1.bytepluses.com/exampleobject",
        ("testAK", "testSK"),
        "20220101T000000Z",
    );
    let [hash, _, signature] = stages(&tos);
    assert_eq!(hash, "be9fba1cd11ae86af2ea60b52bf00c3d45abc9e2e61924ec6c1ce8fbfad7fc89");
    assert_eq!(signature, "d235179a42db6eefabd0c312a8f7e33c03a939ac2deb6e7c0ac4058117fc882b");
}

#[test]
fn a_scheme_without_signed_urls_signs_in_the_header_whatever_is_asked_for() {
    for host in ["cvm.tencentcloudapi.com", "ecs.cn-shanghai.aliyuncs.com", "iam.volcengineapi.com"] {
        let analysis = presigned(&format!("{host}/"), ("id", "secret"), "20260115T093000Z");
        assert_eq!(analysis.basis.placement, Placement::Header, "{host}");
    }
    // A URL of Volcengine lists the parameters that are signed: what it holds is named, and not computed.
    let url = "GET /?Action=A&X-Algorithm=HMAC-SHA256&X-Credential=a&X-Date=b&X-SignedQueries=Action&X-Signature=00 HTTP/1.1\r\n\
               Host: open.volcengineapi.com\r\n\r\n";
    let analysis = analysis_of(url, ("id", "secret"));
    assert_eq!(analysis.foreign.map(|foreign| foreign.name), Some("signed URL of Volcengine"));
    assert!(analysis.verdict.conclusion() != Some(Conclusion::Mismatch));
}

#[test]
fn oss_signs_its_documented_url_with_the_host_as_another_header() {
    let signature = "a9ad2ce702a93c7c36ace35dd4e1b80cb76a999c890d7dfe78ff342a23dac8e0";
    let request = format!(
        "GET /exampleobject?x-oss-additional-headers=host\
         &x-oss-credential=testid%2F20241203%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20241203T032307Z\
         &x-oss-expires=86400&x-oss-signature={signature}&x-oss-signature-version=OSS4-HMAC-SHA256 HTTP/1.1\r\n\
         Host: examplebucket.oss-cn-hangzhou.aliyuncs.com\r\n\r\n"
    );
    let key = ("testid", "yourAccessKeySecret");
    let [hash, ..] = stages(&analysis_of(&request, key));
    assert_eq!(hash, "ce3490cfd9a5131e6f3cbd4399e7c74ee26183a6d0da7e743d402fff2b0c8c76");
    assert_eq!(analysis_of(&request, key).verdict.conclusion(), Some(Conclusion::Match));
    // A Content-Type that the client adds is signed by OSS whether it is listed or not.
    let with_type = request.replace("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n");
    assert_eq!(analysis_of(&with_type, key).verdict.conclusion(), Some(Conclusion::Mismatch));
}
