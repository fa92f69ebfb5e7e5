/** Signers, with the system's ssh-keygen and agents of the test's own: what they sign counts here and for stock ssh-keygen; where they cannot, they say why, and never wait for a terminal. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenKey, TokenAgent } from '../harness/token-key.ts';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import type { Human, Review } from '#core/review';
import { openRepository, type Repository } from '#project/repository';
import { readReviewers } from '#project/reviewers';
import { readReviews, writeReview } from '#project/reviews';
import { signByKeygen } from '#project/ssh-keygen';
import { editorSigner, gitIdentity, sshSigner, type Signer } from '#project/signers';
import { createKeyPair, verifySignature } from '#project/sshsig';

const ADA = 'ada@example.org';
const TEXT = '{"_type":"https://in-toto.io/Statement/v1"}\n';
const HUMAN = { gesture: 'a test stands in for a click' } as Human;

/** The signer for what `user.signingkey` says. */
async function signerFor(signingKey: string): Promise<Signer> {
  const found = await sshSigner(ADA, signingKey);
  if (!found.ok) throw new Error(found.message);
  return found.signer;
}

async function messageFor(signingKey: string | undefined): Promise<string> {
  const found = await sshSigner(ADA, signingKey);
  return found.ok ? `signs with ${found.signer.publicKey}` : found.message;
}

/** The key whose signature counts, or the sentence why none was made. */
async function signedBy(signer: Signer, asking: 'may-ask' | 'silent' = 'may-ask'): Promise<string> {
  const signed = await signer.sign(TEXT, asking);
  if (!signed.ok) return signed.message;
  const verification = verifySignature(signed.signature, TEXT);
  return verification.ok ? verification.publicKey : verification.message;
}

