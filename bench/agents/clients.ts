/**
 * The real agents, each as npm installs it in a pinned version: how it is told to ask the scripted model, what its tools are called, and where npm puts it.
 * No client sees more of the machine than a home of its own, the PATH and a model on the loopback address.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Call } from './model.ts';

export interface World {
  readonly url: string;
  readonly root: string;
  readonly home: string;
}

export interface Client {
  /** Vetmark's name of the agent. */
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly bin: string;
  /** The person's own configuration, there before Vetmark connects. Paths below the home folder. */
  configuration(world: World): Readonly<Record<string, string>>;
  environment(world: World): Readonly<Record<string, string>>;
  arguments(prompt: string): readonly string[];
  create(world: World, path: string, text: string): Call;
  /** One whole line becomes others. The line has been read by `read`. */
  replace(world: World, path: string, line: string, lines: string): Call;
  read(world: World, path: string): Call;
  shell(command: string): Call;
  /** Writes one line to a new file so that no hook tells when it is done. Absent: the client has no such way that we know of. */
  unseen?(path: string, line: string): readonly Call[];
  /** Of these calls, how many the client sends no second hook for at all. Absent: it sends all. */
  readonly unsent?: number;
}

const json = (value: object): string => JSON.stringify(value, undefined, 2) + '\n';
const at = ({ root }: World, path: string): string => join(root, path);

