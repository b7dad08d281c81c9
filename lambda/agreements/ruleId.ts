/** The bare id of a rule that is named by its id or by its full trigger URL. Both must give the same key. */
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
