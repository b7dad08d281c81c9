import { useState } from "preact/hooks";
import { useActions } from "./actions";
import { chosenOf } from "./parts";

/** Sends an event of one's own to a trigger without a schedule. */
export function SendEvent({ triggers }: { readonly triggers: readonly string[] }) {
  const { run, isBusy } = useActions();
  const [chosen, setTrigger] = useState("");
  const trigger = chosenOf(triggers, chosen);
  const [event, setEvent] = useState("invoice-1");
  const [payload, setPayload] = useState("");
  const send = () => run("sendEvent", { trigger, event, payload }, `${event} was sent to ${trigger}.`);
  return (
    <form
      class="inline"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (!isBusy) void send();
      }}
    >
      <label>
        Events set off{" "}
        <select value={trigger} onChange={(changed) => setTrigger(changed.currentTarget.value)}>
          {triggers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Event{" "}
        <input
          required
          maxLength={200}
          size={14}
          value={event}
          onInput={(typed) => setEvent(typed.currentTarget.value)}
        />
      </label>
      <label>
        Payload{" "}
        <input
          size={18}
          value={payload}
          placeholder='{"cents":50000}'
          onInput={(typed) => setPayload(typed.currentTarget.value)}
        />
      </label>
      <button type="submit">Send the event</button>
    </form>
  );
}
