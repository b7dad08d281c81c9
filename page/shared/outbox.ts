/** What the page shows of mails, alarms and failures; as in types.ts. */

interface MailView {
  readonly at: number;
  readonly to: string;
  readonly subject: string;
  readonly message: string;
}

interface AlarmView {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly since: number;
}

export interface FailureView {
  readonly body: string;
  readonly occurrenceId?: string;
  readonly title: string;
  readonly reason: string;
  readonly whatToDo?: string;
  readonly executed?: string;
}

export interface OutboxView {
  readonly mails: readonly MailView[];
  readonly alarms: readonly AlarmView[];
  /** What has fired, the newest first. */
  readonly fired: readonly {
    readonly at: number;
    readonly alarm: string;
    readonly to: string;
    readonly reason: string;
  }[];
  readonly failures: readonly FailureView[];
}
