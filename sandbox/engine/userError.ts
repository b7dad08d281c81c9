/** An error that the user can do something about: shown as its message, without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Whether Pulumi tells the user with it what is wrong. The program's own copy of Pulumi has classes of its own. */
export function isPulumisError(error: unknown): boolean {
  const marked = error as { __pulumiRunError?: boolean; __pulumiInputPropertiesError?: boolean } | undefined;
  return Boolean(marked?.__pulumiRunError || marked?.__pulumiInputPropertiesError);
}
