//! Real clients against the gateway: curl, boto3, the AWS CLI and the JavaScript SDK, with right keys and with mistakes; rclone,
//! restic and obstore, which read what they wrote.
//!
//! What is not on the machine is installed once below the target folder (pip, npm), but for rclone and restic, which are used where
//! they are there; a machine that can do neither skips.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock};

#[path = "common/listening.rs"]
mod listening;

use listening::{Listening, PATIENCE};
use serde_json::Value;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The versions whose behaviour is stated below.
const PYTHON: [&str; 2] = ["boto3==1.43.11", "awscli==1.45.11"];
const OBSTORE: [&str; 1] = ["obstore==0.12.1"];
const NODE: [&str; 4] = [
    "@aws-sdk/client-s3@3.1169.0",
    "@aws-sdk/client-sts@3.1169.0",
    "@aws-sdk/client-dynamodb@3.1169.0",
    "@aws-sdk/s3-request-presigner@3.1169.0",
];

const BOTO3: &str = r#"
import os, sys, urllib.request, boto3
from botocore.config import Config
endpoint = sys.argv[1]
def client(name, **more):
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, **more)
    return boto3.client(name, endpoint_url=endpoint, config=config)
s3 = client("s3")
s3.put_object(Bucket="bucket", Key="original/a key+\u00fc.txt", Body=b"hello" * 100)
s3.put_object(Bucket="bucket", Key="original/stream", Body=open(sys.argv[2], "rb"), ChecksumAlgorithm="SHA256")
assert s3.get_object(Bucket="bucket", Key="original/a key+\u00fc.txt")["Body"].read() == b"hello" * 100
assert s3.list_objects_v2(Bucket="bucket", Prefix="a b/")["KeyCount"] == 0
s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "original/x"}]})
assert s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", PaginationConfig={"PageSize": 1}).build_full_result()["Contents"]
s3.copy_object(Bucket="bucket", Key="original/copy", CopySource="bucket/original/a key+\u00fc.txt")
s3.upload_file(sys.argv[2], "bucket", "original/large")
s3.head_object(Bucket="bucket", Key="original/large")
assert client("dynamodb").list_tables()["TableNames"] == []
assert client("sqs").send_message(QueueUrl=endpoint + "/q", MessageBody="hello")["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592"
assert client("sts").get_caller_identity()["Account"] == "000000000000"
presigner = client("s3", signature_version="s3v4")
for method, operation, data in [("PUT", "put_object", b"data"), ("GET", "get_object", None)]:
    url = presigner.generate_presigned_url(operation, {"Bucket": "bucket", "Key": "original/pre signed"})
    if url.startswith("http://"):
        assert urllib.request.urlopen(urllib.request.Request(url, data=data, method=method)).status == 200
"#;

const JAVASCRIPT: &str = r#"
import { S3Client, PutObjectCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createReadStream, statSync } from "node:fs";
const [endpoint, file] = process.argv.slice(2);
const common = { endpoint, region: process.env.AWS_DEFAULT_REGION, maxAttempts: 1 };
const s3 = new S3Client({ ...common, forcePathStyle: true });
const object = { Bucket: "bucket", Key: "original/a key+\u00fc (1).txt" };
await s3.send(new PutObjectCommand({ ...object, Body: "hello" }));
await s3.send(new PutObjectCommand({ ...object, Body: createReadStream(file), ContentLength: statSync(file).size }));
if ((await (await s3.send(new GetObjectCommand({ ...object, Range: "bytes=0-4" }))).Body.transformToString()).length !== 5) throw "a range";
if ((await s3.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "a b/" }))).KeyCount !== 0) throw "a list";
await new DynamoDBClient(common).send(new ListTablesCommand({}));
if ((await new STSClient(common).send(new GetCallerIdentityCommand({}))).Account !== "000000000000") throw "an account";
if (endpoint.startsWith("http://")) {
  const got = await fetch(await getSignedUrl(s3, new GetObjectCommand(object)));
  if (got.status !== 200) throw await got.text();
  const put = await fetch(await getSignedUrl(s3, new PutObjectCommand(object)), { method: "PUT", body: "data" });
  if (put.status !== 200) throw await put.text();
}
"#;

