/**
 * The inputs whose change makes AWS's provider replace a resource, for every type that the components declare: `ForceNew` in the
 * sources of terraform-provider-aws (`internal/service/...`), on which @pulumi/aws stands; `RequiresReplace` in
 * terraform-provider-random. `region` replaces all of them.
 */
export const replaceOnChange: Record<string, readonly string[]> = {
  // apigatewayv2/{api,integration,route,stage}.go
  "aws:apigatewayv2/api:Api": ["protocolType"],
  "aws:apigatewayv2/integration:Integration": ["apiId", "integrationType", "integrationSubtype"],
  "aws:apigatewayv2/route:Route": ["apiId"],
  "aws:apigatewayv2/stage:Stage": ["apiId", "name"],
  // cloudwatch/{dashboard,metric_alarm}.go, logs/{group,metric_filter}.go
  "aws:cloudwatch/dashboard:Dashboard": ["dashboardName"],
  "aws:cloudwatch/logGroup:LogGroup": ["name", "namePrefix", "logGroupClass"],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": ["name", "logGroupName"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["name"],
  // dynamodb/table.go
  "aws:dynamodb/table:Table": ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
  // iam/{role,role_policy}.go
  "aws:iam/role:Role": ["name", "namePrefix", "path"],
  "aws:iam/rolePolicy:RolePolicy": ["name", "namePrefix", "role"],
  // lambda/{event_source_mapping,function,permission}.go; a permission has no update
  "aws:lambda/eventSourceMapping:EventSourceMapping": ["eventSourceArn", "startingPosition"],
  "aws:lambda/function:Function": ["name", "packageType"],
  "aws:lambda/permission:Permission": ["action", "function", "principal", "sourceArn", "sourceAccount", "statementId"],
  // scheduler/{schedule,schedule_group}.go
  "aws:scheduler/schedule:Schedule": ["name", "namePrefix", "groupName"],
  "aws:scheduler/scheduleGroup:ScheduleGroup": ["name", "namePrefix"],
  // secretsmanager/{secret,secret_version}.go
  "aws:secretsmanager/secret:Secret": ["name", "namePrefix"],
  "aws:secretsmanager/secretVersion:SecretVersion": ["secretId", "secretString", "secretBinary"],
  // sns/{topic,topic_subscription}.go
  "aws:sns/topic:Topic": ["name", "namePrefix", "fifoTopic"],
  "aws:sns/topicSubscription:TopicSubscription": ["topic", "protocol", "endpoint"],
  // sqs/queue.go
  "aws:sqs/queue:Queue": ["name", "namePrefix", "fifoQueue"],
  // resource_password.go
  "random:index/randomPassword:RandomPassword": ["length", "keepers", "special"],
};

/** What holds state, or an address that somebody keeps: nothing but a rename may replace it. */
export const keptTypes: readonly string[] = [
  "aws:apigatewayv2/api:Api",
  "aws:sqs/queue:Queue",
  "aws:dynamodb/table:Table",
  "aws:lambda/function:Function",
  "aws:secretsmanager/secret:Secret",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:iam/role:Role",
  "aws:scheduler/scheduleGroup:ScheduleGroup",
  "aws:sns/topic:Topic",
  "random:index/randomPassword:RandomPassword",
];
