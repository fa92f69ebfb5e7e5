/**
 * Whether Codex trusts hooks as they stand: it keeps a digest of each hook that a person looked at, and skips every other without a word. The form of the digest
 * is Codex's own (codex-rs/hooks, `command_hook_hash`), as its `hooks/list` answered it in 0.169.0.
 */
import { parse as parseToml } from 'smol-toml';
import { digestOf } from '#core/digest';
import type { ConnectedHooks } from '../agent.ts';
import { valueIn } from './settings.ts';

/** Events whose groups have a matcher; of others Codex leaves it out. */
const MATCHED: ReadonlySet<string> = new Set(['permission_request', 'post_compact', 'post_tool_use', 'pre_compact', 'pre_tool_use', 'session_start']);
/** Seconds that Codex waits where a hook does not say. */
const TIMEOUT = 600;

/** What stands against the hooks in Codex's own configuration, as the end of a sentence; `undefined`: nothing. */
export function untrusted(text: string | undefined, { file, text: hooks, scope, root }: ConnectedHooks, isOurs: (command: string) => boolean): string | undefined {
  const configuration = tomlOf(text ?? '');
  if (configuration === undefined) return 'it is not TOML, so Codex does not start';
  if (at(configuration, ['features', 'hooks']) === false) return '"features.hooks" is false there, which switches every hook off';
  if (scope === 'project' && at(configuration, ['projects', root, 'trust_level']) !== 'trusted') return `it does not trust ${root}, and Codex skips the hooks of a project that is not trusted`;
  for (const { key, hash } of identities(file, hooks, isOurs)) {
    const state = at(configuration, ['hooks', 'state', key]);
    if (at(state, ['enabled']) === false) return `the hook ${key} is switched off there`;
    if (at(state, ['trusted_hash']) !== hash) return 'it does not trust the hooks as they are now, so Codex skips them: open Codex and trust them in its review screen';
  }
  return undefined;
}

/** Codex's name and digest of each hook that is ours. */
export function identities(file: string, hooks: string, isOurs: (command: string) => boolean): readonly { readonly key: string; readonly hash: string }[] {
  const events = Object.entries(record(valueIn(hooks, ['hooks'])));
  return events.flatMap(([name, groups]) => {
    const event = name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase();
    return list(groups).flatMap((group, index) =>
      list(group['hooks']).flatMap((hook, inner) => {
        if (typeof hook['command'] !== 'string' || !isOurs(hook['command'])) return [];
        const timeout = typeof hook['timeout'] === 'number' ? Math.max(1, hook['timeout']) : TIMEOUT;
        const identity = { event_name: event, hooks: [{ async: false, command: hook['command'], ...(typeof hook['statusMessage'] === 'string' && { statusMessage: hook['statusMessage'] }), timeout, type: 'command' }], ...(typeof group['matcher'] === 'string' && MATCHED.has(event) && { matcher: group['matcher'] }) };
        return [{ key: `${file}:${event}:${index}:${inner}`, hash: digestOf(JSON.stringify(identity)) }];
      }),
    );
  });
}

function tomlOf(text: string): unknown {
  try {
    return parseToml(text);
  } catch {
    return undefined;
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => record(inner)[key], value);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(record) : [];
}
