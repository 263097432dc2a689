//! A real server agrees: `s3s-fs`, which verifies every signature, takes what the program signs, gives it back, and
//! refuses it with one byte changed.
//!
//! The server is built once, in the target folder; `S3S_FS` names one that is there already. A machine that can do
//! neither skips these tests. Each test starts its own, with a folder of its own, and nothing of it is left behind.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The pair of keys that AWS documents.
const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The version whose behaviour is stated below.
const VERSION: &str = "0.14.1";
/// The longest that the server may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);
const MISMATCH: &str = "403 SignatureDoesNotMatch";
/// What is found while the body goes by is an internal error to s3s-fs; its log says which.
const BODY_HASH: &str = "500 UploadStreamError: Sha256Mismatch";
const CHUNK_MISMATCH: &str = "500 AwsChunkedStreamError: SignatureMismatch";
/// The checksums that s3s knows: all that the program can write.
const CHECKSUMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// The file that a key becomes in the server's folder, and the key as the request has it.
///
/// Left out: a key that ends with `/`, which becomes a folder; NUL and names above 255 bytes, which file systems
/// refuse. A path
/// with reserved characters may be signed raw for s3s, so each such key is also written with escapes only, where
/// nothing but the canonical form passes.
const KEYS: &[(&str, &str)] = &[
    ("plain.txt", "plain.txt"),
    ("a b.txt", "a%20b.txt"),
    (" ", "%20"),
    ("a+b", "a+b"),
    ("a+b", "a%2Bb"),
    ("ü/日本", "%C3%BC/%E6%97%A5%E6%9C%AC"),
    ("ü/日本", "%c3%bc/%e6%97%a5%e6%9c%ac"),
    ("ü/日本", "ü/日本"),
    ("100%25 done%20", "100%2525%20done%2520"),
    ("~*!'().txt", "~*!'().txt"),
    ("~*!'().txt", "%7E%2A%21%27%28%29%2Etxt"),
    ("x=y&z", "x=y&z"),
    ("x=y&z", "x%3Dy%26z"),
    ("a:b@c$d,e;f", "a:b@c$d,e;f"),
    ("a:b@c$d,e;f", "a%3Ab%40c%24d%2Ce%3Bf"),
    ("what?#", "what%3F%23"),
    ("[{<|>}]\\^`\"", "%5B%7B%3C%7C%3E%7D%5D%5C%5E%60%22"),
    ("line\nbreak\ttab", "line%0Abreak%09tab"),
    ("dot.", "dot."),
    ("...", "..."),
    (".hidden", ".hidden"),
    // The signature keeps what the file system takes for one name.
    ("a/b", "a%2Fb"),
    ("a/b/c", "a%2fb%2Fc"),
    ("a/b", "a//b"),
    ("a/b", "a/./b"),
    ("b", "a/../b"),
];

#[test]
fn odd_keys_are_taken_and_given_back() {
    let Some(server) = Server::start("keys") else { return };
    let mut wrong = Vec::new();
    for (row, (file, target)) in KEYS.iter().enumerate() {
        let body = format!("{row}: {target}");
        let put =
            server.sign("--payload header", &format!("PUT /bucket/{row}/{target}"), "", body.as_bytes());
        let get = server.sign("--payload header", &format!("GET /bucket/{row}/{target}"), "", b"");
        let changed = server.refusal(&change(&get, "/bucket/"));
        let taken = server.send(&put);
        let stored = std::fs::read_to_string(server.object(&format!("{row}/{file}"))).unwrap_or_default();
        let given = server.send(&get);
        if (taken.status, given.status) != (200, 200) || stored != body || given.body != body.as_bytes() {
            wrong.push(format!("{target}: {taken:?}, `{stored}`, {given:?}"));
        }
        if changed != MISMATCH {
            wrong.push(format!("{target}, changed: {changed}"));
        }
    }
    none_wrong(&wrong);
}

