/**
 * Who signs: a value with a name, a public key, and what makes signatures. The editor's own key, the user's SSH key, or a key in a FIDO token.
 * Invariant 4: a signer signs what it is given; only what a person's gesture agreed to may be given to it. Nothing in the terminal makes one.
 */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { git } from './git.ts';
import type { Repository } from './repository.ts';
import { isPrincipal } from './reviewers.ts';
import { readKeyLine, type PublicKey } from './ssh-keys.ts';
import { signByKeygen, type Asking, type Signed } from './ssh-keygen.ts';
import { publicHalf, publicKeyOf, signText, verifySignature } from './sshsig.ts';

export interface Signer {
  /** The address by which the reviewers file knows the person. */
  readonly principal: string;
  /** `ssh-ed25519 AAAA...`, without a comment. */
  readonly publicKey: string;
  /** `touch`: it waits for a hand on a token, at every signature. */
  readonly presence: PublicKey['presence'];
  /** The armoured signature, in the namespace `vetmark`, that counts for `publicKey`; or a sentence. Never rejects. */
  sign(text: string, asking: Asking): Promise<Signed>;
}

export type Found = { readonly ok: true; readonly signer: Signer } | { readonly ok: false; readonly message: string };

/** What git's configuration says here, of the user's name and key. */
export interface GitIdentity {
  /** Absent: git knows no address, or none that can stand in the reviewers file. */
  readonly principal?: string;
  /** `user.signingkey` as it stands there. */
  readonly signingKey?: string;
}

/** A public key is a line, a private one some lines. */
const KEY_FILE_LIMIT = 64 * 1024;

/** Reads git's configuration for a work tree, the user's own included. */
export async function gitIdentity(repository: Repository): Promise<GitIdentity> {
  const answer = await git(repository.root, ['config', '-z', '--get-regexp', '^user\\.(email|signingkey)$']);
  const pairs = answer.ok ? answer.stdout.toString('utf8').split('\0').map((entry) => entry.split('\n', 2)) : [];
  // Of several values the last counts.
  const last = (name: string): string | undefined => pairs.findLast(([key]) => key === name)?.[1]?.trim();
  const [email = '', signingKey = ''] = [last('user.email'), last('user.signingkey')];
  return { ...(isPrincipal(email) && { principal: email }), ...(signingKey !== '' && { signingKey }) };
}

/** Signs with a key that is in the editor's secret store: one that `createKeyPair` made. */
export function editorSigner(principal: string, privateKey: string): Signer {
  return { principal, publicKey: publicKeyOf(privateKey), presence: 'none', sign: (text) => Promise.resolve({ ok: true, signature: signText(privateKey, text) }) };
}

/** Signs with the key that `user.signingkey` names as git reads it: a file, or `key::` and a public key that an agent holds. A sentence when it names no key that can sign here. Runs nothing yet. */
export async function sshSigner(principal: string, signingKey: string | undefined): Promise<Found> {
  if (signingKey === undefined) return refused('Reviews are to be signed with your SSH key, and git knows none. Set it with `git config --global user.signingkey ~/.ssh/id_ed25519.pub`, or set vetmark.signing.key to "editor".');
  const named = await keyOf(signingKey);
  if (!named.ok) return refused(`${named.message} Name a key with \`git config --global user.signingkey ~/.ssh/id_ed25519.pub\`, or set vetmark.signing.key to "editor".`);
  const { key, file } = named;
  const sign = async (text: string, asking: Asking): Promise<Signed> => {
    if (asking === 'silent' && key.presence === 'touch') return refused('This key signs only when it is touched, and nobody was to be asked.');
    const signed = file === undefined ? await withKeyFile(key, (made) => signByKeygen(made, text, asking)) : await signByKeygen(file, text, asking);
    return signed.ok ? checked(signed.signature, text, key) : signed;
  };
  return { ok: true, signer: { principal, publicKey: key.text, presence: key.presence, sign } };
}

type Named = { readonly ok: true; readonly key: PublicKey; readonly file?: string } | { readonly ok: false; readonly message: string };

async function keyOf(signingKey: string): Promise<Named> {
  const literal = signingKey.startsWith('key::') ? signingKey.slice('key::'.length) : signingKey.startsWith('ssh-') ? signingKey : undefined;
  if (literal !== undefined) return named(readKeyLine(literal), 'The key that `git config user.signingkey` gives');
  const file = signingKey.startsWith('~/') ? join(homedir(), signingKey.slice(2)) : signingKey;
  if (!isAbsolute(file)) return { ok: false, message: 'What `git config user.signingkey` gives is no SSH key and no full path of one: it may be the name of a GPG key.' };
  const text = await textOf(file);
  if (text === undefined) return { ok: false, message: `The key file ${file}, which \`git config user.signingkey\` names, cannot be read.` };
  const line = publicHalf(text) ?? (/^-----BEGIN /.test(text) ? await textOf(`${file}.pub`) : text);
  if (line === undefined) return { ok: false, message: `${file} is a private key of an old format, and its public half ${file}.pub is not beside it.` };
  return named(readKeyLine(line), `The key in ${file}`, file);
}

function named(key: PublicKey | string, what: string, file?: string): Named {
  if (typeof key === 'string') return { ok: false, message: `${what} cannot sign reviews: ${key}.` };
  return { ok: true, key, ...(file !== undefined && { file }) };
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
    return isFile && size <= KEY_FILE_LIMIT ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** ssh-keygen takes a file: it holds a public key only. Whoever exchanges it changes which key signs, and that is checked. */
async function withKeyFile(key: PublicKey, use: (file: string) => Promise<Signed>): Promise<Signed> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), 'vetmark-key-'));
    const file = join(folder, 'key.pub');
    await writeFile(file, `${key.text}\n`, { mode: 0o600 });
    return await use(file);
  } catch (error) {
    return refused(`A file for your public key cannot be written: ${error instanceof Error ? error.message : String(error)}. Nothing was signed.`);
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What another program made is looked at before it is kept: it must count where it will be read. */
function checked(signature: string, text: string, key: PublicKey): Signed {
  const verification = verifySignature(signature, text);
  if (!verification.ok) return refused(`What ssh-keygen made would not count. ${verification.message}`);
  return verification.publicKey === key.text ? { ok: true, signature } : refused('ssh-keygen signed with another key than `git config user.signingkey` names, so the signature was thrown away. See that the .pub file beside the key belongs to it.');
}

function refused(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}
