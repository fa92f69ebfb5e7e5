/** Every payload that was recorded from a real client is read, and where clients run each other's hooks, what it tells of is the right one's. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, Parsed } from '#agents/agent';
import { AGENTS } from '#agents/index';

const RECORDED = join(import.meta.dirname, 'payloads');
const FOLDERS: readonly (readonly [folder: string, agent: string])[] = [['claude', 'claude-code'], ['codex', 'codex'], ['copilot', 'copilot-cli'], ['copilot-pascal', 'copilot-cli'], ['gemini', 'gemini-cli'], ['opencode', 'opencode'], ['vscode', 'copilot-vscode']];

function recorded(folder: string): readonly (readonly [name: string, payload: unknown])[] {
  return readdirSync(join(RECORDED, folder)).filter((name) => name.endsWith('.json') && !name.startsWith('_')).map((name) => [name, JSON.parse(readFileSync(join(RECORDED, folder, name), 'utf8')) as unknown]);
}

async function agentOf(id: string): Promise<Agent> {
  return AGENTS.get(id)!();
}

function ownerOf(parsed: Parsed, asked: string): string {
  return parsed.ok ? asked : (parsed.belongsTo ?? `nobody: ${parsed.message}`);
}

describe('a recorded payload', () => {
  it('lies in a folder that is read here', () => {
    assert.deepEqual(readdirSync(RECORDED).sort(), FOLDERS.map(([folder]) => folder).sort());
  });

  for (const [folder, id] of FOLDERS) {
    it(`of ${folder} is read`, async () => {
      const agent = await agentOf(id);
      const refused = recorded(folder).flatMap(([name, payload]) => {
        const parsed = agent.parse(payload);
        return parsed.ok ? [] : [`${name}: ${parsed.message}`];
      });
      assert.deepEqual([refused, recorded(folder).length > 10], [[], true]);
    });

    it(`of ${folder} tells of a tool call where its name says so`, async () => {
      const agent = await agentOf(id);
      const kinds = recorded(folder).filter(([name]) => /^(?:Pre|pre|Before|Post|post|After|tool\.execute)[A-Za-z.]*(?:Tool|Use|before|after)(?:Failure)?-/.test(name)).map(([, payload]) => agent.parse(payload)).map((parsed) => (parsed.ok ? parsed.event.kind : 'refused'));
      assert.deepEqual([kinds.every((kind) => kind === 'tool-before' || kind === 'tool-after'), kinds.length > 5], [true, true]);
    });
  }

  const crossings: readonly (readonly [folder: string, hooksOf: string, owner: string])[] = [
    ['vscode', 'claude-code', 'copilot-vscode'],
    ['vscode', 'copilot-cli', 'copilot-vscode'],
    ['copilot-pascal', 'copilot-vscode', 'copilot-cli'],
  ];
  for (const [folder, hooksOf, owner] of crossings) {
    it(`of ${folder} that came through the hooks of ${hooksOf} is known as ${owner}'s`, async () => {
      const agent = await agentOf(hooksOf);
      const strangers = recorded(folder).filter(([name]) => /ToolUse/.test(name)).map(([name, payload]) => `${name}: ${ownerOf(agent.parse(payload), hooksOf)}`).filter((line) => !line.endsWith(`: ${owner}`));
      assert.deepEqual(strangers, []);
    });
  }
});
