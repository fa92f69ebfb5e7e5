import assert from 'node:assert/strict';
import { lintSource } from '@secretlint/core';
import { loadRules, runSecretlint } from '#analysis/secrets/secretlint';
import { expandSecrets } from '../../harness/secrets.ts';

const TEXT = expandSecrets(`
const awsSecretAccessKey = '{{aws-secret-access-key}}';
const t = ['{{github-token}}', '{{slack-bot-token}}', '{{sendgrid-api-key}}', '{{openai-api-key}}', '{{anthropic-api-key}}', '{{npm-access-token}}'];
const u = 'https://app:{{aws-access-key-id}}@host.internal/';
const d = 'mysql://app:{{password}}@db.internal/shop';
const k = \`{{private-key}}\`;
`);

describe('secretlint under a host of our own', () => {
  it('finds what it finds under its own core', async () => {
    const rules = (await loadRules()).map((rule) => ({ id: rule.meta.id, rule, options: { enableIDScanRule: true } }));
    const { messages } = await lintSource({ source: { content: TEXT, filePath: 'a.ts', ext: '.ts', contentType: 'text' }, options: { config: { rules } } });
    const { candidates, failed } = await runSecretlint({ text: TEXT, offset: 0, own: { start: 0, end: TEXT.length } }, 'a.ts');
    assert.deepEqual([candidates.length, failed], [messages.length, []]);
  });

  it('runs every rule of the preset but the one that obeys comments', async () => {
    const { rules } = await import('@secretlint/secretlint-rule-preset-recommend');
    const left = rules.length - (await loadRules()).length;
    assert.equal(left, 1);
  });
});
