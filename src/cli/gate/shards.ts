/**
 * A gate that is spread over several machines: which part of a change a shard answers for, and the whole from the parts.
 * Every shard reads the whole change, so that what moved and what was doubled is told alike everywhere; only its own files are analysed and spoken of.
 */
import { digestOf } from '#core/digest';
import type { Reason, Verdict } from '#core/gate';
import { placeOf } from '../reporters/reason.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** `2/4`; `undefined` when it is none. */
export function readShard(text: string): Shard | undefined {
  const match = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text);
  if (match === null) return undefined;
  const [index, of] = [Number(match[1]), Number(match[2])];
  return index <= of ? { index, of } : undefined;
}

/** True when a shard answers for a path. By the path alone, so that it does not matter what else changed. */
export function isOwn({ index, of }: Shard, path: string): boolean {
  return Number.parseInt(digestOf(path).slice(-8), 16) % of === index - 1;
}

/** A shard's share of a verdict. What is about the whole change is in every share. */
export function shareOf(verdict: Verdict, shard: Shard): Verdict {
  if (verdict.outcome === 'pass') return verdict;
  const [first, ...rest] = verdict.reasons.filter((reason) => isShared(reason) || isOwn(shard, placeOf(reason)!));
  return first === undefined ? { outcome: 'pass' } : { outcome: 'block', reasons: [first, ...rest] };
}

function isShared(reason: Reason): boolean {
  return placeOf(reason) === undefined;
}

/** What `--format json` prints. */
interface Part {
  readonly version: 1;
  readonly outcome: 'pass' | 'block';
  readonly exitCode: 0 | 1 | 2;
  readonly base: string;
  readonly head: string;
  readonly changed: number;
  readonly shard?: string;
  readonly ruleSet: string;
  readonly reasons: readonly unknown[];
}

export type Merged = { readonly ok: true; readonly text: string; readonly exitCode: 0 | 1 | 2 } | { readonly ok: false; readonly message: string };

/** The whole from what all shards printed as JSON. A shard that is missing, or twice there, or of another change, is said: then nothing is judged. */
export function mergeParts(texts: readonly string[]): Merged {
  const parts: Part[] = [];
  for (const text of texts) {
    const part = partOf(text);
    if (part === undefined) return { ok: false, message: 'A file is not what `vetmark gate --shard i/n --format json` prints. Run that shard again.' };
    parts.push(part);
  }
  const [first] = parts;
  if (first === undefined) return { ok: false, message: '`vetmark gate --merge` needs the files that all shards wrote.' };
  if (parts.some(({ base, head }) => base !== first.base || head !== first.head)) return { ok: false, message: 'The shards judged different changes: base or head differ. Run them again on the same commits.' };
  if (parts.some(({ ruleSet }) => ruleSet !== first.ruleSet)) return { ok: false, message: 'The shards judged by different rules. Run them again with one version of Vetmark.' };
  const shards = parts.map(({ shard }) => readShard(shard ?? '1/1'));
  const of = shards[0]?.of ?? 0;
  const found = new Set(shards.map((shard) => (shard?.of === of ? shard.index : 0)));
  if (parts.length !== of || found.size !== of || found.has(0)) return { ok: false, message: `All shards of one run are needed, each once. There are: ${parts.map(({ shard }) => shard ?? 'one without a number').join(', ')}.` };
  const reasons = [...new Map(parts.flatMap((part) => part.reasons).map((reason) => [JSON.stringify(reason), reason])).values()];
  const exitCode = Math.max(...parts.map((part) => part.exitCode)) as 0 | 1 | 2;
  const { shard: _, ...rest } = first;
  return { ok: true, exitCode, text: `${JSON.stringify({ ...rest, outcome: exitCode === 0 ? 'pass' : 'block', exitCode, reasons }, undefined, 2)}\n` };
}

function partOf(text: string): Part | undefined {
  try {
    const part = JSON.parse(text) as Part;
    const isSound = part.version === 1 && [0, 1, 2].includes(part.exitCode) && typeof part.base === 'string' && typeof part.head === 'string' && Array.isArray(part.reasons) && (part.exitCode === 0) === (part.reasons.length === 0);
    return isSound ? part : undefined;
  } catch {
    return undefined;
  }
}
