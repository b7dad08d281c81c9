/** The values that a bearer header may have. More than one during a rotation. */
export class AcceptedCredentials {
  private values: Set<string>;

  constructor(value: string | undefined) {
    this.values = new Set(value === undefined ? [] : [value]);
  }

  /** Whether a header's value is `Bearer ` and one of the accepted values. */
  accepts(header: string | string[] | undefined): boolean {
    const [, value] = /^Bearer (.+)$/.exec(typeof header === "string" ? header : "") ?? [];
    return value !== undefined && this.values.has(value);
  }

  /** Accepts this one and no other. */
  replace(value: string | undefined): void {
    this.values = new Set(value === undefined ? [] : [value]);
  }

  accept(value: string): void {
    this.values.add(value);
  }

  revoke(value: string): void {
    this.values.delete(value);
  }
}
