/* Quotes inside paragraphs. The server counts characters as Python does (code points); JavaScript strings count UTF-16 units. */

/** `text.slice(start, end)` in code points. */
export function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

/**
 * Cuts a text into runs {text, proof}: `proof` is null between the proofs. The active proof is never cut;
 * another one that overlaps it, or an earlier one, is left out.
 */
export function runs(text, proofs, active = null) {
  const points = Array.from(text);
  const result = [];
  let position = 0;
  for (const proof of apart(proofs, active)) {
    if (proof.start > position) result.push({ text: points.slice(position, proof.start).join(""), proof: null });
    result.push({ text: points.slice(proof.start, proof.end).join(""), proof });
    position = proof.end;
  }
  if (position < points.length) result.push({ text: points.slice(position).join(""), proof: null });
  return result;
}

function apart(proofs, active) {
  const kept = [];
  const ordered = [...proofs].sort((one, other) => (other === active) - (one === active) || one.start - other.start);
  for (const proof of ordered) {
    const free = kept.every((taken) => proof.end <= taken.start || proof.start >= taken.end);
    if (free && proof.end > proof.start) kept.push(proof);
  }
  return kept.sort((one, other) => one.start - other.start);
}
