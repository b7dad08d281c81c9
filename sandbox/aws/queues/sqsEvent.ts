import { md5, type ReceivedMessage } from "./queue";

/** The event that Lambda makes of a batch: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function sqsEvent(batch: readonly ReceivedMessage[], queueArn: string, region: string): unknown {
  return {
    Records: batch.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: message.attributes,
      messageAttributes: {},
      md5OfBody: md5(message.body),
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

/**
 * The messages that a function's answer names as failed. As in Lambda nothing, null or an empty list means that all succeeded,
 * and an answer that can't be understood, or names a message that isn't in the batch, that all failed
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function failedItems(payload: unknown, messageIds: readonly string[]): readonly string[] {
  if (payload === undefined || payload === null) return [];
  if (typeof payload !== "object" || Array.isArray(payload)) return messageIds;
  const failures = (payload as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return messageIds;
  const failed = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return failed.every((id): id is string => messageIds.includes(id as string)) ? failed : messageIds;
}
