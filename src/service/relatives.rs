//! What is particular to the services of other makers, whose schemes are relatives of Signature Version 4: one row for each scheme.

use super::wording::{self, Wording};
use super::{
    ContentHeader, Errors, Paths, PresignedExpires, PresignedPayload, RegionRule, Service, UnsignedHeaders,
    table,
};
use crate::canon::reading::{Dialect, EncodePath, HeaderCase, NormalizePath, PathEnd, QueryForm};

/// A reading in which the path is encoded once, as it was sent.
const ONCE: Dialect =
    Dialect { encode_path: EncodePath::Once, normalize_path: NormalizePath::Off, ..Dialect::BASE };

/// Volcengine's object storage.
pub static TOS: Service = Service {
    presigned_expires: PresignedExpires::Required,
    ..object_store("tos", "Volcengine TOS", &wording::TOS)
};

/// Volcengine's other services.
pub static VOLCENGINE: Service = Service {
    content_header: ContentHeader::Required,
    reading: Some(ONCE),
    ..maker("", "Volcengine", &wording::VOLCENGINE)
};

/// Tencent Cloud: the path is always `/`, and the query signed as it was sent.
pub static TENCENT: Service = Service {
    reading: Some(Dialect { query: QueryForm::AsSent, header_case: HeaderCase::Lower, ..ONCE }),
    tolerance_minutes: 5,
    ..maker("", "Tencent Cloud", &wording::TENCENT)
};

/// Alibaba Cloud's API.
pub static ALIBABA: Service = Service {
    content_header: ContentHeader::Required,
    unsigned_headers: UnsignedHeaders::Refused,
    reading: Some(Dialect { query: QueryForm::SortedDecoded, ..ONCE }),
    ..maker("", "Alibaba Cloud", &wording::ALIBABA)
};

/// Alibaba Cloud's object storage.
pub static OSS: Service = Service {
    content_header: ContentHeader::Required,
    presigned_expires: PresignedExpires::Required,
    reading: Some(Dialect { query: QueryForm::BareWhenEmpty, ..ONCE }),
    ..object_store("oss", "Alibaba Cloud OSS", &wording::OSS)
};

/// Huawei Cloud's API gateway.
pub static HUAWEI: Service = Service {
    reading: Some(Dialect { path_end: PathEnd::Slash, query: QueryForm::SortedDecoded, ..ONCE }),
    ..maker("", "Huawei Cloud", &wording::HUAWEI)
};

/// JD Cloud.
pub static JD_CLOUD: Service = Service {
    reading: Some(Dialect { normalize_path: NormalizePath::Slashes, query: QueryForm::WithoutBare, ..ONCE }),
    ..maker("", "JD Cloud", &wording::JD_CLOUD)
};

/// Whoever verifies with Escher.
pub static ESCHER: Service = Service {
    presigned_payload: PresignedPayload::Unsigned,
    reading: Some(Dialect { encode_path: EncodePath::AsSent, ..Dialect::BASE }),
    tolerance_minutes: 15,
    ..maker("", "Escher", &wording::ESCHER)
};

/// Whoever verifies what curl signed under names of the user's choice: the path is encoded as it stands.
pub static NAMED_BY_WORDS: Service = Service {
    reading: Some(Dialect { normalize_path: NormalizePath::Off, ..Dialect::BASE }),
    ..maker("", "", &wording::UNKNOWN)
};

const fn object_store(name: &'static str, title: &'static str, words: &'static Wording) -> Service {
    Service {
        unsigned_headers: UnsignedHeaders::Refused,
        presigned_payload: PresignedPayload::Unsigned,
        reading: Some(ONCE),
        ..maker(name, title, words)
    }
}

const fn maker(name: &'static str, title: &'static str, words: &'static Wording) -> Service {
    Service {
        region: RegionRule::Regional,
        paths: Paths::AsSent,
        errors: Errors::Of(words),
        ..table::service(name, title, &[])
    }
}
