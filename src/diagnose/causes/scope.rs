//! Date, region and service: in the string to sign, in the scope, and in the key alone.

use super::{Gen, Hypothesis, RULE, cause, observed};
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::service::SERVICES;
use crate::time::Timestamp;

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "sts-date-differs",
        0,
        "The date in the string to sign is not the one that was sent: the clock was read twice.",
        "The header, the string to sign and the day of the scope come from one reading of the clock.",
        "Read the clock once and use that instant everywhere.",
        RULE,
        date_differs,
    ),
    cause(
        "sts-date-local",
        0,
        "Local time was signed, not UTC.",
        "All dates are in UTC; the Z at the end says so.",
        "Format the date in UTC.",
        "https://github.com/aws/aws-sdk-js/issues/1938",
        date_local,
    ),
    cause(
        "sts-date-form",
        1,
        "The date in the string to sign is written in another form than 20150830T123600Z.",
        "The second line of the string to sign is the date in the basic form of ISO 8601.",
        "Write the date as YYYYMMDD'T'HHMMSS'Z'.",
        RULE,
        date_form,
    ),
    cause(
        "date-header-instead",
        1,
        "The Date header was signed where X-Amz-Date counts, or the other way round.",
        "Where both are sent, X-Amz-Date counts.",
        "Send X-Amz-Date, and sign that.",
        "https://github.com/boto/botocore/blob/develop/botocore/auth.py",
        other_date,
    ),
    cause(
        "scope-date-differs",
        0,
        "The day in the scope of the string to sign is another one than the credential states.",
        "The scope is the same text in the credential, in the string to sign and in the key.",
        "Take the day from the date that is sent, in UTC.",
        RULE,
        scope_day,
    ),
    observed(
        "scope-date-local",
        0,
        "The date in the credential scope is the local date, not the UTC date of X-Amz-Date.",
        "Scope and date come from one instant, in UTC.",
        "Take the day of the scope from the same UTC date that is sent.",
        RULE,
    ),
    cause(
        "key-date-differs",
        0,
        "The signing key was derived for another day than the scope names.",
        "A key is good for one day; one that is kept past midnight is yesterday's.",
        "Keep derived keys by day, region and service, and derive a new one at midnight UTC.",
        "https://github.com/mhart/aws4/blob/master/aws4.js",
        key_day,
    ),
    cause(
        "wrong-region",
        0,
        "The request is signed for another region than the one it is sent to.",
        "The region of the scope must be the one of the endpoint; global services mostly want us-east-1.",
        "Set the region of the client to the one of the endpoint.",
        "https://github.com/aws/aws-sdk-ruby/issues/508",
        region,
    )
    .settings(),
    cause(
        "wrong-service",
        0,
        "The request is signed for another service than the one it is sent to.",
        "The signing name is not always the name in the host: email.* signs as ses, runtime.sagemaker.* as sagemaker.",
        "Set the signing name of the client to the one that the service wants.",
        "https://github.com/aws/aws-sdk-js-v3/issues/1831",
        service,
    )
    .settings(),
    cause(
        "key-region-differs",
        0,
        "The signing key was derived with another region than the scope names.",
        "The scope says what the key was derived for; the server derives it by the scope.",
        "Use one region for the scope and for the key.",
        RULE,
        key_region,
    ),
    cause(
        "key-service-differs",
        0,
        "The signing key was derived with another service name than the scope names.",
        "The scope says what the key was derived for; the server derives it by the scope.",
        "Use one signing name for the scope and for the key.",
        "https://github.com/ex-aws/ex_aws/issues/701",
        key_service,
    ),
    cause(
        "key-terminator-differs",
        1,
        "The signing key was derived with another last text than aws4_request.",
        "The last step of the key chain is the text aws4_request.",
        "End the chain with aws4_request.",
        RULE,
        key_terminator,
    ),
    cause(
        "scope-terminator-differs",
        1,
        "The scope of the string to sign does not end in aws4_request.",
        "The scope is day/region/service/aws4_request.",
        "End the scope with aws4_request.",
        RULE,
        scope_terminator,
    ),
    cause(
        "scope-region-case",
        1,
        "The region was signed in another spelling: upper case, underscores, an availability zone.",
        "The region is written as us-east-1.",
        "Write the region as the endpoint does.",
        "https://github.com/aws/aws-cli/issues/2954",
        region_spelling,
    )
    .settings(),
    cause(
        "scope-service-case",
        1,
        "The service was signed in another spelling.",
        "Signing names are written as the service documents them, mostly in lower case.",
        "Write the signing name as the service does.",
        RULE,
        service_spelling,
    )
    .settings(),
    cause(
        "scope-form",
        1,
        "The scope in the string to sign does not have the form day/region/service/aws4_request.",
        "The third line of the string to sign is the credential without the access key id.",
        "Write the scope as in the credential, without the access key id.",
        RULE,
        scope_form,
    ),
    cause(
        "sts-algorithm",
        1,
        "The string to sign does not begin with the algorithm that the request names.",
        "The first line of the string to sign is AWS4-HMAC-SHA256.",
        "Write the algorithm in the first line as the request names it.",
        RULE,
        algorithm,
    ),
    cause(
        "scope-region-in-sigv4a",
        0,
        "The credential scope that was signed names a region, which the scope of SigV4A does not have.",
        "A signature of SigV4A is good for a set of regions. They stand in X-Amz-Region-Set, and the scope is day/service/aws4_request.",
        "Leave the region out of the credential scope, in the credential and in the string to sign.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html",
        region_in_sigv4a,
    ),
    observed(
        "clock-skew",
        0,
        "The date of the request lies outside the window that servers allow.",
        "Servers accept a date that is at most 15 minutes off their clock, some only 5.",
        "Sign again right before sending. If a new request fails too, set the signer's clock: ntpdate, w32tm /resync, hwclock -s in WSL, a restart of Docker's virtual machine.",
        "https://github.com/aws/aws-sdk-js/issues/527",
    )
    .settings(),
    observed(
        "clock-never-set",
        0,
        "The signer's clock was never set.",
        "Devices without a battery start in 1970, or at the date of their firmware, until they ask a time server.",
        "Wait for NTP to set the clock before the first request is signed.",
        "https://github.com/aws-amplify/aws-sdk-android/issues/88",
    )
    .settings(),
    observed(
        "date-local-time",
        0,
        "The date looks like local time written with a Z: it is off by a time zone.",
        "The Z says UTC. Code that formats local time with a literal Z is off by the time zone; a clock that is wrong seldom is off by exactly that.",
        "Format the date in UTC, for X-Amz-Date, for the string to sign and for the credential scope.",
        "https://github.com/aws/aws-sdk-js/issues/1938",
    ),
    observed(
        "date-12-hour-clock",
        0,
        "The hour was written by a 12-hour clock: the date is off by 12 h.",
        "Formats such as hh write 15 o'clock as 03, and 0 o'clock as 12.",
        "Format the hour by a 24-hour clock: HH, not hh.",
        "https://salesforce.stackexchange.com/questions/88535/aws-signature-version-4-in-apex",
    ),
    observed(
        "presign-expired",
        0,
        "The presigned URL is not good any more, or not yet.",
        "A presigned URL is good for X-Amz-Expires seconds from X-Amz-Date.",
        "Presign a new URL; seven days are the most.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html",
    )
    .settings(),
    observed(
        "scope-terminator-wrong",
        1,
        "The credential does not end in aws4_request.",
        "The scope is day/region/service/aws4_request.",
        "End the scope with aws4_request.",
        RULE,
    ),
];

