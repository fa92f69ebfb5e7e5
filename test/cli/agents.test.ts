/** `vetmark agents`: configuration is changed only on request, undone byte for byte, and hooks are proven alive by a canary. */
import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { identities } from '#agents/shared/codex-trust';
import { digestOf } from '#core/digest';
import type { Shop } from '../harness/cli.ts';
import { scenarios } from '../harness/scenarios.ts';

const SETTINGS = '{\r\n\t// mine\r\n\t"model": "opus",\r\n\t"hooks": { "PreToolUse": [ {"matcher":"Bash","hooks":[]} ] },\r\n}';

describe('vetmark agents', () => {
  const scenario = scenarios();
  const agents = (shop: Shop, ...args: string[]) => shop.vetmark(['agents', ...args]);
  const home = (shop: Shop, path: string): string => join(shop.home, path);
  const put = (shop: Shop, text: string): void => {
    mkdirSync(home(shop, '.claude'), { recursive: true });
    writeFileSync(home(shop, '.claude/settings.json'), text);
  };
  /** What Codex writes down when a person trusts the hooks in its review screen. */
  const trusting = (shop: Shop): string => {
    const file = home(shop, '.codex/hooks.json');
    return identities(file, readFileSync(file, 'utf8'), () => true).map(({ key, hash }) => `[hooks.state."${key}"]\ntrusted_hash = "${hash}"\n`).join('');
  };
  const trust = (shop: Shop): void => writeFileSync(home(shop, '.codex/config.toml'), trusting(shop));
  const settings = (shop: Shop): string => readFileSync(home(shop, '.claude/settings.json'), 'utf8');

  scenario('leaves a file byte for byte as it was, after connecting and disconnecting', async (shop) => {
    put(shop, SETTINGS);
    await agents(shop, 'connect', 'claude-code', '--yes');
    const between = settings(shop);
    await agents(shop, 'disconnect', 'claude-code', '--yes');
    assert.deepEqual([between === SETTINGS, settings(shop)], [false, SETTINGS]);
  });

  scenario('leaves no file and no folder where there was none', async (shop) => {
    for (const id of ['claude-code', 'codex', 'gemini-cli', 'copilot-cli', 'opencode', 'cursor', 'amazon-q', 'kiro']) {
      await agents(shop, 'connect', id, '--yes');
      await agents(shop, 'disconnect', id, '--yes');
    }
    assert.deepEqual(shop.files(shop.home), []);
  });

  scenario('writes down in the audit log that the configuration changed, by its digests', async (shop) => {
    put(shop, SETTINGS);
    await agents(shop, 'connect', 'claude-code', '--yes');
    const between = settings(shop);
    await agents(shop, 'disconnect', 'claude-code', '--yes');
    const { stdout } = await shop.vetmark(['audit', 'export']);
    const told = stdout.trim().split('\n').map((line) => (JSON.parse(line) as { event: unknown }).event);
    const file = home(shop, '.claude/settings.json');
    assert.deepEqual(told, [{ kind: 'configuration', file, before: digestOf(SETTINGS), after: digestOf(between) }, { kind: 'configuration', file, before: digestOf(between), after: digestOf(SETTINGS) }]);
  });

  scenario('leads back to the first state after connecting twice', async (shop) => {
    put(shop, SETTINGS);
    await agents(shop, 'connect', 'claude-code', '--yes');
    writeFileSync(home(shop, '.claude/settings.json'), settings(shop));
    await agents(shop, 'connect', 'claude-code', '--yes');
    await agents(shop, 'disconnect', 'claude-code', '--yes');
    assert.equal(settings(shop), SETTINGS);
  });

  scenario('takes out only its own hooks when somebody changed the file since', async (shop) => {
    put(shop, '{ "model": "opus" }\n');
    await agents(shop, 'connect', 'claude-code', '--yes');
    writeFileSync(home(shop, '.claude/settings.json'), settings(shop).replace('opus', 'sonnet'));
    const { stdout } = await agents(shop, 'disconnect', 'claude-code', '--yes');
    assert.deepEqual([JSON.parse(settings(shop)), stdout.includes('which others changed too')], [{ model: 'sonnet' }, true], stdout);
  });

  scenario('writes through a link and keeps the permissions', async (shop) => {
    mkdirSync(home(shop, '.claude'));
    writeFileSync(home(shop, 'dotfile.json'), '{}\n');
    chmodSync(home(shop, 'dotfile.json'), 0o600);
    symlinkSync(home(shop, 'dotfile.json'), home(shop, '.claude/settings.json'));
    await agents(shop, 'connect', 'claude-code', '--yes');
    assert.deepEqual([lstatSync(home(shop, '.claude/settings.json')).isSymbolicLink(), statSync(home(shop, 'dotfile.json')).mode & 0o777, readFileSync(home(shop, 'dotfile.json'), 'utf8').includes('hook claude-code')], [true, 0o600, true]);
  });

  scenario('shows the change and writes nothing without a yes', async (shop) => {
    put(shop, SETTINGS);
    const { code, stdout } = await agents(shop, 'connect', 'claude-code');
    assert.deepEqual([code, settings(shop), /^\+ .*"PostToolUse"/m.test(stdout)], [2, SETTINGS, true], stdout);
  });

  scenario('does not let an agent disconnect itself', async (shop) => {
    await agents(shop, 'connect', 'claude-code', '--yes');
    const { code } = await shop.vetmark(['agents', 'disconnect', 'claude-code', '--yes'], '', { env: { CLAUDECODE: '1' } });
    assert.deepEqual([code, settings(shop).includes('hook claude-code')], [2, true]);
  });

  scenario('keeps a project\'s connection in the repository', async (shop) => {
    await agents(shop, 'connect', 'gemini-cli', '--scope', 'project', '--yes');
    assert.deepEqual([shop.read('.gemini/settings.json').includes('hook gemini-cli'), shop.files(shop.home)], [true, []]);
  });

  scenario('says who is connected', async (shop) => {
    await agents(shop, 'connect', 'codex', '--yes');
    const { stdout } = await agents(shop, 'status');
    assert.deepEqual(stdout.split('\n').map((line) => line.split(/ {2,}/)).map(([id, state]) => `${id} ${state?.slice(0, 13)}`).slice(0, 3), ['amazon-q not connected', 'claude-code not connected', 'codex connected (us'], stdout);
  });

  for (const id of ['claude-code', 'codex', 'gemini-cli', 'copilot-cli', 'opencode', 'cursor', 'amazon-q', 'kiro']) {
    scenario(`proves by a canary that the hook of ${id} is alive`, async (shop) => {
      await agents(shop, 'connect', id, '--yes');
      if (id === 'codex') trust(shop);
      const { code, stdout } = await agents(shop, 'doctor', id);
      assert.deepEqual([code, stdout.includes('alive, it denied a write to the policy')], [0, true], stdout);
    });
  }

  scenario("denies through opencode's plugin, and marks what it let through", async (shop) => {
    await agents(shop, 'connect', 'opencode', '--scope', 'project', '--yes');
    // opencode's own environment, here the test's, is what the plugin's command gets.
    const { XDG_STATE_HOME } = process.env;
    process.env['XDG_STATE_HOME'] = shop.state;
    const { Vetmark } = (await import(pathToFileURL(join(shop.root, '.opencode/plugins/vetmark.js')).href)) as { Vetmark: (init: object) => Promise<Record<string, (input: object, output: object) => Promise<void>>> };
    const hooks = await Vetmark({ directory: shop.root });
    const call = { tool: 'write', sessionID: 's', callID: 'c' };
    await assert.rejects(hooks['tool.execute.before']!(call, { args: { filePath: join(shop.root, '.vetmark/policy.json'), content: '' } }), /^Error: Vetmark refused write on /);
    const args = { filePath: join(shop.root, 'a.ts'), content: 'export {};\n' };
    await hooks['tool.execute.before']!(call, { args });
    shop.write('a.ts', args.content);
    await hooks['tool.execute.after']!({ ...call, args }, { metadata: { exists: false } });
    if (XDG_STATE_HOME === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = XDG_STATE_HOME;
    assert.deepEqual(shop.markers().map(({ agent, path }) => [agent, path]), [['opencode', 'a.ts']]);
  });

  const sick: readonly (readonly [title: string, change: (text: string) => string, says: string])[] = [
    ['a switch that turns hooks off', (text) => text.replace('{', '{ "disableAllHooks": true,'), '"disableAllHooks" is true'],
    ['a hook that runs something else', (text) => text.replaceAll(/"command": "[^"]* hook claude-code"/g, '"command": "/gone/vetmark hook claude-code"'), 'it runs another command'],
    ['a missing event', (text) => text.replace('"PostToolUse"', '"PostToolUsed"'), 'no hook for PostToolUse'],
  ];
  for (const [title, change, says] of sick) {
    scenario(`finds ${title}`, async (shop) => {
      await agents(shop, 'connect', 'claude-code', '--yes');
      put(shop, change(settings(shop)));
      const { code, stdout } = await agents(shop, 'doctor');
      assert.deepEqual([code, stdout.includes(says)], [1, true], stdout);
    });
  }

  const silent: readonly (readonly [title: string, agent: string, scope: 'user' | 'project', place: (shop: Shop) => string, text: (shop: Shop) => string, says: string])[] = [
    ['local settings of the repository', 'claude-code', 'user', (shop) => join(shop.root, '.claude/settings.local.json'), () => '{ "disableAllHooks": true }', '"disableAllHooks" is true there'],
    ["a person's own settings", 'claude-code', 'project', (shop) => home(shop, '.claude/settings.json'), () => '{ "disableAllHooks": true }', '"disableAllHooks" is true there'],
    ['hooks that Codex does not trust', 'codex', 'user', (shop) => home(shop, '.codex/config.toml'), () => 'model = "gpt-5.5"\n', 'it does not trust the hooks as they are now'],
    ['hooks that Codex trusted in another form', 'codex', 'user', (shop) => home(shop, '.codex/config.toml'), (shop) => trusting(shop).replaceAll(/sha256:[0-9a-f]{4}/g, 'sha256:0000'), 'it does not trust the hooks as they are now'],
    ['a hook that a person switched off in Codex', 'codex', 'user', (shop) => home(shop, '.codex/config.toml'), (shop) => trusting(shop).replace('trusted_hash', 'enabled = false\ntrusted_hash'), 'is switched off there'],
    ["Codex's own switch", 'codex', 'user', (shop) => home(shop, '.codex/config.toml'), (shop) => `[features]\nhooks = false\n${trusting(shop)}`, '"features.hooks" is false there'],
    ['a project that Codex does not trust', 'codex', 'project', (shop) => home(shop, '.codex/config.toml'), () => '', 'Codex skips the hooks of a project that is not trusted'],
    ["Gemini CLI's own switch", 'gemini-cli', 'project', (shop) => home(shop, '.gemini/settings.json'), () => '{ "hooksConfig": { "enabled": false } }', '"hooksConfig.enabled" is false there'],
    ["Gemini CLI's list of hooks that are off", 'gemini-cli', 'project', (shop) => home(shop, '.gemini/settings.json'), () => '{ "hooksConfig": { "disabled": ["vetmark hook gemini-cli"] } }', '"hooksConfig.disabled" names Vetmark\'s hook'],
    ['a folder that Gemini CLI was told not to trust', 'gemini-cli', 'project', (shop) => home(shop, '.gemini/trustedFolders.json'), (shop) => JSON.stringify({ [shop.root]: 'DO_NOT_TRUST' }), 'it says not to trust'],
  ];
  for (const [title, agent, scope, place, text, says] of silent) {
    scenario(`names what silently switches hooks off: ${title}`, async (shop) => {
      await agents(shop, 'connect', agent, '--scope', scope, '--yes');
      mkdirSync(dirname(place(shop)), { recursive: true });
      writeFileSync(place(shop), text(shop));
      const { code, stdout } = await agents(shop, 'doctor', agent);
      assert.deepEqual([code, stdout.includes(`${place(shop)}: `), stdout.includes(says)], [1, true, true], stdout);
    });
  }

  scenario('cannot judge where nothing is connected', async (shop) => {
    assert.equal((await agents(shop, 'doctor')).code, 2);
  });

  scenario('says which agents there are when a name is wrong', async (shop) => {
    const { code, stderr } = await agents(shop, 'connect', 'clod', '--yes');
    assert.deepEqual([code, stderr], [2, 'There is no agent "clod". To connect are: amazon-q, claude-code, codex, copilot-cli, cursor, gemini-cli, kiro, opencode.\n']);
  });
});
