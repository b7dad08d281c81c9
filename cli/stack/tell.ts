import { exits } from "./exit";

/** After this long, a person is told what is waited for. */
const PATIENCE_MS = 1_000;

/** Waits for `work`. If it takes longer than a second, a person at a terminal is told on standard error what for. */
export async function waiting<T>(what: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  const timer = setTimeout(() => process.stderr.write(`${what} ...\n`), PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for `work`, which Ctrl+C doesn't take back: it ends the command with these words on standard error, which say how things stand. */
export async function beyondRecall<T>(words: string, work: Promise<T>): Promise<T> {
  const end = () => {
    process.stderr.write(`\n${words}\n`);
    process.exit(exits.problem.code);
  };
  process.once("SIGINT", end);
  try {
    return await work;
  } finally {
    process.off("SIGINT", end);
  }
}
