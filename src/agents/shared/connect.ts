/**
 * Vetmark's hooks in an agent's configuration text: put in, found, taken out. Text in, text out; comments and everybody else's hooks stay.
 * Loaded only when a person asks to connect: a hook process never pays for it.
 */
import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree as parseJson, printParseErrorCode, type JSONPath, type Node, type ParseError } from 'jsonc-parser';
import type { Agent, Hooking } from '../agent.ts';
import { commandLine } from './command.ts';

/** `text: undefined`: there should be no file. */
export type Merged = { readonly ok: true; readonly text: string | undefined } | { readonly ok: false; readonly message: string };

export interface FoundHook {
  readonly event: string;
  readonly command: string;
}

type Merging = Extract<Hooking, { kind: 'merge' }>;

/** The configuration with Vetmark's hooks, each once; the same text when they are there. `before: undefined`: there is no file. */
export function connect(agent: Agent, hooking: Hooking, before: string | undefined, command: readonly string[]): Merged {
  const call = [...command, 'hook', agent.id];
  if (hooking.kind === 'own-file') {
    if (before !== undefined && findHooks(agent, hooking, before).length === 0) return { ok: false, message: 'There is a file of that name already that is not Vetmark\'s, so nothing was changed. Move it away first.' };
    return { ok: true, text: hooking.text(call) };
  }
  const line = commandLine(call);
  let text = before === undefined || before.trim() === '' ? `${JSON.stringify(hooking.fresh ?? {}, undefined, 2)}\n` : before;
  const trouble = mistakeIn(text, hooking);
  if (trouble !== undefined) return { ok: false, message: trouble };
  const there = findHooks(agent, hooking, text);
  if (hooking.events.every((event) => there.some((hook) => hook.event === event && hook.command === line)) && there.length === hooking.events.length) return { ok: true, text: before };
  text = withoutHooks(agent, hooking, text, 'keep-empty');
  for (const [key, value] of Object.entries(hooking.members ?? {})) text = withMember(text, key, value);
  for (const event of hooking.events) text = withEntry(text, event, hooking.entry(line));
  return { ok: true, text };
}

/** The configuration without Vetmark's hooks, and without the lists that only held them. For an exact undo the caller keeps what it changed. */
export function disconnect(agent: Agent, hooking: Hooking, text: string): Merged {
  if (hooking.kind === 'own-file') return { ok: true, text: findHooks(agent, hooking, text).length > 0 ? undefined : text };
  const trouble = mistakeIn(text, hooking);
  return trouble === undefined ? { ok: true, text: withoutHooks(agent, hooking, text, 'drop-empty') } : { ok: false, message: trouble };
}

/** Vetmark's hooks that stand in a configuration. */
export function findHooks(agent: Agent, hooking: Hooking, text: string): readonly FoundHook[] {
  if (hooking.kind === 'own-file') return text.includes(`hook ${agent.id}`) || text.includes(`"hook","${agent.id}"`) ? [{ event: 'all', command: text }] : [];
  return places(agent, hooking, text).map(({ event, command }) => ({ event, command }));
}

/** Settings in a text that switch every hook off. */
export function offSwitches(hooking: Hooking, text: string): readonly string[] {
  if (hooking.kind === 'own-file') return [];
  const root = parseTree(text, [], TOLERANT);
  return hooking.offSwitches.filter((key) => root !== undefined && valueAt(root, [key]) === true);
}

const TOLERANT = { allowTrailingComma: true, disallowComments: false };

/** Offsets are those of the text as it is: a byte-order mark, which some editors put before everything, counts as a blank. */
function parseTree(text: string, errors: ParseError[], options: typeof TOLERANT): Node | undefined {
  return parseJson(text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text, errors, options);
}

function mistakeIn(text: string, hooking: Merging): string | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, TOLERANT);
  const [error] = errors;
  if (root === undefined || error !== undefined) return `The file is not JSON${error === undefined ? '' : ` (${printParseErrorCode(error.error)} at character ${error.offset})`}, so nothing was changed. Mend it first.`;
  if (root.type !== 'object') return 'The file holds no JSON object, so nothing was changed.';
  const hooks = findNodeAtLocation(root, ['hooks']);
  if (hooks !== undefined && hooks.type !== 'object') return 'Its "hooks" is no object, so nothing was changed. Mend it first.';
  const odd = hooking.events.find((event) => ![undefined, 'array'].includes(findNodeAtLocation(root, ['hooks', event])?.type));
  return odd === undefined ? undefined : `Its "hooks.${odd}" is no list, so nothing was changed. Mend it first.`;
}

