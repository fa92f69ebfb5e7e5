/** All detectors of this room over one piece of text. */
import type { Candidate } from './candidate.ts';
import { chainsOf, fromChain, lengthOf } from './chains.ts';
import { connectionsIn } from './connection.ts';
import { decodedIn } from './decoded.ts';
import { genericIn } from './generic.ts';
import { keysIn } from './keys.ts';
import { hasBareValues } from './pairs.ts';
import { tokensIn } from './tokens.ts';

/** Files that a tool writes: their sums and addresses look like secrets, and only a vendor's own format is one. */
const GENERATED = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|composer\.lock|Gemfile\.lock|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|go\.sum|flake\.lock|packages\.lock\.json|[^/]*\.min\.(?:js|css|mjs)|[^/]*\.(?:map|svg|css|scss|less|snap|woff2?))$/i;
/** A line this long was not written by hand. */
const LONG_LINE = 4000;

/** Shorter literals together are no secret but a weak password, which the plain search judges by its first piece. */
const SHORTEST_CHAIN = 8;

/** Candidates of the piece, in no order and with doubles: several detectors may see one secret. */
export function detect(text: string, path: string, language: string): Candidate[] {
  const exact = exactIn(text);
  if (GENERATED.test(path)) return exact;
  const bare = hasBareValues(language, path);
  const found = [...exact, ...named(text, path, bare)];
  found.push(...decodedIn(text, (plain) => [...exactIn(plain), ...genericIn(plain, path, true)]));
  for (const chain of chainsOf(text)) {
    if (lengthOf(chain) < SHORTEST_CHAIN) continue;
    for (const candidate of [...exactIn(chain.text), ...genericIn(chain.text, path, false)]) {
      const placed = fromChain(candidate, chain);
      if (placed !== undefined) found.push(placed);
    }
  }
  return found;
}

/** What is a secret by its own look, wherever it stands. */
function exactIn(text: string): Candidate[] {
  return [...tokensIn(text), ...connectionsIn(text), ...keysIn(text)];
}

function named(text: string, path: string, bare: boolean): Candidate[] {
  return genericIn(text, path, bare).filter(({ range }) => !isOnLongLine(text, range.start));
}

function isOnLongLine(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - LONG_LINE), offset);
  const after = text.slice(offset, offset + LONG_LINE);
  const start = before.lastIndexOf('\n');
  const end = after.indexOf('\n');
  return before.length - start - 1 + (end < 0 ? after.length : end) > LONG_LINE;
}
