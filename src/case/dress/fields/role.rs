//! What keys stand for, by the names that libraries give the parts of a request.

/// What a key stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    Method,
    Url,
    Host,
    Path,
    Query,
    Headers,
    /// A type that is said beside the headers.
    ContentType,
    Body,
    IsBase64,
    /// The answer: nothing in it belongs to the request.
    Answer,
}

/// The names that libraries give the parts of a request, without case and signs.
const NAMES: [(Role, &[&str]); 10] = [
    (Role::Method, &["method", "httpmethod", "verb", "requestmethod", "httprequestmethod", "methodstring"]),
    (
        Role::Url,
        &[
            "url",
            "uri",
            "requesturi",
            "requesturl",
            "httpurl",
            "href",
            "urlfull",
            "fullurl",
            "rawurl",
            "asstring",
        ],
    ),
    (Role::Host, &["host", "hostname", "authority", "domainname", "serveraddress", "nethostname"]),
    (Role::Path, &["path", "encodedpath", "pathname", "rawpath", "urlpath", "requestpath", "httptarget"]),
    (
        Role::Query,
        &[
            "query",
            "rawquerystring",
            "querystring",
            "querystringparameters",
            "queryparameters",
            "querystrings",
            "params",
            "search",
        ],
    ),
    (
        Role::Headers,
        &["headers", "header", "httpheaders", "requestheaders", "multivalueheaders", "rawheaders"],
    ),
    (
        Role::Body,
        &[
            "body",
            "data",
            "content",
            "payload",
            "rawbody",
            "requestbody",
            "httprequestbody",
            "postdata",
            "text",
        ],
    ),
    (Role::ContentType, &["contenttype"]),
    (Role::IsBase64, &["isbase64encoded"]),
    (Role::Answer, &["response", "res", "reply", "httpresponse", "answer"]),
];

/// What this key stands for.
pub(super) fn role(key: &str) -> Option<Role> {
    let plain: String = key.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.iter().find(|(_, names)| names.contains(&&*plain)).map(|(role, _)| *role)
}
