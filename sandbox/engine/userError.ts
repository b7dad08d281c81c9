/** An error that the user can do something about: shown as its message, without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
}
