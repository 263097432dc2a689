//! The table of services: each that differs from the rule, each whose host does not say its signing name, and the common ones.

use super::{
    ContentHeader, Errors, Paths, PresignedExpires, PresignedPayload, RegionRule, Service, TOLERANCE_MINUTES,
    TokenInPresigned, UnsignedHeaders, UnsignedPayload,
};

/// Every service that is known, by signing name.
pub static SERVICES: &[Service] = &[
    service("IoTSecuredTunneling", "AWS IoT Secure Tunneling", &["api.tunneling.iot", "api.iot-tunneling"]),
    service("acm", "AWS Certificate Manager", &["acm"]),
    service("acm-pca", "AWS Private Certificate Authority", &["acm-pca"]),
    service("agent-registry", "AWS Agent Registry", &["agent-registry", "agent-registry-control"]),
    service("airflow", "Amazon Managed Workflows for Apache Airflow", &["airflow"]),
    service("aoss", "Amazon OpenSearch Serverless", &["aoss"])
        .content_header(ContentHeader::Required)
        .never_signed(&["content-length"]),
    service("apigateway", "Amazon API Gateway", &["apigateway"])
        .note("a call of a deployed API, @connections too, is signed for execute-api"),
    service("appconfig", "AWS AppConfig", &["appconfig", "appconfigdata"]),
    service("appstream", "Amazon AppStream", &["appstream2"]),
    service("appsync", "AWS AppSync", &["appsync", "appsync-api", "appsync-realtime-api"]),
    service("aps", "Amazon Managed Service for Prometheus", &["aps", "aps-workspaces"]),
    service("athena", "Amazon Athena", &["athena"]),
    service("autoscaling", "Amazon EC2 Auto Scaling", &["autoscaling"]).errors(Errors::Query),
    service(
        "aws-marketplace",
        "AWS Marketplace",
        &[
            "metering.marketplace",
            "agreement-marketplace",
            "catalog-marketplace",
            "catalog.marketplace",
            "deployment-marketplace",
            "discovery-marketplace",
            "entitlement-marketplace",
            "entitlement.marketplace",
            "metering-marketplace",
            "reporting-marketplace",
        ],
    ),
    service("awsssoportal", "AWS access portal", &["portal.sso"]),
    service("backup", "AWS Backup", &["backup"]),
    service("batch", "AWS Batch", &["batch"]),
    service(
        "bedrock",
        "Amazon Bedrock",
        &[
            "bedrock",
            "bedrock-agent",
            "bedrock-agent-runtime",
            "bedrock-data-automation",
            "bedrock-data-automation-runtime",
            "bedrock-runtime",
        ],
    ),
    service(
        "bedrock-agentcore",
        "Amazon Bedrock AgentCore",
        &["bedrock-agentcore", "bedrock-agentcore-control"],
    ),
    service("budgets", "AWS Budgets", &["budgets"]).region(RegionRule::Global("us-east-1")),
    service("cassandra", "Amazon Keyspaces", &["cassandra", "cassandra-streams"]),
    service("ce", "AWS Cost Explorer", &["ce"]).region(RegionRule::Only("us-east-1")),
    service(
        "chime",
        "Amazon Chime",
        &[
            "chime",
            "identity-chime",
            "media-pipelines-chime",
            "meetings-chime",
            "messaging-chime",
            "voice-chime",
        ],
    )
    .region(RegionRule::Only("us-east-1")),
    service("cloudformation", "AWS CloudFormation", &["cloudformation"]).errors(Errors::Query),
    service("cloudfront", "Amazon CloudFront", &["cloudfront"])
        .region(RegionRule::Global("us-east-1"))
        .errors(Errors::Query),
    service("cloudfront-keyvaluestore", "Amazon CloudFront KeyValueStore", &[]),
    service("cloudhsm", "AWS CloudHSM", &["cloudhsmv2", "cloudhsm"]),
    service("cloudsearch", "Amazon CloudSearch", &["cloudsearch", "cloudsearchdomain"]).errors(Errors::Query),
    service("cloudtrail", "AWS CloudTrail", &["cloudtrail"]),
    service("cloudwatch", "Amazon CloudWatch Omni", &["cloudwatch-omni"]),
    service("codebuild", "AWS CodeBuild", &["codebuild"]),
    service("codecommit", "AWS CodeCommit", &["codecommit", "git-codecommit"])
        .note("git signs the method GIT, an empty payload line and a date without Z"),
    service("codedeploy", "AWS CodeDeploy", &["codedeploy"]),
    service("codepipeline", "AWS CodePipeline", &["codepipeline"]),
    service("cognito-identity", "Amazon Cognito identity pools", &["cognito-identity"]),
    service("cognito-idp", "Amazon Cognito user pools", &["cognito-idp"]),
    service("config", "AWS Config", &["config"]),
    service("connect", "Amazon Connect", &["connect", "contact-lens"]),
    service("detective", "Amazon Detective", &["api.detective"]),
    service("dms", "AWS Database Migration Service", &["dms"]),
    service("ds", "AWS Directory Service", &["ds"]),
    service("dynamodb", "Amazon DynamoDB", &["dynamodb", "ddb", "streams-dynamodb", "streams.dynamodb"])
        .tolerance(5),
    service("ebs", "Amazon Elastic Block Store", &["ebs"]),
    service("ec2", "Amazon EC2", &["ec2"]).region(RegionRule::RegionalOr("us-east-1")).errors(Errors::Ec2),
    service("ecr", "Amazon Elastic Container Registry", &["api.ecr"]),
    service("ecr-public", "Amazon ECR Public", &["api.ecr-public"]).region(RegionRule::Only("us-east-1")),
    service("ecs", "Amazon Elastic Container Service", &["ecs"]).tolerance(5),
    service("eks", "Amazon Elastic Kubernetes Service", &["eks"])
        .note("a token for a cluster is a presigned URL of sts with x-k8s-aws-id signed"),
    service("elasticache", "Amazon ElastiCache", &["elasticache"]).errors(Errors::Query),
    service("elasticbeanstalk", "AWS Elastic Beanstalk", &["elasticbeanstalk"]).errors(Errors::Query),
    service("elasticfilesystem", "Amazon Elastic File System", &["elasticfilesystem", "efs"]),
    service("elasticloadbalancing", "Elastic Load Balancing", &["elasticloadbalancing"])
        .errors(Errors::Query),
    service("elasticmapreduce", "Amazon EMR", &["elasticmapreduce"]),
    service("es", "Amazon OpenSearch Service", &["es", "aos"]),
    service("events", "Amazon EventBridge", &["events", "eventsv2"]),
    service("execute-api", "Amazon API Gateway, a deployed API", &["execute-api", "participant.connect"])
        .required(&["content-type"]),
    service("firehose", "Amazon Data Firehose", &["firehose"]),
    service("forecast", "Amazon Forecast", &["forecast", "forecastquery"]),
    service(
        "geo",
        "Amazon Location Service",
        &["geo", "cp.maps.geo", "cp.places.geo", "cp.routes.geo", "metadata.geo"],
    ),
    service("geo-maps", "Amazon Location Service maps", &["maps.geo"]),
    service("geo-places", "Amazon Location Service places", &["places.geo"]),
    service("geo-routes", "Amazon Location Service routes", &["routes.geo"]),
    service("glacier", "Amazon S3 Glacier", &["glacier"])
        .content_header(ContentHeader::Wanted)
        .note("an upload must carry x-amz-sha256-tree-hash, and x-amz-content-sha256 of the same bytes"),
    service("globalaccelerator", "AWS Global Accelerator", &["globalaccelerator"])
        .region(RegionRule::Only("us-west-2")),
    service("glue", "AWS Glue", &["glue"]),
    service("guardduty", "Amazon GuardDuty", &["guardduty"]),
    service("health", "AWS Health", &["health", "global.health"]).region(RegionRule::RegionalOr("us-east-1")),
    service("iam", "AWS Identity and Access Management", &["iam", "iam-toolbox"])
        .region(RegionRule::Global("us-east-1"))
        .errors(Errors::Query),
    service("importexport", "AWS Import/Export", &["importexport"])
        .region(RegionRule::Global("us-east-1"))
        .errors(Errors::Query),
    service("inspector2", "Amazon Inspector", &["inspector2"]),
    service("iot", "AWS IoT", &["iot"]),
    service("iot-jobs-data", "AWS IoT Jobs", &["data.jobs.iot"]),
    service("iotdata", "AWS IoT data plane", &["data-ats.iot", "data.ats.iot", "data.iot"])
        .note("MQTT over WebSocket at the same host is signed for iotdevicegateway"),
    service("iotdeviceadvisor", "AWS IoT Core Device Advisor", &["api.iotdeviceadvisor"]),
    service("iotdevicegateway", "AWS IoT, MQTT over WebSocket", &[])
        .token_beside()
        .note("the session token is appended to the URL once that is signed"),
    service("ioteventsdata", "AWS IoT Events data plane", &["data.iotevents"]),
    service("iotmanagedintegrations", "AWS IoT managed integrations", &["api.iotmanagedintegrations"]),
    service("iotwireless", "AWS IoT Wireless", &["api.iotwireless"]),
    service("ivs", "Amazon Interactive Video Service", &["ivs", "ivsrealtime"]),
    service("kafka", "Amazon Managed Streaming for Apache Kafka", &["kafka", "kafka-api"])
        .note("a token for a broker is signed for kafka-cluster at the same host"),
    service("kafka-cluster", "Amazon MSK, a token for a broker", &[]),
    service("kinesis", "Amazon Kinesis Data Streams", &["kinesis"]),
    service("kinesisvideo", "Amazon Kinesis Video Streams", &["kinesisvideo"]),
    service("kms", "AWS Key Management Service", &["kms"]),
    service(
        "lakeformation",
        "AWS Lake Formation",
        &["lakeformation", "data-lakeformation", "query-lakeformation"],
    ),
    // A function URL: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html>.
    service("lambda", "AWS Lambda", &["lambda", "lambda-url"]).tolerance(5).hashed_payload(),
    service("lex", "Amazon Lex", &["runtime-v2-lex", "models-v2-lex", "models.lex", "runtime.lex"]),
    service("logs", "Amazon CloudWatch Logs", &["logs", "stream-logs"]),
    service("mediastore", "AWS Elemental MediaStore", &["mediastore", "data.mediastore"])
        .note("the path of an object begins with one slash: a second one is dropped when it is signed"),
    service("mediatailor", "AWS Elemental MediaTailor", &["api.mediatailor"]),
    service("medical-imaging", "AWS HealthImaging", &["medical-imaging", "runtime-medical-imaging"]),
    service("memorydb", "Amazon MemoryDB", &["memory-db"]),
    service("mgh", "AWS Migration Hub", &["mgh", "migrationhub-config"]),
    service("mobiletargeting", "Amazon Pinpoint", &["pinpoint"]),
    service("monitoring", "Amazon CloudWatch", &["monitoring"]).errors(Errors::Query),
    service("neptune-db", "Amazon Neptune, a database", &[]),
    service("neptune-graph", "Amazon Neptune Analytics", &["neptune-graph"]),
    service("networkmanager", "AWS Network Manager", &["networkmanager"])
        .region(RegionRule::Only("us-west-2")),
    service(
        "omics",
        "AWS HealthOmics",
        &[
            "omics",
            "analytics-omics",
            "control-storage-omics",
            "storage-omics",
            "tags-omics",
            "workflows-omics",
        ],
    ),
    service("organizations", "AWS Organizations", &["organizations"]).region(RegionRule::Only("us-east-1")),
    service("partnercentral", "AWS Partner Central", &["partnercentral", "partnercentral-prm"]),
    service(
        "payment-cryptography",
        "AWS Payment Cryptography",
        &["controlplane.payment-cryptography", "dataplane.payment-cryptography"],
    ),
    service(
        "personalize",
        "Amazon Personalize",
        &["personalize", "personalize-events", "personalize-runtime"],
    ),
    service("polly", "Amazon Polly", &["polly"]),
    service("pricing", "AWS Price List", &["api.pricing"]),
    service("qapps", "Amazon Q Apps", &["data.qapps"]),
    service("rds", "Amazon RDS", &["rds"])
        .errors(Errors::Query)
        .note("a token to log in to a database is signed for rds-db at the database's own host"),
    service("rds-data", "Amazon RDS Data API", &["rds-data"]),
    service("rds-db", "Amazon RDS, a token to log in", &[]),
    service("redshift", "Amazon Redshift", &["redshift"]).errors(Errors::Query),
    service("redshift-data", "Amazon Redshift Data API", &["redshift-data"]),
    service("rekognition", "Amazon Rekognition", &["rekognition"]),
    service("route53", "Amazon Route 53", &["route53"])
        .region(RegionRule::Global("us-east-1"))
        .errors(Errors::Query),
    service(
        "route53-recovery-control-config",
        "Amazon Route 53 recovery control",
        &["route53-recovery-control-config", "arc-recovery-control-config"],
    )
    .region(RegionRule::Only("us-west-2")),
    service("route53domains", "Amazon Route 53 Domains", &["route53domains"])
        .region(RegionRule::Only("us-east-1")),
    service("s3", "Amazon S3", &["s3", "s3-accelerate", "s3-accesspoint", "s3-control"]).s3(),
    service("s3-object-lambda", "Amazon S3 Object Lambda", &["s3-object-lambda"]).s3(),
    service("s3-outposts", "Amazon S3 on Outposts", &["s3-outposts"]).s3(),
    service("s3express", "Amazon S3 Express One Zone", &["s3express-control"])
        .s3()
        .note("a session of CreateSession signs with a token in x-amz-s3session-token"),
    service("s3tables", "Amazon S3 Tables", &["s3tables"]),
    service("s3vectors", "Amazon S3 Vectors", &["s3vectors"]),
    service(
        "sagemaker",
        "Amazon SageMaker",
        &[
            "api.sagemaker",
            "a2i-runtime.sagemaker",
            "edge.sagemaker",
            "featurestore-runtime.sagemaker",
            "gateway-runtime.sagemaker",
            "inferencerouter-runtime.sagemaker",
            "job-runtime.sagemaker",
            "metrics.sagemaker",
            "runtime.sagemaker",
            "training-session-runtime.sagemaker",
        ],
    ),
    service("savingsplans", "AWS Savings Plans", &["savingsplans"]).region(RegionRule::Global("us-east-1")),
    service("secretsmanager", "AWS Secrets Manager", &["secretsmanager"]),
    service("securityhub", "AWS Security Hub", &["securityhub"]),
    service("servicecatalog", "AWS Service Catalog", &["servicecatalog", "servicecatalog-appregistry"]),
    service("servicediscovery", "AWS Cloud Map", &["servicediscovery", "data-servicediscovery"]),
    service("ses", "Amazon Simple Email Service", &["email", "mail-manager"]),
    service("shield", "AWS Shield", &["shield"]).region(RegionRule::Only("us-east-1")),
    service("signer", "AWS Signer", &["signer", "data-signer"]),
    service("sms-voice", "AWS End User Messaging", &["sms-voice", "sms-voice.pinpoint"]),
    service("sns", "Amazon SNS", &["sns"]).errors(Errors::Query),
    service("sqs", "Amazon SQS", &["sqs", "queue"]),
    service("ssm", "AWS Systems Manager", &["ssm"]),
    service("sso", "AWS IAM Identity Center", &["sso"]),
    service("sso-oauth", "AWS IAM Identity Center OIDC", &["oidc"]),
    service("states", "AWS Step Functions", &["states", "sync-states"]),
    // Unsigned headers: googleapis/google-cloud-dotnet#5361; X-Goog-Expires: the documentation of signed URLs.
    Service {
        paths: Paths::AsSent,
        unsigned_headers: UnsignedHeaders::Refused,
        presigned_expires: PresignedExpires::Required,
        presigned_payload: PresignedPayload::UnsignedUnlessListed,
        ..service("storage", "Google Cloud Storage", &[])
    }
    .region(RegionRule::Global("auto"))
    .errors(Errors::S3),
    service("sts", "AWS Security Token Service", &["sts"])
        .region(RegionRule::RegionalOr("us-east-1"))
        .errors(Errors::Query),
    service("support", "AWS Support", &["support"]).region(RegionRule::Only("us-east-1")),
    service("swf", "Amazon Simple Workflow Service", &["swf"]),
    service("tagging", "AWS resource tagging", &["tagging"]),
    service("textract", "Amazon Textract", &["textract"]),
    service(
        "timestream",
        "Amazon Timestream",
        &["query.timestream", "ingest.timestream", "timestream-ingest", "timestream-query"],
    ),
    service("transcribe", "Amazon Transcribe", &["transcribe", "cn.transcribe", "transcribestreaming"]),
    service("translate", "Amazon Translate", &["translate"]),
    service("vpc-lattice", "Amazon VPC Lattice", &["vpc-lattice"]),
    service("vpc-lattice-svcs", "Amazon VPC Lattice, a service", &[])
        .content_header(ContentHeader::Wanted)
        .unsigned_when_presigned()
        .note("x-amz-content-sha256 is UNSIGNED-PAYLOAD: the body is never signed"),
    service("waf", "AWS WAF Classic", &["waf"]).region(RegionRule::Global("us-east-1")),
    service("waf-regional", "AWS WAF Classic, regional", &["waf-regional"]),
    service("wafv2", "AWS WAF", &["wafv2"]),
    service("wickr", "AWS Wickr", &["admin.wickr"]),
    service("xray", "AWS X-Ray", &["xray"]),
];

