/**
 * A generated repository whose every line says who wrote it: lines are unique by a number, and the others (a closing brace) belong to the function
 * around them. What people and agents do in it is told to Vetmark as the editor tells it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repoPathOf, type RepoPath } from '#core/path';
import type { Arrival } from '#core/provenance';
import type { Change } from '#core/text';
import { openRepository, type Repository } from '#project/repository';
import { editorSigner } from '#project/signers';
import { languageOf } from '#core/language';
import type { Human, Review } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import { writeReview } from '#project/reviews';
import { Person } from '../../test/harness/person.ts';
import { fractions } from '../../test/harness/random.ts';
import { Recorder } from './recorder.ts';

/** Who wrote a line in truth. `base`: it stood there when recording began. `stranger`: it came by git from somebody whom nobody recorded. `intruder`: an agent without a hook that writes on disk and has it committed. */
export type Author = 'base' | 'stranger' | 'intruder' | 'human' | 'paste' | 'external' | 'codex' | 'claude-code';

const AUTHORS: readonly Author[] = ['human', 'paste', 'external', 'codex', 'claude-code'];
const FILES = 4;
const BLOCKS = 6;

export class World {
  readonly top = realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-history-')));
  readonly root = join(this.top, 'shop');
  readonly authorOf = new Map<string, Author>();
  /** Headers of functions that a person vetted. */
  readonly vetted = new Set<string>();
  readonly random: () => number;
  readonly reviewer = new Person('ada@example.org');
  recorder!: Recorder;
  repository!: Repository;
  /** The commit before anything was recorded. */
  base = '';
  #number = 0;
  #recording = false;
  #intruded = false;

  constructor(seed: number) {
    this.random = fractions(seed);
    mkdirSync(this.root);
  }

  /** A repository with files of old, and a branch `upstream` on which strangers wrote. */
  async open(): Promise<void> {
    this.git('init', '--quiet', '--initial-branch=main');
    for (let file = 0; file < FILES; file++) this.write(`src/f${file}.ts`, Array.from({ length: BLOCKS }, () => this.block('base')).join('\n'));
    this.write('.vetmark/reviewers', this.reviewer.line);
    this.base = this.commit('base');
    this.git('switch', '--quiet', '--create', 'upstream');
    for (const file of ['src/f0.ts', 'src/f1.ts']) {
      const text = this.read(file);
      const at = starts(text, /^ {2}const .*\n/gm, 'end').at(-1)!;
      this.write(file, `${text.slice(0, at)}${this.line('stranger')}${text.slice(at)}\n${this.block('stranger')}`);
      this.commit(`stranger in ${file}`);
    }
    this.write('src/theirs.ts', this.block('stranger'));
    this.commit('stranger file');
    this.git('switch', '--quiet', 'main');
    this.git('switch', '--quiet', '--create', 'feature');
    this.repository = await repositoryAt(this.root);
    this.recorder = new Recorder(this.repository);
    await this.recorder.look();
    this.#recording = true;
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8', env: environment(this.top), stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
  }

  /** With input. */
  feed(input: string, ...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8', env: environment(this.top), input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
  }

