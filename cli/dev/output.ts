/** How often progress is told: on a terminal in place, elsewhere by another line. */
const IN_PLACE_MS = 80;
const BY_LINES_MS = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/** What `dev` prints: a story for people, or with `--json` one object and nothing else. */
export class Output {
  private isOpen = true;
  private readonly isTerminal = process.stdout.isTTY === true;
  private toldAt = this.isTerminal ? 0 : performance.now();
  /** The terminal's last line is one of progress. */
  private isInPlace = false;

  constructor(private readonly options: { readonly json: boolean; readonly quiet: boolean }) {
    // What the program itself prints must not come between.
    if (options.json) for (const way of ["log", "info", "debug"] as const) console[way] = console.error;
    if (this.isTerminal)
      for (const way of ["log", "info", "debug", "warn", "error"] as const) {
        const print = console[way].bind(console);
        console[way] = (...given: unknown[]) => {
          this.clearProgress();
          print(...given);
        };
      }
  }

  /** How far something is; call it as often as you like. The next line that is printed takes its place on a terminal. */
  progress(text: () => string): void {
    if (this.options.json || this.options.quiet) return;
    const now = performance.now();
    if (now - this.toldAt < (this.isTerminal ? IN_PLACE_MS : BY_LINES_MS)) return;
    this.toldAt = now;
    if (!this.isTerminal) this.write(process.stdout, text());
    if (!this.isTerminal || !this.isOpen) return;
    // A line that wraps can't be taken back.
    process.stdout.write(CLEAR_LINE + text().slice(0, (process.stdout.columns || 80) - 1));
    this.isInPlace = true;
  }

  private clearProgress(): void {
    if (this.isInPlace && this.isOpen) process.stdout.write(CLEAR_LINE);
    this.isInPlace = false;
  }

  /** A line of the story. */
  say(line: string): void {
    if (!this.options.json && !this.options.quiet) this.write(process.stdout, line);
  }

  /** A line that `--quiet` leaves in: what went wrong, and the last one. */
  tell(line: string): void {
    if (!this.options.json) this.write(process.stdout, line);
  }

  /** The result for programs. */
  result(value: object): void {
    if (this.options.json) this.write(process.stdout, JSON.stringify(value));
  }

  /** What ends the command. */
  fail(message: string): void {
    if (this.options.json) this.write(process.stdout, JSON.stringify({ pass: false, error: message }));
    else this.write(process.stderr, `error: ${message}`);
  }

  /** Nobody reads any more, such as after `dev | head`. */
  close(): void {
    this.isOpen = false;
  }

  private write(stream: NodeJS.WriteStream, line: string): void {
    this.clearProgress();
    if (this.isOpen) stream.write(`${line}\n`);
  }
}