describe('a signer', function () {
  this.timeout(60_000);
  let folder: string;
  let agent: ChildProcess | undefined;
  let environment: NodeJS.ProcessEnv;

  before(async function () {
    if (spawnSync('ssh-keygen', ['-?']).error !== undefined || spawnSync('ssh-agent', ['-?']).error !== undefined) {
      process.stderr.write('ssh-keygen or ssh-agent is not on this machine: signing with SSH keys is not shown here\n');
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'vetmark-signers-'));
    environment = { ...process.env };
    agent = spawn('ssh-agent', ['-D', '-a', join(folder, 'agent')], { stdio: 'ignore' });
    while (!existsSync(join(folder, 'agent'))) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const name of ['DISPLAY', 'WAYLAND_DISPLAY']) delete process.env[name];
    process.env['SSH_ASKPASS'] = join(folder, 'nobody-to-ask');
  });

  beforeEach(() => {
    process.env['SSH_AUTH_SOCK'] = join(folder, 'no-agent');
  });

  after(() => {
    if (folder === undefined) return;
    agent?.kill();
    process.env = environment;
    rmSync(folder, { recursive: true, force: true });
  });

  /** A new key file; its public half as one line without a comment. */
  function key(name: string, type: readonly string[] = ['ed25519'], passphrase = ''): { readonly file: string; readonly publicKey: string } {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', ...type, '-N', passphrase, '-C', 'a comment', '-f', file]);
    return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').split(' ', 2).join(' ') };
  }

  /** A program of the test's own, for ssh-keygen to run. */
  function program(name: string, body: string): string {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  function useAgent(...files: readonly string[]): void {
    process.env['SSH_AUTH_SOCK'] = join(folder, 'agent');
    for (const file of files) execFileSync('ssh-add', ['-q', file], { stdio: 'ignore', env: { ...process.env, SSH_ASKPASS: program('says-it', 'echo open-sesame'), SSH_ASKPASS_REQUIRE: 'force' } });
  }

  it('of the editor signs with its own key', async () => {
    const { publicKey, privateKey } = createKeyPair(ADA);
    assert.equal(await signedBy(editorSigner(ADA, privateKey)), publicKey.split(' ', 2).join(' '));
  });

  for (const [title, type] of [
    ['Ed25519', ['ed25519']],
    ['ECDSA', ['ecdsa', '-b', '256']],
    ['RSA', ['rsa', '-b', '3072']],
  ] as const) {
    it(`signs with a key file: ${title}`, async () => {
      const { file, publicKey } = key(`plain-${title}`, type);
      assert.deepEqual([await signedBy(await signerFor(file)), await signedBy(await signerFor(`${file}.pub`))], [publicKey, publicKey]);
    });
  }

  it('signs with a key of an old format, by the public half beside it', async () => {
    const { file, publicKey } = key('old', ['ecdsa', '-m', 'PEM']);
    assert.equal(await signedBy(await signerFor(file)), publicKey);
  });

  it('signs with a key that has a passphrase and is in the agent, asking nobody', async () => {
    const { file, publicKey } = key('guarded', ['ed25519'], 'open-sesame');
    useAgent(file);
    assert.deepEqual([await signedBy(await signerFor(file), 'silent'), await signedBy(await signerFor(`${file}.pub`), 'silent')], [publicKey, publicKey]);
  });

  it('signs with a key that only the agent holds', async () => {
    const { file, publicKey } = key('held');
    useAgent(file);
    rmSync(file);
    rmSync(`${file}.pub`);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('vetmark-key-'));
    const by = [await signedBy(await signerFor(`key::${publicKey}`)), await signedBy(await signerFor(`${publicKey} a comment`))];
    assert.deepEqual([by, readdirSync(tmpdir()).filter((name) => name.startsWith('vetmark-key-') && !before.includes(name))], [[publicKey, publicKey], []]);
  });

  it('asks for a passphrase by SSH_ASKPASS, and not at all when it is to be silent', async () => {
    const { file, publicKey } = key('asked', ['ed25519'], 'open-sesame');
    process.env['SSH_ASKPASS'] = program('asks', 'echo open-sesame');
    const by = [await signedBy(await signerFor(file)), await signedBy(await signerFor(file), 'silent')];
    process.env['SSH_ASKPASS'] = join(folder, 'nobody-to-ask');
    assert.deepEqual([by[0], by[1]!.slice(0, 62)], [publicKey, 'Your SSH key has a passphrase, and nobody answered for it. Loa']);
  });

  it('says so when nobody answers for the passphrase', async () => {
    const { file } = key('lonely', ['ed25519'], 'open-sesame');
    assert.match(await signedBy(await signerFor(file)), /^Your SSH key has a passphrase, and nobody answered for it\. Load the key with `ssh-add`/);
  });

  it('does not wait for somebody who asks and asks, nor leave them running', async () => {
    const { file } = key('slow', ['ed25519'], 'open-sesame');
    process.env['SSH_ASKPASS'] = program('sleeps', `echo $$ > "${join(folder, 'pid')}"\nexec sleep 30`);
    const signed = await signByKeygen(file, TEXT, 'may-ask', 1500);
    process.env['SSH_ASKPASS'] = join(folder, 'nobody-to-ask');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    assert.deepEqual([signed, isRunning(pid)], [{ ok: false, message: 'Your SSH key did not sign within 1.5 seconds: nobody touched it, or nobody answered. Try again.' }, false]);
  });

  it('says so when neither agent nor file has the private half', async () => {
    const { file, publicKey } = key('gone');
    rmSync(file);
    useAgent();
    const said = [await signedBy(await signerFor(`${file}.pub`)), await signedBy(await signerFor(`key::${publicKey}`))];
    assert.deepEqual(said.map((message) => message.slice(0, 45)), Array(2).fill('The private half of your SSH key is not at ha'));
  });

  it('throws a signature away that another key made', async () => {
    const [named, other] = [key('named'), key('other')];
    const signer = await signerFor(named.file);
    for (const ending of ['', '.pub']) copyFileSync(other.file + ending, named.file + ending);
    assert.match(await signedBy(signer), /^ssh-keygen signed with another key than/);
  });

  it('signs nothing without ssh-keygen, and says what to do', async () => {
    const { file } = key('no-program');
    const signer = await signerFor(file);
    const path = process.env['PATH'];
    process.env['PATH'] = join(folder, 'empty');
    const said = await signedBy(signer).finally(() => {
      process.env['PATH'] = path;
    });
    assert.equal(said, 'ssh-keygen is not on the PATH, and your SSH key signs by it. Install OpenSSH 8.2 or newer, or set vetmark.signing.key to "editor".');
  });

  it('is not had from what git says when that is no key that can sign', async () => {
    const short = key('short', ['rsa', '-b', '1024']);
    const old = key('old-alone', ['ecdsa', '-m', 'PEM']);
    rmSync(`${old.file}.pub`);
    symlinkSync('/dev/zero', join(folder, 'endless'));
    writeFileSync(join(folder, 'diary'), 'Dear diary,\n');
    const certificate = `ssh-ed25519-cert-v01@openssh.com ${Buffer.from('\0\0\0\x20ssh-ed25519-cert-v01@openssh.com').toString('base64')}`;
    const begins = async (signingKey: string | undefined): Promise<string> => (await messageFor(signingKey)).replaceAll(folder, '').split(/ Name a key| Set it/)[0]!;
    assert.deepEqual(
      await Promise.all([undefined, '0123456789ABCDEF', '-oProxyCommand=x', 'keys/id_ed25519', join(folder, 'nothing'), folder, join(folder, 'endless'), join(folder, 'diary'), short.file, old.file, `key::${certificate}`, 'key::ssh-ed25519 AAAA', 'ssh-ed25519'].map(begins)),
      [
        'Reviews are to be signed with your SSH key, and git knows none.',
        ...Array<string>(3).fill('What `git config user.signingkey` gives is no SSH key and no full path of one: it may be the name of a GPG key.'),
        'The key file /nothing, which `git config user.signingkey` names, cannot be read.',
        'The key file , which `git config user.signingkey` names, cannot be read.',
        'The key file /endless, which `git config user.signingkey` names, cannot be read.',
        'The key in /diary cannot sign reviews: it is not an SSH public key.',
        'The key in /short cannot sign reviews: its RSA key has 1024 bits, and fewer than 2048 are too weak, more than 16384 too slow.',
        '/old-alone is a private key of an old format, and its public half /old-alone.pub is not beside it.',
        'The key that `git config user.signingkey` gives cannot sign reviews: its key is of a kind that cannot be checked here: use Ed25519, in a FIDO token or not, ECDSA or RSA.',
        'The key that `git config user.signingkey` gives cannot sign reviews: it is cut short.',
        'The key that `git config user.signingkey` gives cannot sign reviews: it is not an SSH public key.',
      ],
    );
  });

  for (const kind of ['ed25519', 'ecdsa'] as const) {
    describe(`whose key is in a FIDO token, ${kind}`, () => {
      const token = createTokenKey('ssh:', kind);
      let held: TokenAgent;
      before(async () => {
        held = new TokenAgent(token);
        await held.listen();
      });
      beforeEach(() => {
        process.env['SSH_AUTH_SOCK'] = held.socket;
        held.hand = 'touched';
      });
      after(() => held?.dispose());

      it('signs when it is touched, and says before that it will wait', async () => {
        const signer = await signerFor(`key::${token.publicKey}`);
        assert.deepEqual([signer.presence, await signedBy(signer)], ['touch', token.publicKey]);
      });

      for (const [hand, said] of [
        ['untouched', 'What ssh-keygen made would not count. The signature does not count: nobody touched the key when it signed.'],
        ['refuses', 'ssh-agent refused to sign: it is locked, or it asked and nobody agreed. Try again.'],
      ] as const) {
        it(`signs nothing that counts when its agent ${hand === 'refuses' ? hand : 'lets it sign untouched'}`, async () => {
          held.hand = hand;
          assert.equal(await signedBy(await signerFor(`key::${token.publicKey}`)), said);
        });
      }

      it('asks for no touch when it is to be silent', async () => {
        assert.equal(await signedBy(await signerFor(`key::${token.publicKey}`), 'silent'), 'This key signs only when it is touched, and nobody was to be asked.');
      });

      it('does not wait for a touch for ever', async () => {
        held.hand = 'never answers';
        const file = join(folder, `token-${kind}.pub`);
        writeFileSync(file, `${token.publicKey}\n`);
        assert.deepEqual(await signByKeygen(file, TEXT, 'may-ask', 500), { ok: false, message: 'Your SSH key did not sign within 0.5 seconds: nobody touched it, or nobody answered. Try again.' });
      });

      it('writes a review that counts, here and for ssh-keygen', async () => {
        assert.deepEqual(await reviewedBy(await signerFor(`key::${token.publicKey}`), `token-${kind}`), ['trusted', token.publicKey, 0]);
      });
    });
  }

  it('writes a review that counts, here and for ssh-keygen', async () => {
    const { file, publicKey } = key('reviews', ['rsa', '-b', '2048']);
    assert.deepEqual(await reviewedBy(await signerFor(file), 'rsa'), ['trusted', publicKey, 0]);
  });

  it('that does not sign leaves no review', async () => {
    const { file } = key('leaves', ['ed25519'], 'open-sesame');
    const repository = await made('leaves-nothing');
    const written = await writeReview(repository, HUMAN, review(), await signerFor(file));
    assert.deepEqual([written.ok, existsSync(join(repository.root, '.vetmark'))], [false, false]);
  });

  it('is named as git names people: the last address and key, the repository\'s own first', async () => {
    const repository = await made('named');
    for (const [name, value] of [['user.email', ADA], ['user.signingkey', '/first'], ['user.signingkey', 'key::ssh-ed25519 AAAA a comment']] as const) execFileSync('git', ['-C', repository.root, 'config', '--add', name, value]);
    const first = await gitIdentity(repository);
    execFileSync('git', ['-C', repository.root, 'config', 'user.email', '*']);
    const second = await gitIdentity(repository);
    assert.deepEqual([first, second], [{ principal: ADA, signingKey: 'key::ssh-ed25519 AAAA a comment' }, { signingKey: 'key::ssh-ed25519 AAAA a comment' }]);
  });

  async function made(name: string): Promise<Repository> {
    const root = join(folder, `repository-${name}`);
    mkdirSync(root);
    execFileSync('git', ['init', '--quiet', root]);
    const opened = await openRepository(root);
    if (!opened.ok) throw new Error(opened.message);
    return opened.repository;
  }

  /** What the reader says of a review by this signer, the key it names, and what stock ssh-keygen exits with. */
  async function reviewedBy(signer: Signer, name: string): Promise<readonly [string, string, number | null]> {
    const repository = await made(name);
    const reviewers = `${ADA} namespaces="vetmark" ${signer.publicKey}\n`;
    const written = await writeReview(repository, HUMAN, review(), signer);
    if (!written.ok) throw new Error(written.message);
    const signers = join(folder, `${name}-signers`);
    writeFileSync(signers, reviewers);
    const read = readReviewers(reviewers);
    const [only] = await readReviews(repository, { kind: 'worktree' }, { reviewers: read.ok ? read.reviewers : [] });
    const { status } = spawnSync('ssh-keygen', ['-Y', 'verify', '-f', signers, '-I', ADA, '-n', 'vetmark', '-s', join(repository.root, `${written.file}.sig`)], { input: readFileSync(join(repository.root, written.file)) });
    return [only?.kind ?? 'none', only?.kind === 'trusted' ? (only.key ?? '') : '', status];
  }

  function review(): Review {
    return { units: [{ path: 'a.ts' as RepoPath, label: 'function a', digest: digestOf('function a() {}'), claim: 'vetted', agents: [] }], reviewer: ADA, at: new Date().toISOString(), answers: [], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0.0.0' } };
  }
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A child that nobody has waited for yet is no longer running.
    return !/^\d+ \(.*\) Z/.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '');
  } catch {
    return false;
  }
}
