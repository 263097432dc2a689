//! One signed request in many dresses: each has to be read as this very request, which its signature proves.
//!
//! The signature was computed by a few lines of Python after AWS's documentation, not by this program.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use std::path::Path;

use common::own_clock;
use countersign::analysis::Session;
use countersign::case::{self, Case, Format};

const AUTH: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/execute-api/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date, \
                    Signature=ea09090291cba3a4fdcfd66895c1246e5256e8fe11786266c24bfb9ac3f6741c";

/// How the body is shown.
#[derive(Clone, Copy, PartialEq)]
enum Body {
    Shown,
    Missing,
}

use Body::{Missing, Shown};

/// A dress, with `{auth}` for the header, and whether it shows the body.
const DRESSES: &[(&str, Body, &str)] = &[
    (
        "curl -v",
        Missing,
        "* Connected\n> POST /v1/items?page=2 HTTP/1.1\n> Host: api.example.com\n> Content-Type: application/json\n> X-Amz-Date: 20260115T093000Z\n> Authorization: {auth}\n> Content-Length: 14\n> \n* upload completely sent off: 14 bytes\n< HTTP/1.1 403 Forbidden\n< x-y: z\n",
    ),
    (
        "curl -v with HTTP/2",
        Missing,
        "* using HTTP/2\n* [HTTP/2] [1] OPENED stream for https://api.example.com/v1/items?page=2\n* [HTTP/2] [1] [:method: POST]\n* [HTTP/2] [1] [:scheme: https]\n* [HTTP/2] [1] [:authority: api.example.com]\n* [HTTP/2] [1] [:path: /v1/items?page=2]\n* [HTTP/2] [1] [content-type: application/json]\n* [HTTP/2] [1] [x-amz-date: 20260115T093000Z]\n* [HTTP/2] [1] [authorization: {auth}]\n* [HTTP/2] [1] [content-length: 14]\n",
    ),
    (
        "curl in a thread",
        Shown,
        "I run this:\n\n```sh\n$ curl -X POST 'https://api.example.com/v1/items?page=2' \\\n  -H 'Content-Type: application/json' -H 'X-Amz-Date: 20260115T093000Z' \\\n  -H 'Authorization: {auth}' \\\n  -d '{\"name\":\"a b\"}'\n```\n\nand get 403. What is wrong?\n",
    ),
    (
        "curl for cmd.exe",
        Shown,
        "curl -X POST ^\"https://api.example.com/v1/items?page=2^\" ^\r\n  -H ^\"content-type: application/json^\" ^\r\n  -H ^\"x-amz-date: 20260115T093000Z^\" ^\r\n  -H ^\"authorization: {auth}^\" ^\r\n  --data-raw ^\"^{^\\^\"name^\\^\":^\\^\"a b^\\^\"^}^\"\r\n",
    ),
    (
        "HTTPie",
        Shown,
        "http POST 'https://api.example.com/v1/items?page=2' Content-Type:application/json X-Amz-Date:20260115T093000Z 'Authorization:{auth}' --raw='{\"name\":\"a b\"}'\n",
    ),
    (
        "wget",
        Shown,
        "wget --method=POST --header='Content-Type: application/json' --header='X-Amz-Date: 20260115T093000Z' --header='Authorization: {auth}' --body-data='{\"name\":\"a b\"}' 'https://api.example.com/v1/items?page=2'\n",
    ),
    (
        "PowerShell",
        Shown,
        "Invoke-WebRequest -UseBasicParsing -Uri \"https://api.example.com/v1/items?page=2\" `\n-Method \"POST\" `\n-Headers @{\n\"authority\"=\"api.example.com\"\n  \"method\"=\"POST\"\n  \"path\"=\"/v1/items?page=2\"\n  \"x-amz-date\"=\"20260115T093000Z\"\n  \"authorization\"=\"{auth}\"\n} `\n-ContentType \"application/json\" `\n-Body \"{`\"name`\":`\"a b`\"}\"\n",
    ),
    (
        "fetch",
        Shown,
        "await fetch(\"https://api.example.com/v1/items?page=2\", {\n  \"headers\": {\n    \"content-type\": \"application/json\",\n    \"x-amz-date\": \"20260115T093000Z\",\n    \"authorization\": \"{auth}\"\n  },\n  \"referrer\": \"https://app.example.com/\",\n  \"body\": \"{\\\"name\\\":\\\"a b\\\"}\",\n  \"method\": \"POST\"\n});\n",
    ),
    (
        "OkHttp in logcat",
        Shown,
        "I/okhttp: --> POST https://api.example.com/v1/items?page=2 http/1.1\nI/okhttp: Content-Type: application/json\nI/okhttp: X-Amz-Date: 20260115T093000Z\nI/okhttp: Authorization: {auth}\nI/okhttp: \nI/okhttp: {\"name\":\"a b\"}\nI/okhttp: --> END POST (14-byte body)\nI/okhttp: <-- 403 https://api.example.com (80ms)\n",
    ),
    (
        "Apache headers log",
        Missing,
        "2026-01-15 09:30:00,100 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> POST /v1/items?page=2 HTTP/1.1\n2026-01-15 09:30:00,101 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> Host: api.example.com\n2026-01-15 09:30:00,101 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> Content-Type: application/json\n2026-01-15 09:30:00,102 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> X-Amz-Date: 20260115T093000Z\n2026-01-15 09:30:00,102 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> Authorization: {auth}\n2026-01-15 09:30:00,103 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> Content-Length: 14\n2026-01-15 09:30:00,180 [main] DEBUG org.apache.http.headers - http-outgoing-0 << HTTP/1.1 403 Forbidden\n",
    ),
    (
        "Apache wire log",
        Shown,
        "09:30:00.100 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"POST /v1/items?page=2 HTTP/1.1[\\r][\\n]\"\n09:30:00.100 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"Host: api.example.com[\\r][\\n]\"\n09:30:00.101 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"Content-Type: application/json[\\r][\\n]\"\n09:30:00.101 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"X-Amz-Date: 20260115T093000Z[\\r][\\n]\"\n09:30:00.101 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"Authorization: {auth}[\\r][\\n]\"\n09:30:00.101 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"Content-Length: 14[\\r][\\n]\"\n09:30:00.101 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"[\\r][\\n]\"\n09:30:00.101 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> \"{\"name\":\"a b\"}\"\n09:30:00.181 [main] DEBUG org.apache.http.wire - http-outgoing-0 << \"HTTP/1.1 403 Forbidden[\\r][\\n]\"\n",
    ),
    (
        "a container's log",
        Shown,
        "app-1  | POST /v1/items?page=2 HTTP/1.1\napp-1  | Host: api.example.com\napp-1  | Content-Type: application/json\napp-1  | X-Amz-Date: 20260115T093000Z\napp-1  | Authorization: {auth}\napp-1  | Content-Length: 14\napp-1  | \napp-1  | {\"name\":\"a b\"}\ndb-1   | ready\n",
    ),
    (
        "Go's dump in a log",
        Shown,
        "2026/01/15 09:30:00 DEBUG: Request Details:\n---[ REQUEST POST-SIGN ]-----------------------------\nPOST /v1/items?page=2 HTTP/1.1\nHost: api.example.com\nContent-Length: 14\nAuthorization: {auth}\nContent-Type: application/json\nX-Amz-Date: 20260115T093000Z\n\n{\"name\":\"a b\"}\n-----------------------------------------------------\n",
    ),
    (
        "Go's %q",
        Shown,
        "dump: \"POST /v1/items?page=2 HTTP/1.1\\r\\nHost: api.example.com\\r\\nContent-Type: application/json\\r\\nX-Amz-Date: 20260115T093000Z\\r\\nAuthorization: {auth}\\r\\n\\r\\n{\\\"name\\\":\\\"a b\\\"}\"\n",
    ),
    (
        "Python's http.client",
        Shown,
        "send: b'POST /v1/items?page=2 HTTP/1.1\\r\\nHost: api.example.com\\r\\nContent-Type: application/json\\r\\nX-Amz-Date: 20260115T093000Z\\r\\nAuthorization: {auth}\\r\\nContent-Length: 14\\r\\n\\r\\n'\nsend: b'{\"name\":\"a b\"}'\nreply: 'HTTP/1.1 403 Forbidden\\r\\n'\n",
    ),
    (
        "Ruby's Net::HTTP",
        Shown,
        "opening connection to api.example.com:443...\n<- \"POST /v1/items?page=2 HTTP/1.1\\r\\nHost: api.example.com\\r\\nContent-Type: application/json\\r\\nX-Amz-Date: 20260115T093000Z\\r\\nAuthorization: {auth}\\r\\nContent-Length: 14\\r\\n\\r\\n\"\n<- \"{\\\"name\\\":\\\"a b\\\"}\"\n-> \"HTTP/1.1 403 Forbidden\\r\\n\"\n",
    ),
    (
        "a Node object",
        Shown,
        "{\n  hostname: 'api.example.com',\n  port: 443,\n  path: '/v1/items?page=2',\n  method: 'POST',\n  headers: {\n    'Content-Type': 'application/json',\n    Host: 'api.example.com',\n    'X-Amz-Date': '20260115T093000Z',\n    Authorization: '{auth}'\n  },\n  body: '{\"name\":\"a b\"}'\n}\n",
    ),
    (
        "an error of axios",
        Shown,
        "AxiosError: Request failed with status code 403\n    at settle (settle.js:19:12) {\n  code: 'ERR_BAD_REQUEST',\n  config: {\n    headers: Object [AxiosHeaders] {\n      Accept: 'application/json, text/plain, */*',\n      'Content-Type': 'application/json',\n      'X-Amz-Date': '20260115T093000Z',\n      Authorization: '{auth}'\n    },\n    method: 'post',\n    url: 'https://api.example.com/v1/items?page=2',\n    data: '{\"name\":\"a b\"}'\n  },\n  response: { status: 403, headers: { server: 'x' }, data: { message: 'no' } }\n}\n",
    ),
    (
        "a Python dict",
        Shown,
        "DEBUG {'method': 'POST', 'url': 'https://api.example.com/v1/items?page=2', 'headers': {'Content-Type': 'application/json', 'X-Amz-Date': '20260115T093000Z', 'Authorization': '{auth}'}, 'body': b'{\"name\":\"a b\"}'}\n",
    ),
    (
        "botocore's prepared request",
        Missing,
        "2026-01-15 09:30:00,000 - MainThread - botocore.endpoint - DEBUG - Sending http request: <AWSPreparedRequest stream_output=False, method=POST, url=https://api.example.com/v1/items?page=2, headers={'Content-Type': b'application/json', 'X-Amz-Date': b'20260115T093000Z', 'Authorization': b'{auth}', 'Content-Length': '14'}>\n",
    ),
    (
        ".NET",
        Missing,
        "Method: POST, RequestUri: 'https://api.example.com/v1/items?page=2', Version: 1.1, Content: System.Net.Http.StringContent, Headers:\n{\n  Host: api.example.com\n  X-Amz-Date: 20260115T093000Z\n  Authorization: {auth}\n  Content-Type: application/json\n}\n",
    ),
    (
        "Rust's Debug",
        Shown,
        "request: Request { method: POST, uri: https://api.example.com/v1/items?page=2, version: HTTP/1.1, headers: {\"content-type\": \"application/json\", \"x-amz-date\": \"20260115T093000Z\", \"authorization\": \"{auth}\"}, body: Some(\"{\\\"name\\\":\\\"a b\\\"}\") }\n",
    ),
    (
        "reqwest's Debug",
        Missing,
        "Request { method: POST, url: Url { scheme: \"https\", cannot_be_a_base: false, username: \"\", password: None, host: Some(Domain(\"api.example.com\")), port: None, path: \"/v1/items\", query: Some(\"page=2\"), fragment: None }, headers: {\"content-type\": \"application/json\", \"x-amz-date\": \"20260115T093000Z\", \"authorization\": \"{auth}\"} }\n",
    ),
    (
        "Elixir",
        Shown,
        "%HTTPoison.Request{\n  method: :post,\n  url: \"https://api.example.com/v1/items?page=2\",\n  headers: [\n    {\"Content-Type\", \"application/json\"},\n    {\"X-Amz-Date\", \"20260115T093000Z\"},\n    {\"Authorization\", \"{auth}\"}\n  ],\n  body: \"{\\\"name\\\":\\\"a b\\\"}\"\n}\n",
    ),
    (
        "a Ruby hash",
        Shown,
        "{:method=>:post, :url=>\"https://api.example.com/v1/items?page=2\", :headers=>{\"Content-Type\"=>\"application/json\", \"X-Amz-Date\"=>\"20260115T093000Z\", \"Authorization\"=>\"{auth}\"}, :body=>\"{\\\"name\\\":\\\"a b\\\"}\"}\n",
    ),
    (
        "a PHP array",
        Shown,
        "array(4) [\n  'method' => 'POST',\n  'uri' => 'https://api.example.com/v1/items?page=2',\n  'headers' => [\n    'Content-Type' => ['application/json'],\n    'X-Amz-Date' => ['20260115T093000Z'],\n    'Authorization' => ['{auth}'],\n  ],\n  'body' => '{\"name\":\"a b\"}',\n]\n",
    ),
    (
        "a HAR entry",
        Shown,
        "{\"startedDateTime\":\"2026-01-15T09:30:00Z\",\"request\":{\"method\":\"POST\",\"url\":\"https://api.example.com/v1/items?page=2\",\"httpVersion\":\"http/2.0\",\"headers\":[{\"name\":\":authority\",\"value\":\"api.example.com\"},{\"name\":\"content-type\",\"value\":\"application/json\"},{\"name\":\"x-amz-date\",\"value\":\"20260115T093000Z\"},{\"name\":\"authorization\",\"value\":\"{auth}\"}],\"queryString\":[{\"name\":\"page\",\"value\":\"2\"}],\"postData\":{\"mimeType\":\"application/json\",\"text\":\"{\\\"name\\\":\\\"a b\\\"}\"}},\"response\":{\"status\":403}}\n",
    ),
    (
        "an event of Lambda, version 2",
        Shown,
        "{\"version\":\"2.0\",\"rawPath\":\"/v1/items\",\"rawQueryString\":\"page=2\",\"headers\":{\"host\":\"api.example.com\",\"content-type\":\"application/json\",\"x-amz-date\":\"20260115T093000Z\",\"authorization\":\"{auth}\"},\"requestContext\":{\"domainName\":\"api.example.com\",\"http\":{\"method\":\"POST\",\"path\":\"/v1/items\",\"protocol\":\"HTTP/1.1\"}},\"body\":\"eyJuYW1lIjoiYSBiIn0=\",\"isBase64Encoded\":true}\n",
    ),
    (
        "an event of Lambda, version 1",
        Shown,
        "{\"resource\":\"/v1/items\",\"path\":\"/v1/items\",\"httpMethod\":\"POST\",\"headers\":{\"Host\":\"api.example.com\",\"Content-Type\":\"application/json\",\"X-Amz-Date\":\"20260115T093000Z\",\"Authorization\":\"{auth}\"},\"queryStringParameters\":{\"page\":\"2\"},\"body\":\"{\\\"name\\\":\\\"a b\\\"}\",\"isBase64Encoded\":false}\n",
    ),
    (
        "attributes of a trace",
        Shown,
        "2026-01-15T09:30:00.000Z [DEBUG] provider: HTTP Request Sent: http.method=POST http.url=https://api.example.com/v1/items?page=2 http.request.header.authorization=\"{auth}\" http.request.header.content_type=application/json http.request.header.x_amz_date=20260115T093000Z http.request.body=\"{\\\"name\\\":\\\"a b\\\"}\" net.peer.name=api.example.com\n",
    ),
    (
        "DevTools",
        Missing,
        ":authority: api.example.com\n:method: POST\n:path: /v1/items?page=2\n:scheme: https\naccept: */*\nauthorization: {auth}\ncontent-type: application/json\nx-amz-date: 20260115T093000Z\n",
    ),
    (
        "DevTools, names and values by turns",
        Missing,
        ":authority:\napi.example.com\n:method:\nPOST\n:path:\n/v1/items?page=2\n:scheme:\nhttps\nauthorization:\n{auth}\ncontent-type:\napplication/json\nx-amz-date:\n20260115T093000Z\n",
    ),
    (
        "Wireshark",
        Missing,
        "Hypertext Transfer Protocol\n    POST /v1/items?page=2 HTTP/1.1\\r\\n\n        [Expert Info (Chat/Sequence): POST /v1/items?page=2 HTTP/1.1\\r\\n]\n        Request Method: POST\n        Request URI: /v1/items?page=2\n    Host: api.example.com\\r\\n\n    Content-Type: application/json\\r\\n\n    X-Amz-Date: 20260115T093000Z\\r\\n\n    Authorization: {auth}\\r\\n\n    Content-Length: 14\\r\\n\n    \\r\\n\n    File Data: 14 bytes\n",
    ),
    (
        "JetBrains' HTTP client",
        Shown,
        "### items\nPOST https://api.example.com/v1/items\n    ?page=2\nContent-Type: application/json\nX-Amz-Date: 20260115T093000Z\nAuthorization: {auth}\n\n{\"name\":\"a b\"}\n\n> {% client.log(\"x\") %}\n",
    ),
    (
        "Postman's console",
        Shown,
        "POST /v1/items?page=2 HTTP/1.1\nContent-Type: application/json\nX-Amz-Date: 20260115T093000Z\nAuthorization: {auth}\nUser-Agent: PostmanRuntime/7.36.0\nHost: api.example.com\nContent-Length: 14\n \n{\"name\":\"a b\"}\n \nHTTP/1.1 403 Forbidden\nDate: Thu, 15 Jan 2026 09:30:01 GMT\n",
    ),
    (
        "Dio",
        Missing,
        "flutter: *** Request ***\nflutter: uri: https://api.example.com/v1/items?page=2\nflutter: method: POST\nflutter: headers:\nflutter:  content-type: application/json\nflutter:  x-amz-date: 20260115T093000Z\nflutter:  authorization: {auth}\nflutter: data:\nflutter: {\"name\":\"a b\"}\nflutter: \n",
    ),
];