/// Queries, and what a key that starts with `a b+c/` does to the answer.
///
/// Left out: a name that is repeated with values out of order, as s3s sorts by name alone.
const QUERIES: &[(&str, &str)] = &[
    ("list-type=2&prefix=a%20b%2Bc%2F", "<Key>a b+c/d</Key>"),
    ("list-type=2&prefix=a+b%2bc/", "<Key>a b+c/d</Key>"),
    ("prefix=a+b%2Bc/&list-type=2&delimiter=/", "<Key>a b+c/d</Key>"),
    ("prefix=none&list-type=2", "<KeyCount>0</KeyCount>"),
    ("list-type=2&empty=&x=1&x=2&A=b&%C3%BC=~*'()%22&a:b@=c$", "<Key>a b+c/d</Key>"),
    ("location", "<LocationConstraint"),
];

#[test]
fn queries_of_odd_values_are_taken() {
    let Some(server) = Server::start("queries") else { return };
    let put = server.sign("--payload header", "PUT /bucket/a%20b+c/d", "", b"listed");
    let mut wrong = Vec::from_iter(server.not_taken(&put));
    for (query, expected) in QUERIES {
        let list = server.sign("--payload header", &format!("GET /bucket?{query}"), "", b"");
        let answer = server.send(&list);
        if answer.status != 200 || !answer.text().contains(expected) {
            wrong.push(format!("{query}: {answer:?}"));
        }
        let changed = server.refusal(&change(&list, "/bucket?"));
        if changed != MISMATCH {
            wrong.push(format!("{query}, changed: {changed}"));
        }
    }
    none_wrong(&wrong);
}

const HEADERS: &str =
    "Content-Type: text/plain\r\nX-Amz-Meta-Colour: blue\r\nX-Amz-Meta-Note:   three  little   words \r\n";

/// What the changed byte follows, and how the server refuses.
const CHANGES: &[(&str, &str)] = &[
    ("PUT /bucket/", MISMATCH),
    ("?x-id=", MISMATCH),
    ("X-Amz-Meta-Colour: ", MISMATCH),
    ("little   ", MISMATCH),
    ("X-Amz-Date: ", MISMATCH),
    ("X-Amz-Content-Sha256: ", MISMATCH),
    ("Credential=", "403 NotSignedUp"),
    ("/us-east-", MISMATCH),
    ("SignedHeaders=content-length;", MISMATCH),
    ("Signature=", MISMATCH),
    ("\r\n\r\n", BODY_HASH),
];

#[test]
fn a_signed_request_is_refused_with_one_byte_changed() {
    let Some(server) = Server::start("header") else { return };
    let put = server.sign("--payload header", "PUT /bucket/object?x-id=PutObject", HEADERS, b"some content");
    let mut wrong = Vec::from_iter(server.not_taken(&put));
    wrong.extend(server.not_refused("header", &put, CHANGES));
    none_wrong(&wrong);
}

#[test]
fn what_is_not_signed_may_change() {
    let Some(server) = Server::start("unsigned") else { return };
    let headers = "User-Agent: plain\r\n";
    let put = server.sign("--payload unsigned", "PUT /bucket/object", headers, b"some content");
    let get = server.sign("--payload unsigned", "GET /bucket/object", headers, b"");
    assert_eq!(server.not_taken(&put), None);
    assert_eq!(server.send(&get).text(), "some content");
    assert_eq!(server.not_taken(&change(&put, "User-Agent: ")), None);
    assert_eq!(server.not_taken(&change(&put, "\r\n\r\n")), None);
    assert_eq!(server.send(&get).text(), "0ome content");
    none_wrong(&server.not_refused(
        "unsigned",
        &put,
        &[("PUT /bucket/", MISMATCH), ("Signature=", MISMATCH)],
    ));
}

/// The parts of a presigned URL, and how the server refuses a change behind them.
const URL_CHANGES: &[(&str, &str)] = &[
    (" /bucket/", MISMATCH),
    ("&note=", MISMATCH),
    ("X-Amz-Algorithm=", "501 NotImplemented"),
    ("X-Amz-Credential=", "403 NotSignedUp"),
    ("%2Fus-east-", MISMATCH),
    ("X-Amz-Date=", MISMATCH),
    ("X-Amz-Expires=3", MISMATCH),
    ("X-Amz-SignedHeaders=hos", MISMATCH),
    ("X-Amz-Signature=", MISMATCH),
];

