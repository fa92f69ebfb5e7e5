/** Several fixes of one text as one. Guards: two that touch the same characters are never applied at once. */
import type { Finding, Fix } from '#core/finding';
import { toChange, touches, type Edit } from '#core/text';

/** The first fix of each finding, as far as they do not touch each other, as one. `undefined`: there is none. */
export function togetherOf(findings: readonly Finding[]): Fix | undefined {
  const taken: Edit[] = [];
  let title: string | undefined;
  for (const { fixes: [first] } of findings) {
    if (first === undefined) continue;
    // Two fixes may both want the same import.
    const fresh = first.change.filter((edit) => !taken.some((other) => isSame(other, edit)));
    if (fresh.some((edit) => taken.some((other) => touches(other.range, edit.range)))) continue;
    taken.push(...fresh);
    title ??= first.title;
  }
  return title === undefined ? undefined : { title, kind: 'suggestion', change: toChange(taken) };
}

function isSame(a: Edit, b: Edit): boolean {
  return a.range.start === b.range.start && a.range.end === b.range.end && a.text === b.text;
}