fn read(text: &str) -> Option<Case> {
    case::open(text.as_bytes()).ok()
}

/// Every dress: those of the table, and those that are files, as tools print them, by the name of their folder.
fn dresses() -> Vec<(String, Body, String)> {
    let table =
        DRESSES.iter().map(|(name, body, text)| ((*name).to_owned(), *body, text.replace("{auth}", AUTH)));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dress");
    let files = [("shown", Shown), ("missing", Missing)].into_iter().flat_map(|(name, body)| {
        let files = std::fs::read_dir(folder.join(name)).unwrap();
        files.map(move |file| {
            let path = file.unwrap().path();
            (path.display().to_string(), body, std::fs::read_to_string(path).unwrap())
        })
    });
    table.chain(files).collect()
}

/// What is wrong with the request that was read from a dress.
fn complaint(case: &Case, shows: Body) -> Option<String> {
    let mut request = case.request.clone();
    let got = (String::from_utf8_lossy(&request.method), String::from_utf8_lossy(&request.target));
    let is_missing = request.body.is_pipe();
    let target = request.target.strip_prefix(b"https://api.example.com").unwrap_or(&request.target);
    if got.0 != "POST" || target != b"/v1/items?page=2" || request.host() != Some(b"api.example.com") {
        return Some(format!("{got:?}, host {:?}", request.host().map(String::from_utf8_lossy)));
    }
    if is_missing != (shows == Missing) {
        return Some(format!("the body is {:?}", request.body.bytes()));
    }
    if is_missing {
        request.body = b"{\"name\":\"a b\"}".to_vec().into();
    }
    let (bytes, headers) = (request.body.bytes().into_owned(), request.headers.len());
    let mut session = Session::new(request);
    session.format = case.format;
    let is_right = common::analyse(&session, own_clock(&session)).agreement().holds() == Some(true);
    (!is_right)
        .then(|| format!("another signature; {headers} headers, {:?}", String::from_utf8_lossy(&bytes)))
}

