/** What the scripts below need of the browser; these tests are compiled for Node.js. */
interface Window {
  readonly innerWidth: number;
  readonly document: {
    readonly documentElement: Element;
    readonly body: Element;
    querySelectorAll(selector: string): Iterable<Element>;
    createRange(): { selectNodeContents(node: unknown): void; getClientRects(): Iterable<Box> };
    createTreeWalker(
      root: Element,
      whatToShow: number,
    ): { nextNode(): { textContent: string; parentElement: Element } };
  };
  getComputedStyle(element: Element): Record<"overflowX" | "visibility", string>;
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}
interface Element {
  readonly tagName: string;
  readonly outerHTML: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  closest(selector: string): Element | null;
  contains(other: unknown): boolean;
  getBoundingClientRect(): Box;
}

/** Runs in the browser: what is wider than the screen, or cut off. */
export function whatSticksOut(): string[] {
  const { document, innerWidth, getComputedStyle } = globalThis as unknown as Window;
  const found: string[] = [];
  if (document.documentElement.scrollWidth > innerWidth)
    found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".unseen, .skip, .plot, .said, .busy, details:not([open]) > :not(summary)")) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0) continue;
    if (box.right > innerWidth + 1 || box.left < -1) found.push(`sticks out: ${element.outerHTML.slice(0, 120)}`);
    const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    if (isCut && getComputedStyle(element).overflowX !== "visible" && !["INPUT", "SELECT"].includes(element.tagName))
      found.push(`is cut: ${element.outerHTML.slice(0, 120)}`);
  }
  return found;
}

/** Runs in the browser: text that lies on other text or on a control. What is shown above all for a moment may. */
export function whatOverlaps(): string[] {
  const { document } = globalThis as unknown as Window;
  const HIDDEN = ".unseen, .skip, .plot, .said, .busy, option, script, noscript, details:not([open]) > :not(summary)";
  /** Lines of text may touch: a font is higher than its letters. */
  const TOLERATED = 3;
  const things: { readonly text: string; readonly owner: Element; readonly control: boolean; readonly box: Box }[] = [];
  const texts = document.createTreeWalker(document.body, 4);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const owner = node.parentElement;
    if (node.textContent.trim() === "" || owner.closest(HIDDEN)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      things.push({ text: node.textContent.trim(), owner, control: false, box });
  }
  for (const owner of document.querySelectorAll("button, input, select"))
    if (!owner.closest(HIDDEN))
      things.push({ text: owner.outerHTML.slice(0, 60), owner, control: true, box: owner.getBoundingClientRect() });
  const found: string[] = [];
  things.forEach((one, index) => {
    for (const other of things.slice(index + 1)) {
      // A control's own text lies in it, and a text's lines follow each other.
      if (one.owner === other.owner || (one.control && one.owner.contains(other.owner))) continue;
      if (other.control && other.owner.contains(one.owner)) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > TOLERATED && down > TOLERATED) found.push(`"${one.text}" and "${other.text}" lie on each other`);
    }
  });
  return found.slice(0, 10);
}
