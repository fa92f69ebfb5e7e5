/**
 * Where reviews are signed: from a person's gesture to a record on disk and in the audit log, and back.
 * Invariant 4: every way here takes a `Human`, which only a gesture makes.
 */
import * as vscode from 'vscode';
import type { AuditEvent } from '#core/audit';
import type { Human, Review } from '#core/review';
import type { RepoPath } from '#core/path';
import type { Repository } from '#project/repository';
import { removeReview, writeReview } from '#project/reviews';
import { agreed } from './gesture.ts';
import type { Identity } from './identity.ts';
import { record } from './record.ts';
import type { Trust } from './trust.ts';

export type Signed = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** What a person says; who and when comes from here. */
export type Said = Pick<Review, 'units' | 'answers'> & Partial<Pick<Review, 'note' | 'reason' | 'together' | 'ruleSet' | 'openFindings' | 'waivers'>>;

export class Desk {
  readonly #trust: Trust;
  readonly #identity: Identity;
  readonly #version: string;
  readonly #done: { readonly repository: Repository; readonly file: RepoPath; readonly label: string }[] = [];

  constructor(trust: Trust, identity: Identity, version: string) {
    this.#trust = trust;
    this.#identity = identity;
    this.#version = version;
  }

  /** Why nothing can be signed here just now; `undefined`: it can. Makes no key. */
  async closed(repository: Repository): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted) return vscode.l10n.t('This window is in Restricted Mode: trust the workspace to sign reviews.');
    const standing = await this.#identity.standing(repository);
    return standing.kind === 'not' ? standing.message : undefined;
  }

  /** Signs and writes one record. `label`: what it is about, for taking it back. */
  async sign(human: Human, repository: Repository, said: Said, label: string): Promise<Signed> {
    const closed = await this.closed(repository);
    if (closed !== undefined) return { ok: false, message: closed };
    const signing = await this.#identity.signer(repository);
    if (!signing.ok) return signing;
    const { signer } = signing;
    const review: Review = { openFindings: [], waivers: [], ...said, reviewer: signer.principal, at: new Date().toISOString(), tool: { name: 'vetmark', version: this.#version } };
    const written = await writeReview(repository, human, review, signer);
    if (!written.ok) return written;
    const { file } = written;
    this.#done.push({ repository, file, label });
    for (const event of eventsOf(review, file)) await record(repository, event, signer);
    await this.#trust.refresh();
    return { ok: true };
  }

  /** Takes back the review signed last in this window. */
  async undo(): Promise<void> {
    const last = this.#done.at(-1);
    if (last === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Nothing was vetted in this window yet. An older review is taken back by deleting its file under .vetmark/reviews.'));
      return;
    }
    const human = await agreed(vscode.l10n.t('Take back your review of {0}?', last.label), vscode.l10n.t('Its record is deleted, and the code waits to be vetted again.'), vscode.l10n.t('Take Back'));
    if (human === undefined) return;
    await removeReview(last.repository, human, last.file);
    this.#done.splice(this.#done.indexOf(last), 1);
    const signing = await this.#identity.signer(last.repository);
    if (signing.ok) await record(last.repository, { kind: 'withdrawn', reviewer: signing.signer.principal, file: last.file }, signing.signer);
    await this.#trust.refresh();
  }
}

/** What the audit log says of a record: each kind of word once, each end of a waiver once. */
function eventsOf({ reviewer, units, waivers }: Review, file: RepoPath): readonly AuditEvent[] {
  const count = (...claims: readonly string[]): number => units.filter(({ claim }) => claims.includes(claim)).length;
  const vetted = count('vetted', 'removed');
  return [
    ...(vetted === 0 ? [] : [{ kind: 'vetted', reviewer, file, units: vetted } as const]),
    ...(['written', 'mine', 'not-ai'] as const).flatMap((claim): AuditEvent[] => (count(claim) === 0 ? [] : [{ kind: 'claimed', reviewer, file, claim, units: count(claim) }])),
    ...[...new Set(waivers.map(({ until }) => until))].map((until): AuditEvent => ({ kind: 'waived', reviewer, file, findings: waivers.filter((waiver) => waiver.until === until).length, until })),
  ];
}
