import type { ComponentChildren } from "preact";
import type { Overview } from "../shared/types";
import { Do } from "./parts";

interface Banner {
  /** What a line has room for that names several. */
  readonly name: string;
  readonly content: ComponentChildren;
}

/** As in page.css. */
const PHONE = "(max-width: 52rem)";

/** What isn't as usual, each with how to end it. Several leave no room for the money on a phone: there one line names them, and opens them. */
export function Banners({ overview }: { readonly overview: Overview }) {
  const banners = bannersOf(overview);
  const all = banners.map(({ name, content }) => (
    <p key={name} class="banner warn">
      {content}
    </p>
  ));
  if (banners.length < 2 || !matchMedia(PHONE).matches) return <>{all}</>;
  return (
    <details class="banners">
      <summary class="banner warn">
        {banners.length} notices: {banners.map(({ name }) => name).join(", ")}
      </summary>
      {all}
    </details>
  );
}

function bannersOf({ stopSwitchIsOn, rulesHaveRevokedUrls, faults }: Overview): Banner[] {
  const banners: Banner[] = [];
  if (stopSwitchIsOn)
    banners.push({
      name: "stop switch",
      content: (
        <>
          <span>The stop switch is on: no rule is triggered.</span>{" "}
          <Do action="stopSwitch" given={{ on: false }}>
            Turn it off
          </Do>
        </>
      ),
    });
  if (rulesHaveRevokedUrls)
    banners.push({
      name: "revoked URLs",
      content: (
        <>
          <span>The rules still have amount URLs that were revoked.</span>{" "}
          <Do action="pasteUrls" done="The rules have the new URLs.">
            Paste the new ones
          </Do>
        </>
      ),
    });
  if (faults.length > 0)
    banners.push({
      name: "broken on purpose",
      content: (
        <>
          <span>
            {faults.length === 1
              ? `Broken on purpose: ${faults[0]?.sentence}`
              : `${faults.length} things are broken on purpose.`}
          </span>{" "}
          <Do action="repair" done="Everything works again.">
            Repair everything
          </Do>
        </>
      ),
    });
  return banners;
}
