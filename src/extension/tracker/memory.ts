/**
 * What is remembered of a document between windows: in the git directory for files of a repository, else in the workspace's own storage.
 * Guards: a text that differs from what was remembered keeps labels only for the lines it still has; the rest is a gap.
 */
import type * as vscode from 'vscode';
import { originEvents } from '#core/audit-origin';
import { digestOf } from '#core/digest';
import { isUntrusted, type Spans } from '#core/provenance';
import { appendAudit } from '#project/audit-log';
import { remember } from '#project/pending';
import { firstSpans, wholeGap } from '#project/provenance-first';
import { log } from '../log.ts';
import type { Place } from '../places.ts';

const BEFORE = 'written before recording began';

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

  /** Spans for a text just opened. */
  async open(uri: vscode.Uri, place: Place | undefined, text: string, at: number): Promise<Spans> {
    this.#recorded.set(uri.toString(), at);
    if (place === undefined) return this.#openStored(uri, text, at);
    const { spans, corrupt } = await firstSpans(place.repository, place.path, text, at);
    if (corrupt.length > 0) log('warn', `${corrupt.length} records of who wrote what hold something that cannot be read; what they spoke of is a gap.`);
    return spans;
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

function key(uri: vscode.Uri): string {
  return `spans:${uri.toString()}`;
}

/** True when a document has anything that a review has to cover. */
export function hasUntrusted(spans: Spans): boolean {
  return spans.some(({ origin }) => isUntrusted(origin));
}
