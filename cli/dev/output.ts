/** What `dev` prints: a story for people, or with `--json` one object and nothing else. */
export class Output {
  private isOpen = true;

  constructor(private readonly options: { readonly json: boolean; readonly quiet: boolean }) {
    // What the program itself prints must not come between.
    if (options.json) for (const way of ["log", "info", "debug"] as const) console[way] = console.error;
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
    if (this.isOpen) stream.write(`${line}\n`);
  }
}