/// Stands for every service that is not in the table.
pub(super) static OTHER: Service = service("", "", &[]);

/// A service that follows the rule of most.
pub(super) const fn service(
    name: &'static str,
    title: &'static str,
    hosts: &'static [&'static str],
) -> Service {
    Service {
        name,
        title,
        hosts,
        region: RegionRule::Regional,
        reading: None,
        paths: Paths::Normalized,
        content_header: ContentHeader::Optional,
        unsigned_headers: UnsignedHeaders::Taken,
        never_signed: &[],
        presigned_expires: PresignedExpires::Optional,
        presigned_payload: PresignedPayload::Body,
        unsigned_payload: UnsignedPayload::Taken,
        token_in_presigned: TokenInPresigned::Signed,
        required: &[],
        tolerance_minutes: TOLERANCE_MINUTES,
        errors: Errors::Json,
        note: None,
    }
}

impl Service {
    const fn region(self, region: RegionRule) -> Self {
        Self { region, ..self }
    }

    /// As Amazon S3 signs.
    const fn s3(self) -> Self {
        let signed = self.content_header(ContentHeader::Required).unsigned_when_presigned();
        Self {
            paths: Paths::AsSent,
            unsigned_headers: UnsignedHeaders::Refused,
            presigned_expires: PresignedExpires::Required,
            errors: Errors::S3,
            ..signed
        }
    }