/// How many seconds a date may be off because the clock was read twice, or a retry kept a part of the first attempt.
const SECONDS: i64 = 900;

fn date_differs(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    for seconds in (1..=SECONDS).flat_map(|n| [n, -n]) {
        let other = instant.plus(seconds).basic();
        let words = format!(
            "{} second{} {}",
            seconds.abs(),
            if seconds.abs() == 1 { "" } else { "s" },
            if seconds > 0 { "later" } else { "earlier" }
        );
        if let Some(change) = g.put(Slot::TIMESTAMP, &other, words)
            && seconds.abs() > 3
        {
            change.alone();
        }
    }
}

/// Offsets of time zones from UTC, in minutes.
fn zones() -> impl Iterator<Item = i64> {
    (-56..=56).map(|quarter| quarter * 15).filter(|minutes| *minutes != 0)
}

fn date_local(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    for minutes in zones() {
        let whole_hour = minutes % 60 == 0;
        let local = instant.plus(minutes * 60).basic();
        let sign = if minutes > 0 { '+' } else { '-' };
        let words = format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
        let day = local[..8].to_vec();
        let mut all: Vec<(Slot, &[u8])> = vec![(Slot::TIMESTAMP, &local)];
        if let Some(change) = g.puts(&all, words.clone())
            && !whole_hour
        {
            change.alone();
        }
        if day != g.draft.of_base(Slot::SCOPE_DATE) {
            all.push((Slot::SCOPE_DATE, &day));
            if let Some(change) = g.puts(&all, format!("{words}, the day of the scope too"))
                && !whole_hour
            {
                change.alone();
            }
        }
    }
}