export const CLIENTS: readonly Client[] = [
  {
    id: 'claude-code', package: '@anthropic-ai/claude-code', version: '2.1.330', bin: 'claude',
    configuration: ({ root }) => ({
      '.claude.json': json({ hasCompletedOnboarding: true, theme: 'dark', customApiKeyResponses: { approved: ['no-key'], rejected: [] }, projects: { [root]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } } }),
      '.claude/settings.json': json({ permissions: { allow: ['Bash', 'Write', 'Edit', 'Read'] } }),
    }),
    environment: ({ url }) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'no-key', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1' }),
    arguments: (prompt) => ['-p', prompt, '--permission-mode', 'acceptEdits', '--output-format', 'json'],
    create: (world, path, content) => ({ name: 'Write', input: { file_path: at(world, path), content } }),
    replace: (world, path, old_string, new_string) => ({ name: 'Edit', input: { file_path: at(world, path), old_string, new_string } }),
    read: (world, path) => ({ name: 'Read', input: { file_path: at(world, path) } }),
    shell: (command) => ({ name: 'Bash', input: { command, description: 'as the task says' } }),
    unseen: (path, line) => [{ name: 'Bash', input: { command: `sleep 1; echo "${line}" > ${path}`, description: 'in the background', run_in_background: true } }, { name: 'Bash', input: { command: 'sleep 3', description: 'wait' } }],
  },
  {
    id: 'codex', package: '@openai/codex', version: '0.169.0', bin: 'codex',
    configuration: ({ url, root }) => ({
      '.codex/config.toml': `model = "gpt-5.5"\nmodel_provider = "scripted"\napproval_policy = "never"\nsandbox_mode = "danger-full-access"\ncheck_for_update_on_startup = false\n[model_providers.scripted]\nname = "scripted"\nbase_url = "${url}/v1"\nwire_api = "responses"\nenv_key = "SCRIPTED_KEY"\nrequest_max_retries = 0\nstream_max_retries = 0\n[features]\nplugins = false\napps = false\nremote_plugin = false\n[analytics]\nenabled = false\n[otel]\nexporter = "none"\n[projects."${root}"]\ntrust_level = "trusted"\n`,
    }),
    environment: ({ home }) => ({ CODEX_HOME: join(home, '.codex'), SCRIPTED_KEY: 'no-key' }),
    // A person trusts the hooks in Codex's review screen; this is the same for a script.
    arguments: (prompt) => ['exec', '--json', '--dangerously-bypass-hook-trust', prompt],
    create: (_world, path, text) => ({ name: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${path}\n${text.replace(/\n$/, '').split('\n').map((line) => `+${line}\n`).join('')}*** End Patch\n` }),
    replace: (_world, path, line, lines) => ({ name: 'apply_patch', input: `*** Begin Patch\n*** Update File: ${path}\n@@\n-${line}\n${lines.split('\n').map((each) => `+${each}\n`).join('')}*** End Patch\n` }),
    read: (_world, path) => ({ name: 'exec_command', input: { cmd: `cat ${path}` } }),
    shell: (cmd) => ({ name: 'exec_command', input: { cmd } }),
    unsent: 1,
    unseen: (path, line) => [{ name: 'exec_command', input: { cmd: `apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${path}\n+${line}\n*** End Patch\nEOF` } }],
  },
  {
    id: 'gemini-cli', package: '@google/gemini-cli', version: '0.61.0', bin: 'gemini',
    configuration: () => ({
      '.gemini/settings.json': json({ security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } }, general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, checkpointing: { enabled: false } }, privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false } }),
    }),
    environment: ({ url }) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: 'no-key', GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'true' }),
    arguments: (prompt) => ['-p', prompt, '-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '--output-format', 'json'],
    create: (world, path, content) => ({ name: 'write_file', input: { file_path: at(world, path), content } }),
    replace: (world, path, old_string, new_string) => ({ name: 'replace', input: { file_path: at(world, path), instruction: 'as the task says', old_string, new_string } }),
    read: (world, path) => ({ name: 'read_file', input: { file_path: at(world, path) } }),
    shell: (command) => ({ name: 'run_shell_command', input: { command, description: 'as the task says' } }),
  },
  {
    id: 'copilot-cli', package: '@github/copilot', version: '1.0.102', bin: 'copilot',
    configuration: () => ({}),
    environment: ({ url }) => ({ COPILOT_OFFLINE: 'true', COPILOT_PROVIDER_BASE_URL: `${url}/v1`, COPILOT_PROVIDER_TYPE: 'openai', COPILOT_PROVIDER_WIRE_API: 'completions', COPILOT_PROVIDER_API_KEY: 'no-key', COPILOT_MODEL: 'claude-sonnet-4.5', COPILOT_AUTO_UPDATE: 'false' }),
    arguments: (prompt) => ['-p', prompt, '--allow-all-tools', '--trust-folder', '--output-format', 'json', '--disable-builtin-mcps'],
    create: (world, path, file_text) => ({ name: 'create', input: { path: at(world, path), file_text } }),
    replace: (world, path, old_str, new_str) => ({ name: 'edit', input: { path: at(world, path), old_str, new_str } }),
    read: (world, path) => ({ name: 'view', input: { path: at(world, path) } }),
    shell: (command) => ({ name: 'bash', input: { command, description: 'as the task says', mode: 'sync' } }),
  },
  {
    id: 'opencode', package: 'opencode-ai', version: '1.18.33', bin: 'opencode',
    configuration: ({ url }) => ({
      '.config/opencode/opencode.json': json({ model: 'scripted/scripted', small_model: 'scripted/scripted', autoupdate: false, share: 'disabled', enabled_providers: ['scripted'], provider: { scripted: { npm: '@ai-sdk/openai-compatible', name: 'scripted', options: { baseURL: `${url}/v1`, apiKey: 'no-key' }, models: { scripted: { name: 'scripted', tool_call: true, limit: { context: 200_000, output: 8_000 } } } } }, permission: { edit: 'allow', bash: 'allow' } }),
    }),
    environment: ({ url }) => ({ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_MODELS_URL: url, NPM_CONFIG_REGISTRY: url }),
    arguments: (prompt) => ['run', '--format', 'json', prompt],
    create: (world, path, content) => ({ name: 'write', input: { filePath: at(world, path), content } }),
    replace: (world, path, oldString, newString) => ({ name: 'edit', input: { filePath: at(world, path), oldString, newString } }),
    read: (world, path) => ({ name: 'read', input: { filePath: at(world, path) } }),
    shell: (command) => ({ name: 'bash', input: { command, description: 'as the task says' } }),
  },
];

/** The client's program, installed by npm if it is not there yet; a sentence when npm cannot. */
export async function install(client: Client, folder: string): Promise<{ readonly ok: true; readonly program: string } | { readonly ok: false; readonly message: string }> {
  const place = join(folder, `${client.id}-${client.version}`);
  const program = join(place, 'node_modules/.bin', client.bin);
  if (existsSync(program)) return { ok: true, program };
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "private": true }\n');
  try {
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--prefix', place, `${client.package}@${client.version}`], { timeout: 600_000, maxBuffer: 1 << 26 });
    return existsSync(program) ? { ok: true, program } : { ok: false, message: `npm installed no program "${client.bin}"` };
  } catch (error) {
    return { ok: false, message: `npm cannot install it: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` };
  }
}

/** Writes a client's own configuration into the home. */
export function configure(client: Client, world: World): void {
  for (const [path, text] of Object.entries(client.configuration(world))) {
    const file = join(world.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
