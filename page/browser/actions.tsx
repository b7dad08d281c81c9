import { type ComponentChildren, createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import { post, ServerError } from "./server";

interface Actions {
  readonly isBusy: boolean;
  /** Does something and says so. Resolves to undefined if it failed, which is said, too. */
  run(action: string, given?: object, done?: string): Promise<{ readonly value: unknown } | undefined>;
}

const context = createContext<Actions>({ isBusy: false, run: async () => undefined });

export function useActions(): Actions {
  return useContext(context);
}

/** Everything that can be done, one at a time, with what came of the last. */
export function WithActions({ children }: { readonly children: ComponentChildren }) {
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ text: string; isError: boolean }>();
  const run: Actions["run"] = async (action, given, done) => {
    setBusy(true);
    setSaid(undefined);
    try {
      const value = await post(action, given);
      if (done) setSaid({ text: done, isError: false });
      return { value };
    } catch (error) {
      const text = error instanceof ServerError ? error.message : "The sandbox doesn't answer. Is it still running?";
      setSaid({ text, isError: true });
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return (
    <context.Provider value={{ isBusy, run }}>
      {children}
      <div class="said" role="status">
        {said && (
          <p class={said.isError ? "bad" : "good"}>
            {said.text}{" "}
            <button type="button" class="plain" aria-label="Hide this message" onClick={() => setSaid(undefined)}>
              ×
            </button>
          </p>
        )}
      </div>
    </context.Provider>
  );
}