  editing(script: string, ...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8', env: { ...environment(this.top), GIT_SEQUENCE_EDITOR: script, GIT_EDITOR: 'true' }, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  commit(message: string): string {
    if (this.#recording && !this.#intruded && existsSync(join(this.root, 'src/f3.ts'))) {
      this.#intruded = true;
      this.write('src/f3.ts', `${this.read('src/f3.ts')}\n${this.block('intruder')}`);
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD').trim();
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** A function of one author; its lines are unique but for the closing ones. */
  block(author: Author): string {
    const next = (): number => ++this.#number;
    const [name, value, step, limit] = [next(), next(), next(), next()];
    const lines = [`export function f${name}(value: number): number {`, `  const v${value} = value + ${step};`, `  if (v${value} > ${limit}) {`, '    return value;', '  }', `  return v${value};`, '}'];
    for (const line of lines) if (/\d/.test(line)) this.authorOf.set(line, author);
    return lines.join('\n') + '\n';
  }

  line(author: Author): string {
    const line = `  void ${++this.#number};`;
    this.authorOf.set(line, author);
    return line + '\n';
  }

  /** Somebody writes, in the editor or on disk, and Vetmark sees it. */
  async edit(path: string, author: Author, kind: 'block' | 'line'): Promise<void> {
    const text = existsSync(join(this.root, path)) ? this.read(path) : '';
    const all = kind === 'block' ? starts(text, /^export function/gm) : starts(text, /^ {2}const .*\n/gm, 'end');
    // The last function is where strangers write, and one line has one neighbour: two people in one place are a conflict, which is not what this is about.
    const places = text === '' ? [0] : kind === 'line' && all.length > 1 ? all.slice(0, -1) : all;
    const at = places[Math.floor(this.random() * places.length)]!;
    const inserted = kind === 'line' ? this.line(author) : text === '' ? this.block(author) : `${this.block(author)}\n`;
    const change: Change = [{ range: { start: at, end: at }, text: inserted }];
    this.write(path, text.slice(0, at) + inserted + text.slice(at));
    await this.recorder.edit(repoPathOf(path)!, text, this.read(path), change, arrivalOf(author));
  }

  /** Some edits of everybody in some files, at least one block of each author. */
  async edits(files: readonly string[]): Promise<void> {
    for (const author of AUTHORS) {
      await this.edit(files[Math.floor(this.random() * files.length)]!, author, 'block');
      await this.edit(files[Math.floor(this.random() * files.length)]!, author, 'line');
    }
    await this.recorder.settle();
  }

  /** A person vets some functions of a file as they stand. */
  async vet(path: string): Promise<void> {
    const text = this.read(path);
    const all = unitsOf(text, languageOf(path as RepoPath));
    const chosen = all.filter(({ range }) => this.authorOf.get(headerOf(text.slice(range.start, range.end))) !== 'base' && this.random() < 0.6);
    if (chosen.length === 0) return;
    for (const { range } of chosen) this.vetted.add(text.slice(range.start, range.end));
    const units = chosen.map((unit) => ({ path: path as RepoPath, label: unit.label, digest: unit.digest, claim: 'vetted' as const, agents: [], ...occurrenceOf(all, unit) }));
    const review: Review = { units, reviewer: this.reviewer.address, at: new Date().toISOString(), answers: [], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0.0.0' } };
    const written = await writeReview(this.repository, { gesture: 'a bench stands in for a click' } as Human, review, editorSigner(this.reviewer.address, this.reviewer.keys.privateKey));
    if (!written.ok) throw new Error(written.message);
  }

  /** Source files on disk, sorted. */
  files(root = this.root): readonly string[] {
    return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.startsWith('.git')).sort();
  }

  /** Who wrote a line of a text in truth; `undefined` for blank lines. `header`: of the function it stands in. */
  truth(line: string, header: string): Author | undefined {
    return line.trim() === '' ? undefined : (this.authorOf.get(line) ?? this.authorOf.get(header));
  }

  dispose(): void {
    rmSync(this.top, { recursive: true, force: true });
  }
}

export async function repositoryAt(root: string): Promise<Repository> {
  const opened = await openRepository(root);
  if (!opened.ok) throw new Error(opened.message);
  return opened.repository;
}

/** The line that names the function of a text that holds one. */
export function headerOf(text: string): string {
  return /^export function .*$/m.exec(text)?.[0] ?? '';
}

function arrivalOf(author: Author): Arrival {
  const at = Date.now();
  switch (author) {
    case 'human':
      return { origin: { kind: 'human' }, evidence: [{ kind: 'keyboard' }], at };
    case 'paste':
      return { origin: { kind: 'paste' }, evidence: [{ kind: 'clipboard' }], at };
    case 'codex':
    case 'claude-code':
      return { origin: { kind: 'agent', agent: author }, evidence: [{ kind: 'hook', agent: author, tool: 'Edit' }], at };
    case 'external':
    case 'base':
    case 'stranger':
    case 'intruder':
      return { origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at };
  }
}

/** Offsets where a pattern starts, or ends. */
function starts(text: string, pattern: RegExp, edge: 'start' | 'end' = 'start'): number[] {
  return [...text.matchAll(pattern)].map((match) => match.index + (edge === 'end' ? match[0].length : 0));
}

function environment(top: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: top, GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com', GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com', LC_ALL: 'C.UTF-8' };
}