fn date_form(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    let basic = instant.to_string();
    let (day, time) = (&basic[..8], &basic[9..15]);
    let extended =
        format!("{}-{}-{}T{}:{}:{}Z", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..]);
    let unix = instant.unix();
    for (text, words) in [
        (extended.clone(), "with dashes and colons"),
        (extended.replace('Z', ".000Z"), "with dashes, colons and milliseconds"),
        (extended.trim_end_matches('Z').to_owned(), "with dashes and colons, without Z"),
        (extended.replace('Z', "+00:00"), "with dashes, colons and +00:00"),
        (extended.replace('T', " "), "with a space for the T"),
        (basic.trim_end_matches('Z').to_owned(), "without Z"),
        (basic.replace('T', "t").replace('Z', "z"), "in lower case"),
        (basic.replace('Z', "+0000"), "with +0000"),
        (basic.replace('Z', ".000Z"), "with milliseconds"),
        (basic.replace('T', ""), "without T"),
        (format!("{day}T{}Z", &time[..4]), "without its seconds"),
        (format!("{day}T000000Z"), "at midnight"),
        (day.to_owned(), "the day alone"),
        (unix.to_string(), "seconds since 1970"),
        (format!("{unix}000"), "milliseconds since 1970"),
        (http_date(instant), "as in the Date header"),
        (http_date(instant).replace("GMT", "+0000"), "as in mail"),
        (String::new(), "left empty"),
    ] {
        g.put(Slot::TIMESTAMP, text.as_bytes(), words);
    }
}

/// The instant as the Date header has it (RFC 9110, 5.6.7).
pub(super) fn http_date(instant: Timestamp) -> String {
    chrono::DateTime::from_timestamp(instant.unix(), 0)
        .map(|date| date.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}

fn other_date(g: &mut Gen<'_, '_>) {
    for name in ["date", "x-amz-date"] {
        let Some(text) = g.facts.header(name) else { continue };
        g.put(Slot::TIMESTAMP, text.as_bytes(), format!("the text of {name}"));
        if let Ok((instant, _)) = Timestamp::parse(text.as_bytes()) {
            let basic = instant.basic();
            g.put(Slot::TIMESTAMP, &basic, format!("the instant of {name}"));
            let day = basic[..8].to_vec();
            g.puts(
                &[(Slot::TIMESTAMP, &basic), (Slot::SCOPE_DATE, &day)],
                format!("the instant of {name}, its day too"),
            );
        }
    }
}

/// Days around the one of the scope, and its other spellings.
fn days(g: &Gen<'_, '_>) -> Vec<(String, String)> {
    let Some(instant) = g.facts.instant() else { return Vec::new() };
    let basic = instant.to_string();
    let day = &basic[..8];
    let mut days: Vec<(String, String)> = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 0]
        .into_iter()
        .map(|count| {
            let other = instant.plus(count * 86_400).to_string()[..8].to_owned();
            (other.clone(), other)
        })
        .collect();
    let dashed = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    days.extend([
        (basic.clone(), "the whole date".to_owned()),
        (dashed, "with dashes".to_owned()),
        (day[2..].to_owned(), "without the century".to_owned()),
        (day[..6].to_owned(), "year and month alone".to_owned()),
        (format!("{}{}{}", &day[6..], &day[4..6], &day[..4]), "the day first".to_owned()),
        (format!("{}{}{}", &day[..4], &day[6..], &day[4..6]), "month and day changed places".to_owned()),
        (format!("{day}T000000Z"), "with a time of midnight".to_owned()),
        (http_date(instant), "as in the Date header".to_owned()),
        (
            format!("{}{}{}", &day[..4], day[4..6].trim_start_matches('0'), day[6..].trim_start_matches('0')),
            "without leading zeros".to_owned(),
        ),
        (String::new(), "left empty".to_owned()),
    ]);
    days
}