#[test]
fn presigned_urls_are_taken_and_refused_with_one_byte_changed() {
    let Some(server) = Server::start("presigned") else { return };
    let options = "--placement query --expires 3000 --format url";
    let colour = "X-Amz-Meta-Colour: blue\r\n";
    let mut wrong = Vec::new();
    for key in ["object", "a%20b+c/%C3%BC~*'()", "x=y&z%2525"] {
        let target = format!("/bucket/{key}?x-id=it&note=a+b%20%2F/");
        let put = server.presign(options, &format!("PUT {target}"), colour);
        let upload =
            [put.as_slice(), format!("Content-Length: 9\r\n{colour}\r\nsome text").as_bytes()].concat();
        wrong.extend(server.not_taken(&upload));
        let get = server.presign(options, &format!("GET {target}"), "");
        let download = [&get, &b"\r\n"[..]].concat();
        let given = server.send(&download);
        if given.body != b"some text" {
            wrong.push(format!("{key}: {given:?}"));
        }
        wrong.extend(server.not_refused("upload", &upload, &[("X-Amz-Meta-Colour: ", MISMATCH)]));
        wrong.extend(server.not_refused("upload", &upload, URL_CHANGES));
        wrong.extend(server.not_refused("download", &download, URL_CHANGES));
    }
    none_wrong(&wrong);
}

#[test]
fn a_presigned_url_is_good_until_it_expires() {
    let Some(server) = Server::start("expired") else { return };
    let late = "--placement query --format url --time 20260101T000000Z --expires 604800";
    let get = [server.presign(late, "GET /bucket/object", ""), b"\r\n".into()].concat();
    assert_eq!(server.refusal(&get), "403 AccessDenied");
}

#[test]
fn chunked_uploads_are_taken_and_given_back() {
    let Some(server) = Server::start("chunks") else { return };
    let mut wrong = Vec::new();
    for (len, size) in [(150_000, "8192"), (150_000, "65536"), (131_072, "65536"), (1, "8192"), (0, "8192")] {
        let body = numbered(len);
        for (form, checksum) in forms() {
            let put = server.upload(form, checksum, size, &body);
            wrong.extend(server.not_taken(&put));
            let given = server.send(&server.sign("--payload header", "GET /bucket/object", "", b""));
            if given.body != body {
                wrong.push(format!("{form} {checksum} {len}/{size}: {} bytes came back", given.body.len()));
            }
        }
    }
    none_wrong(&wrong);
}

/// Behind the head: what the changed byte follows in each form, and how the server refuses.
///
/// Left out, as s3s does not look: whether the data is as long as announced, and the trailer the one announced.
const CHUNK_CHANGES: &[(&str, &[(&str, &str)])] = &[
    (
        "chunks",
        &[
            ("\r\n\r\n", CHUNK_MISMATCH),
            (";chunk-signature=", CHUNK_MISMATCH),
            ("line 0900", CHUNK_MISMATCH),
            ("\r\n0;chunk-signature=", CHUNK_MISMATCH),
        ],
    ),
    (
        "chunks-trailer",
        &[
            ("\r\n\r\n", CHUNK_MISMATCH),
            (";chunk-signature=", CHUNK_MISMATCH),
            ("line 0900", CHUNK_MISMATCH),
            ("\r\n0;chunk-signature=", CHUNK_MISMATCH),
            ("\r\nx-amz-checksum-", CHUNK_MISMATCH),
            ("\r\nx-amz-trailer-signature:", CHUNK_MISMATCH),
        ],
    ),
    // Only the checksum stands for the data.
    ("unsigned-chunks-trailer", &[("line 0900", "400 BadDigest"), ("\r\nx-amz-checksum-", "400 BadDigest")]),
];

/// In the head of every form.
const CHUNK_HEAD_CHANGES: &[(&str, &str)] = &[
    ("X-Amz-Content-Sha256: STREAMING-", MISMATCH),
    ("X-Amz-Decoded-Content-Length: ", MISMATCH),
    ("Content-Encoding: aws-", MISMATCH),
    ("Signature=", MISMATCH),
];