/// A client, and what it is run by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Client {
    Curl,
    Boto3,
    AwsCli,
    JavaScript,
}

const CLIENTS: [Client; 4] = [Client::Curl, Client::Boto3, Client::AwsCli, Client::JavaScript];

/// What a client is told.
#[derive(Clone)]
struct Told {
    endpoint: String,
    secret: &'static str,
    region: &'static str,
    /// The authority to trust.
    authority: Option<PathBuf>,
}

impl Client {
    /// Runs it; none where this machine has it not, and cannot get it.
    fn run(self, told: &Told) -> Option<Output> {
        let file = large();
        let file = file.to_str().unwrap();
        let mut command = match self {
            Self::Curl => {
                let mut command = Command::new("curl");
                // In order: curl before 8.3 signs the query as it stands.
                let scheme = format!("aws:amz:{}:execute-api", told.region);
                let url = format!("{}/prod/original?a=1&b=2", told.endpoint);
                command.args(["--silent", "--show-error", "--fail-with-body", "--aws-sigv4", &scheme]);
                command.args(["--user", &format!("{ID}:{}", told.secret), &url]);
                command
            }
            Self::Boto3 => {
                let mut command = Command::new(python()?.join("bin/python"));
                command.args(["-c", BOTO3, &told.endpoint, file]);
                command
            }
            Self::AwsCli => aws_cli(&told.endpoint, file)?,
            Self::JavaScript => {
                let folder = node()?;
                let script = folder.join("client.mjs");
                std::fs::write(&script, JAVASCRIPT).unwrap();
                let mut command = Command::new("node");
                command.arg(script).args([&told.endpoint, file]);
                command
            }
        };
        let surroundings = [
            ("AWS_ACCESS_KEY_ID", ID),
            ("AWS_SECRET_ACCESS_KEY", told.secret),
            ("AWS_DEFAULT_REGION", told.region),
            ("AWS_MAX_ATTEMPTS", "1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("HOME", env!("CARGO_TARGET_TMPDIR")),
        ];
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(surroundings);
        if let Some(authority) = &told.authority {
            for name in ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"] {
                command.env(name, authority);
            }
        }
        match command.output() {
            Ok(output) => Some(output),
            Err(error) => {
                println!("skipped: {self:?} does not run on this machine ({error})");
                None
            }
        }
    }
}

/// Some calls of the AWS CLI, one after the other.
fn aws_cli(endpoint: &str, file: &str) -> Option<Command> {
    let aws = format!("{} --endpoint-url {endpoint}", python()?.join("bin/aws").display());
    let lines = [
        "set -e".to_owned(),
        format!("{aws} s3 cp {file} 's3://bucket/original/a key+.bin' --no-progress"),
        // A list of nothing is no success to the CLI.
        format!("{aws} s3 ls s3://bucket/original/ || test $? = 1"),
        format!("printf hello | {aws} s3 cp - s3://bucket/original/empty"),
        format!("test \"$({aws} s3 cp s3://bucket/original/empty -)\" = hello"),
        format!("{aws} sts get-caller-identity"),
        format!("{aws} dynamodb list-tables"),
    ];
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &lines.join("\n")]);
    Some(command)
}

/// A body that is too long for one piece.
fn large() -> PathBuf {
    static LARGE: OnceLock<PathBuf> = OnceLock::new();
    let path = LARGE.get_or_init(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients-large.bin");
        let bytes: Vec<u8> = (0..9_000_000u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(&path, bytes).unwrap();
        path
    });
    path.clone()
}

/// A folder with these packages, installed once; none where that cannot be.
fn installed(name: &str, install: impl FnOnce(&Path) -> std::io::Result<bool>) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.join("ready").exists() {
        return Some(folder);
    }
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).ok()?;
    match install(&folder) {
        Ok(true) => {
            std::fs::write(folder.join("ready"), "").ok()?;
            Some(folder)
        }
        Ok(false) => {
            println!("skipped: {name} could not be installed on this machine");
            None
        }
        Err(error) => {
            println!("skipped: {name} could not be installed on this machine ({error})");
            None
        }
    }
}