fn scope_day(g: &mut Gen<'_, '_>) {
    for (day, words) in days(g) {
        g.put(Slot::SCOPE_DATE, day.as_bytes(), words.clone());
        // Stated wrongly, but the key is right.
        let own = g.draft.of_base(Slot::SCOPE_DATE).to_vec();
        key_stays(g, Slot::SCOPE_DATE, day.as_bytes(), (Slot::KEY_DATE, &own), words);
    }
}

/// A change of the scope's text alone: the key is derived as before.
fn key_stays(g: &mut Gen<'_, '_>, slot: Slot, text: &[u8], (key, own): (Slot, &[u8]), words: String) {
    if g.draft.of_base(slot) != text {
        let change = g.puts(&[(slot, text), (key, own)], format!("{words}, in the string to sign alone"));
        change.map(Change::across);
    }
}

/// A change of the key alone.
fn key_alone(g: &mut Gen<'_, '_>, (scope, key): (Slot, Slot), text: &[u8], words: String) {
    if g.draft.of_base(scope) != text {
        g.put(key, text, words).map(Change::across);
    }
}

fn key_day(g: &mut Gen<'_, '_>) {
    for (day, words) in days(g) {
        key_alone(g, (Slot::SCOPE_DATE, Slot::KEY_DATE), day.as_bytes(), words);
    }
}

/// The regions of AWS and of services that speak its protocol.
pub(super) const REGIONS: [&str; 54] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-east-1",
    "ap-east-2",
    "sa-east-1",
    "ca-central-1",
    "ca-west-1",
    "me-south-1",
    "me-central-1",
    "il-central-1",
    "af-south-1",
    "mx-central-1",
    "us-gov-east-1",
    "us-gov-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "auto",
    "aws-global",
    "global",
    "default",
    "us",
    "EU",
    "nyc3",
    "fra1",
    "garage",
    "local",
    "none",
    "region",
    "wnam",
    "any",
];

fn region(g: &mut Gen<'_, '_>) {
    region_set(g);
    for other in candidates_of_region(g) {
        let own = g.draft.of_base(Slot::SCOPE_REGION).to_vec();
        let words = format!("signed for {other}");
        if let Some(change) = g.put(Slot::SCOPE_REGION, other.as_bytes(), words.clone()) {
            change.edit(Edit::Setting("region", other.clone()));
        }
        key_stays(g, Slot::SCOPE_REGION, other.as_bytes(), (Slot::KEY_REGION, &own), words);
    }
}

/// SigV4A names its regions in a header.
fn region_set(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("x-amz-region-set") else { return };
    let headers = g.draft.lines[line].headers.clone();
    for other in REGIONS.iter().chain(&["*"]) {
        if let Some(change) = g.line(line, other.as_bytes(), format!("signed for {other}")) {
            change.alone();
            headers.first().into_iter().for_each(|at| {
                change.edit(Edit::Header(*at, other.as_bytes().to_vec()));
            });
        }
    }
}

fn region_in_sigv4a(g: &mut Gen<'_, '_>) {
    if g.draft.family.region_set_header.is_none() || !g.is_request() {
        return;
    }
    let set = g.facts.header("x-amz-region-set").unwrap_or_default();
    let (host, _) = g.facts.host().unwrap_or_default();
    let named = set.split(',').chain(host.split('.')).map(str::trim).filter(|name| !name.is_empty());
    let mut regions: Vec<String> = named.map(str::to_owned).collect();
    regions.extend(REGIONS.iter().map(|region| (*region).to_owned()));
    for region in regions {
        g.put(Slot::SCOPE_REGION, region.as_bytes(), format!("`{region}`"));
    }
}

/// Known regions, and the labels of the host: programs read the wrong one.
fn candidates_of_region(g: &Gen<'_, '_>) -> Vec<String> {
    if g.draft.of_base(Slot::SCOPE_REGION).is_empty() && g.facts.terms.scope.region.is_none() {
        return Vec::new();
    }
    let mut regions: Vec<String> = REGIONS.iter().map(|region| (*region).to_owned()).collect();
    let (host, _) = g.facts.host().unwrap_or_default();
    regions.extend(host.split('.').map(str::to_owned).filter(|label| !label.is_empty()));
    regions.retain(|region| region.as_bytes() != g.draft.of_base(Slot::SCOPE_REGION));
    regions.dedup();
    regions
}