#[test]
fn a_chunked_upload_is_refused_with_one_byte_changed() {
    let Some(server) = Server::start("changed") else { return };
    let body = numbered(20_000);
    let mut wrong = Vec::new();
    for (form, checksum) in forms() {
        let put = server.upload(form, checksum, "8192", &body);
        wrong.extend(server.not_taken(&put));
        let name = format!("{form} {checksum}");
        wrong.extend(server.not_refused(&name, &put, CHUNK_HEAD_CHANGES));
        for (_, changes) in CHUNK_CHANGES.iter().filter(|(of, _)| *of == form) {
            wrong.extend(server.not_refused(&name, &put, changes));
        }
        if form != "chunks" {
            let value = format!("\r\nx-amz-checksum-{checksum}:");
            let refusal = if form == "chunks-trailer" { CHUNK_MISMATCH } else { "400 BadDigest" };
            wrong.extend(server.not_refused(&name, &put, &[(&value, refusal)]));
        }
    }
    none_wrong(&wrong);
}

/// Every form of a chunked body, with every checksum where there is a trailer.
fn forms() -> Vec<(&'static str, &'static str)> {
    let trailers = ["chunks-trailer", "unsigned-chunks-trailer"];
    let mut forms = vec![("chunks", "")];
    forms.extend(trailers.iter().flat_map(|form| CHECKSUMS.map(|checksum| (*form, checksum))));
    forms
}

/// Numbered lines, so that every place in the body can be found again.
fn numbered(len: usize) -> Vec<u8> {
    let mut body: Vec<u8> = (0..=len / 10).flat_map(|n| format!("line {n:04}\n").into_bytes()).collect();
    body.truncate(len);
    body
}

/// The request with the first byte after `place` changed.
#[track_caller]
fn change(request: &[u8], place: &str) -> Vec<u8> {
    let found = request.windows(place.len()).position(|bytes| bytes == place.as_bytes());
    let at =
        found.unwrap_or_else(|| panic!("no `{place}` in {}", String::from_utf8_lossy(request))) + place.len();
    let mut changed = request.to_vec();
    changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
    changed
}

/// Fails with all that was wrong, so that one bad row does not hide the others.
#[track_caller]
fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A server that runs until it is dropped, with one bucket.
struct Server {
    process: Child,
    folder: PathBuf,
    address: String,
    log: Receiver<String>,
}

