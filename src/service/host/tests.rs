//! Hosts and requests, and the service and region that each tells.

use super::aws::is_region;
use super::*;
use crate::service::SERVICES;

/// What a host tells, in short: `service`, `service region`, `service *` for a set of regions.
fn told(host: &str) -> String {
    let endpoint = of_host(host.as_bytes());
    let parts = [endpoint.service.as_deref(), endpoint.region.as_deref(), endpoint.region_set];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_told(cases: &[(&str, &str)]) {
    for (host, expected) in cases {
        assert_eq!(told(host), *expected, "{host}");
    }
}

#[test]
fn hosts_tell_service_and_region() {
    for (host, service, region) in [
        ("iam.amazonaws.com", "iam", "us-east-1"),
        ("examplebucket.s3.amazonaws.com", "s3", ""),
        ("examplebucket.s3.us-west-2.amazonaws.com:443", "s3", "us-west-2"),
        ("b.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("b.s3-accelerate.amazonaws.com", "s3", ""),
        ("b.s3-us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("b.vpce-1a.s3.us-east-1.vpce.amazonaws.com", "s3", "us-east-1"),
        ("logs.eu-west-1.s3.amazonaws.com", "s3", ""),
        ("a-123.s3-accesspoint.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
        ("x.execute-api.eu-central-1.amazonaws.com", "execute-api", "eu-central-1"),
        ("search-d.us-east-1.es.amazonaws.com", "es", "us-east-1"),
        ("x.us-east-1.aoss.amazonaws.com", "aoss", "us-east-1"),
        ("x.lambda-url.us-east-1.on.aws", "lambda", "us-east-1"),
        ("runtime.sagemaker.us-east-1.amazonaws.com", "sagemaker", "us-east-1"),
        ("email.us-gov-west-1.amazonaws.com", "ses", "us-gov-west-1"),
        ("dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb", "cn-north-1"),
    ] {
        let region = Some(region).filter(|region| !region.is_empty());
        let endpoint = of_host(host.as_bytes());
        assert_eq!(endpoint.service.as_deref(), Some(service), "{host}");
        assert_eq!(endpoint.region.as_deref(), region, "{host}");
    }
}

#[test]
fn other_hosts_tell_nothing() {
    for host in [
        "127.0.0.1:9000",
        "api.example.com",
        "",
        "amazonaws.com",
        ".amazonaws.com",
        "us-east-1.amazonaws.com",
        "minio.local:9000",
        "s3.example.com",
        "evil-amazonaws.com",
        "googleapis.com",
        "f004.backblazeb2.com",
        "\u{e9}.amazonaws.co",
        "[::1]:9000",
    ] {
        assert_eq!(told(host), "", "{host}");
    }
    assert_eq!(of_host(b"\xff.s3.amazonaws.com"), Endpoint::default());
}

#[test]
fn a_host_of_s3_names_its_region_or_none() {
    assert_told(&[
        ("s3.amazonaws.com", "s3"),
        ("S3.EU-West-1.AmazonAWS.com", "s3 eu-west-1"),
        ("s3-fips.us-east-1.amazonaws.com", "s3 us-east-1"),
        ("b.s3-fips.dualstack.us-gov-west-1.amazonaws.com", "s3 us-gov-west-1"),
        ("b.s3-accelerate.dualstack.amazonaws.com", "s3"),
        ("my-app-east-1.s3-accelerate.amazonaws.com", "s3"),
        ("s3-external-1.amazonaws.com", "s3 us-east-1"),
        ("ap-111122223333.s3-accesspoint-fips.dualstack.eu-west-1.amazonaws.com", "s3 eu-west-1"),
        ("111122223333.s3-control.dualstack.us-west-2.amazonaws.com", "s3 us-west-2"),
        ("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express us-east-1"),
        ("b--x-s3.s3express-fips-use1-az4.dualstack.us-east-1.amazonaws.com", "s3express us-east-1"),
        ("s3express-control.us-west-2.amazonaws.com", "s3express us-west-2"),
        ("ol-111122223333.s3-object-lambda.us-east-1.amazonaws.com", "s3-object-lambda us-east-1"),
        ("b.op-01ac5d28a6a232904.s3-outposts.us-east-1.amazonaws.com", "s3-outposts us-east-1"),
        ("bucket.vpce-1a2b-3c.s3.us-east-1.vpce.amazonaws.com", "s3 us-east-1"),
        ("control.vpce-1a2b-3c-us-east-1a.s3.us-east-1.vpce.amazonaws.com", "s3 us-east-1"),
    ]);
}

#[test]
fn an_endpoint_of_many_regions_tells_its_set() {
    assert_told(&[
        ("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com", "s3 *"),
        ("abcde.veo.endpoint.events.amazonaws.com", "events *"),
        ("111122223333.cloudfront-kvs.global.api.aws", "cloudfront-keyvaluestore *"),
    ]);
}

#[test]
fn a_signing_name_may_differ_from_the_host() {
    assert_told(&[
        ("streams.dynamodb.us-east-1.amazonaws.com", "dynamodb us-east-1"),
        ("111122223333.ddb.us-east-1.amazonaws.com", "dynamodb us-east-1"),
        ("api.sagemaker-fips.us-east-1.amazonaws.com", "sagemaker us-east-1"),
        ("vpce-1a.runtime.sagemaker.us-east-1.vpce.amazonaws.com", "sagemaker us-east-1"),
        ("entitlement.marketplace.us-east-1.amazonaws.com", "aws-marketplace us-east-1"),
        ("models.lex.eu-west-1.amazonaws.com", "lex eu-west-1"),
        ("runtime-v2-lex.eu-west-1.api.aws", "lex eu-west-1"),
        ("transcribestreaming.us-east-1.amazonaws.com", "transcribe us-east-1"),
        ("polly.us-east-1.amazonaws.com", "polly us-east-1"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock us-east-1"),
        ("bedrock-agent-runtime-fips.us-east-1.amazonaws.com", "bedrock us-east-1"),
        ("bedrock-mantle.us-east-1.api.aws", "bedrock-mantle us-east-1"),
        ("cloudhsmv2.us-east-1.amazonaws.com", "cloudhsm us-east-1"),
        ("personalize-runtime.us-east-1.amazonaws.com", "personalize us-east-1"),
        ("participant.connect.us-east-1.amazonaws.com", "execute-api us-east-1"),
        ("portal.sso.us-east-1.amazonaws.com", "awsssoportal us-east-1"),
        ("sync-states.us-east-1.amazonaws.com", "states us-east-1"),
        ("git-codecommit.us-east-1.amazonaws.com", "codecommit us-east-1"),
        ("api.ecr.us-east-1.amazonaws.com", "ecr us-east-1"),
        ("cognito-idp.us-east-1.amazonaws.com", "cognito-idp us-east-1"),
        ("maps.geo-fips.us-east-1.amazonaws.com", "geo-maps us-east-1"),
        ("tracking.geo.us-east-1.amazonaws.com", "geo us-east-1"),
    ]);
}

#[test]
fn iot_has_a_host_for_control_and_one_for_data() {
    assert_told(&[
        ("iot.us-east-1.amazonaws.com", "iot us-east-1"),
        ("iot-fips.us-east-1.amazonaws.com", "iot us-east-1"),
        ("data-ats.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
        ("a1b2c3-ats.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
        ("a1b2c3.iot.us-east-1.amazonaws.com", "iotdata us-east-1"),
        ("data.jobs.iot.us-east-1.amazonaws.com", "iot-jobs-data us-east-1"),
        ("api.tunneling.iot-fips.us-east-1.amazonaws.com", "IoTSecuredTunneling us-east-1"),
    ]);
}

#[test]
fn a_resource_may_stand_before_region_and_service() {
    assert_told(&[
        ("eu-west-1.queue.amazonaws.com", "sqs eu-west-1"),
        ("db.abc.us-east-1.rds.amazonaws.com:3306", "rds-db us-east-1"),
        ("c.cluster-x.eu-west-2.neptune.amazonaws.com:8182", "neptune-db eu-west-2"),
        ("g-1.us-east-1.neptune-graph.amazonaws.com", "neptune-graph us-east-1"),
        ("search-x.us-east-1.cloudsearch.amazonaws.com", "cloudsearch us-east-1"),
        ("x.appsync-realtime-api.us-east-1.amazonaws.com", "appsync us-east-1"),
        ("vpce-1a.execute-api.us-east-1.vpce.amazonaws.com", "execute-api us-east-1"),
        ("s-1.vpc-lattice-svcs.us-east-1.on.aws", "vpc-lattice-svcs us-east-1"),
    ]);
}

#[test]
fn a_service_with_one_region_tells_it_by_partition() {
    assert_told(&[
        ("sts.amazonaws.com", "sts us-east-1"),
        ("sts.eu-west-1.amazonaws.com", "sts eu-west-1"),
        ("route53.amazonaws.com", "route53 us-east-1"),
        ("route53.amazonaws.com.cn", "route53 cn-northwest-1"),
        ("route53.amazonaws.eu", "route53 eusc-de-east-1"),
        ("iam.us-gov.amazonaws.com", "iam us-gov-west-1"),
        ("iam.global.api.aws", "iam us-east-1"),
        ("iam.global.api.amazonwebservices.com.cn", "iam"),
        ("global.health.amazonaws.com", "health us-east-1"),
        ("waf-fips.amazonaws.com", "waf us-east-1"),
        ("ec2.amazonaws.com", "ec2 us-east-1"),
        ("routes.geo.us-gov-west-1.us-gov.amazonaws.com", "geo-routes us-gov-west-1"),
        ("kms.eusc-de-east-1.amazonaws.eu", "kms eusc-de-east-1"),
        ("kms.us-isob-east-1.sc2s.sgov.gov", "kms us-isob-east-1"),
    ]);
    assert_eq!(of_host(b"iam.amazonaws.com").reason, Reason::OneRegion);
    assert_eq!(of_host(b"sts.eu-west-1.amazonaws.com").reason, Reason::Host);
}

#[test]
fn other_providers_of_s3_propose_a_region_and_require_none() {
    assert_told(&[
        ("0123abcd.r2.cloudflarestorage.com", "s3 auto"),
        ("0123abcd.eu.r2.cloudflarestorage.com", "s3 auto"),
        ("storage.googleapis.com", "s3 auto"),
        ("bucket.storage.googleapis.com", "s3 auto"),
        ("s3.us-west-004.backblazeb2.com", "s3 us-west-004"),
        ("bucket.s3.eu-central-003.backblazeb2.com", "s3 eu-central-003"),
        ("s3.wasabisys.com", "s3 us-east-1"),
        ("b.s3.ap-northeast-1.wasabisys.com", "s3 ap-northeast-1"),
        ("bucket.nyc3.digitaloceanspaces.com", "s3 nyc3"),
        ("bucket.s3.fr-par.scw.cloud", "s3 fr-par"),
    ]);
    let endpoint = of_host(b"0123abcd.r2.cloudflarestorage.com");
    assert_eq!((endpoint.reason, endpoint.required_region()), (Reason::Provider, None));
    assert_eq!(of_host(b"s3.eu-west-1.amazonaws.com").required_region().as_deref(), Some("eu-west-1"));
}

/// Requests that clients sent: the host, and the scope they named.
#[test]
fn agrees_with_requests_of_real_clients() {
    assert_told(&[
        ("examplebucket.s3.eu-west-1.amazonaws.com", "s3 eu-west-1"),
        ("examplebucket.s3.us-west-2.amazonaws.com", "s3 us-west-2"),
        ("examplebucket.s3.dualstack.us-west-2.amazonaws.com", "s3 us-west-2"),
        ("examplebucket.s3-accelerate.amazonaws.com", "s3"),
        ("mybucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express us-east-1"),
        ("mylap-123456789012.s3-object-lambda.us-east-1.amazonaws.com", "s3-object-lambda us-east-1"),
        ("tj9n5r0m12.execute-api.us-east-1.amazonaws.com", "execute-api us-east-1"),
        ("iam.amazonaws.com", "iam us-east-1"),
        ("x.appsync-api.us-east-1.amazonaws.com", "appsync us-east-1"),
        ("abcdefg.lambda-url.us-east-1.on.aws", "lambda us-east-1"),
        ("d.us-east-1.aoss.amazonaws.com", "aoss us-east-1"),
    ]);
}

#[test]
fn the_path_tells_services_apart_that_share_a_host() {
    let request = |target: &str| {
        let header = crate::request::Header::new("Host", "a1-ats.iot.us-east-1.amazonaws.com");
        Request { target: target.into(), headers: vec![header], ..Request::default() }
    };
    let service = |target: &str| of_request(&request(target)).service;
    assert_eq!(service("/mqtt?X-Amz-Expires=60").as_deref(), Some("iotdevicegateway"));
    assert_eq!(service("/topics/a").as_deref(), Some("iotdata"));
}

#[test]
fn every_usual_host_leads_back_to_its_service() {
    for region in ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-east-1", "eusc-de-east-1"] {
        for row in SERVICES {
            let Some(host) = hosts_of(row.name, region) else { continue };
            let endpoint = of_host(host.as_bytes());
            assert_eq!(endpoint.service.as_deref(), Some(row.name), "{host}");
            assert!(endpoint.region.is_some(), "{host}");
        }
    }
}

#[test]
fn every_host_of_the_table_leads_back_to_its_service() {
    for row in SERVICES {
        for label in row.hosts {
            let host = format!("{label}.eu-west-1.amazonaws.com");
            assert_eq!(told(&host), format!("{} eu-west-1", row.name), "{host}");
        }
    }
}

#[test]
fn a_service_tells_its_host() {
    for (name, region, expected) in [
        ("s3", "eu-west-1", "s3.eu-west-1.amazonaws.com"),
        ("ses", "eu-west-1", "email.eu-west-1.amazonaws.com"),
        ("sts", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
        ("iam", "eu-west-1", "iam.amazonaws.com"),
        ("ce", "eu-west-1", "ce.us-east-1.amazonaws.com"),
        ("iotdata", "us-east-1", "data-ats.iot.us-east-1.amazonaws.com"),
    ] {
        assert_eq!(hosts_of(name, region).as_deref(), Some(expected));
    }
    assert_eq!(hosts_of("rds-db", "us-east-1"), None);
    assert_eq!(hosts_of("iam", "cn-north-1"), None);
    assert_eq!(hosts_of("brand-new", "us-east-1"), None);
}

#[test]
fn a_region_has_a_place_a_part_of_the_sky_and_a_number() {
    for region in ["us-east-1", "us-gov-west-1", "ap-southeast-7", "eusc-de-east-1", "us-isof-south-1"] {
        assert!(is_region(region), "{region}");
    }
    for other in ["my-app-1", "us-east", "east-1", "s3-accesspoint", "us-gov-a-east-1", "US-east-1", ""] {
        assert!(!is_region(other), "{other}");
    }
}