fn quietly(command: &mut Command) -> std::io::Result<bool> {
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
}

fn python() -> Option<&'static PathBuf> {
    static PLACE: OnceLock<Option<PathBuf>> = OnceLock::new();
    PLACE.get_or_init(|| installed("clients-python", |folder| with_packages(folder, &PYTHON))).as_ref()
}

fn obstore() -> Option<&'static PathBuf> {
    static PLACE: OnceLock<Option<PathBuf>> = OnceLock::new();
    PLACE.get_or_init(|| installed("clients-obstore", |folder| with_packages(folder, &OBSTORE))).as_ref()
}

/// Makes an environment of Python with these packages; whether that could be.
fn with_packages(folder: &Path, packages: &[&str]) -> std::io::Result<bool> {
    let made = quietly(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let pip = folder.join("bin/pip");
    Ok(made && quietly(Command::new(pip).args(["install", "--disable-pip-version-check"]).args(packages))?)
}

fn node() -> Option<&'static PathBuf> {
    static PLACE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let install = |folder: &Path| {
        quietly(
            Command::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--prefix"])
                .arg(folder)
                .args(NODE),
        )
    };
    PLACE.get_or_init(|| installed("clients-node", install)).as_ref()
}

/// A gateway that knows one region.
fn listening(options: &[&str]) -> Listening {
    Listening::start(Path::new(env!("CARGO_TARGET_TMPDIR")), &["--region", "us-east-1"], options)
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn told(endpoint: String) -> Told {
    Told { endpoint, secret: SECRET, region: "us-east-1", authority: None }
}

/// Installs and clients share folders and the processor: one test after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn with_right_keys_every_request_matches_and_the_client_is_content() {
    let _own = ONE_AT_A_TIME.lock();
    let gateway = listening(&[]);
    for client in CLIENTS {
        let Some(output) = client.run(&told(format!("http://{}", gateway.address))) else { continue };
        let lines = gateway.lines();
        assert!(output.status.success(), "{client:?}: {}\n{lines:#?}", text(&output));
        assert!(
            !lines.is_empty() && lines.iter().all(|line| line["verdict"] == "match"),
            "{client:?}: {lines:#?}"
        );
    }
}

#[test]
fn over_tls_clients_sign_trailers_and_all_matches() {
    let _own = ONE_AT_A_TIME.lock();
    let authority = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients-ca.pem");
    let gateway = listening(&["--tls", authority.to_str().unwrap()]);
    let port = gateway.address.rsplit(':').next().unwrap();
    for client in [Client::Boto3, Client::AwsCli, Client::JavaScript, Client::Curl] {
        let endpoint = format!("https://localhost:{port}");
        let Some(output) = client.run(&Told { authority: Some(authority.clone()), ..told(endpoint) }) else {
            continue;
        };
        let lines = tls_lines(&gateway);
        assert!(output.status.success(), "{client:?}: {}\n{lines:#?}", text(&output));
        assert!(
            !lines.is_empty() && lines.iter().all(|line| line["verdict"] == "match"),
            "{client:?}: {lines:#?}"
        );
        assert!(
            lines.iter().all(|line| line["wire"] == "https" || line["wire"] == "h2"),
            "{client:?}: {lines:#?}"
        );
    }
}

/// The lines up to one that is made to be the last: what is no TLS is told.
fn tls_lines(gateway: &Listening) -> Vec<Value> {
    let mut stream = TcpStream::connect(&gateway.address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    // The connection is cut, one way or the other.
    let _ = stream.read_to_end(&mut Vec::new());
    let lines = std::iter::from_fn(|| gateway.lines.recv_timeout(PATIENCE).ok());
    lines.take_while(|line| line["verdict"] != "unreadable").collect()
}

/// A mistake, the check that must fail, and what some client must print.
struct Mistake {
    check: &'static str,
    options: &'static [&'static str],
    secret: &'static str,
    region: &'static str,
    codes: &'static [&'static str],
}

