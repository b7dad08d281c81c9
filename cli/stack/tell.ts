/** After this long, a person is told what is waited for. */
const PATIENCE_MS = 1_000;

/** Waits for `work`, and says on standard error what for if it takes longer than a second. */
export async function waiting<T>(what: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => process.stderr.write(`${what} ...\n`), PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
