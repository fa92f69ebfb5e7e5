/**
 * What is remembered of a document between windows: in the git directory for files of a repository, else in the workspace's own storage.
 * Guards: a text that differs from what was remembered keeps labels only for the lines it still has; the rest is a gap.
 */
import type * as vscode from 'vscode';
import { originEvents } from '#core/audit-origin';
import { diffTexts } from '#core/diff';
import { digestOf } from '#core/digest';
import { isUntrusted, type Evidence, type Origin, type Span, type Spans } from '#core/provenance';
import { scar, withScars } from '#core/scar';
import { insertedRanges, isEmpty } from '#core/text';
import { appendAudit } from '#project/audit-log';
import { carrySpans, recall, remember } from '#project/pending';
import { readFile, resolveCommit } from '#project/repository';
import { log } from '../log.ts';
import type { Place } from '../places.ts';

const BEFORE = 'written before recording began';
const UNSEEN = 'changed while nobody recorded';

/** A document outside of any repository: its digest and spans only; another text is a gap. */
interface Stored {
  readonly digest: string;
  readonly spans: Spans;
}

export class Memory {
  readonly #storage: vscode.Memento;
  readonly #written = new Map<string, Spans>();
  /** Of each document, until when the audit log knows what came in (milliseconds since 1970). */
  readonly #recorded = new Map<string, number>();

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  /** Spans for a text just opened. `restored`: the text is not what the disk holds (a hot exit). */
  async open(uri: vscode.Uri, place: Place | undefined, text: string, at: number): Promise<Spans> {
    this.#recorded.set(uri.toString(), at);
    if (place === undefined) return this.#openStored(uri, text, at);
    const recalled = await recall(place.repository, place.path);
    if (!recalled.ok) return wholeGap(text, recalled.message, at);
    if (recalled.remembered !== undefined) {
      const same = recalled.remembered.digest === digestOf(text);
      return same ? recalled.remembered.spans : carrySpans(recalled.remembered, text, spanOf({ kind: 'external' }, [{ kind: 'disk' }, { kind: 'gap', reason: 'changed while Vetmark was not watching' }], at));
    }
    return this.#sinceHead(place, text, at);
  }

  /** Nothing is remembered: what the last commit does not hold was written when nobody looked. */
  async #sinceHead(place: Place, text: string, at: number): Promise<Spans> {
    const head = await resolveCommit(place.repository, 'HEAD');
    const committed = head.ok ? await readFile(place.repository, { kind: 'commit', id: head.id }, place.path) : undefined;
    const old = committed?.kind === 'text' ? committed.text.replaceAll('\r\n', '\n') : '';
    return gapsSince(old, text, BEFORE, at);
  }

  #openStored(uri: vscode.Uri, text: string, at: number): Spans {
    const stored = this.#storage.get<Stored>(key(uri));
    if (stored !== undefined && stored.digest === digestOf(text)) return stored.spans;
    if (stored !== undefined) return wholeGap(text, 'changed while Vetmark was not watching', at);
    // A saved file outside of git has no other baseline than what it holds now; an untitled text has none.
    return uri.scheme === 'untitled' ? wholeGap(text, BEFORE, at) : [];
  }

  /** Keeps what is known now. Does nothing when nothing changed. */
  async keep(uri: vscode.Uri, place: Place | undefined, text: string, spans: Spans): Promise<void> {
    const id = uri.toString();
    if (this.#written.get(id) === spans) return;
    this.#written.set(id, spans);
    if (place !== undefined) {
      await remember(place.repository, place.path, text, spans);
      await this.#record(id, place, spans, Date.now());
    } else await this.#storage.update(key(uri), text === '' ? undefined : ({ digest: digestOf(text), spans } satisfies Stored));
  }

  /** Tells the audit log what came in since it was told last. */
  async #record(id: string, { repository, path }: Place, spans: Spans, now: number): Promise<void> {
    const events = originEvents(path, spans, this.#recorded.get(id) ?? now, now);
    this.#recorded.set(id, now);
    for (const event of events) {
      const recorded = await appendAudit(repository, event, new Date(now));
      if (!recorded.ok) log('warn', recorded.message);
    }
  }

  /** The document is gone. */
  async forget(uri: vscode.Uri, place: Place | undefined): Promise<void> {
    this.#written.delete(uri.toString());
    this.#recorded.delete(uri.toString());
    if (place !== undefined) await remember(place.repository, place.path, '', []);
    else await this.#storage.update(key(uri), undefined);
  }
}

/** What a text has beyond an older one, as a gap each, and scars where it has less. White space alone is neither. */
export function gapsSince(old: string, text: string, reason: string, at: number): Spans {
  if (old === text) return [];
  const normal = text.includes('\r\n') && !old.includes('\r\n') ? old.replaceAll('\n', '\r\n') : old;
  const change = diffTexts(normal, text);
  const spans = insertedRanges(change)
    .filter((range) => !isEmpty(range) && text.slice(range.start, range.end).trim() !== '')
    .map((range) => ({ range, origin: { kind: 'unknown' }, evidence: [{ kind: 'gap', reason }], at }) satisfies Span);
  return withScars(spans, scar(normal, change, { origin: { kind: 'unknown' }, evidence: [{ kind: 'gap', reason: UNSEEN }], at }));
}

function wholeGap(text: string, reason: string, at: number): Spans {
  return text.trim() === '' ? [] : [{ ...spanOf({ kind: 'unknown' }, [{ kind: 'gap', reason }], at), range: { start: 0, end: text.length } }];
}

function spanOf(origin: Origin, evidence: readonly Evidence[], at: number): Span {
  return { range: { start: 0, end: 0 }, origin, evidence, at };
}

function key(uri: vscode.Uri): string {
  return `spans:${uri.toString()}`;
}

/** True when a document has anything that a review has to cover. */
export function hasUntrusted(spans: Spans): boolean {
  return spans.some(({ origin }) => isUntrusted(origin));
}
