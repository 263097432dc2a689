//! The same of one request for each scheme that other makers have: the causes hold for them as well.

use super::*;

/// A request of Volcengine's object storage.
const TOS: &str = "# @access-key-id AKIDEXAMPLE\n# @time 20260115T093000Z\n\
PUT /a%20b/%C3%BC%2B.txt?tagging HTTP/1.1\nHost: examplebucket.tos-cn-beijing.volces.com\nContent-Type: text/plain\n\
X-Tos-Meta-A: one  two\n\nhello";

/// A URL of it.
const TOS_URL: &str = "# @access-key-id AKIDEXAMPLE\n# @time 20260115T093000Z\n# @placement query\n# @expires 900\n\
GET /key.txt HTTP/1.1\nHost: examplebucket.tos-cn-beijing.volces.com\n\n";

/// A call of one of Volcengine's services.
const VOLCENGINE: &str = "# @access-key-id AKIDEXAMPLE\n# @region cn-north-1\n# @service iam\n# @time 20260115T093000Z\n\
POST /?Action=ListUsers&Version=2018-01-01 HTTP/1.1\nHost: open.volcengineapi.com\n\
Content-Type: application/x-www-form-urlencoded\n\na=x+y&b=%E6%97%A5";

/// A call of Tencent Cloud with a query that is signed as it stands.
const TENCENT: &str = "# @access-key-id AKIDEXAMPLE\n# @service cvm\n# @time 20260115T093000Z\n\
GET /?Limit=1&Name=a+b%2B%C3%BC HTTP/1.1\nHost: cvm.tencentcloudapi.com\nX-TC-Action: DescribeInstances\n\
Content-Type: application/x-www-form-urlencoded\n\n";

/// A call of it with JSON.
const TENCENT_JSON: &str = "# @access-key-id AKIDEXAMPLE\n# @service cvm\n# @time 20260115T093000Z\n\
POST / HTTP/1.1\nHost: cvm.tencentcloudapi.com\nX-TC-Action: DescribeInstances\n\
Content-Type: application/json; charset=UTF-8\n\n{\"Limit\": 1, \"Name\": \"\u{672a}/\"}";

/// A call of Alibaba Cloud.
const ALIBABA: &str = "# @access-key-id AKIDEXAMPLE\n# @time 20260115T093000Z\n\
PUT /clusters/c%201/x?RegionId=cn-shanghai&A=1 HTTP/1.1\nhost: ecs.cn-shanghai.aliyuncs.com\nx-acs-version: 2014-05-26\n\
x-acs-action: RunInstances\nx-acs-signature-nonce: 10b31c6b\ncontent-type: application/json\n\n{\"n\": 1}";

/// A request of its object storage.
const OSS: &str = "# @access-key-id AKIDEXAMPLE\n# @time 20260115T093000Z\n\
PUT /a%20b/%C3%BC%2B.txt?acl&prefix=a+b&empty= HTTP/1.1\nHost: examplebucket.oss-cn-hangzhou.aliyuncs.com\n\
Content-Type: text/plain\nx-oss-meta-a: one\n\nhello";

/// A URL of it.
const OSS_URL: &str = "# @access-key-id AKIDEXAMPLE\n# @time 20260115T093000Z\n# @placement query\n# @expires 900\n\
GET /key.txt?x-oss-process=image HTTP/1.1\nHost: examplebucket.oss-cn-hangzhou.aliyuncs.com\n\n";

/// A call of Huawei Cloud.
const HUAWEI: &str = "# @access-key-id AKIDEXAMPLE\n# @time 20260115T093000Z\n\
POST /v1/p/vpcs/a%20b?Tag=a&Tag=b&flag=true&limit=2 HTTP/1.1\nHost: vpc.cn-north-1.myhuaweicloud.com\n\
Content-Type: application/json\n\n{\"a\": 1}";

/// A call of JD Cloud.
const JD_CLOUD: &str = "# @access-key-id AKIDEXAMPLE\n# @time 20260115T093000Z\n\
GET /v1/regions/cn-north-1/instances?pageNumber=1&name=a%20b%2Bc HTTP/1.1\nHost: vm.jdcloud-api.com\n\
content-type: application/json\nx-jdcloud-nonce: ed558a3b\n\n";

