/**
 * Labels against the truth, character by character.
 * Guards the order of evils: an AI's character shown as trusted is the worst; a person's shown as untrusted is the second.
 */
import { isUntrusted, spanAt, type Span } from '#core/provenance';
import type { Author, Truth } from './truth.ts';

export interface Counts {
  readonly ai: number;
  /** AI characters shown as an agent's, whichever. */
  readonly aiAsAgent: number;
  /** AI characters of an agent that gave a sign, and those of them shown under one of its names. */
  readonly aiNamed: number;
  readonly aiNamedRight: number;
  /** AI characters that nobody is asked to review. Has to be 0. */
  readonly aiTrusted: number;
  readonly person: number;
  readonly personUntrusted: number;
  /** Pasted or dropped from elsewhere, and those of them that nobody is asked to review. */
  readonly outside: number;
  readonly outsideTrusted: number;
  /** A tool's by a person's order, or there before. */
  readonly rest: number;
  readonly restUntrusted: number;
}

/** One character whose label is not its author's, for people to read. */
interface Wrong {
  readonly evil: 'AI shown as trusted' | 'outside shown as trusted' | 'person shown as untrusted' | 'wrong agent';
  readonly label: string;
  readonly text: string;
}

export interface Judged {
  readonly counts: Counts;
  readonly wrongs: readonly Wrong[];
}

/** What a judge needs of a document: its truth, and what is said of it. */
export interface Told {
  readonly truth: Truth;
  readonly labels: readonly Span[];
}

export const NOBODY: Counts = { ai: 0, aiAsAgent: 0, aiNamed: 0, aiNamedRight: 0, aiTrusted: 0, person: 0, personUntrusted: 0, outside: 0, outsideTrusted: 0, rest: 0, restUntrusted: 0 };

export function judge(documents: readonly Told[]): Judged {
  const counts = { ...NOBODY };
  const wrongs: Wrong[] = [];
  for (const { truth, labels } of documents) {
    let at = 0;
    for (const [author, text] of truth) {
      for (const character of text) {
        const span = spanAt(labels, at);
        const evil = count(counts, author, span);
        if (evil !== undefined) note(wrongs, evil, span, character);
        at += character.length;
      }
      note(wrongs, undefined, undefined, '');
    }
  }
  return { counts, wrongs: wrongs.filter(({ text }) => text !== '') };
}

export function added(a: Counts, b: Counts): Counts {
  return Object.fromEntries(Object.entries(a).map(([name, value]) => [name, value + b[name as keyof Counts]])) as unknown as Counts;
}

/** One line a wrong piece. */
export function wrongs({ wrongs: all }: Judged): readonly string[] {
  return all.map(({ evil, label, text }) => `${evil} (${label}): ${JSON.stringify(text)}`);
}

type Mutable = { -readonly [name in keyof Counts]: number };

function count(counts: Mutable, author: Author, span: Span | undefined): Wrong['evil'] | undefined {
  const untrusted = span !== undefined && isUntrusted(span.origin);
  switch (author) {
    case 'base':
    case 'tool':
    case 'colleague':
      counts.rest++;
      if (untrusted) counts.restUntrusted++;
      return undefined;
    case 'person':
      counts.person++;
      if (!untrusted) return undefined;
      counts.personUntrusted++;
      return 'person shown as untrusted';
    case 'outside':
      counts.outside++;
      if (untrusted) return undefined;
      counts.outsideTrusted++;
      return 'outside shown as trusted';
    default: {
      counts.ai++;
      const agent = span?.origin.kind === 'agent' ? span.origin.agent : undefined;
      if (agent !== undefined) counts.aiAsAgent++;
      if (!untrusted) {
        counts.aiTrusted++;
        return 'AI shown as trusted';
      }
      if (author === 'ai') return undefined;
      counts.aiNamed++;
      if (agent !== undefined && namesOf(author).includes(agent)) counts.aiNamedRight++;
      else return 'wrong agent';
      return undefined;
    }
  }
}

/** An accepted completion is an assistant's; the editor's own word names its extension. */
function namesOf(author: Author): readonly string[] {
  const name = author.slice('ai:'.length);
  return name === 'assistant' ? ['assistant', 'vetmark-stage.actors'] : [name];
}

/** Neighbours of one evil are one line. */
function note(all: Wrong[], evil: Wrong['evil'] | undefined, span: Span | undefined, character: string): void {
  const label = span === undefined ? 'no label' : span.origin.kind === 'agent' ? span.origin.agent : span.origin.kind === 'tool' ? `tool ${span.origin.tool}` : span.origin.kind;
  const last = all.at(-1);
  if (evil === undefined) all.push({ evil: 'wrong agent', label, text: '' });
  else if (last?.evil === evil && last.label === label && last.text !== '') all[all.length - 1] = { evil, label, text: last.text + character };
  else all.push({ evil, label, text: character });
}
