//! The strings to sign: of S3, and of the Query API.

use super::amz_headers::{self, write_value};
use super::form::{Fields, Form, Parameters, SIGNATURE};
use super::plan::Plan;
use super::resource::{self, Bucket};
use crate::canon::query::{self, QueryChange};
use crate::request::{Part, Request, Span};
use crate::scheme::HostPort;
use crate::trace::{Origin, Rule, Rules, Section, Traced};

pub(super) fn write_s3(out: &mut Traced, request: &Request, plan: &Plan, bucket: &Bucket) {
    // <HTTP-Verb>
    write_method(out, request);
    // <Content-MD5>
    write_header(out, request, b"content-md5");
    out.fixed(b"\n");
    out.ends(Section::ContentMd5);
    // <Content-Type>
    write_header(out, request, b"content-type");
    out.fixed(b"\n");
    out.ends(Section::ContentType);
    // <Date>, or <Expires>
    write_date(out, request, plan);
    out.fixed(b"\n");
    out.ends(Section::Date);
    // <CanonicalizedAmzHeaders>
    amz_headers::write(out, request, plan.form, plan.dialect.plus);
    out.ends(Section::Headers);
    // <CanonicalizedResource>
    resource::write(out, request, bucket, plan.dialect.plus);
    out.ends(Section::Resource);
}

/// <https://docs.aws.amazon.com/general/latest/gr/signature-version-2.html>
pub(super) fn write_api(out: &mut Traced, request: &Request, plan: &Plan, fields: Fields) {
    // <HTTPVerb>
    write_method(out, request);
    // <ValueOfHostHeaderInLowercase>
    if let Some(host) = resource::host(request) {
        let kept = without_port(request.at(host), plan.dialect.host_port);
        let end = host.start + kept as u32;
        resource::write_host(out, request, Span { end, ..host });
        out.omit(host.part, end as usize..host.end as usize, Rule::PortDropped);
    }
    out.fixed(b"\n");
    out.ends(Section::Host);
    // <HTTPRequestURI>
    resource::write_path(out, request);
    out.fixed(b"\n");
    out.ends(Section::Path);
    // <CanonicalizedQueryString>
    if let Some(Parameters { part, text, target }) = Parameters::of(request, fields) {
        let change = QueryChange { left_out: &[SIGNATURE], added: &[] };
        query::write_query(out, (part, &text), &target, &plan.dialect, change);
    }
    out.ends(Section::Query);
}

fn write_method(out: &mut Traced, request: &Request) {
    let method = Origin::Request(Span::new(Part::Method, 0..request.method.len()));
    out.put(method, Rules::NONE, &request.method);
    out.fixed(b"\n");
    out.ends(Section::Method);
}

fn write_header(out: &mut Traced, request: &Request, name: &[u8]) {
    if let Some((index, header)) = request.header(name) {
        write_value(out, index, &header.value);
    }
}

/// `Expires` in a URL; else `Date`, unless `x-amz-date` is signed among the headers.
fn write_date(out: &mut Traced, request: &Request, plan: &Plan) {
    let other = request.header(b"x-amz-date").is_some();
    match (plan.form, request.header(b"date")) {
        (Form::Presigned | Form::Api(_) | Form::Policy, _) => {
            plan.timestamp.iter().for_each(|timestamp| timestamp.write(out));
        }
        (Form::Header, Some((index, header))) if other => {
            out.omit(Part::HeaderValue(index as u32), 0..header.value.len(), Rule::DateElsewhere);
        }
        (Form::Header, Some((index, header))) => write_value(out, index, &header.value),
        (Form::Header, None) => {}
    }
}

/// The length of `host` without its default port, when that is left out.
fn without_port(host: &[u8], port: HostPort) -> usize {
    let default = match port {
        HostPort::AsWritten => None,
        HostPort::DefaultDropped => [&b":443"[..], b":80"].into_iter().find(|port| host.ends_with(port)),
    };
    host.len() - default.map_or(0, <[u8]>::len)
}
