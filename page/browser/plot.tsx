import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { BalancesView } from "../shared/types";
import { money, time } from "./format";

const COLOURS = 6;
const HEIGHT = 220;

/** The balances, each a line of steps: a balance counts until it changes. */
export function Plot({ balances, timezone }: { readonly balances: BalancesView; readonly timezone: string }) {
  const place = useRef<HTMLDivElement>(null);
  // Accounts in which nothing happens would hide the others.
  const series = balances.series.filter(({ cents }) => new Set(cents).size > 1);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const plot = new uPlot(optionsFor(element, series, timezone), dataOf(balances, series), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [balances, timezone]);
  if (series.length === 0) return <p class="empty">No balance has changed yet.</p>;
  return (
    <>
      <ul class="legend">
        {series.map(({ name }, index) => (
          <li key={name}>
            <span class={`line colour${index % COLOURS}`} /> {name}
          </li>
        ))}
      </ul>
      <div class="plot" ref={place} role="img" aria-label={describe(balances, series, timezone)} />
    </>
  );
}

type Series = BalancesView["series"];

function describe({ times }: BalancesView, series: Series, timezone: string): string {
  const ends = series.map(({ name, cents }) => `${name} from ${shown(cents[0])} to ${shown(cents.at(-1))}`);
  return `Balances from ${time(times[0] ?? 0, timezone)} to ${time(times.at(-1) ?? 0, timezone)}: ${ends.join("; ")}.`;
}

function shown(cents: number | null | undefined): string {
  return typeof cents === "number" ? money(cents) : "unknown";
}

function dataOf({ times }: BalancesView, series: Series): uPlot.AlignedData {
  return [
    times.map((at) => at / 1000),
    ...series.map(({ cents }) => cents.map((each) => (each === null ? null : each / 100))),
  ];
}

function optionsFor(element: HTMLElement, series: Series, timezone: string): uPlot.Options {
  const style = getComputedStyle(element);
  const ink = style.getPropertyValue("--quiet");
  const line = style.getPropertyValue("--line");
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    ...{ width: element.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { show: false } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timezone),
    axes: [
      { ...axis, space: 80 },
      { ...axis, size: 70, values: (_, ticks) => ticks.map((tick) => `$${tick.toLocaleString("en-US")}`) },
    ],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        ...{
          label: name,
          width: 2,
          points: { show: false },
          stroke: style.getPropertyValue(`--colour${index % COLOURS}`),
        },
        ...(stepped ? { paths: stepped } : {}),
      })),
    ],
  };
}
