/**
 * The world of an attack: a server whose main branch nobody but people can move, and a clone in which an agent has the user's whole shell. It pushes a
 * branch; a build that knows nothing else clones the server anew and asks the gate. No person's private key is on this disk.
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { languageOf } from '#core/language';
import { repoPathOf } from '#core/path';
import { writeStatement, type Claim, type Review, type ReviewedUnit } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import { createKeyPair, signText, type KeyPair } from '#project/sshsig';
import { CLI_BUNDLE, placeCompiler } from '../../scripts/cli-bundle.mjs';

/** What users run: the bundle, built once for all worlds, gone with this process. */
const CLI = buildCli();
const ID = 'A'.repeat(26);
let serial = 0;

/** Somebody with a key that only this process holds. */
export class Signer {
  readonly address: string;
  readonly keys: KeyPair;

  constructor(address: string) {
    this.address = address;
    this.keys = createKeyPair(address);
  }

  line(options = 'namespaces="vetmark"'): string {
    return `${this.address} ${options} ${this.keys.publicKey.split(' ').slice(0, 2).join(' ')}\n`;
  }
}

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly milliseconds: number;
}

export class World {
  readonly top: string;
  readonly root: string;
  readonly server: string;

  private constructor(top: string) {
    this.top = top;
    this.root = join(top, 'home/work/shop');
    this.server = join(top, 'server/shop.git');
  }

  static empty(): World {
    const world = new World(realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-forgery-'))));
    mkdirSync(world.root, { recursive: true });
    mkdirSync(world.server, { recursive: true });
    world.sh('git init -q --bare --initial-branch=main "$SERVER" && git init -q --initial-branch=main . && git remote add origin "$SERVER" && git config user.name Agent && git config user.email agent@example.com');
    return world;
  }

  copy(): World {
    const world = new World(realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-forgery-'))));
    cpSync(this.top, world.top, { recursive: true, verbatimSymlinks: true });
    world.sh('git remote set-url origin "$SERVER"');
    return world;
  }

  /** A script, in the clone, with everything the user may do. */
  sh(script: string, more: Readonly<Record<string, string>> = {}): string {
    return execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: this.root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28, env: { ...this.env(), ...more } });
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  commit(message = 'change'): void {
    this.sh('git add --all && git commit -q --allow-empty --message "$MESSAGE"', { MESSAGE: message });
  }

  /** What a signer would sign for files as they stand: every unit of theirs. */
  review(signer: string, paths: readonly string[], over: Partial<Review> & { readonly claim?: Claim; readonly only?: (label: string) => boolean; readonly as?: string; readonly each?: Partial<ReviewedUnit> } = {}): Review {
    const { claim = 'vetted', only = () => true, as, each, ...rest } = over;
    const units = paths.flatMap((path) => {
      const all = unitsOf(this.read(path), languageOf(path));
      return all.filter(({ label }) => only(label)).map((unit) => ({ path: repoPathOf(as ?? path)!, label: unit.label, digest: unit.digest, claim, agents: [], ...occurrenceOf(all, unit), ...each }));
    });
    return { units, reviewer: signer, at: new Date().toISOString(), answers: [{ item: 'read', answer: 'yes' }], openFindings: [], waivers: [], repository: ID, tool: { name: 'vetmark', version: '0.0.0' }, ...rest };
  }

  /** Writes a record as Vetmark does; its path. */
  record(statement: string, signature: string | undefined): string {
    const path = `.vetmark/reviews/${String(++serial).padStart(26, '0')}.json`;
    this.write(path, statement);
    if (signature !== undefined) this.write(`${path}.sig`, signature);
    return path;
  }

  /** A genuine review: the person looked at these files as they stand. */
  vet(signer: Signer, paths: readonly string[], over: Parameters<World['review']>[2] = {}): string {
    const statement = writeStatement(this.review(signer.address, paths, over));
    return this.record(statement, signText(signer.keys.privateKey, statement));
  }

  /** Runs the command line in the clone. */
  vetmark(args: readonly string[]): string {
    return this.sh('"$NODE" "$CLI" "$@" 2>&1 || echo "exit $?"'.replace('"$@"', args.map((_, index) => `"$A${index}"`).join(' ')), Object.fromEntries(args.map((arg, index) => [`A${index}`, arg])));
  }

  /** What the build says of the pushed branch: a fresh clone, the base and the head by name, nothing of the clone the agent had. */
  async gate(branch: string): Promise<Answer> {
    const clone = join(this.top, 'build');
    execFileSync('git', ['clone', '-q', '--no-local', this.server, clone], { env: this.env(), stdio: 'ignore' });
    const start = performance.now();
    const { code, out } = await new Promise<{ code: number; out: string }>((done) => {
      execFile(process.execPath, [CLI, 'gate', '--base', 'origin/main', '--head', `origin/${branch}`, '--format', 'json'], { cwd: clone, env: this.env(), maxBuffer: 1 << 28, encoding: 'utf8' }, (error, stdout, stderr) => done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 99, out: stdout + stderr }));
    });
    return { code, out, milliseconds: performance.now() - start };
  }

  dispose(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  private env(): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', HOME: join(this.top, 'home'), XDG_STATE_HOME: join(this.top, 'home/.state'), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8', SERVER: this.server, NODE: process.execPath, CLI, TOP: this.top };
  }
}

function buildCli(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vetmark-forgery-cli-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  buildSync({ ...CLI_BUNDLE, absWorkingDir: resolve(import.meta.dirname, '../..'), outdir: folder, logLevel: 'error' });
  placeCompiler(folder);
  return join(folder, 'cli.mjs');
}

/** The comment that gives the world's repository its id. */
export const REPOSITORY_LINE = `# vetmark repository ${ID}\n`;
