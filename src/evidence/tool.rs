//! What made a request, by the words that a text holds, and how one sees there what was signed.
//!
//! Sources: the documentation of each tool, and the threads in which its output is quoted.

/// A program or library that signs, and its switch for showing what it signs.
#[derive(Debug, Eq, PartialEq)]
pub struct Tool {
    /// Its name as sentences use it.
    pub name: &'static str,
    /// Words that it alone writes.
    words: &'static [&'static str],
    /// How it shows its canonical request and string to sign.
    pub switch: &'static str,
}

const fn tool(name: &'static str, words: &'static [&'static str], switch: &'static str) -> Tool {
    Tool { name, words, switch }
}

/// Every tool that is known, those with the plainest words first.
static TOOLS: &[Tool] = &[
    tool("awscurl", &["awscurl"], "run it with -v and paste the lines from `CANONICAL REQUEST =` on"),
    tool(
        "s3cmd",
        &["s3cmd", "S3cmd"],
        "run it with -d and paste the lines from `DEBUG: Canonical Request:` on",
    ),
    tool(
        "rclone",
        &["rclone"],
        "run it with `-vv --dump headers` and paste the request and the answer: it shows no canonical request",
    ),
    tool(
        "curl",
        &["aws-sigv4", "AWS_SIGV4", "curl -", "curl/"],
        "run it with -v and paste the lines with `aws_sigv4:`; 8.14 and later show both texts",
    ),
    tool(
        "the AWS CLI",
        &["aws-cli/", "MainThread - botocore", "$ aws "],
        "run the command with --debug and paste the lines from `CanonicalRequest:` to `Signature:`",
    ),
    tool(
        "boto3",
        &["Boto3/", "boto3", "botocore", "Botocore/"],
        "call `boto3.set_stream_logger('')` first and paste the lines from `CanonicalRequest:` to `Signature:`",
    ),
    tool(
        "gsutil (boto 2)",
        &["gsutil", "Boto/2"],
        "run it with -D and paste the lines from `CanonicalRequest:` on",
    ),
    tool(
        "Terraform",
        &["terraform-provider-aws", "terraform"],
        "set TF_LOG=DEBUG and paste the request and the answer",
    ),
    tool(
        "the AWS SDK for Java 2",
        &["software.amazon.awssdk", "aws-sdk-java/2"],
        "log software.amazon.awssdk.auth.signer and software.amazon.awssdk.http.auth at DEBUG and paste the lines from `AWS4 Canonical Request` on",
    ),
    tool(
        "the AWS SDK for Java 1",
        &["com.amazonaws", "aws-sdk-java/1"],
        "log com.amazonaws.auth.AWS4Signer at DEBUG and paste the lines from `AWS4 Canonical Request` on",
    ),
    tool(
        "the AWS SDK for Go 2",
        &["aws-sdk-go-v2", "operation error "],
        "set `ClientLogMode: aws.LogSigning` and paste the block `CANONICAL STRING`",
    ),
    tool(
        "the AWS SDK for Go",
        &["aws-sdk-go/", "aws-sdk-go"],
        "set `LogLevel: aws.LogDebugWithSigning` and paste the block `CANONICAL STRING`",
    ),
    tool(
        "the AWS SDK for Rust",
        &["aws-sdk-rust", "aws_sdk_", "aws_smithy"],
        "set RUST_LOG=aws_sigv4=trace,aws_runtime=trace and paste the lines with `canonical_request` and `string_to_sign`",
    ),
    tool(
        "the AWS SDK for C++",
        &["aws-sdk-cpp", "AWSAuthV4Signer"],
        "set the log level to Debug and paste the lines from `Canonical Request String:` on",
    ),
    tool(
        "the AWS SDK for Ruby",
        &["aws-sdk-ruby", "Aws::", "Seahorse"],
        "set `http_wire_trace: true`; `Aws::Sigv4::Signer#sign_request` gives canonical_request and string_to_sign",
    ),
    tool(
        "the AWS SDK for PHP",
        &["Aws\\", "GuzzleHttp", "aws-sdk-php"],
        "set `'debug' => true` for the client and paste what is printed",
    ),
    tool(
        "the AWS SDK for .NET",
        &["Amazon.Runtime", "Amazon.S3", "aws-sdk-dotnet"],
        "set `AWSConfigs.LoggingConfig.LogTo = LoggingOptions.Console` and `LogResponses = Always`, and paste the answer",
    ),
    tool(
        "the AWS SDK for JavaScript 3",
        &["@aws-sdk/", "@smithy/", "aws-sdk-js/3"],
        "add a middleware behind awsAuthMiddleware that prints args.request, and paste it with the body of the answer",
    ),
    tool(
        "the AWS SDK for JavaScript 2",
        &["aws-sdk-nodejs", "aws-sdk/", "AWS.S3", "AWS.config"],
        "set `logger: console`; print `request.httpRequest` in the event `afterBuild`, and paste it",
    ),
    tool(
        "aws4 (Node)",
        &["aws4.", "aws4 ", "'aws4'"],
        "print `new aws4.RequestSigner(options).canonicalString()` and `.stringToSign()`, and paste both",
    ),
    tool(
        "aws4fetch",
        &["aws4fetch"],
        "print `await new AwsV4Signer(options).canonicalString()` and paste it",
    ),
    tool(
        "MinIO's client",
        &["mc admin", "mc alias", "mc: <ERROR>", "minio-go"],
        "run it with --debug, or `mc admin trace -v`, and paste the request",
    ),
    tool("restic", &["restic"], "set DEBUG_LOG=/tmp/log with a debug build, and paste the request"),
    tool(
        "Envoy",
        &["envoy"],
        "run it with `--component-log-level aws:debug` and paste the lines with the canonical request",
    ),
    tool(
        "Stripe's library",
        &["stripe"],
        "paste the Stripe-Signature header and the raw body as they arrived",
    ),
    tool("axios", &["AxiosError", "axios"], "print `error.config` and `error.response.data`, and paste both"),
    tool(
        "Go's net/http",
        &["Go-http-client"],
        "print `httputil.DumpRequestOut(request, true)` after signing, and paste it",
    ),
    tool(
        "requests (Python)",
        &["python-requests", "requests_aws4auth"],
        "set `http.client.HTTPConnection.debuglevel = 1` and paste the lines with `send:`",
    ),
];

/// The tool whose words stand in a text.
pub(crate) fn tool_of(text: &str) -> Option<&'static Tool> {
    let has = |tool: &&Tool| {
        tool.words.iter().any(|words| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some())
    };
    TOOLS.iter().find(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_told_by_its_words() {
        for (text, name) in [
            ("User-Agent: aws-cli/2.15 Python/3.11", "the AWS CLI"),
            ("at com.amazonaws.http.AmazonHttpClient", "the AWS SDK for Java 1"),
            ("software.amazon.awssdk.services.s3", "the AWS SDK for Java 2"),
            ("exception 'Aws\\S3\\Exception\\S3Exception'", "the AWS SDK for PHP"),
        ] {
            assert_eq!(tool_of(text).map(|tool| tool.name), Some(name), "{text}");
        }
        assert_eq!(tool_of("nothing of the kind"), None);
        assert!(TOOLS.len() >= 20);
    }
}
