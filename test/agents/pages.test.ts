/** Every agent's page says what the agent's code does. */
import assert from 'node:assert/strict';
import { AGENTS } from '#agents/index';
import { agentPage } from '../harness/agent-page.ts';

describe('the page of an agent', () => {
  for (const [id, load] of AGENTS) {
    it(`${id} says what its code does`, async () => {
      const agent = await load();
      const { written, computed } = agentPage(agent);
      assert.deepEqual([written, written === ''], [computed, false]);
    });
  }
});