    const fn content_header(self, content_header: ContentHeader) -> Self {
        Self { content_header, ..self }
    }

    const fn never_signed(self, never_signed: &'static [&'static str]) -> Self {
        Self { never_signed, ..self }
    }

    const fn unsigned_when_presigned(self) -> Self {
        Self { presigned_payload: PresignedPayload::Unsigned, ..self }
    }

    const fn hashed_payload(self) -> Self {
        Self { unsigned_payload: UnsignedPayload::Refused, ..self }
    }

    const fn token_beside(self) -> Self {
        Self { token_in_presigned: TokenInPresigned::Beside, ..self }
    }

    const fn required(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    const fn tolerance(self, tolerance_minutes: u32) -> Self {
        Self { tolerance_minutes, ..self }
    }

    const fn errors(self, errors: Errors) -> Self {
        Self { errors, ..self }
    }

    const fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_in_the_order_of_names() {
        let names: Vec<_> = SERVICES.iter().map(|row| row.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }

    #[test]
    fn a_host_leads_to_one_service() {
        let mut hosts: Vec<_> = SERVICES.iter().flat_map(|row| row.hosts).collect();
        hosts.sort_unstable();
        assert!(hosts.is_sorted_by(|a, b| a < b), "{hosts:?}");
    }

    #[test]
    fn a_title_is_a_name_and_a_note_a_sentence_without_a_full_stop() {
        for row in SERVICES {
            assert!(row.title.starts_with(|c: char| c.is_ascii_uppercase()), "{}", row.name);
            assert!(row.note.is_none_or(|note| !note.ends_with('.')), "{}", row.name);
            assert!(row.required.iter().all(|name| *name == name.to_ascii_lowercase()), "{}", row.name);
        }
    }
}
