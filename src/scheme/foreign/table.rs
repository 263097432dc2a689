//! The table of [`FOREIGN`] schemes. What is told apart by more stands before what is told apart by less.
//!
//! Words, headers and parameters are those of the makers' documentation. The addresses of its pages are unchecked: nothing is computed by
//! these rows, and a maker may have moved a page.

use super::Foreign;
use crate::scheme::marks::Mark::{self, Begin, Field, Header, Pair, Word};

/// Every scheme that is named and not computed.
pub static FOREIGN: &[Foreign] = &[
    foreign(
        "Google Cloud Storage V4 signature",
        "https://cloud.google.com/storage/docs/authentication/signatures",
        &[&[Pair("x-goog-algorithm")], &[Pair("x-goog-signature")], &[Field("x-goog-signature")]],
    ),
    foreign(
        "Google Cloud Storage V2 signature",
        "https://cloud.google.com/storage/docs/access-control/signed-urls-v2",
        &[&[Word("GOOG1")], &[Pair("GoogleAccessId"), Pair("Signature")], &[Field("GoogleAccessId")]],
    ),
    foreign(
        "Azure Shared Key signature",
        "https://learn.microsoft.com/en-us/rest/api/storageservices/authorize-with-shared-key",
        &[&[Word("SharedKey")], &[Word("SharedKeyLite")]],
    ),
    foreign(
        "Azure shared access signature",
        "https://learn.microsoft.com/en-us/rest/api/storageservices/delegate-access-with-shared-access-signature",
        &[
            &[Pair("sig"), Pair("sv"), Pair("se")],
            &[Pair("sig"), Pair("sv"), Pair("si")],
            &[Pair("sig"), Pair("sv"), Pair("sp")],
        ],
    ),
    foreign(
        "Azure SAS token",
        "https://learn.microsoft.com/en-us/rest/api/eventhub/generate-sas-token",
        &[&[Word("SharedAccessSignature")], &[Header("aeg-sas-token")]],
    ),
    foreign(
        "Azure Cosmos DB signature",
        "https://learn.microsoft.com/en-us/rest/api/cosmos-db/access-control-on-cosmosdb-resources",
        &[&[Begin("type%3dmaster")], &[Begin("type=master")]],
    ),
    foreign(
        "Azure HMAC-SHA256 signature",
        "https://learn.microsoft.com/en-us/azure/azure-app-configuration/rest-api-authentication-hmac",
        &[&[Word("HMAC-SHA256"), Header("x-ms-content-sha256")]],
    ),
    foreign(
        "signed URL of Volcengine",
        "https://www.volcengine.com/docs/6369/67269",
        &[&[Pair("X-Algorithm"), Pair("X-Signature"), Pair("X-SignedQueries")]],
    ),
    foreign(
        "Alibaba Cloud OSS signature",
        "https://www.alibabacloud.com/help/en/oss/developer-reference/authorization-header",
        &[&[Word("OSS")], &[Pair("OSSAccessKeyId"), Pair("Signature")], &[Field("OSSAccessKeyId")]],
    ),
    foreign(
        "Alibaba Cloud API signature",
        "https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature",
        &[&[Word("acs")], &[Pair("SignatureNonce"), Pair("Signature"), Pair("AccessKeyId")]],
    ),
    foreign(
        "Tencent Cloud COS signature",
        "https://www.tencentcloud.com/document/product/436/7778",
        &[&[Begin("q-sign-algorithm=")], &[Pair("q-sign-algorithm")], &[Field("q-sign-algorithm")]],
    ),
    foreign(
        "Huawei Cloud signature",
        "https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html",
        &[
            &[Word("V11-HMAC-SHA256")],
            &[Word("OBS")],
            &[Pair("AccessKeyId"), Pair("Expires"), Pair("Signature")],
        ],
    ),
    foreign(
        "Baidu Cloud signature",
        "https://intl.cloud.baidu.com/doc/Reference/s/hjwvz1y4f-en",
        &[&[Begin("bce-auth-v1/")]],
    ),
    foreign(
        "Qiniu signature",
        "https://developer.qiniu.com/kodo/1201/access-token",
        &[&[Word("QBox")], &[Word("Qiniu")]],
    ),
    foreign(
        "Upyun signature",
        "https://help.upyun.com/knowledge-base/object_storage_authorization/",
        &[&[Word("UPYUN")]],
    ),
    foreign(
        "Amazon Pay signature",
        "https://developer.amazon.com/docs/amazon-pay-api-v2/signing-requests.html",
        &[&[Begin("AMZN-PAY-RSASSA-PSS")]],
    ),
    foreign(
        "CloudFront signed URL",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html",
        &[&[Pair("Key-Pair-Id"), Pair("Signature")]],
    ),
    foreign(
        "SNS message signature",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
        &[&[Header("x-amz-sns-message-type")]],
    ),
    foreign(
        "Akamai EdgeGrid signature",
        "https://techdocs.akamai.com/developer/docs/edgegrid",
        &[&[Word("EG1-HMAC-SHA256")]],
    ),
    foreign("Hawk signature", "https://github.com/mozilla/hawk", &[&[Word("Hawk")]]),
    foreign(
        "OAuth 1.0 signature",
        "https://datatracker.ietf.org/doc/html/rfc5849",
        &[&[Word("OAuth")], &[Pair("oauth_signature")]],
    ),
    foreign(
        "HTTP message signature (RFC 9421)",
        "https://www.rfc-editor.org/rfc/rfc9421",
        &[&[Header("signature-input"), Header("signature")]],
    ),
    foreign(
        "Alexa request signature",
        "https://developer.amazon.com/en-US/docs/alexa/custom-skills/host-a-custom-skill-as-a-web-service.html",
        &[&[Header("signaturecertchainurl")]],
    ),
    foreign(
        "HTTP signature (draft-cavage, Oracle Cloud)",
        "https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12",
        &[
            &[Word("Signature")],
            &[Header("signature"), Header("digest")],
            &[Header("signature"), Header("date")],
        ],
    ),
    foreign(
        "Gitea webhook signature",
        "https://docs.gitea.com/usage/webhooks",
        &[&[Header("x-gitea-signature")], &[Header("x-forgejo-signature")], &[Header("x-gogs-signature")]],
    ),
    foreign(
        "Bitbucket webhook signature",
        "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
        &[&[Header("x-hub-signature")]],
    ),
    foreign(
        "GitLab webhook token",
        "https://docs.gitlab.com/user/project/integrations/webhooks/",
        &[&[Header("x-gitlab-token")]],
    ),
    foreign(
        "Stripe webhook signature",
        "https://docs.stripe.com/webhooks/signature",
        &[&[Header("stripe-signature")]],
    ),
    foreign(
        "Slack request signature",
        "https://api.slack.com/authentication/verifying-requests-from-slack",
        &[&[Header("x-slack-signature")]],
    ),
    foreign(
        "SendGrid event webhook signature",
        "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
        &[&[Header("x-twilio-email-event-webhook-signature")]],
    ),
    foreign(
        "Twilio webhook signature",
        "https://www.twilio.com/docs/usage/security",
        &[&[Header("x-twilio-signature")]],
    ),
    foreign(
        "Shopify webhook signature",
        "https://shopify.dev/docs/apps/build/webhooks/subscribe/https",
        &[&[Header("x-shopify-hmac-sha256")]],
    ),
    foreign(
        "Standard Webhooks signature",
        "https://www.standardwebhooks.com",
        &[&[Header("webhook-signature"), Header("webhook-id")], &[Header("svix-signature")]],
    ),
    foreign(
        "Discord interaction signature",
        "https://discord.com/developers/docs/interactions/overview",
        &[&[Header("x-signature-ed25519")]],
    ),
    foreign(
        "PayPal webhook signature",
        "https://developer.paypal.com/api/rest/webhooks/rest/",
        &[&[Header("paypal-transmission-sig")]],
    ),
    foreign(
        "Zoom webhook signature",
        "https://developers.zoom.us/docs/api/webhooks/",
        &[&[Header("x-zm-signature")]],
    ),
    foreign(
        "HubSpot webhook signature",
        "https://developers.hubspot.com/docs/api/webhooks/validating-requests",
        &[&[Header("x-hubspot-signature-v3")], &[Header("x-hubspot-signature")]],
    ),
    foreign(
        "Paddle webhook signature",
        "https://developer.paddle.com/webhooks/signature-verification",
        &[&[Header("paddle-signature")]],
    ),
    foreign(
        "Telnyx webhook signature",
        "https://developers.telnyx.com",
        &[&[Header("telnyx-signature-ed25519")]],
    ),
    foreign(
        "Twitch EventSub signature",
        "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
        &[&[Header("twitch-eventsub-message-signature")]],
    ),
    foreign(
        "Binance API signature",
        "https://developers.binance.com/docs/binance-spot-api-docs/rest-api",
        &[&[Header("x-mbx-apikey"), Pair("signature")]],
    ),
    foreign(
        "Bybit API signature",
        "https://bybit-exchange.github.io/docs/v5/guide",
        &[&[Header("x-bapi-sign")]],
    ),
    foreign("OKX API signature", "https://www.okx.com/docs-v5/en/", &[&[Header("ok-access-sign")]]),
    foreign(
        "Coinbase API signature",
        "https://docs.cdp.coinbase.com/exchange/docs/rest-auth",
        &[&[Header("cb-access-sign")]],
    ),
    foreign("KuCoin API signature", "https://www.kucoin.com/docs/", &[&[Header("kc-api-sign")]]),
    foreign(
        "Kraken API signature",
        "https://docs.kraken.com/api/docs/guides/spot-rest-auth",
        &[&[Header("api-key"), Header("api-sign")]],
    ),
    foreign(
        "Bitfinex API signature",
        "https://docs.bitfinex.com/docs/rest-auth",
        &[&[Header("bfx-signature")]],
    ),
    foreign(
        "BitMEX API signature",
        "https://www.bitmex.com/app/apiKeysUsage",
        &[&[Header("api-signature"), Header("api-key")]],
    ),
    foreign("Gemini API signature", "https://docs.gemini.com/rest-api/", &[&[Header("x-gemini-signature")]]),
    foreign(
        "OVH API signature",
        "https://help.ovhcloud.com/csm/en-api-getting-started-ovhcloud-api",
        &[&[Header("x-ovh-signature")]],
    ),
    hook("LINE webhook signature", &[&[Header("x-line-signature")]]),
    hook("Dropbox webhook signature", &[&[Header("x-dropbox-signature")]]),
    hook("Zendesk webhook signature", &[&[Header("x-zendesk-webhook-signature")]]),
    hook("Typeform webhook signature", &[&[Header("typeform-signature")]]),
    hook("Linear webhook signature", &[&[Header("linear-signature")]]),
    hook("Vercel webhook signature", &[&[Header("x-vercel-signature")]]),
    hook("Calendly webhook signature", &[&[Header("calendly-webhook-signature")]]),
    hook("DocuSign webhook signature", &[&[Header("x-docusign-signature-1")]]),
    hook("Box webhook signature", &[&[Header("box-signature-primary")]]),
    hook("Asana webhook signature", &[&[Header("x-hook-signature")]]),
    hook("Notion webhook signature", &[&[Header("x-notion-signature")]]),
    hook("Sentry webhook signature", &[&[Header("sentry-hook-signature")]]),
    hook("PagerDuty webhook signature", &[&[Header("x-pagerduty-signature")]]),
    hook("Xero webhook signature", &[&[Header("x-xero-signature")]]),
    hook("Intuit webhook signature", &[&[Header("intuit-signature")]]),
    hook("WorkOS webhook signature", &[&[Header("workos-signature")]]),
    hook("Mux webhook signature", &[&[Header("mux-signature")]]),
    hook("Sanity webhook signature", &[&[Header("sanity-webhook-signature")]]),
    hook("Paystack webhook signature", &[&[Header("x-paystack-signature")]]),
    hook("Razorpay webhook signature", &[&[Header("x-razorpay-signature")]]),
    hook("Coinbase Commerce webhook signature", &[&[Header("x-cc-webhook-signature")]]),
    hook("Checkout.com webhook signature", &[&[Header("cko-signature")]]),
    hook("Mollie webhook signature", &[&[Header("x-mollie-signature")]]),
    hook("Worldline webhook signature", &[&[Header("x-gcs-signature")]]),
    hook("Revolut webhook signature", &[&[Header("revolut-signature")]]),
    hook("MoonPay webhook signature", &[&[Header("moonpay-signature-v2")]]),
    hook("Square webhook signature", &[&[Header("x-square-hmacsha256-signature")]]),
    hook("Trello webhook signature", &[&[Header("x-trello-webhook")]]),
    hook("Airtable webhook signature", &[&[Header("x-airtable-content-mac")]]),
    hook("Webflow webhook signature", &[&[Header("x-webflow-signature")]]),
    hook("WooCommerce webhook signature", &[&[Header("x-wc-webhook-signature")]]),
    hook("Heroku webhook signature", &[&[Header("heroku-webhook-hmac-sha256")]]),
    hook("Hookdeck webhook signature", &[&[Header("x-hookdeck-signature")]]),
    hook("Cal.com webhook signature", &[&[Header("x-cal-signature-256")]]),
    hook("ElevenLabs webhook signature", &[&[Header("elevenlabs-signature")]]),
    hook("Klaviyo webhook signature", &[&[Header("klaviyo-signature")]]),
    hook("TikTok webhook signature", &[&[Header("tiktok-signature")]]),
    hook("CircleCI webhook signature", &[&[Header("circleci-signature")]]),
    hook("Buildkite webhook signature", &[&[Header("x-buildkite-signature")]]),
    hook("Help Scout webhook signature", &[&[Header("x-helpscout-signature")]]),
    hook("Front webhook signature", &[&[Header("x-front-signature")]]),
    hook("Discourse webhook signature", &[&[Header("x-discourse-event-signature")]]),
    hook("Viber webhook signature", &[&[Header("x-viber-content-signature")]]),
    hook("Onfido webhook signature", &[&[Header("x-sha2-signature")]]),
    hook("Pusher webhook signature", &[&[Header("x-pusher-signature")]]),
    hook("Cloudinary webhook signature", &[&[Header("x-cld-signature")]]),
    hook("Mandrill webhook signature", &[&[Header("x-mandrill-signature")]]),
    hook("Plivo webhook signature", &[&[Header("x-plivo-signature-v3")]]),
    hook("MessageBird webhook signature", &[&[Header("messagebird-signature-jwt")]]),
    hook("Plaid webhook signature", &[&[Header("plaid-verification")]]),
    hook("WeChat Pay webhook signature", &[&[Header("wechatpay-signature")]]),
    hook("TrueLayer webhook signature", &[&[Header("tl-signature")]]),
    hook("Kick webhook signature", &[&[Header("kick-event-signature")]]),
    hook("X (Twitter) webhook signature", &[&[Header("x-twitter-webhooks-signature")]]),
    hook("Lark webhook signature", &[&[Header("x-lark-signature")]]),
    hook("GoCardless webhook signature", &[&[Header("webhook-signature")]]),
];

const fn foreign(name: &'static str, link: &'static str, marks: &'static [&'static [Mark]]) -> Foreign {
    Foreign { name, link, marks }
}

/// A webhook that is described in a directory of them.
const fn hook(name: &'static str, marks: &'static [&'static [Mark]]) -> Foreign {
    foreign(name, "https://webhooks.fyi/docs/webhook-directory", marks)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_scheme_has_a_name_of_its_own_a_link_and_a_mark() {
        let names: BTreeSet<_> = FOREIGN.iter().map(|scheme| scheme.name).collect();
        assert_eq!(names.len(), FOREIGN.len());
        for scheme in FOREIGN {
            assert!(scheme.link.starts_with("https://"), "{}", scheme.name);
            assert!(
                !scheme.marks.is_empty() && scheme.marks.iter().all(|marks| !marks.is_empty()),
                "{}",
                scheme.name
            );
        }
    }
}