interface Place extends FoundHook {
  /** Index of the entry in the event's list, and of the hook in the entry; absent: the entry is the hook. */
  readonly entry: number;
  readonly hook?: number;
}

function places(agent: Agent, hooking: Merging, text: string): readonly Place[] {
  const root = parseTree(text, [], TOLERANT);
  if (root === undefined) return [];
  return hooking.events.flatMap((event) =>
    listAt(root, ['hooks', event]).flatMap((_, entry) => {
      const own = valueAt(root, ['hooks', event, entry, 'command']);
      if (typeof own === 'string' && isOurs(agent, own)) return [{ event, command: own, entry }];
      return listAt(root, ['hooks', event, entry, 'hooks']).flatMap((_hook, hook) => {
        const command = valueAt(root, ['hooks', event, entry, 'hooks', hook, 'command']);
        return typeof command === 'string' && isOurs(agent, command) ? [{ event, command, entry, hook }] : [];
      });
    }),
  );
}

function isOurs(agent: Agent, command: string): boolean {
  return command.endsWith(` hook ${agent.id}`) && /vetmark|cli\.mjs|main\.ts/.test(command);
}

/** From last to first, so that indexes stay right. */
function withoutHooks(agent: Agent, hooking: Merging, text: string, empty: 'keep-empty' | 'drop-empty'): string {
  let result = text;
  const remove = (path: JSONPath): void => {
    const mark = result.startsWith('\ufeff') ? '\ufeff' : '';
    const bare = result.slice(mark.length);
    result = mark + applyEdits(bare, modify(bare, path, undefined, {}));
  };
  const size = (path: JSONPath): number => {
    const root = parseTree(result, [], TOLERANT);
    return root === undefined ? -1 : (findNodeAtLocation(root, path)?.children?.length ?? -1);
  };
  const found = [...places(agent, hooking, text)].reverse();
  for (const { event, entry, hook } of found) {
    if (hook !== undefined && size(['hooks', event, entry, 'hooks']) > 1) remove(['hooks', event, entry, 'hooks', hook]);
    else remove(['hooks', event, entry]);
  }
  if (empty === 'keep-empty') return result;
  for (const event of new Set(found.map((place) => place.event))) if (size(['hooks', event]) === 0) remove(['hooks', event]);
  if (found.length > 0 && size(['hooks']) === 0) remove(['hooks']);
  return result;
}

function listAt(root: Node, path: JSONPath): readonly Node[] {
  const node = findNodeAtLocation(root, path);
  return node?.type === 'array' ? (node.children ?? []) : [];
}

function valueAt(root: Node, path: JSONPath): unknown {
  const node = findNodeAtLocation(root, path);
  return node === undefined ? undefined : getNodeValue(node);
}

/** The text with a top-level member; the same text when it has one of that name. */
function withMember(text: string, key: string, value: unknown): string {
  const root = parseTree(text, [], TOLERANT)!;
  return findNodeAtLocation(root, [key]) === undefined ? appended(text, root, (lay) => `${JSON.stringify(key)}: ${lay(value)}`) : text;
}

/** The text with one more entry in an event's list. Nothing else is laid out anew: what is there is somebody's own. */
function withEntry(text: string, event: string, entry: object): string {
  const root = parseTree(text, [], TOLERANT)!;
  const list = findNodeAtLocation(root, ['hooks', event]);
  if (list !== undefined) return appended(text, list, (lay) => lay(entry));
  const hooks = findNodeAtLocation(root, ['hooks']);
  if (hooks !== undefined) return appended(text, hooks, (lay) => `${JSON.stringify(event)}: ${lay([entry])}`);
  return appended(text, root, (lay) => `"hooks": ${lay({ [event]: [entry] })}`);
}

/** The text with one more member at the end of a list or an object, indented like its fellows. */
function appended(text: string, container: Node, member: (lay: (value: unknown) => string) => string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const last = container.children?.at(-1);
  const own = indentAt(text, container.offset);
  const indent = last !== undefined && startsLine(text, last.offset) ? indentAt(text, last.offset) : own + unit;
  const inserted = member((value) => JSON.stringify(value, undefined, unit).replaceAll('\n', eol + indent));
  if (last !== undefined) {
    const at = last.offset + last.length;
    return `${text.slice(0, at)},${eol}${indent}${inserted}${text.slice(at)}`;
  }
  const start = container.offset + 1;
  const end = container.offset + container.length - 1;
  const inside = text.slice(start, end);
  // An empty container may hold a comment.
  return `${text.slice(0, start)}${eol}${indent}${inserted}${inside.trim() === '' ? eol + own : inside}${text.slice(end)}`;
}

function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

function startsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}
