/** The id in a full trigger URL, as Sequence's page shows it, or the id itself. Both mean the same rule and must give the same key. */
export function ruleIdOf(ruleId: string): string {
  const text = ruleId.trim();
  const inUrl = /^https?:\/\/[^/?#]+\/(?:[^?#]*\/)?rules\/([^/?#]+)\/trigger\/*(?:[?#].*)?$/i.exec(text);
  return inUrl?.[1] === undefined ? text : decoded(inUrl[1]);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