const MISTAKES: [Mistake; 3] = [
    Mistake {
        check: "signature",
        options: &[],
        secret: "wrong",
        region: "us-east-1",
        codes: &[
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "request signature we calculated does not match",
        ],
    },
    Mistake {
        check: "scope",
        options: &[],
        secret: SECRET,
        region: "eu-west-1",
        codes: &[
            "AuthorizationHeaderMalformed",
            "SignatureDoesNotMatch",
            "scoped to a valid region",
            "expecting 'us-east-1'",
        ],
    },
    Mistake {
        check: "date",
        options: &["--now", "20200101T000000Z"],
        secret: SECRET,
        region: "us-east-1",
        codes: &[
            "RequestTimeTooSkewed",
            "Signature not yet current",
            "request time and the server's time is too large",
        ],
    },
];

#[test]
fn each_mistake_is_refused_at_its_check_and_the_client_says_so() {
    let _own = ONE_AT_A_TIME.lock();
    for mistake in MISTAKES {
        let gateway = listening(mistake.options);
        for client in CLIENTS {
            let endpoint = format!("http://{}", gateway.address);
            let told = Told { secret: mistake.secret, region: mistake.region, ..told(endpoint) };
            let Some(output) = client.run(&told) else { continue };
            let (lines, text) = (gateway.lines(), text(&output));
            let check = &lines[0]["check"];
            assert_eq!(check, mistake.check, "{client:?}: {lines:#?}");
            assert_ne!(lines[0]["status"], 200, "{client:?}");
            // The CLI and boto3 take the region that S3 names, and ask again.
            let corrected = lines.iter().any(|line| line["verdict"] == "match");
            let says = mistake.codes.iter().any(|code| text.contains(code));
            assert!(corrected || (!output.status.success() && says), "{client:?}, {}: {text}", mistake.check);
        }
    }
}

/// What a program writes and reads back: its command lines, in order. `$F` is a folder with files, `$B` one that is empty.
struct Program {
    name: &'static str,
    script: &'static str,
}

