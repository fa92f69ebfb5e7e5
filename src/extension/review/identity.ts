/** Who signs here: the address that git knows, and the key that `vetmark.signing.key` chooses. Guards: a private key never reaches disk or a log. */
import * as vscode from 'vscode';
import { readFile, type Repository } from '#project/repository';
import { addReviewer, readReviewers, standingOf } from '#project/reviewers';
import { REVIEWERS_FILE } from '#project/reviews';
import { editorSigner, gitIdentity, sshSigner, type Found, type GitIdentity, type Signer } from '#project/signers';
import { createKeyPair } from '#project/sshsig';
import { settings } from '../settings.ts';
import { agreed } from './gesture.ts';

const SECRET = 'vetmark.signing-key';

export type Standing = { readonly kind: 'enrolled'; readonly principal: string } | { readonly kind: 'not'; readonly message: string };

export class Identity {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** Who signs in this repository; the editor's key is made on first use. A sentence when git knows no address, or no key where it should. */
  async signer(repository: Repository): Promise<Found> {
    const identity = await gitIdentity(repository);
    const found = await this.#known(identity);
    if (found !== undefined) return found.ok ? { ok: true, signer: withNotice(found.signer) } : found;
    const { principal = '' } = identity;
    const { privateKey } = createKeyPair(principal);
    await this.#secrets.store(SECRET, privateKey);
    return { ok: true, signer: editorSigner(principal, privateKey) };
  }

  /** As `signer`, but makes no key: `undefined` when the editor has none yet. */
  async #known({ principal, signingKey }: GitIdentity): Promise<Found | undefined> {
    if (principal === undefined) return { ok: false, message: vscode.l10n.t('A review is signed with your name, and git does not know your address here. Set it with `git config user.email you@example.com` and try again.') };
    switch (settings.signingKey()) {
      case 'ssh':
        return sshSigner(principal, signingKey);
      case 'editor': {
        const privateKey = await this.#secrets.get(SECRET);
        return privateKey === undefined ? undefined : { ok: true, signer: editorSigner(principal, privateKey) };
      }
    }
  }

  /** Whether reviews signed here count in this work tree. Makes no key. */
  async standing(repository: Repository): Promise<Standing> {
    const file = await readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE);
    const known = file.kind === 'text' ? readReviewers(file.text) : undefined;
    if (known?.ok === false) return { kind: 'not', message: known.message };
    const found = await this.#known(await gitIdentity(repository));
    if (found?.ok === false) return { kind: 'not', message: found.message };
    const unknown: Standing = { kind: 'not', message: vscode.l10n.t('You are not among this repository\'s reviewers yet with the key that signs here, so your review would not count. Run "Vetmark: Enrol Me as Reviewer".') };
    if (found === undefined) return unknown;
    const { principal, publicKey } = found.signer;
    switch (standingOf(known?.reviewers ?? [], principal, publicKey, Date.now())) {
      case 'valid':
        return { kind: 'enrolled', principal };
      case 'unknown':
        return unknown;
      case 'ended':
        return { kind: 'not', message: keyRevoked() };
      case 'not-yet':
        return { kind: 'not', message: vscode.l10n.t('The reviewers file lets your key sign only from a later date on, so your review would not count. Change valid-after in {0}, in a change that is reviewed.', REVIEWERS_FILE) };
    }
  }

  /** A revoked key stays revoked: the editor can make another, and SSH keys are the user's own. Only after a person agreed, for the old key is gone then. */
  async #enrolAnew(repository: Repository, uri: vscode.Uri): Promise<Enrolled> {
    if (settings.signingKey() === 'ssh') return { ok: false, message: keyRevoked() };
    const human = await agreed(vscode.l10n.t('Your key was revoked here. Make a new one and enrol that?'), vscode.l10n.t('What the old key signed keeps counting where the base branch has it already. In other repositories that list the old key you enrol again.'), vscode.l10n.t('Make a New Key'));
    if (human === undefined) return { ok: false, message: keyRevoked() };
    await this.#secrets.delete(SECRET);
    return this.enrol(repository, uri);
  }

  /** Adds the signer to `.vetmark/reviewers`, or says in a sentence why not. */
  async enrol(repository: Repository, uri: vscode.Uri): Promise<Enrolled> {
    const signing = await this.signer(repository);
    if (!signing.ok) return signing;
    const { principal, publicKey } = signing.signer;
    const file = await readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE);
    if (file.kind === 'unreadable') return { ok: false, message: vscode.l10n.t('{0} cannot be read: {1}. Nothing was changed.', REVIEWERS_FILE, file.why) };
    const before = file.kind === 'text' ? file.text : '';
    const known = readReviewers(before);
    if (!known.ok) return known;
    if (standingOf(known.reviewers, principal, publicKey, Date.now()) === 'ended') return this.#enrolAnew(repository, uri);
    const after = addReviewer(before, principal, publicKey);
    if (after === before && file.kind === 'text') return { ok: true, principal, added: false };
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(after));
    return { ok: true, principal, added: true };
  }
}

type Enrolled = { readonly ok: true; readonly principal: string; readonly added: boolean } | { readonly ok: false; readonly message: string };

function keyRevoked(): string {
  const next = settings.signingKey() === 'ssh' ? vscode.l10n.t('Name another key in `git config user.signingkey`, and run "Vetmark: Enrol Me as Reviewer".') : vscode.l10n.t('Run "Vetmark: Enrol Me as Reviewer" to go on with a new one.');
  return vscode.l10n.t('Your key was revoked in {0}, so your review would not count. {1}', REVIEWERS_FILE, next);
}

/** A token waits for a hand on it, and does not always blink: says so as long as it waits. */
function withNotice(signer: Signer): Signer {
  if (signer.presence === 'none') return signer;
  const notice = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Vetmark: Touch your key to sign.') };
  return { ...signer, sign: (text, asking) => (asking === 'silent' ? signer.sign(text, asking) : Promise.resolve(vscode.window.withProgress(notice, () => signer.sign(text, asking)))) };
}
