/** An error in the form in which the Lambda Runtime API takes it. */
export interface ReportedError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** An error that the runtime, not the user's code, raises; `type` is AWS's name for it, without `Runtime.`. */
export class RuntimeError extends Error {
  constructor(type: string, message: string) {
    super(message);
    this.name = `Runtime.${type}`;
  }
}

/** What was thrown, as AWS's runtime reports it: anything can be thrown, and getters may throw in turn. */
export function reported(thrown: unknown): ReportedError {
  try {
    if (thrown instanceof Error)
      return { errorType: thrown.name, errorMessage: thrown.message, trace: String(thrown.stack ?? "").split("\n") };
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    return {
      errorType: "handled",
      errorMessage: "an error was thrown whose name, message or stack can't be read",
      trace: [],
    };
  }
}