#[test]
fn a_request_is_read_in_every_dress() {
    let complaints: Vec<String> = dresses()
        .iter()
        .filter_map(|(name, body, text)| {
            let why = read(text).map_or(Some("not read".into()), |case| complaint(&case, *body));
            why.map(|why| format!("{name}: {why}"))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn what_was_read_is_said_with_its_lines() {
    let text = DRESSES[0].2.replace("{auth}", AUTH);
    let case = read(&text).unwrap();
    assert_eq!(case.format, Format::Dressed("a request as curl -v prints it"));
    assert_eq!(case.notices[0].0, "Lines 2–8 were read: a request as curl -v prints it.");
    assert!(case.notices.iter().any(|notice| notice.0 == "The text does not show the body."));
}

#[test]
fn several_attempts_are_kept_apart() {
    let one = DRESSES[0].2.replace("{auth}", AUTH);
    let other =
        one.replace("/v1/items?page=2", "/v1/items?page=3").replace("20260115T093000Z", "20260115T093100Z");
    let case = read(&format!("{one}\nThen again:\n{other}")).unwrap();
    assert_eq!(case.entries.len(), 2);
    assert!(case.notices[0].0.starts_with("The text holds 2 requests."), "{}", case.notices[0].0);
    assert_eq!(case.request.target, b"/v1/items?page=2");
    assert_eq!(case.entries[1].request.target, b"/v1/items?page=3");
}

#[test]
fn of_several_the_one_that_was_refused_is_meant() {
    let one = DRESSES[0].2.replace("{auth}", AUTH).replace("403 Forbidden", "200 OK");
    let other =
        DRESSES[0].2.replace("{auth}", AUTH).replace("page=2", "page=3").replace("T093000Z", "T093100Z");
    let case = read(&format!("{one}\nThen again:\n{other}")).unwrap();
    assert!(
        case.notices[0].0.starts_with("The text holds 2 requests. This is number 2"),
        "{}",
        case.notices[0].0
    );
    assert_eq!(case.request.target, b"/v1/items?page=3");
}

#[test]
fn text_without_a_request_is_none() {
    for text in [
        "GET in touch with us: https://example.com/contact\n",
        "# Title\n\nRun `curl https://example.com/install.sh | sh` to install.\n\n    http server --port 80\n",
        "{\"name\": \"x\", \"headers\": {\"a\": \"b\"}, \"url\": \"https://example.com\", \"signature\": \"none\"}",
        "127.0.0.1 - - [15/Jan/2026:09:30:00 +0000] \"GET /index.html HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n",
        "From: a@example.com\nTo: b@example.com\nSubject: Authorization\n\nHello\n",
        "method: POST\nheaders:\n  - Content-Type\n",
    ] {
        assert!(case::dressed(text.as_bytes()).is_none(), "{text}");
    }
}

#[test]
fn a_presigned_url_is_read_in_a_sentence_a_link_and_a_string() {
    let url = "https://bucket.s3.amazonaws.com/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260115T093000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=00ff";
    let escaped = url.replace('&', "\\u0026");
    for text in [
        format!("See {url}, it fails since today."),
        format!("The link `{url}` is refused"),
        format!("[here]({url})"),
        format!("{{\"url\":\"{escaped}\"}}"),
        format!("<a href=\"{url}\">x</a>"),
    ] {
        let case = read(&text).unwrap_or_else(|| panic!("{text}"));
        let target = String::from_utf8_lossy(&case.request.target).into_owned();
        assert!(target.ends_with("&X-Amz-Signature=00ff"), "{text}: {target}");
    }
}

#[test]
fn prose_behind_a_head_is_no_body() {
    let head = DRESSES[0].2.replace("{auth}", AUTH).replace("> Content-Length: 14\n", "");
    let head = head[..head.find("> \n").unwrap()].replace("> ", "").replace("* Connected\n", "I send\n\n");
    let case = read(&format!("{head}\nThis is what I send, and I get 403.\n")).unwrap();
    assert!(case.request.body.is_pipe());
    let case = read(&format!("{head}\n{{\"name\":\"a b\"}}\nThanks!\n")).unwrap();
    assert_eq!(*case.request.body.bytes(), b"{\"name\":\"a b\"}"[..]);
}

#[test]
fn white_space_of_every_kind_may_stand_before_a_method() {
    for space in ["\u{a0}", "\u{3000}", "\u{2028}"] {
        let text = format!("Request:{space}POST /x HTTP/1.1\nHost: a\nAuthorization: {AUTH}\n");
        assert!(read(&text).is_some(), "{space:?}");
    }
}

#[test]
fn parameters_that_are_logged_beside_the_headers_are_sent_in_the_form() {
    let text = format!(
        "2018-03-01 10:00:00 [main] DEBUG com.amazonaws.request - Sending Request: POST https://iam.amazonaws.com / Parameters: \
         ({{\"Action\":[\"GetUser\"],\"UserName\":[\"a b\"]}}Headers: (User-Agent: aws-sdk-java/1.11, Authorization: {AUTH}, )\n"
    );
    let request = read(&text).unwrap().request;
    assert_eq!((&*request.method, &*request.target), (&b"POST"[..], &b"/"[..]));
    assert_eq!(*request.body.bytes(), b"Action=GetUser&UserName=a%20b"[..]);
}

#[test]
fn a_name_that_a_character_of_several_bytes_damaged_is_none() {
    for text in [
        format!("x.header.\u{fffd}uthorization=\"{AUTH}\" a=b\n"),
        format!("\u{fffd}uthorization: {AUTH}\nHost: a\n"),
        format!("\u{fffd}uthorization\t{AUTH}\n"),
    ] {
        assert!(case::dressed(text.as_bytes()).is_none(), "{text}");
    }
}
