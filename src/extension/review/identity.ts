/** Who signs here: the address git knows, and a key in the editor's secret store. Guards: the private key never reaches disk or a log. */
import * as vscode from 'vscode';
import { git } from '#project/git';
import { readFile, type Repository } from '#project/repository';
import { addReviewer, isPrincipal, readReviewers } from '#project/reviewers';
import { REVIEWERS_FILE } from '#project/reviews';
import { createKeyPair, publicKeyOf } from '#project/sshsig';

const SECRET = 'vetmark.signing-key';

export interface Signer {
  readonly principal: string;
  readonly privateKey: string;
}

export type Standing = { readonly kind: 'enrolled'; readonly principal: string } | { readonly kind: 'not'; readonly message: string };

export class Identity {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** Who signs in this repository; the key is made on first use. A sentence when git knows no address. */
  async signer(repository: Repository): Promise<{ readonly ok: true; readonly signer: Signer } | { readonly ok: false; readonly message: string }> {
    const answer = await git(repository.root, ['config', '--get', 'user.email']);
    const principal = answer.ok ? answer.stdout.toString('utf8').trim() : '';
    if (!isPrincipal(principal)) return { ok: false, message: 'A review is signed with your name, and git does not know your address here. Set it with `git config user.email you@example.com` and try again.' };
    let privateKey = await this.#secrets.get(SECRET);
    if (privateKey === undefined) {
      ({ privateKey } = createKeyPair(principal));
      await this.#secrets.store(SECRET, privateKey);
    }
    return { ok: true, signer: { principal, privateKey } };
  }

  /** Whether reviews signed here count in this work tree. Makes no key. */
  async standing(repository: Repository): Promise<Standing> {
    const privateKey = await this.#secrets.get(SECRET);
    const file = await readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE);
    const known = file.kind === 'text' ? readReviewers(file.text) : undefined;
    if (known?.ok === false) return { kind: 'not', message: known.message };
    const answer = await git(repository.root, ['config', '--get', 'user.email']);
    const principal = answer.ok ? answer.stdout.toString('utf8').trim() : '';
    const own = privateKey === undefined ? undefined : keyOf(publicKeyOf(privateKey));
    const enrolled = known?.ok === true && own !== undefined && known.reviewers.some((reviewer) => reviewer.publicKey === own && reviewer.principals.includes(principal));
    return enrolled ? { kind: 'enrolled', principal } : { kind: 'not', message: 'You are not among this repository\'s reviewers yet, so your review would not count. Run "Vetmark: Enrol Me as Reviewer".' };
  }

  /** Adds the signer to `.vetmark/reviewers`. Returns the file, or a sentence. */
  async enrol(repository: Repository, uri: vscode.Uri): Promise<{ readonly ok: true; readonly principal: string; readonly added: boolean } | { readonly ok: false; readonly message: string }> {
    const signing = await this.signer(repository);
    if (!signing.ok) return signing;
    const { principal, privateKey } = signing.signer;
    const file = await readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE);
    if (file.kind === 'unreadable') return { ok: false, message: `${REVIEWERS_FILE} cannot be read: ${file.why}. Nothing was changed.` };
    const before = file.kind === 'text' ? file.text : '';
    const after = addReviewer(before, principal, publicKeyOf(privateKey));
    if (after === before && file.kind === 'text') return { ok: true, principal, added: false };
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(after));
    return { ok: true, principal, added: true };
  }
}

function keyOf(publicKey: string): string {
  return publicKey.split(' ').slice(0, 2).join(' ');
}
