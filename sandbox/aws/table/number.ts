/** A decimal number, exactly: `digits` times ten to the power of `exponent`, without zeros at the end of `digits`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const MAX_DIGITS = 38;

/**
 * A number as DynamoDB gives it back: without needless zeros or signs. Undefined for what DynamoDB doesn't take: more than 38
 * digits, a magnitude beyond 1E126 or below 1E-130.
 */
export function normalNumber(text: string): string | undefined {
  const decimal = parse(text);
  if (!decimal) return undefined;
  const { digits, exponent } = decimal;
  const negative = digits < 0n;
  const plain = (negative ? -digits : digits).toString();
  if (plain.length > MAX_DIGITS || plain.length + exponent > 126 || (digits !== 0n && exponent < -130))
    return undefined;
  const body = exponent >= 0 ? plain + "0".repeat(exponent) : withPoint(plain, -exponent);
  return negative ? `-${body}` : body;
}

function parse(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  const [, sign, whole = "", fraction = "", power = "0"] = match ?? [];
  if (!match || whole + fraction === "" || text.length > 512) return undefined;
  const trimmed = (whole + fraction).replace(/0+$/, "");
  const dropped = whole.length + fraction.length - trimmed.length;
  if (/^0*$/.test(trimmed)) return { digits: 0n, exponent: 0 };
  const digits = BigInt(trimmed);
  return { digits: sign === "-" ? -digits : digits, exponent: Number(power) - fraction.length + dropped };
}

function withPoint(digits: string, places: number): string {
  const padded = digits.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
