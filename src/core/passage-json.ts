/**
 * Passages as JSON: for what is kept under the git directory and for what is committed, and so may come from anybody.
 * Invariant 14: what is serialised is versioned; what is not understood is not half-read.
 */
import * as z from 'zod';
import { isPrint, type Passage } from './passage.ts';
import { repoPathOf, type RepoPath } from './path.ts';
import type { Evidence, Origin } from './provenance.ts';

const name = z.string().min(1).max(500);
const position = z.strictObject({ line: z.int().min(0), character: z.int().min(0) });

const origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('human') }),
  z.strictObject({ kind: z.literal('agent'), agent: name, model: name.optional(), session: name.optional() }),
  z.strictObject({ kind: z.literal('tool'), tool: z.enum(['format', 'rename', 'snippet', 'suggest', 'quick-fix', 'vcs']) }),
  z.strictObject({ kind: z.literal('paste') }),
  z.strictObject({ kind: z.literal('external') }),
  z.strictObject({ kind: z.literal('unknown') }),
]);

const evidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hook'), agent: name, tool: name, call: name.optional() }),
  z.strictObject({ kind: z.literal('change-reason'), source: name, extension: name.optional(), model: name.optional() }),
  z.strictObject({ kind: z.literal('accept-marker'), command: name }),
  z.strictObject({ kind: z.literal('keyboard') }),
  z.strictObject({ kind: z.literal('selection'), selection: z.enum(['keyboard', 'mouse', 'command', 'none']) }),
  z.strictObject({ kind: z.literal('clipboard') }),
  z.strictObject({ kind: z.literal('shape'), shape: z.enum(['multi-character', 'multi-line', 'multi-range', 'background', 'deletion']) }),
  z.strictObject({ kind: z.literal('disk') }),
  z.strictObject({ kind: z.literal('gap'), reason: name }),
]);

/** Evidence of a kind that a newer version writes is left out: the label stands without it. */
const evidences = z.array(z.unknown()).max(50).transform((items): readonly Evidence[] => items.flatMap((item) => {
  const read = evidence.safeParse(item);
  return read.success ? [read.data as Evidence] : [];
}));

const label = z.strictObject({ start: position, end: position, origin: origin.transform((value) => value as Origin), evidence: evidences, at: z.number() });

const schema = z
  .strictObject({
    path: z.custom<RepoPath>((value) => typeof value === 'string' && repoPathOf(value) === value),
    lines: z.array(z.string().refine(isPrint)).max(200_000),
    labels: z.array(label).max(200_000),
  })
  .refine(({ lines, labels }) => labels.every(({ start, end }) => end.line <= lines.length && (start.line < end.line || (start.line === end.line && start.character < end.character))));

/** Reads what `JSON.stringify` made of a passage; `undefined` for anything else. */
export function readPassage(value: unknown): Passage | undefined {
  const read = schema.safeParse(value);
  return read.success ? (read.data as Passage) : undefined;
}