/// A request that Escher signs.
const ESCHER: &str = "# @access-key-id AKIDEXAMPLE\n# @scheme EMS-HMAC-SHA256\n# @region eu\n# @service suite\n\
# @time 20260115T093000Z\nPOST /foo/a%20b?a=b%20c&x=%E6%97%A5 HTTP/1.1\nHost: example.com\n\
Content-Type: application/json\n\n{\"a\": 1}";

/// What curl signed under names of its user.
const WORDS: &str = "PUT /a%20b?b=c&flag HTTP/1.1\r\nHost: example.com\r\nX-Xyz-Date: 20260115T093000Z\r\n\
Authorization: ABC4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/r/s/abc4_request, SignedHeaders=host;x-xyz-date, \
Signature=0000000000000000\r\n\r\na=b";

const RELATIVES: [(&str, &str); 12] = [
    ("tos", TOS),
    ("tos-url", TOS_URL),
    ("volcengine", VOLCENGINE),
    ("tencent", TENCENT),
    ("tencent-json", TENCENT_JSON),
    ("alibaba", ALIBABA),
    ("oss", OSS),
    ("oss-url", OSS_URL),
    ("huawei", HUAWEI),
    ("jd-cloud", JD_CLOUD),
    ("escher", ESCHER),
    ("words", WORDS),
];

/// Causes that are none for AWS.
pub(super) const OWN: [&str; 2] = ["header-value-case-kept", "query-encoded-anew"];

#[test]
fn causes_that_are_none_for_aws_come_back() {
    for (id, text) in [(OWN[0], TENCENT_JSON), (OWN[1], TENCENT)] {
        assert_eq!(wrong_with_session(("tencent", signed(text)), id, 0), None);
    }
}

#[test]
fn drafts_are_what_relatives_sign() {
    for (name, text) in RELATIVES {
        let session = signed(text);
        let analysis = analysis(&session, clock());
        assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{name}");
        let texts = with_search(&session, |engine, _| engine.texts(&[]));
        let own = (analysis.trace.canonical_request(), analysis.trace.string_to_sign());
        assert_eq!((texts.0.as_slice(), texts.1.as_slice()), own, "{name}");
    }
}

#[test]
fn every_change_of_a_relative_is_found_by_its_signature() {
    let mut vain = BTreeSet::new();
    for (name, text) in RELATIVES {
        let session = signed(text);
        with_search(&session, |engine, changes| {
            let mut scratch = engine.scratch();
            let base = engine.ahead(0, &mut scratch);
            for change in changes {
                let signature = engine.signature(&[change]).expect("there is a key");
                let target = Target::Mac(hex::decode(&signature).expect("a signature in hex"));
                let own = Engine { target: &target, ..*engine };
                let (id, detail) = (change.cause.id, &change.detail);
                assert!(agrees(&own, change, &base, &mut scratch), "{id} ({detail}) in {name}");
                if !change.edits.is_empty() && !are_right(change, &session, signature) {
                    vain.insert(format!("{name} {id} ({detail})"));
                }
            }
        });
    }
    let own = |words: &&String| {
        let id = words.split(' ').nth(1).unwrap_or_default();
        VAIN.iter().all(|(vain, _)| *vain != id)
    };
    let vain: Vec<&String> = vain.iter().filter(own).collect();
    assert!(vain.is_empty(), "{vain:#?}");
}

/// The causes of each relative, another change for each.
#[test]
fn causes_of_relatives_come_back() {
    let mut wrong = Vec::new();
    for (turn, (name, text)) in RELATIVES.iter().enumerate() {
        let session = signed(text);
        let ids: BTreeSet<&str> =
            with_search(&session, |_, changes| changes.iter().map(|change| change.cause.id).collect());
        let drawn = ids.iter().skip(turn % 8).step_by(8);
        wrong.extend(drawn.filter_map(|id| wrong_with_session((*name, session.clone()), id, turn)));
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
