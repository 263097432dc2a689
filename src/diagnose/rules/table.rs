//! The table of rules: what a request may break, and how it is told.

use crate::analysis::{Analysis, Session};
use crate::diagnose::causes::Side;
use crate::diagnose::facts::Facts;
use crate::diagnose::finding::Weight;
use crate::redact::is_token;
use crate::request::Request;
use crate::scheme::v4::presigned;
use crate::scheme::{AWS2, Placement, Scheme as _, SessionToken};
use crate::service::{self, ContentHeader, Errors, PresignedExpires, UnsignedHeaders, sdk};
use crate::visible;

/// The remark that a header of another kind is no signature.
pub(in crate::diagnose) const NOT_SIGNED: &str = "not-signed";

/// A rule that is looked at, not tried.
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) why: &'static str,
    pub(super) fix: &'static str,
    pub(super) rank: u8,
    pub(super) side: Side,
    pub(super) weight: Weight,
    pub(super) looks: fn(&Session, &Analysis) -> Option<String>,
}

const fn rule(
    id: &'static str,
    rank: u8,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
    looks: fn(&Session, &Analysis) -> Option<String>,
) -> Rule {
    Rule { id, title, why, fix, rank, side: Side::Signer, weight: Weight::Hint, looks }
}

impl Rule {
    const fn settings(self) -> Self {
        Self { side: Side::Settings, ..self }
    }

    /// The same, enough by itself to make signatures differ.
    const fn sufficient(self) -> Self {
        Self { weight: Weight::Sufficient, ..self }
    }
}

