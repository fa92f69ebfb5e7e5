/** An audit log of its own: a real repository, a state folder and a signer, all below one folder that lives for one test. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent } from '#core/audit';
import { AuditWriter, type WriterOptions } from '#project/audit-log';
import type { CheckpointSigner } from '#project/checkpoints';
import type { Repository } from '#project/repository';
import { addReviewer } from '#project/reviewers';
import { createKeyPair, publicKeyOf, signText } from '#project/sshsig';

export const ANN = 'ann@example.com';

export class AuditShop {
  readonly top: string;
  readonly repository: Repository;
  readonly signer: CheckpointSigner;
  readonly #state = process.env['XDG_STATE_HOME'];

  /** `enrolled`: the signer stands in the reviewers file of the first commit. */
  constructor(enrolled: 'enrolled' | 'unknown' = 'enrolled', below: string = tmpdir()) {
    this.top = realpathSync(mkdtempSync(join(below, 'vetmark-audit-')));
    this.repository = { root: join(this.top, 'shop'), gitDir: join(this.top, 'shop', '.git') };
    process.env['XDG_STATE_HOME'] = join(this.top, 'state');
    const { privateKey } = createKeyPair(ANN);
    this.signer = { name: ANN, sign: (text) => signText(privateKey, text) };
    mkdirSync(join(this.repository.root, '.vetmark'), { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main');
    if (enrolled === 'enrolled') writeFileSync(join(this.repository.root, '.vetmark/reviewers'), addReviewer('', ANN, publicKeyOf(privateKey)));
    this.git('add', '--all');
    this.git('-c', 'user.name=Ann', '-c', `user.email=${ANN}`, 'commit', '--quiet', '--allow-empty', '--message', 'start');
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.repository.root, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: this.top, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8' } });
  }

  /** Records `count` events of several kinds; the first is numbered `from`. */
  async fill(count: number, options: WriterOptions = {}, from = 0): Promise<void> {
    const writer = new AuditWriter(this.repository, options);
    // One at a time, so that files are begun where they would be.
    for (let i = from; i < from + count; i++) await writer.append(eventOf(i), dateOf(i));
    await writer.close();
  }

  dispose(): void {
    if (this.#state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = this.#state;
    rmSync(this.top, { recursive: true, force: true });
  }
}

export function eventOf(i: number): AuditEvent {
  if (i % 5 === 4) return { kind: 'vetted', reviewer: ANN, file: `.vetmark/reviews/${i}.json`, units: 1 + (i % 3) };
  return { kind: 'agent-tool', agent: 'claude-code', session: '3b14e8bb-d410-49ea-bdc2-3d18b7e9d343', tool: 'Write', phase: 'after', paths: [`/shop/src/file-${i}.ts`] };
}

export function dateOf(i: number): Date {
  return new Date(1_790_000_000_000 + i);
}