fn service(g: &mut Gen<'_, '_>) {
    for other in candidates_of_service(g) {
        let own = g.draft.of_base(Slot::SCOPE_SERVICE).to_vec();
        let words = format!("signed for {other}");
        if let Some(change) = g.put(Slot::SCOPE_SERVICE, other.as_bytes(), words.clone()) {
            change.edit(Edit::Setting("service", other.clone()));
        }
        key_stays(g, Slot::SCOPE_SERVICE, other.as_bytes(), (Slot::KEY_SERVICE, &own), words);
    }
}

/// Signing names, names of endpoints, and the labels of the host.
fn candidates_of_service(g: &Gen<'_, '_>) -> Vec<String> {
    let names = SERVICES.iter().map(|row| row.name.to_owned());
    let hosts = SERVICES.iter().flat_map(|row| row.hosts).map(|host| (*host).to_owned());
    let (host, _) = g.facts.host().unwrap_or_default();
    let labels = host.split('.').filter(|label| !label.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let own = g.draft.of_base(Slot::SCOPE_SERVICE);
    let more = [
        "service",
        "aws",
        "amazonaws",
        "storage",
        "gcs",
        "oss",
        "cos",
        "minio",
        "",
        "email",
        "monitoring",
        "runtime",
    ];
    let mut all: Vec<String> = labels
        .into_iter()
        .chain(names)
        .chain(hosts)
        .chain(more.iter().map(|name| (*name).to_owned()))
        .collect();
    all.retain(|name| name.as_bytes() != own);
    let mut seen = std::collections::HashSet::new();
    all.retain(|name| seen.insert(name.clone()));
    all
}

fn key_region(g: &mut Gen<'_, '_>) {
    let regions = candidates_of_region(g);
    let empty = (!regions.is_empty()).then(String::new);
    for other in regions.into_iter().chain(empty) {
        key_alone(
            g,
            (Slot::SCOPE_REGION, Slot::KEY_REGION),
            other.as_bytes(),
            format!("derived with `{other}`"),
        );
    }
}

fn key_service(g: &mut Gen<'_, '_>) {
    for other in candidates_of_service(g) {
        key_alone(
            g,
            (Slot::SCOPE_SERVICE, Slot::KEY_SERVICE),
            other.as_bytes(),
            format!("derived with `{other}`"),
        );
    }
}

/// Words that were met in place of the right one, each of which is right somewhere else or nearly so.
const TERMINATORS: [&str; 17] = [
    "aws4_request",
    "aws4",
    "AWS4",
    "AWS4_REQUEST",
    "aws4-request",
    "request",
    "aws_request",
    "aws4request",
    "goog4_request",
    "tc3_request",
    "aliyun_v4_request",
    "aws4_request\n",
    "aws4_request ",
    "AWS4-HMAC-SHA256",
    "aws4a_request",
    "",
    "aws5_request",
];

fn key_terminator(g: &mut Gen<'_, '_>) {
    for other in TERMINATORS {
        let words = format!("derived with `{}`", other.escape_debug());
        key_alone(g, (Slot::SCOPE_TERMINATOR, Slot::KEY_TERMINATOR), other.as_bytes(), words);
    }
}

fn scope_terminator(g: &mut Gen<'_, '_>) {
    for other in TERMINATORS {
        let own = g.draft.of_base(Slot::SCOPE_TERMINATOR).to_vec();
        let words = format!("`{}`", other.escape_debug());
        g.put(Slot::SCOPE_TERMINATOR, other.as_bytes(), words.clone());
        key_stays(g, Slot::SCOPE_TERMINATOR, other.as_bytes(), (Slot::KEY_TERMINATOR, &own), words);
    }
}

fn region_spelling(g: &mut Gen<'_, '_>) {
    if g.facts.terms.scope.region.is_none() {
        return;
    }
    let own = String::from_utf8_lossy(g.draft.of_base(Slot::SCOPE_REGION)).into_owned();
    let mut others = vec![
        own.to_uppercase(),
        own.to_lowercase(),
        own.replace('-', "_"),
        own.replace('-', ""),
        format!(" {own}"),
        format!("{own} "),
        format!("{own}\n"),
        format!("\"{own}\""),
        String::new(),
        "null".into(),
        "undefined".into(),
        "None".into(),
    ];
    others.extend(["a", "b", "c"].iter().map(|zone| format!("{own}{zone}")));
    others.extend(own.strip_suffix(['a', 'b', 'c']).map(str::to_owned));
    spellings(g, others, (Slot::SCOPE_REGION, Slot::KEY_REGION));
}

fn service_spelling(g: &mut Gen<'_, '_>) {
    let own = String::from_utf8_lossy(g.draft.of_base(Slot::SCOPE_SERVICE)).into_owned();
    let mut title = own.clone();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let others = vec![
        own.to_uppercase(),
        own.to_lowercase(),
        title,
        own.replace('-', "_"),
        own.replace('-', ""),
        format!(" {own}"),
        format!("{own} "),
        format!("{own}\n"),
        String::new(),
        "null".into(),
        "undefined".into(),
        "None".into(),
    ];
    spellings(g, others, (Slot::SCOPE_SERVICE, Slot::KEY_SERVICE));
}

fn spellings(g: &mut Gen<'_, '_>, others: Vec<String>, (scope, key): (Slot, Slot)) {
    let own = g.draft.of_base(scope).to_vec();
    for other in others.into_iter().filter(|other| other.as_bytes() != own) {
        let words = format!("`{}`", other.escape_debug());
        g.put(scope, other.as_bytes(), words.clone());
        g.put(key, other.as_bytes(), format!("{words}, in the key alone"));
        key_stays(g, scope, other.as_bytes(), (key, &own), words);
    }
}

fn scope_form(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    let text = |slot: Slot| String::from_utf8_lossy(g.draft.of_base(slot)).into_owned();
    let (day, region) = (text(Slot::SCOPE_DATE), text(Slot::SCOPE_REGION));
    let (service, end) = (text(Slot::SCOPE_SERVICE), text(Slot::SCOPE_TERMINATOR));
    let scope = String::from_utf8_lossy(&g.facts.terms.scope.joined()).into_owned();
    let id = g
        .facts
        .claim
        .map(|claim| String::from_utf8_lossy(&claim.key_id(g.facts.request)).into_owned())
        .unwrap_or_default();
    let basic = text(Slot::TIMESTAMP);
    for (other, words) in [
        (format!("{id}/{scope}"), "with the access key id in front"),
        (format!("{day}/{region}/{service}"), "without its last part"),
        (format!("{day}/{service}/{region}/{end}"), "service and region changed places"),
        (format!("{region}/{day}/{service}/{end}"), "region and day changed places"),
        (format!("{day}/{region}/{end}"), "without the service"),
        (format!("{day}/{service}/{end}"), "without the region"),
        (format!("{region}/{service}/{end}"), "without the day"),
        (format!("{basic}/{region}/{service}/{end}"), "with the whole date"),
        (format!("{scope}/"), "with a slash at the end"),
        (format!("/{scope}"), "with a slash in front"),
        (scope.replace('/', "%2F"), "with %2F for slashes"),
        (scope.replace('/', "\n"), "a line each"),
        (scope.to_uppercase(), "in upper case"),
        (scope.to_lowercase(), "in lower case"),
        (format!("Credential={id}/{scope}"), "as it stands in the header"),
        (String::new(), "left empty"),
    ] {
        // The slot for the whole of it is empty: what equals the parts is no change.
        if other != scope {
            g.put(Slot::SCOPE, other.as_bytes(), words);
        }
    }
}

fn algorithm(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    for other in [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA1",
        "AWS4-HMAC-SHA512",
        "aws4-hmac-sha256",
        "AWS4-HMAC-SHA-256",
        "AWS4_HMAC_SHA256",
        "HMAC-SHA256",
        "AWS4",
        "AWS4-SHA256",
        "HmacSHA256",
        "GOOG4-HMAC-SHA256",
        "TC3-HMAC-SHA256",
        "AWS4-ECDSA-P256-SHA256",
        "AWS4-HMAC-SHA256-PAYLOAD",
        "SHA256",
        "AWS4-HMAC-SHA256 ",
        "",
    ] {
        g.put(Slot::ALGORITHM, other.as_bytes(), format!("`{other}`"));
    }
}
