/** What an agent's edit tools may not touch, and the tricks by which it might try. */
import assert from 'node:assert/strict';
import type { AgentEvent, Effect } from '#agents/agent';
import { decide } from '#guard/decide';

const places = { root: '/work/shop', keep: ['/work/shop/.git', '/home/ann/.local/state/vetmark'] };

function call(effect: Effect): AgentEvent {
  return { kind: 'tool-before', session: 's', cwd: '/work/shop', tool: 'Write', effect, paths: [] };
}

function verdict(path: string, real = path): string {
  return decide(call('write'), [{ named: path, real }], places).kind;
}

const DENIED: readonly (readonly [title: string, path: string, real?: string])[] = [
  ['a review', '/work/shop/.vetmark/reviews/01J.json'],
  ['a signature', '/work/shop/.vetmark/reviews/01J.json.sig'],
  ['a provenance record', '/work/shop/.vetmark/provenance/01J.json'],
  ['the reviewers', '/work/shop/.vetmark/reviewers'],
  ['the policy', '/work/shop/.vetmark/policy.json'],
  ['the policy in other letters', '/work/shop/.VetMark/Policy.JSON'],
  ['the policy by way of a folder and back', '/work/shop/src/../.vetmark/policy.json'],
  ['the policy with doubled slashes and dots', '/work/shop//./.vetmark/./policy.json'],
  ['the policy with backslashes', '\\work\\shop\\.vetmark\\policy.json'],
  ['the policy with a trailing dot, which Windows drops', '/work/shop/.vetmark./policy.json'],
  ['the policy with a trailing space, which Windows drops', '/work/shop/.vetmark /policy.json'],
  ['the policy through a stream name', '/work/shop/.vetmark::$INDEX_ALLOCATION/policy.json'],
  ['the policy by its short name', '/work/shop/VETMAR~1/policy.json'],
  ['the policy with an invisible character, which HFS+ ignores', '/work/shop/.vet\u200cmark/policy.json'],
  ['the policy in full-width letters, which some file systems fold', '/work/shop/.\uff56etmark/policy.json'],
  ['a link that leads to the policy', '/work/shop/notes.txt', '/work/shop/.vetmark/policy.json'],
  ['a folder link that leads to the records', '/work/shop/docs/x.json', '/work/shop/.vetmark/reviews/x.json'],
  ['the link itself, though it leads away', '/work/shop/.vetmark/policy.json', '/tmp/policy.json'],
  ['a git hook', '/work/shop/.git/hooks/pre-commit'],
  ['the git configuration of a submodule', '/work/shop/lib/.git/config'],
  ['the git file of a work tree', '/work/shop/.git'],
  ['the git directory by its short name', '/work/shop/GIT~1/config'],
  ['the markers', '/work/shop/.git/vetmark/markers/01J.json'],
  ['the audit log', '/home/ann/.local/state/vetmark/audit/x.jsonl'],
  ["Claude Code's settings", '/work/shop/.claude/settings.json'],
  ["Claude Code's local settings", '/work/shop/.claude/settings.local.json'],
  ["Claude Code's settings at home", '/home/ann/.claude/settings.json'],
  ["Claude Code's settings in other letters", '/work/shop/.CLAUDE/Settings.json'],
  ["Codex's hooks", '/work/shop/.codex/hooks.json'],
  ["Codex's configuration", '/home/ann/.codex/config.toml'],
  ["Gemini's settings", '/work/shop/.gemini/settings.json'],
  ["Copilot's hooks", '/work/shop/.github/hooks/vetmark.json'],
  ["Cursor's hooks", '/home/ann/.cursor/hooks.json'],
  ["an opencode plugin", '/work/shop/.opencode/plugins/vetmark.js'],
];

const ALLOWED: readonly (readonly [title: string, path: string])[] = [
  ['a source file', '/work/shop/src/app.ts'],
  ['a file whose name begins alike', '/work/shop/.vetmarkrc'],
  ['a page about Vetmark', '/work/shop/docs/vetmark/policy.json'],
  ['the ignore file of git', '/work/shop/.gitignore'],
  ['a workflow', '/work/shop/.github/workflows/ci.yml'],
  ["a command of Claude Code", '/work/shop/.claude/commands/test.md'],
  ['settings that are not of an agent', '/work/shop/config/settings.json'],
  ["another project's records of the same name, outside", '/tmp/x/.vetmark/policy.json'],
];

describe('the guard', () => {
  for (const [title, path, real] of DENIED) it(`denies ${title}`, () => assert.equal(verdict(path, real), 'deny'));
  for (const [title, path] of ALLOWED) it(`allows ${title}`, () => assert.equal(verdict(path), 'allow'));

  it('lets a reading tool read the policy', () => {
    assert.equal(decide(call('read'), [{ named: '/work/shop/.vetmark/policy.json', real: '/work/shop/.vetmark/policy.json' }], places).kind, 'allow');
  });

  it('judges a tool it does not know like one that writes', () => {
    assert.equal(decide(call('unknown'), [{ named: '/work/shop/.vetmark/policy.json', real: '/work/shop/.vetmark/policy.json' }], places).kind, 'deny');
  });

  it('judges every file of a call, not the first alone', () => {
    const targets = ['/work/shop/src/a.ts', '/work/shop/.vetmark/reviewers'].map((path) => ({ named: path, real: path }));
    assert.equal(decide(call('write'), targets, places).kind, 'deny');
  });

  it("says of git's files that they are git's", () => {
    const reply = decide(call('write'), [{ named: '/work/shop/.git/config', real: '/work/shop/.git/config' }], places);
    assert.equal(reply.kind === 'deny' && reply.reason.includes("git's own files"), true);
  });

  it('says what was refused, why, and what to do next', () => {
    const reply = decide(call('write'), [{ named: '/work/shop/.vetmark/policy.json', real: '/work/shop/.vetmark/policy.json' }], places);
    assert.deepEqual(reply, { kind: 'deny', reason: "Vetmark refused Write on /work/shop/.vetmark/policy.json: Vetmark's records say what a person has vetted, so no agent may write them. Ask the person to make this change." });
  });
});
