/** Reading the audit log from its beginning, and holding it against every checkpoint that is known. What cannot be shown is said, never passed over. */
import { open, type FileHandle } from 'node:fs/promises';
import { EMPTY_CHAIN, follow, followFrom, readEntry, type AuditEntry, type Chain } from '#core/audit';
import type { Digest } from '#core/digest';
import { headOf } from '#core/merkle';
import { isAbsent } from './atomic.ts';
import { auditFile, linesIn, logOf, sealedFiles } from './audit-files.ts';
import { readCheckpoints, type FoundCheckpoint } from './checkpoints.ts';
import { acquire } from './lock.ts';
import { readFile, resolveCommit, type Repository } from './repository.ts';
import { readReviewers, standingOf, type Reviewer } from './reviewers.ts';
import { REVIEWERS_FILE } from './reviews.ts';
import { verifySignature } from './sshsig.ts';

export interface AuditCheck {
  /** Entries that were read, damaged ones too. */
  readonly entries: number;
  /** How many of them, from the first on, a signed checkpoint covers. */
  readonly covered: number;
  /** Who signed checkpoints that hold, by name. */
  readonly signers: readonly string[];
  /** Signs of tampering or damage, as sentences. */
  readonly problems: readonly string[];
  /** What this check could not show, as sentences. */
  readonly limits: readonly string[];
}

export interface CheckOptions {
  /** Checkpoints that were kept somewhere else. */
  readonly copies?: readonly FoundCheckpoint[];
  /** The first entry to hand out. Files that end before it are not looked at (they may be archived), and are taken on the word of the file that follows. */
  readonly from?: number;
  /** Waited for after each file, so that what was handed out can be passed on before more comes. */
  readonly pause?: () => Promise<void>;
}

const PATIENCE_MS = 5_000;
/** Bytes. A file of a log holds eight megabytes; what is hundreds of times that is not one. */
const FILE_LIMIT = 1024 * 1024 * 1024;

/** Reads the whole log, hands each entry that can be read to `visit`, and checks the chain and all checkpoints. An absent log is an empty one. */
export async function checkAudit(repository: Repository, { copies = [], from = 0, pause }: CheckOptions = {}, visit: (entry: AuditEntry, line: string) => void = () => undefined): Promise<AuditCheck> {
  const own = (await readCheckpoints(repository)).concat(copies);
  const reading = new Reading(new Set(own.flatMap(({ checkpoint }) => checkpoint?.size ?? [])), from, visit);
  for (const { name, handle, size } of await openAll(auditFile(repository))) {
    try {
      if (size > FILE_LIMIT) reading.problem(`${name} is larger than any log grows, so it was not read.`);
      else reading.file(name, (await handle.read(Buffer.alloc(size), 0, size, 0)).buffer);
      await pause?.();
    } finally {
      await handle.close();
    }
  }
  const reviewers = await reviewersOf(repository);
  const log = logOf(repository);
  const judged = distinct(own).flatMap((found) => judge(found, log, reading, reviewers));
  const holding = judged.flatMap(({ holds }) => holds ?? []);
  const covered = Math.max(0, ...holding.map(({ size }) => size));
  const limits = [...reading.limits, ...judged.flatMap(({ limit }) => limit ?? [])];
  if (reading.entries > 0 && covered === 0) limits.push('There is no checkpoint that an enrolled reviewer signed, so a log that was cut off at its end, or replaced as a whole, would look the same.');
  else if (covered < reading.end) limits.push(`The last ${reading.end - covered} entries are under no checkpoint yet: a cut there would not show.`);
  if (holding.length > 0 && !holding.some(({ where }) => where.startsWith('refs/'))) limits.push('No copy of a checkpoint is in git, so whoever can write the log could take its checkpoints away, too.');
  return { entries: reading.entries, covered, signers: [...new Set(holding.map(({ signer }) => signer))].sort(), problems: [...reading.problems, ...judged.flatMap(({ problem }) => problem ?? [])], limits: [...new Set(limits)] };
}

/** One pass over the files. After the first break the rest is still shown, but proves nothing. */
class Reading {
  readonly problems: string[] = [];
  readonly limits: string[] = [];
  readonly heads = new Map<number, Digest>();
  entries = 0;
  readonly #sizes: ReadonlySet<number>;
  readonly #from: number;
  readonly #visit: (entry: AuditEntry, line: string) => void;
  #chain: Chain = EMPTY_CHAIN;
  #begun = false;
  #broken = false;

  constructor(sizes: ReadonlySet<number>, from: number, visit: (entry: AuditEntry, line: string) => void) {
    this.#sizes = sizes;
    this.#from = from;
    this.#visit = visit;
  }

  /** How long the log is, what was archived included. */
  get end(): number {
    return this.#chain.tree.size;
  }

  get broken(): boolean {
    return this.#broken;
  }

  problem(message: string): void {
    this.problems.push(message);
    this.#broken = true;
  }