/// What the server answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Server {
    fn start(test: &str) -> Option<Self> {
        let program = program()?;
        let folder: PathBuf =
            format!("{}/server-{test}-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id()).into();
        std::fs::create_dir_all(folder.join("root")).unwrap();
        std::fs::write(folder.join("secret"), SECRET).unwrap();
        let mut process = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", "0", "--access-key", ID, "--secret-key", SECRET])
            .arg(folder.join("root"))
            // The log tells the port, and why a body was refused.
            .env("RUST_LOG", "off,s3s_fs=info,s3s_fs::s3=off,s3s_fs_internal_error=error")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let log = lines(process.stdout.take().unwrap());
        let mut server = Self { process, folder, address: String::new(), log };
        server.address = server.logged("server is running at http://");
        let create = server.sign("--payload header", "PUT /bucket", "", b"");
        assert_eq!(server.not_taken(&create), None);
        Some(server)
    }

    /// The file that an object is stored in.
    fn object(&self, key: &str) -> PathBuf {
        self.folder.join("root/bucket").join(key)
    }

    /// What follows `text` in the next line of the log that has it.
    fn logged(&self, text: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|error| panic!("no `{text}` in the server's log: {error}"));
            if let Some((_, rest)) = line.split_once(text) {
                return rest.to_owned();
            }
        }
    }

    /// What `countersign sign` prints for a request with this first line.
    fn sign(&self, options: &str, line: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        let length = if body.is_empty() { "".into() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{length}{headers}\r\n",
            self.address
        );
        std::fs::write(self.folder.join("request"), [head.as_bytes(), body].concat()).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["sign", "request", "--secret-file", "secret", "--access-key-id", ID])
            .args(["--region", "us-east-1", "--service", "s3"])
            .args(options.split(' '))
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", &self.folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The beginning of a request that a plain client makes of a presigned URL.
    fn presign(&self, options: &str, line: &str, headers: &str) -> Vec<u8> {
        let url = String::from_utf8(self.sign(options, line, headers, b"")).unwrap();
        let (method, _) = line.split_once(' ').unwrap();
        let (_, target) = url.trim_end().split_once(&self.address).unwrap();
        format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address).into_bytes()
    }

    /// A chunked upload of an object.
    fn upload(&self, form: &str, checksum: &str, size: &str, body: &[u8]) -> Vec<u8> {
        let mut options = format!("--payload {form} --chunk-size {size}");
        let mut headers = String::new();
        if !checksum.is_empty() {
            options += &format!(" --checksum {checksum}");
            // S3 learns from the trailer's name what to compute; s3s-fs from this alone.
            headers = format!("X-Amz-Sdk-Checksum-Algorithm: {}\r\n", checksum.to_uppercase());
        }
        self.sign(&options, "PUT /bucket/object", &headers, body)
    }

    fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        // A server that refuses may close before it has read all: what it answered counts.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Answer::read(&answer)
    }

    /// How a request is refused: the status and the error's code, or what the log tells of an internal error.
    fn refusal(&self, request: &[u8]) -> String {
        let answer = self.send(request);
        let text = answer.text();
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        match code {
            Some(("InternalError", _)) => format!("{} {}", answer.status, self.logged(", error: ")),
            Some((code, _)) => format!("{} {code}", answer.status),
            None => format!("{answer:?}"),
        }
    }

    /// What went wrong with a request that should have been taken.
    fn not_taken(&self, request: &[u8]) -> Option<String> {
        let answer = self.send(request);
        let head = String::from_utf8_lossy(&request[..request.len().min(1200)]).into_owned();
        (answer.status != 200).then(|| format!("{} {}\n{head}", answer.status, answer.text()))
    }

    /// Which changes were not refused as they should have been.
    fn not_refused(&self, name: &str, request: &[u8], changes: &[(&str, &str)]) -> Vec<String> {
        let refusals = changes.iter().map(|(place, refusal)| {
            let found = self.refusal(&change(request, place));
            (found != *refusal)
                .then(|| format!("{name}, after {place:?}: expected {refusal}, but found {found}"))
        });
        refusals.flatten().collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

impl Answer {
    /// Of a connection that was closed behind it.
    #[track_caller]
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..end].to_ascii_lowercase()).unwrap();
        let body = bytes[end + 4..].to_vec();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        // s3s knows the length of all that it answers here.
        assert_eq!(length.and_then(|length| length.parse().ok()), Some(body.len()), "{head}");
        Self { status: head.split(' ').nth(1).unwrap().parse().unwrap(), body }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Lines as they come; none is waited for until it is asked for.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // A test that has failed listens no more: the server must still not block.
            sender.send(line).ok();
        }
    });
    receiver
}

/// The server's program, found or installed once; says so when it cannot be had.
fn program() -> Option<&'static Path> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match FOUND.get_or_init(find) {
        Ok(program) => Some(program),
        Err(reason) => {
            println!("skipped: s3s-fs cannot be installed: {reason}");
            None
        }
    }
}

fn find() -> Result<PathBuf, String> {
    if let Some(given) = std::env::var_os("S3S_FS") {
        return Ok(given.into());
    }
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("s3s-fs");
    let installed = root.join("bin/s3s-fs");
    for program in [Path::new("s3s-fs"), &installed] {
        if is_wanted(program) {
            return Ok(program.into());
        }
    }
    install(&root)?;
    Ok(installed)
}

fn is_wanted(program: &Path) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|output| output.stdout == format!("s3s-fs {VERSION}\n").into_bytes())
}

/// Builds the server without optimisation or symbols, in a third of the time.
fn install(root: &Path) -> Result<(), String> {
    let build = root.join("build");
    let output = Command::new(env!("CARGO"))
        .args(["install", "s3s-fs", "--version", VERSION, "--locked", "--features", "binary", "--debug"])
        .args(["--quiet", "--root"])
        .arg(root)
        .arg("--target-dir")
        .arg(&build)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        std::fs::remove_dir_all(&build).ok();
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(errors.lines().find(|line| line.starts_with("error")).unwrap_or(&errors).to_owned())
}