const PROGRAMS: [Program; 3] = [
    Program {
        name: "rclone",
        script: r#"
            export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_GW_TYPE=s3 RCLONE_CONFIG_GW_PROVIDER=Other RCLONE_CONFIG_GW_ENV_AUTH=true
            export RCLONE_CONFIG_GW_ENDPOINT="$ENDPOINT" RCLONE_CONFIG_GW_REGION=us-east-1
            rclone copy "$F" gw:bucket/dir --retries 1
            rclone copyto "$F/large.bin" gw:bucket/parts --retries 1 --s3-upload-cutoff 5M --s3-chunk-size 5M
            rclone copy gw:bucket/dir "$B" --retries 1
            rclone check "$F" gw:bucket/dir
            rclone cat gw:bucket/parts | cmp - "$F/large.bin"
        "#,
    },
    Program {
        name: "restic",
        script: r#"
            export RESTIC_PASSWORD=x RESTIC_REPOSITORY="s3:$ENDPOINT/backup"
            restic --no-cache init
            restic --no-cache backup "$F"
            restic --no-cache check --read-data
            restic --no-cache restore latest --target "$B/all"
            mv "$B/all$F"/* "$B"
            rm -r "$B/all"
        "#,
    },
    Program {
        name: "obstore",
        script: r#"
            "$OBSTORE/bin/python" - <<'END'
import os, obstore
from obstore.store import S3Store
store = S3Store("lake", endpoint=os.environ["ENDPOINT"], client_options={"allow_http": True})
for name in os.listdir(os.environ["F"]):
    obstore.put(store, "in/" + name, open(os.path.join(os.environ["F"], name), "rb"))
try:
    obstore.put(store, "in/small.txt", b"other", mode="create")
    raise SystemExit("written over")
except obstore.exceptions.AlreadyExistsError:
    pass
assert bytes(obstore.get_range(store, "in/small.txt", start=1, end=3)) == b"el"
assert obstore.list_with_delimiter(store)["common_prefixes"] == ["in"]
obstore.copy(store, "in/small.txt", "in/copy")
obstore.delete(store, ["in/copy"])
for page in obstore.list(store, prefix="in/"):
    for found in page:
        with open(os.path.join(os.environ["B"], found["path"][3:]), "wb") as out:
            out.write(obstore.get(store, found["path"]).bytes())
END
        "#,
    },
];

#[test]
fn programs_that_keep_data_in_s3_read_back_what_they_wrote() {
    let _own = ONE_AT_A_TIME.lock();
    for program in PROGRAMS {
        let folder = match program.name {
            "obstore" => obstore(),
            name if quietly(Command::new(name).arg("version")).is_err() => None,
            _ => Some(static_home()),
        };
        let Some(folder) = folder else {
            println!("skipped: {} is not on this machine", program.name);
            continue;
        };
        let place = tempfile::tempdir().unwrap();
        let (from, back) = (place.path().join("from"), place.path().join("back"));
        std::fs::create_dir_all(&from).unwrap();
        std::fs::create_dir_all(&back).unwrap();
        std::fs::write(from.join("small.txt"), "hello").unwrap();
        std::fs::write(from.join("a key+\u{fc}.txt"), "odd").unwrap();
        std::fs::copy(large(), from.join("large.bin")).unwrap();
        let gateway = listening(&[]);
        let mut command = Command::new("/bin/sh");
        command.args(["-ec", program.script]).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", place.path());
        command.envs([
            ("AWS_ACCESS_KEY_ID", ID),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_REGION", "us-east-1"),
        ]);
        command.env("ENDPOINT", format!("http://{}", gateway.address));
        command.env("F", &from).env("B", &back).env("OBSTORE", folder);
        let output = command.output().unwrap();
        let lines = gateway.lines();
        assert!(output.status.success(), "{}: {}\n{lines:#?}", program.name, text(&output));
        assert!(lines.iter().all(|line| line["verdict"] == "match"), "{}: {lines:#?}", program.name);
        for name in ["small.txt", "a key+\u{fc}.txt", "large.bin"] {
            let bytes = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
            assert!(bytes(&from) == bytes(&back), "{}: {name}", program.name);
        }
    }
}

/// What needs no folder of its own has this one.
fn static_home() -> &'static PathBuf {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| env!("CARGO_TARGET_TMPDIR").into())
}

/// A proxy that changes a byte of the path on its way; where it listens.
fn tampering_proxy(upstream: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let upstream = TcpStream::connect(&upstream).unwrap();
            pipe(stream.try_clone().unwrap(), upstream.try_clone().unwrap(), true);
            pipe(upstream, stream, false);
        }
    });
    address
}

fn pipe(mut from: TcpStream, mut to: TcpStream, changes: bool) {
    std::thread::spawn(move || {
        let mut piece = [0; 65536];
        while let Ok(len @ 1..) = from.read(&mut piece) {
            let bytes = &mut piece[..len];
            let path = bytes.windows(9).position(|window| window == b"/original").filter(|_| changes);
            if let Some(at) = path {
                bytes[at + 1] = b'O';
            }
            if to.write_all(bytes).is_err() {
                break;
            }
        }
        to.shutdown(std::net::Shutdown::Write).ok();
    });
}

#[test]
fn a_byte_that_a_proxy_changes_is_found() {
    let _own = ONE_AT_A_TIME.lock();
    let gateway = listening(&[]);
    let proxy = tampering_proxy(gateway.address.clone());
    for client in [Client::Curl, Client::Boto3, Client::JavaScript] {
        let Some(output) = client.run(&told(format!("http://{proxy}"))) else { continue };
        let (lines, text) = (gateway.lines(), text(&output));
        assert_eq!(
            (&lines[0]["check"], &lines[0]["status"]),
            (&"signature".into(), &403.into()),
            "{client:?}: {lines:#?}"
        );
        assert!(lines[0]["target"].as_str().unwrap().contains("/Original"), "{lines:#?}");
        assert!(!output.status.success() && text.contains("does not match"), "{client:?}: {text}");
    }
}