  file(name: string, bytes: Uint8Array): void {
    const { lines, torn } = linesIn(bytes);
    const opening = lines[0] === undefined ? undefined : readEntry(lines[0]);
    if (!this.#begun && opening !== undefined && opening.seq < this.#from && (readEntry(lines.at(-1)!)?.seq ?? 0) < this.#from) return;
    lines.forEach((line, index) => this.#line(name, line, index));
    if (torn !== '') this.problem(`${name} ends in the middle of an entry, at line ${lines.length + 1}: it was cut there, or the machine lost power.`);
  }

  #line(name: string, line: string, index: number): void {
    this.entries++;
    const entry = readEntry(line);
    if (entry !== undefined && entry.seq >= this.#from) this.#visit(entry, line);
    if (this.#broken) return;
    const begun = !this.#begun && this.#from > 0 ? followFrom(line) : undefined;
    this.#begun = true;
    if (begun !== undefined && begun.tree.size - 1 <= this.#from) {
      this.limits.push(`The ${begun.tree.size - 1} entries before were not looked at: entry ${begun.tree.size - 1} carries their Merkle head.`);
      return this.#next(begun);
    }
    const followed = follow(this.#chain, line, entry);
    if (followed.ok) return this.#next(followed.chain);
    const missing = this.#chain.tree.size === 0 && entry?.event.kind === 'rotated' ? ` The ${entry.seq} entries before it are not here: put the archived files back, or check from there on with --from ${entry.seq}.` : '';
    this.problem(`Line ${index + 1} of ${name} was tampered with or damaged: ${followed.message}${missing}`);
  }

  #next(chain: Chain): void {
    this.#chain = chain;
    if (this.#sizes.has(chain.tree.size)) this.heads.set(chain.tree.size, headOf(chain.tree));
  }
}

interface Judged {
  readonly holds?: { readonly size: number; readonly signer: string; readonly where: string };
  readonly problem?: string;
  readonly limit?: string;
}

function judge({ where, text, signature, checkpoint }: FoundCheckpoint, log: string, reading: Reading, reviewers: readonly Reviewer[]): readonly Judged[] {
  if (checkpoint === undefined) return [{ problem: `A checkpoint in ${where} cannot be read: it was tampered with or damaged.` }];
  const { size, root, at, signer } = checkpoint;
  if (checkpoint.log !== log) return [{ limit: `${where} holds checkpoints of other logs of this repository, of other people, machines or folders: they say nothing about this one.` }];
  const named = `The checkpoint in ${where} over ${size} entries, of ${at} by ${signer},`;
  const verification = verifySignature(signature, text);
  if (!verification.ok) return [{ problem: `${named} was tampered with. ${verification.message}` }];
  // Whoever signed it: what contradicts the log is a reason to look.
  if (size > reading.end) return reading.broken ? [] : [{ problem: `${named} says more than the log holds: the log was cut off or rolled back to ${reading.end} entries.` }];
  const head = reading.heads.get(size);
  if (head === undefined) return [{ limit: `${named} is about entries that were not looked at.` }];
  if (head !== root) return [{ problem: `${named} is about other entries: the log was rewritten.` }];
  const known = standingOf(reviewers, signer, verification.publicKey, Date.parse(at)) === 'valid';
  if (!known) return [{ limit: `A checkpoint in the name of ${signer} proves nothing: the reviewers file of the last commit does not list its key for that name and time. Run "Vetmark: Enrol Me as Reviewer", and commit.` }];
  return [{ holds: { size, signer, where } }];
}

/** One a place: the same checkpoint stands beside the log and in git. */
function distinct(found: readonly FoundCheckpoint[]): readonly FoundCheckpoint[] {
  return [...new Map(found.map((each) => [`${each.where}\0${each.text}\0${each.signature}`, each])).values()];
}

async function reviewersOf(repository: Repository): Promise<readonly Reviewer[]> {
  const head = await resolveCommit(repository, 'HEAD');
  const file = head.ok ? await readFile(repository, { kind: 'commit', id: head.id }, REVIEWERS_FILE) : undefined;
  const read = file?.kind === 'text' ? readReviewers(file.text) : undefined;
  return read?.ok === true ? read.reviewers : [];
}

/** All files at one moment: opened, and measured, while nobody writes. */
async function openAll(file: string): Promise<readonly { readonly name: string; readonly handle: FileHandle; readonly size: number }[]> {
  // A log that may only be read is read without the lock.
  const lock = await acquire(`${file}.lock`, PATIENCE_MS).catch(() => undefined);
  try {
    const opened: { name: string; handle: FileHandle; size: number }[] = [];
    for (const name of [...sealedFiles(file), file]) {
      const handle = await open(name, 'r').catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      if (handle !== undefined) opened.push({ name, handle, size: (await handle.stat()).size });
    }
    return opened;
  } finally {
    lock?.release();
  }
}