pub(super) static RULES: &[Rule] = &[
    rule(
        NOT_SIGNED,
        0,
        "The request is not signed: its Authorization header is of another kind.",
        "A bearer token, a password or a key in Authorization is no signature. AWS looks for Credential, SignedHeaders and Signature there.",
        "Sign the request with AWS credentials. If the client chose this header, look at its settings: a token variable that is set, even empty, often makes it skip AWS signing.",
        |session, analysis| {
            let value = session.request.value(b"authorization").filter(|_| analysis.claim.is_none())?;
            let (word, rest) = value.split_at(value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len()));
            // Only a word that is known is shown: anything else may be the credential itself.
            let known = ["Bearer", "Basic", "Digest", "Negotiate", "Token", "ApiKey"];
            let word = known.iter().find(|known| word.eq_ignore_ascii_case(known.as_bytes()))?;
            let empty = if rest.trim_ascii().is_empty() { ", with nothing behind it" } else { "" };
            Some(format!("`{word}`{empty}"))
        },
    ),
    rule(
        "url-damaged",
        0,
        "The URL was damaged when it was copied.",
        "HTML writes & as &amp;, and some programs encode a URL that is encoded already.",
        "Copy the URL from its source.",
        |session, _| crate::request::damage::damage(&session.request).map(|notice| notice.0),
    ),
    rule(
        "key-id-white-space",
        0,
        "The access key id has white space or quotation marks around it.",
        "The credential is cut at its slashes and commas; AWS answers IncompleteSignature to a space in it.",
        "Trim the key id when it is read.",
        |session, analysis| {
            let id = analysis.claimed_key_id(&session.request)?;
            let odd = id.trim() != id || id.contains(|c: char| c.is_whitespace() || "\"'`<>".contains(c));
            odd.then(|| format!("`{}`", id.escape_debug()))
        },
    )
    .settings(),
    rule(
        "editor-instruction",
        0,
        "The Authorization line is an instruction to an editor (REST Client, httpYac), not a signature.",
        "The editor replaces the line by a signature when it sends the request: none was made here.",
        "Take the request as it was sent, or let `countersign sign` make the signature that the line asks for.",
        |session, _| crate::request::editor::instruction(&session.request).map(|_| String::new()),
    ),
    rule(
        "key-id-variable",
        0,
        "The access key id is the name of a variable that was not expanded, or a word for none.",
        "A variable that is not set gives its own name, or a word such as undefined.",
        "Check that the variable is set where the program runs.",
        |session, analysis| {
            let id = analysis.claimed_key_id(&session.request)?;
            let word = ["undefined", "null", "None", "nil", "false", ""].contains(&id.as_str());
            (word || id.contains(['$', '%', '{'])).then(|| format!("`{id}`"))
        },
    )
    .settings(),
    rule(
        "key-id-is-secret",
        0,
        "The access key id has the shape of a secret.",
        "Key ids have 20 characters and begin with AKIA or ASIA; secrets have 40.",
        "Put key id and secret in their places.",
        |session, analysis| {
            let id = analysis.claimed_key_id(&session.request)?;
            (id.len() == 40 && !id.starts_with('A')).then(|| "40 characters".into())
        },
    )
    .settings(),
    rule(
        "secret-shape",
        0,
        "The secret does not have the shape of a secret access key.",
        "A secret access key has 40 characters of A–Z a–z 0–9 + /; SMTP passwords of SES have 44, key ids 20.",
        "Copy the secret again, without white space and quotation marks.",
        |_, analysis| {
            let secret = &analysis.situation.credentials.as_ref()?.secret;
            let text = secret.expose();
            let aws = analysis.claim().is_some();
            let spaces = text.iter().any(u8::is_ascii_whitespace);
            let quoted = matches!(text.first(), Some(b'"' | b'\'')) || matches!(text.last(), Some(b'"' | b'\''));
            let id = text.len() == 20 && (text.starts_with(b"AKIA") || text.starts_with(b"ASIA"));
            let words = match (id, spaces, quoted, text.len()) {
                (true, ..) => "it looks like an access key id".to_owned(),
                (_, true, ..) => "it has white space".into(),
                (_, _, true, _) => "it has quotation marks".into(),
                (_, _, _, 44) => "44 characters: is it an SMTP password of SES?".into(),
                (_, _, _, length @ (39 | 41 | 42)) => format!("{length} characters"),
                _ => return None,
            };
            aws.then_some(words)
        },
    )
    .settings(),
    rule(
        "token-missing",
        0,
        "The key is a temporary one, but no session token is sent.",
        "Key ids that begin with ASIA come with a session token, which must be sent and signed.",
        "Send X-Amz-Security-Token with the token that came with the key.",
        |session, analysis| {
            let id = analysis.claimed_key_id(&session.request)?;
            let sent = session.request.sent().any(|(_, header)| is_token(&header.name))
                || pairs(&session.request).iter().any(|name| is_token(name))
                || analysis.claim().is_some_and(|claim| claim.placement == Placement::Form);
            (id.starts_with("ASIA") && !sent).then_some(id)
        },
    )
    .settings(),
    rule(
        "token-for-permanent-key",
        2,
        "A session token is sent with a permanent key.",
        "Key ids that begin with AKIA have no session token: key and token do not belong together.",
        "Unset AWS_SESSION_TOKEN, or use the key that came with the token.",
        |session, analysis| {
            let id = analysis.claimed_key_id(&session.request)?;
            let sent = session.request.sent().any(|(_, header)| header.is(b"x-amz-security-token"));
            (id.starts_with("AKIA") && sent).then_some(id)
        },
    )
    .settings(),
    rule(
        "token-twice",
        1,
        "The session token is sent twice, in the header and in the query.",
        "One of the two is not what was signed.",
        "Send the token once.",
        |session, _| {
            let header = session.request.header(b"x-amz-security-token").is_some();
            let query = pairs(&session.request).iter().any(|name| is_token(name));
            (header && query).then(String::new)
        },
    ),
    rule(
        "signature-twice-sent",
        0,
        "The request carries a signature in the header and in the query.",
        "S3 answers InvalidArgument to a request that is signed both ways; what other servers do is not known.",
        "Take the Authorization header off a presigned URL.",
        |session, _| {
            let header = authorization_word(&session.request).is_some_and(|word| word.starts_with("AWS"));
            let query = session.request.pair(b"x-amz-signature").is_some();
            (header && query).then(String::new)
        },
    ),
    rule(
        "authorization-twice",
        1,
        "There is more than one Authorization header.",
        "Servers take one of them, and not all the same one.",
        "Send one.",
        |session, _| {
            let count = session.request.sent().filter(|(_, header)| header.is(b"authorization")).count();
            (count > 1).then(|| format!("{count} of them"))
        },
    ),
    rule(
        "amz-header-unsigned",
        0,
        "Headers that must be signed are not.",
        "S3 answers AccessDenied (HeadersNotSigned) when an x-amz header is sent unsigned; other services take it.",
        "Add every x-amz header before signing.",
        |session, analysis| {
            let claim = analysis.claim().filter(|claim| claim.placement != Placement::Form)?;
            claim.scope?;
            let listed = |name: &[u8]| signed_names(session, analysis).iter().any(|signed| signed.as_bytes() == name);
            let terms = analysis.terms(&session.request)?;
            if terms.rules.unsigned_headers == UnsignedHeaders::Taken {
                return None;
            }
            let beside = terms.dialect.session_token == SessionToken::Unsigned;
            let names: Vec<String> = session
                .request
                .sent()
                .map(|(_, header)| header.name.to_ascii_lowercase())
                .filter(|name| name.starts_with(b"x-amz-") && name != b"x-amz-content-sha256")
                .filter(|name| !(listed(name) || beside && is_token(name)))
                .map(|name| String::from_utf8_lossy(&name).into_owned())
                .collect();
            (!names.is_empty()).then(|| names.join(", "))
        },
    ),
    rule(
        "host-has-a-port",
        0,
        "The Host header has a port that is not the usual one.",
        "What is signed has to be what is sent: some signers leave the port out, and a proxy or a tunnel sends another one on.",
        "Sign the host with its port, as the Host header has it, or reach the server by its own name and port.",
        |session, analysis| {
            let host = session.request.host().filter(|_| analysis.claim.is_none() && analysis.foreign.is_none())?;
            let at = memchr::memrchr(b':', host)?;
            let port = &host[at + 1..];
            let is_port = !port.is_empty() && port.iter().all(u8::is_ascii_digit) && ![&b"80"[..], b"443"].contains(&port);
            (is_port && session.request.header(b"authorization").is_some()).then(|| visible::one_line(host))
        },
    ),
    rule(
        "body-not-shown",
        0,
        "The hash of the body is signed, but what was pasted does not show the body.",
        "Without the body its hash is not known; that of an empty body, and keywords in its place, were tried.",
        "Paste the body as it was sent, byte for byte, or the whole request with it.",
        |session, analysis| {
            let is_unknown = analysis.basis.is_pending && session.request.body.is_pipe();
            is_unknown.then(|| match session.request.body.len() {
                0 => String::new(),
                len => format!("Content-Length: {len}"),
            })
        },
    )
    .sufficient(),
    rule(
        "signed-header-absent",
        0,
        "A header is named in SignedHeaders, but is not in the request.",
        "It was taken off on the way, or whoever uses the presigned URL must send it.",
        "Send the header as it was signed, or sign without it.",
        |session, analysis| {
            let names: Vec<String> = signed_names(session, analysis)
                .into_iter()
                .filter(|name| session.request.header(name.as_bytes()).is_none() && name != "host" && !name.is_empty())
                .collect();
            (!names.is_empty()).then(|| names.join(", "))
        },
    )
    .sufficient(),
    rule(
        "proxy-header-signed",
        1,
        "Headers are signed that HTTP libraries and proxies set or rewrite.",
        "What one of them changes on the way breaks the signature; most clients leave these unsigned.",
        "Do not sign them.",
        |session, analysis| {
            const MORE: [&str; 9] = ["accept-encoding", "content-length", "via", "forwarded", "cdn-loop", "postman-token", "cache-control", "pragma", "x-real-ip"];
            let often = |name: &str| {
                MORE.contains(&name) || name.starts_with("x-forwarded-") || sdk::never_signed_by(name).count() > 2
            };
            let names: Vec<String> =
                signed_names(session, analysis).into_iter().filter(|name| often(name) && name != "host").collect();
            (!names.is_empty()).then(|| names.join(", "))
        },
    ),
    rule(
        "signed-header-underscore",
        2,
        "A signed header has an underscore in its name.",
        "nginx drops such headers unless ignore_invalid_headers is off.",
        "Write names with dashes, or set ignore_invalid_headers off.",
        |session, analysis| signed_names(session, analysis).into_iter().find(|name| name.contains('_')),
    ),
    rule(
        "signed-headers-repeated",
        2,
        "A name stands twice in SignedHeaders.",
        "A name is listed once, however often the header is sent.",
        "List each name once.",
        |session, analysis| {
            let names = signed_names(session, analysis);
            names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name.clone())
        },
    ),
    rule(
        "host-unsigned",
        0,
        "The host is not signed.",
        "AWS answers: 'Host' or ':authority' must be a 'SignedHeader'.",
        "Sign the host.",
        |session, analysis| {
            analysis.claim().filter(|claim| claim.placement != Placement::Form && claim.scope.is_some())?;
            let names = signed_names(session, analysis);
            (!names.iter().any(|name| name == "host" || name == ":authority")).then(String::new)
        },
    ),
    rule(
        "content-type-unsigned",
        2,
        "Content-Type is sent but not signed.",
        "API Gateway's guide and Ceph want it signed where there is a body.",
        "Sign Content-Type.",
        |session, analysis| {
            analysis.claim().filter(|claim| claim.placement == Placement::Header && claim.scope.is_some())?;
            let sent = session.request.header(b"content-type").is_some() && !session.request.body.is_empty();
            (sent && !signed_names(session, analysis).iter().any(|name| name == "content-type")).then(String::new)
        },
    ),
    rule(
        "content-sha256-missing",
        1,
        "This service wants x-amz-content-sha256, which is not sent.",
        "S3 and few others refuse a request without it.",
        "Send x-amz-content-sha256 with the hash of the body, and sign it.",
        |session, analysis| {
            let claim = analysis.claim().filter(|claim| claim.placement == Placement::Header)?;
            claim.scope?;
            let row = analysis.basis.rules;
            let sent = session.request.header(b"x-amz-content-sha256").is_some();
            (row.content_header != ContentHeader::Optional && !sent).then(|| row.title.to_owned())
        },
    ),
    rule(
        "expires-too-long",
        0,
        "The presigned URL is to be good for longer than is allowed.",
        "X-Amz-Expires is at most 604800 seconds: seven days.",
        "Presign for at most seven days.",
        |session, analysis| {
            let claim = analysis.claim()?;
            presigned::seconds(&claim.text(&session.request, claim.expires?), analysis.scheme.family()?).err().map(|(words, _)| words)
        },
    ),
    rule(
        "expires-with-token",
        3,
        "A presigned URL that was made with temporary credentials ends when they do.",
        "The session ends after some hours, whatever X-Amz-Expires says.",
        "Presign with a permanent key where a URL must be good for days.",
        |session, analysis| {
            let claim = analysis.claim()?;
            let seconds = presigned::seconds(&claim.text(&session.request, claim.expires?), analysis.scheme.family()?).ok()?;
            let temporary = analysis.claimed_key_id(&session.request)?.starts_with("ASIA");
            (temporary && seconds > 43_200).then(|| crate::time::in_words(seconds))
        },
    ),
    rule(
        "decoded-content-length-missing",
        0,
        "x-amz-decoded-content-length is missing, though the body is sent in chunks.",
        "S3 answers with SignatureDoesNotMatch when the length of the data is not announced.",
        "Send x-amz-decoded-content-length with the number of bytes before chunking.",
        |session, _| {
            let request = &session.request;
            let streams = request.value(b"x-amz-content-sha256").is_some_and(|value| {
                value.starts_with(b"STREAMING-") && !value.ends_with(b"-EVENTS")
            });
            (streams && request.header(b"x-amz-decoded-content-length").is_none()).then(String::new)
        },
    ),
    rule(
        "streaming-new-keyword",
        3,
        "The body is sent with a trailing checksum, which older servers do not know.",
        "AWS's tools send trailers by default since January 2025; servers that do not know the keyword answer SignatureDoesNotMatch.",
        "Set AWS_REQUEST_CHECKSUM_CALCULATION=when_required, or update the server.",
        |session, _| {
            let value = session.request.value(b"x-amz-content-sha256")?;
            value.ends_with(b"-TRAILER").then(|| String::from_utf8_lossy(value).into_owned())
        },
    ),
    rule(
        "boundary-mismatch",
        0,
        "The boundary in Content-Type is not the one in the body.",
        "A library wrote the form, or its header, anew.",
        "Write the form once, and sign and send the same bytes.",
        |session, _| {
            let kind = String::from_utf8_lossy(session.request.value(b"content-type")?).into_owned();
            let stated = kind.split_once("boundary=")?.1.split(';').next()?.trim_matches('"').to_owned();
            let body = Facts::body_of(&session.request.body)?;
            let first = body.strip_prefix(b"--")?;
            let end = first.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
            (&first[..end] != stated.as_bytes()).then(|| format!("{stated} in the header"))
        },
    ),
    rule(
        "multi-region-access-point",
        0,
        "A multi-Region access point wants a signature by Signature Version 4A.",
        "A signature that names one region is not good there.",
        "Sign with AWS4-ECDSA-P256-SHA256: an SDK with its CRT extension does.",
        |session, analysis| {
            let host = String::from_utf8_lossy(session.request.host()?).into_owned();
            let spans = host.contains(".mrap.accesspoint.s3-global.");
            (spans && analysis.claim().is_some_and(|claim| claim.scope.is_some_and(|scope| scope.region.is_some()))).then_some(host)
        },
    ),
    rule(
        "version-2",
        0,
        "The request is signed with Signature Version 2.",
        "Most regions and services take Version 4 alone; Cloudflare answers that SigV2 authorization is not supported.",
        "Set the client's signature version to v4 (s3v4).",
        |_, analysis| (analysis.scheme.name() == AWS2.name()).then(String::new),
    ),
    rule(
        "pseudo-region",
        1,
        "The region of the scope is no region of AWS.",
        "aws-global, auto and empty regions are names that tools use for themselves; some other providers take them.",
        "Set the region of the endpoint; global services mostly want us-east-1.",
        |session, analysis| {
            let claim = analysis.claim()?;
            let region = claim.string(&session.request, claim.scope?.region?);
            let aws = session.request.host()?.ends_with(b".amazonaws.com");
            let odd = ["aws-global", "auto", "", "global", "default", "none", "null", "undefined"].contains(&region.as_str())
                || region.contains('_') || region.chars().any(|c| c.is_ascii_uppercase());
            (aws && odd).then(|| format!("`{region}`"))
        },
    )
    .settings(),
    rule(
        "date-missing",
        0,
        "The request has no date that can be read.",
        "The date of signing is sent in X-Amz-Date, or in Date.",
        "Send X-Amz-Date as 20150830T123600Z.",
        |_, analysis| {
            let claim = analysis.claim().filter(|claim| claim.placement != Placement::Form && claim.scope.is_some())?;
            claim.date.and_then(|date| date.instant).is_none().then(String::new)
        },
    ),
    rule(
        "session-token-header",
        0,
        "S3 Express wants its session token in x-amz-s3session-token.",
        "A session of S3 Express has a token of its own, with a header of its own.",
        "Send the token of CreateSession in x-amz-s3session-token.",
        |session, analysis| {
            let claim = analysis.claim()?;
            let express = claim.string(&session.request, claim.scope?.service) == "s3express";
            let usual = analysis.scheme.family()?.token_header;
            let session_of_its_own = service::token_header(usual, service::of_name(b"s3express"), &session.request) != usual;
            (express && session_of_its_own && session.request.header(b"x-amz-security-token").is_some()).then(String::new)
        },
    ),
    rule(
        "authorization-beside-presigned",
        0,
        "A presigned URL is sent with an Authorization header.",
        "S3 takes one way to authenticate and answers InvalidArgument to two, whatever the header holds. Other servers may read the header in place of the URL.",
        "Take the Authorization header off: a presigned URL needs none.",
        |session, analysis| {
            analysis.claim().filter(|claim| claim.placement == Placement::Query)?;
            let word = authorization_word(&session.request).filter(|word| !word.starts_with("AWS"))?;
            let word = visible::one_line(word.as_bytes());
            Some(if word.is_empty() { word } else { format!("`{word}`") })
        },
    ),
    rule(
        "signed-header-refused",
        0,
        "A header is signed that this service does not take signed.",
        "OpenSearch Serverless answers InvalidSignature where content-length is in SignedHeaders.",
        "Take the header out of SignedHeaders, and send it unsigned.",
        |session, analysis| {
            let never = analysis.basis.rules.never_signed;
            signed_names(session, analysis).into_iter().find(|name| never.contains(&name.as_str()))
        },
    ),
    rule(
        "expires-missing",
        0,
        "The presigned URL does not say how long it is good.",
        "S3 answers AuthorizationQueryParametersError to a URL without X-Amz-Expires.",
        "Presign with X-Amz-Expires, at most 604800 seconds.",
        |_, analysis| {
            let claim = analysis.claim().filter(|claim| claim.placement == Placement::Query && claim.scope.is_some())?;
            let rules = analysis.basis.rules;
            (rules.presigned_expires == PresignedExpires::Required && claim.expires.is_none()).then(String::new)
        },
    ),
    rule(
        "content-sha256-unsigned",
        3,
        "x-amz-content-sha256 is sent, but not in SignedHeaders.",
        "AWS takes that, as the hash is signed in the last line. Yandex Object Storage and a few other stores refuse it.",
        "Add x-amz-content-sha256 before signing.",
        |session, analysis| {
            analysis.claim().filter(|claim| claim.placement == Placement::Header && claim.scope.is_some())?;
            let sent = session.request.header(b"x-amz-content-sha256").is_some();
            let signed = || signed_names(session, analysis).iter().any(|name| name == "x-amz-content-sha256");
            (sent && !signed()).then(String::new)
        },
    ),
    rule(
        "path-bucket-empty",
        1,
        "The path begins with two slashes: where the bucket stands in the path, its name is empty.",
        "A base URL that ends in a slash, or a bucket variable that is not set, leaves the first segment empty.",
        "Write /BUCKET/KEY, and check that the bucket is set where the program runs.",
        |session, analysis| {
            let claim = analysis.claim()?;
            let s3 = analysis.basis.rules.errors == Errors::S3;
            let path = &session.request.target[session.request.target().path];
            let in_host = session.request.host().is_some_and(service::names_bucket);
            (s3 && claim.placement != Placement::Form && path.starts_with(b"//") && !in_host)
                .then(|| visible::one_line(&path[..path.len().min(60)]))
        },
    ),
];

/// The word that names the scheme of the `Authorization` header; what follows it may be a credential.
fn authorization_word(request: &Request) -> Option<String> {
    let word = request.value(b"authorization")?.split(u8::is_ascii_whitespace).next()?;
    Some(String::from_utf8_lossy(word).into_owned())
}

fn signed_names(session: &Session, analysis: &Analysis) -> Vec<String> {
    let Some(claim) = analysis.claim() else { return Vec::new() };
    let names = claim.signed_headers.iter().map(|span| session.request.at(*span).to_ascii_lowercase());
    names.map(|name| String::from_utf8_lossy(&name).into_owned()).collect()
}

fn pairs(request: &Request) -> Vec<&[u8]> {
    request.target().pairs(&request.target).map(|pair| &request.target[pair.name]).collect()
}
