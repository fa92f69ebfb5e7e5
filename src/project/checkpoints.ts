/**
 * Checkpoints of the audit log: made when asked, signed by whoever asks, kept beside the log and in git. They need no gesture: signing one says how the log
 * was, not that a person agreed. A log that contradicts an earlier checkpoint gets no new one.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EMPTY_CHAIN, follow, followFrom, readEntry, type Chain } from '#core/audit';
import { checkpointOf, readCheckpoint, writeCheckpoint, type Checkpoint, type SignedCheckpoint } from '#core/checkpoint';
import type { Digest } from '#core/digest';
import { headOf } from '#core/merkle';
import { isAbsent } from './atomic.ts';
import { auditFile, linesIn, logOf, sealedFiles } from './audit-files.ts';
import { readNotes, writeNote } from './audit-note.ts';
import { acquire } from './lock.ts';
import type { Repository } from './repository.ts';

/** Who signs a checkpoint: a name of the reviewers file, and what makes an armoured SSH signature in the namespace `vetmark`. */
export interface CheckpointSigner {
  readonly name: string;
  sign(text: string): string | Promise<string>;
}

/** A checkpoint that was found. `checkpoint` is absent where the text cannot be read. */
export interface FoundCheckpoint extends SignedCheckpoint {
  readonly where: string;
  readonly checkpoint: Checkpoint | undefined;
}

/** `warning`: the checkpoint stands beside the log, but its copy could not be kept elsewhere. */
export type Checkpointed = { readonly ok: true; readonly size: number; readonly warning?: string } | { readonly ok: false; readonly message: string };

const PATIENCE_MS = 5_000;
const NO_CHECKPOINT = 'so no checkpoint was made. Run `vetmark audit verify`.';

/** Signs the log as it is now. Does nothing when nothing was added since the last checkpoint, or nothing was recorded at all. Never rejects for what the disk holds. */
export async function checkpointAudit(repository: Repository, signer: CheckpointSigner, now: Date): Promise<Checkpointed> {
  const file = auditFile(repository);
  try {
    const found = (await readCheckpoints(repository)).flatMap(({ checkpoint }) => (checkpoint?.log === logOf(repository) ? [checkpoint] : []));
    const read = await readNewest(file, new Set(found.map(({ size }) => size)));
    if (typeof read === 'string') return { ok: false, message: `${read}, ${NO_CHECKPOINT}` };
    const { chain, heads, first } = read;
    const { size } = chain.tree;
    const contradicted = found.find((checkpoint) => checkpoint.size > size || (checkpoint.size > first && heads.get(checkpoint.size) !== checkpoint.root));
    if (contradicted !== undefined) return { ok: false, message: `The audit log does not hold what the checkpoint of ${contradicted.at} over ${contradicted.size} entries says, ${NO_CHECKPOINT}` };
    if (size === 0 || found.some((checkpoint) => checkpoint.size === size)) return { ok: true, size };
    const text = writeCheckpoint(checkpointOf(chain, logOf(repository), signer.name, now.toISOString()));
    const signed = { text, signature: await signer.sign(text) };
    await appendFile(checkpointFile(file), `${JSON.stringify(signed)}\n`, { mode: 0o600, flush: true });
    const copied = await writeNote(repository, logOf(repository), signed, `Checkpoint of ${size} audit entries`);
    return { ok: true, size, ...(!copied.ok && { warning: copied.message }) };
  } catch (error) {
    return { ok: false, message: `No checkpoint of the audit log could be made: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Every checkpoint known here: beside the log first, then in git. Of other logs, too: a repository is cloned, and its notes are shared. */
export async function readCheckpoints(repository: Repository): Promise<readonly FoundCheckpoint[]> {
  const file = checkpointFile(auditFile(repository));
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return '';
    throw error;
  });
  const beside = text.split('\n').filter((line) => line !== '').map((line) => ({ where: file, ...parse(line) }));
  const notes = (await readNotes(repository)).filter(({ text }) => text.startsWith('{')).map(({ where, text }) => ({ where, ...splitCheckpoint(text) }));
  return [...beside, ...notes].map((found) => ({ ...found, checkpoint: readCheckpoint(found.text) }));
}

/** A copy that somebody kept in a file: what `git notes --ref=vetmark-audit show` prints. `undefined` when the file holds none. */
export async function readCopy(cwd: string, path: string): Promise<FoundCheckpoint | undefined> {
  const text = await readFile(resolve(cwd, path), 'utf8').catch(() => '');
  const split = splitCheckpoint(text);
  const checkpoint = readCheckpoint(split.text);
  return checkpoint === undefined ? undefined : { ...split, where: path, checkpoint };
}

/** A checkpoint and the signature below it, as a note holds them. */
function splitCheckpoint(text: string): SignedCheckpoint {
  const end = text.indexOf('\n') + 1;
  return { text: text.slice(0, end), signature: text.slice(end) };
}

function parse(line: string): SignedCheckpoint {
  try {
    const { text, signature } = JSON.parse(line) as Record<string, unknown>;
    if (typeof text === 'string' && typeof signature === 'string') return { text, signature };
  } catch {
    // What cannot be read is shown as that.
  }
  return { text: '', signature: '' };
}

/** The newest file's chain, its head at the sizes asked for, and how many entries came before it; or what is wrong with it. */
async function readNewest(file: string, sizes: ReadonlySet<number>): Promise<{ readonly chain: Chain; readonly heads: ReadonlyMap<number, Digest>; readonly first: number } | string> {
  const lock = await acquire(`${file}.lock`, PATIENCE_MS).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    return undefined;
  });
  const bytes = await readFile(file).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  }).finally(() => lock?.release());
  if (bytes === undefined) return sealedFiles(file).length > 0 ? 'The newest file of the audit log is gone' : { chain: EMPTY_CHAIN, heads: new Map(), first: 0 };
  const { lines, torn } = linesIn(bytes);
  if (torn !== '') return 'The audit log ends in the middle of an entry';
  const begun = lines[0] === undefined ? undefined : followFrom(lines[0]);
  let chain = begun ?? EMPTY_CHAIN;
  const first = begun === undefined ? 0 : begun.tree.size - 1;
  const heads = new Map<number, Digest>();
  const note = (): void => {
    if (sizes.has(chain.tree.size)) heads.set(chain.tree.size, headOf(chain.tree));
  };
  note();
  for (const line of lines.slice(begun === undefined ? 0 : 1)) {
    const followed = follow(chain, line, readEntry(line));
    if (!followed.ok) return `Entry ${chain.tree.size} of the audit log is damaged`;
    chain = followed.chain;
    note();
  }
  return { chain, heads, first };
}

function checkpointFile(file: string): string {
  return file.replace(/\.jsonl$/, '.checkpoints');
}
