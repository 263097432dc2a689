//! What servers and libraries of other schemes say when a signature is not right.
//!
//! Sources: the messages in the libraries named in each sentence, and threads that quote them. A message that is read here names its
//! scheme; what the server had checked before it is not known.

use super::{Gate, Rung, gate};

const NEXT: &str = "Hold the header, the raw body and the secret side by side: give Countersign the request that arrived, and type the secret.";

const fn other(
    id: &'static str,
    words: &'static [&'static str],
    means: &'static str,
    fix: &'static str,
) -> Gate {
    gate(id, Rung::OfAnother, words, &[], means, fix)
}

/// The messages of other schemes, those with the plainest words first.
pub(super) static OTHERS: &[Gate] = &[
    other(
        "stripe-no-match",
        &["No signatures found matching the expected signature for payload"],
        "Stripe's library read the Stripe-Signature header and found a v1 signature, but it is not that of this body with this secret.",
        "Pass the raw body, byte for byte as it arrived, not parsed and written again; take the signing secret (whsec_…) of this very endpoint: the one of the Stripe CLI is another.",
    ),
    other(
        "stripe-header-unreadable",
        &["Unable to extract timestamp and signatures from header"],
        "Stripe's library could not read the Stripe-Signature header: it lacks t= or v1=.",
        "Pass the value of the Stripe-Signature header unchanged: `t=…,v1=…`.",
    ),
    other(
        "stripe-too-old",
        &["Timestamp outside the tolerance zone"],
        "The signature is older than the library allows; Stripe's allow 5 minutes.",
        "Check the receiver's clock, and verify when the message arrives: one that is replayed later is refused.",
    ),
    other(
        "svix-no-match",
        &["No matching signature found", "WebhookVerificationError"],
        "A library of Standard Webhooks or Svix compared the signatures of the webhook-signature header, and none is right for this body and secret.",
        "Pass the raw body. The secret is `whsec_` and Base64, nothing before it: `v1,` is the prefix of a signature, and a secret shown as `v1,whsec_…` has to lose it.",
    ),
    other(
        "svix-header-missing",
        &["Missing required headers"],
        "A library of Standard Webhooks or Svix did not find webhook-id, webhook-timestamp and webhook-signature (svix-id and so on).",
        "Pass all three headers; some frameworks give their names in lower case or with underscores.",
    ),
    other(
        "github-no-match",
        &[
            "Signatures didn't match!",
            "X-Hub-Signature-256 does not match",
            "signature does not match event payload and secret",
        ],
        "The X-Hub-Signature-256 of the delivery is not the HMAC of this body with this secret.",
        "Hash the raw body, and compare with the whole header, `sha256=` included. A body that was sent as a form starts with `payload=`.",
    ),
    other(
        "slack-no-match",
        &["invalid_request_signature", "Request verification failed", "Signature mismatch (expected: v0="],
        "Slack's library computed another signature of `v0:timestamp:body`.",
        "Use the signing secret of the app, not the verification token, and the raw body of the request.",
    ),
    other(
        "shopify-no-match",
        &["Could not validate request HMAC", "hmac validation failed", "HMAC verification failed"],
        "The HMAC of a webhook or a redirect is not that of its body or query with this secret.",
        "Use the client secret of the app. A webhook signs the raw body in Base64; a redirect signs the sorted query without hmac, in hex.",
    ),
    other(
        "paddle-too-old",
        &["Too much time has elapsed between the request and this process"],
        "Paddle's library found the signature to be older than it allows, which is 5 seconds.",
        "Check the receiver's clock, and verify at once when the message arrives.",
    ),
    other(
        "braintree-no-match",
        &["signature does not match payload - one has been modified", "no matching public key"],
        "Braintree's library found no signature in bt_signature that is right for bt_payload and this key.",
        "Pass both fields as they arrived, and use the keys of the same environment: sandbox or production.",
    ),
    other(
        "razorpay-no-match",
        &["Razorpay Signature Verification Failed", "Invalid signature passed"],
        "Razorpay's library computed another signature.",
        "A webhook is signed with the webhook's own secret over the raw body; a payment with the key secret over `order_id|payment_id`.",
    ),
    other(
        "paypal-no-match",
        &["\"verification_status\":\"FAILURE\"", "verification_status: FAILURE"],
        "PayPal says that the transmission is not signed by it for this webhook id and body.",
        "Use the id of this very webhook, not of the event, and the raw body. Events of the simulator cannot be verified.",
    ),
    other(
        "discord-not-verified",
        &["interactions endpoint url could not be verified"],
        "Discord's probe was not answered as it wants: a request with a wrong signature has to be refused with 401, and a PING answered with a PONG.",
        "Verify Ed25519 over timestamp and raw body with the application's public key, and answer 401 where it fails.",
    ),
    other(
        "azure-sas-no-match",
        &["Signature did not match. String to sign used was"],
        "Azure Storage computed another signature of a shared access signature (SAS), and quotes the string to sign that it used.",
        "Compare it line by line with the one that was signed. Which lines there are depends on sv, the version in the URL: library and version have to fit.",
    ),
    other(
        "azure-sharedkey-no-match",
        &["The MAC signature found in the HTTP request"],
        "Azure Storage computed another SharedKey signature, and quotes the string to sign that it used.",
        "Compare it line by line with the one that was signed: a Content-Type or Content-Length that the HTTP library adds after signing is the usual difference.",
    ),
    other(
        "azure-sas-time",
        &[
            "Signature not valid in the specified time frame",
            "Signature not valid in the specified key time frame",
        ],
        "The shared access signature (SAS) is not good yet, or not any more: the detail tells its start, its end and the server's clock.",
        "Set st a few minutes back and se far enough ahead, both in UTC; leave st out where it is not needed.",
    ),
    other(
        "azure-authorization-unreadable",
        &["Make sure the value of Authorization header is formed correctly including the signature"],
        "Azure refused the Authorization header; the detail of the error says why.",
        "Look at AuthenticationErrorDetail. The form is `SharedKey account:signature`; time, key and string to sign can each be wrong.",
    ),
    other(
        "cosmos-no-match",
        &["The input authorization token can't serve the request"],
        "Azure Cosmos DB computed another signature, and quotes the payload that it signed.",
        "The verb, the resource type, the link and the date are in lower case; the token is percent-encoded as a whole.",
    ),
    other(
        "alibaba-no-match",
        &["server string to sign is:", "Specified signature is not matched with our calculation"],
        "Alibaba Cloud computed another signature, and quotes the string to sign that it used.",
        "Compare it with the one that was signed: every parameter takes part, sorted and encoded twice.",
    ),
    other(
        "twitter-no-match",
        &["Could not authenticate you"],
        "X (Twitter) refused the OAuth 1.0a signature or one of its keys.",
        "Sign every parameter of query and form, sorted and percent-encoded; the key is consumer secret & token secret, the & even without a token.",
    ),
    other(
        "binance-no-match",
        &["Signature for this request is not valid"],
        "Binance computed another HMAC of the parameters (-1022).",
        "Sign exactly the query or the form that is sent, in its order, before signature is put behind it.",
    ),
    other(
        "binance-window",
        &["is outside of the recvWindow"],
        "Binance found the timestamp outside of the window (-1021).",
        "Send milliseconds, and set the clock; Binance tells its own at /api/v3/time.",
    ),
    other(
        "kraken-no-match",
        &["EAPI:Invalid signature"],
        "Kraken computed another signature; a key with two-factor authentication gets the same answer.",
        "Sign path + SHA-256(nonce + body) with the secret decoded from Base64, and send otp where the key wants it.",
    ),
    other(
        "kraken-nonce",
        &["EAPI:Invalid nonce"],
        "Kraken has seen this nonce, or a higher one.",
        "Use one counter for each key, and let it only grow.",
    ),
    other(
        "bybit-no-match",
        &["error sign! origin_string"],
        "Bybit computed another signature, and quotes the string that it signed.",
        "Compare it with the one that was signed: timestamp + key + window + query or body.",
    ),
    other(
        "kucoin-no-match",
        &["Invalid KC-API-SIGN"],
        "KuCoin computed another signature (400005).",
        "Sign timestamp + METHOD + path with its query + body in Base64; the passphrase is signed as well.",
    ),
    other(
        "okx-no-match",
        &["50113 Invalid Sign", "\"50113\"", "30013 Invalid Sign"],
        "OKX computed another signature.",
        "Sign timestamp + METHOD + path with its query + body in Base64; the timestamp is ISO with milliseconds.",
    ),
    other(
        "visa-no-match",
        &["Token Validation Failed"],
        "Visa computed another x-pay-token (9124).",
        "Sign timestamp + resource path + query + body; the path begins behind the host's first segment.",
    ),
    other(
        "oci-not-authenticated",
        &["The required information to complete authentication was not provided or was incorrect"],
        "Oracle Cloud could not verify the HTTP signature.",
        "Check tenancy, user and fingerprint in keyId, the date, and that (request-target), host and date are signed.",
    ),
    other(
        "google-no-match",
        &["Access denied. The request signature we calculated"],
        "Google Cloud Storage computed another signature.",
        "Compare the canonical request and the string to sign that the error quotes with those of the signer.",
    ),
    other(
        "alipay-no-match",
        &["验签出错"],
        "Alipay could not verify the RSA signature.",
        "Sort the parameters, leave out sign and empty values, and use the key pair of this app.",
    ),
    other(
        "rsa-bad-signature",
        &["rsa: verification error", "ed25519: verification"],
        "A public-key signature does not fit what was hashed, or the key.",
        NEXT,
    ),
    other(
        "jwt-invalid-signature",
        &[
            "JsonWebTokenError: invalid signature",
            "Signature verification failed",
            "JWTSignatureVerificationFailed",
        ],
        "The signature of a token (JWT) is not right for this key. A token is no request signature.",
        "Check the key and the algorithm of the token's issuer.",
    ),
];
