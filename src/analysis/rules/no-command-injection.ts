/** Values put into a shell's command line: the shell reads more than words. */
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { argumentsOf, calleeName, code, exactNode, grade, isComposed, sinks, worstTaint, type Reached } from '../reach.ts';
import type { CallEvent, TaggedEvent } from '../flow/events.ts';
import type { Value } from '../flow/value.ts';
import { runWithoutShell } from '../fixes/run-without-shell.ts';
import { sourceWords } from '../words.ts';

const SHELL = sinks([
  `child_process.exec child_process.execSync shelljs.exec execa.command execa.execaCommand execa.commandSync execa.execaCommandSync execa.$ ssh2.Client().exec node-cmd.run node-cmd.get node-cmd.runSync
  node-ssh.NodeSSH().execCommand sudo-prompt.exec child-process-promise.exec Bun.$ exec-sh`, { arg: 0 },
]);

/** Start a program: a shell only when asked for one. */
const PROGRAM = sinks([
  'child_process.spawn child_process.spawnSync child_process.execFile child_process.execFileSync execa.execa execa execa.sync execa.execaSync cross-spawn cross-spawn.sync cross-spawn.spawn node-pty.spawn Bun.spawn Bun.spawnSync child_process.fork Deno.Command', { arg: 0 },
]);

/** Templates whose values are quoted, one word each. */
const QUOTING = /^(?:zx\.\$|execa\.\$|Bun\.\$|bun\.\$|\$|zx\.\$\.sync|dax.*\$)$/;

const SHELLS = /^(?:.*[\\/])?(?:sh|bash|zsh|dash|ksh|cmd|cmd\.exe|powershell|powershell\.exe|pwsh)$/i;

export default defineRule({
  id: 'no-command-injection',
  summary: 'Do not put values into a command line that a shell reads.',
  why: 'A shell reads `;`, `|`, `$(…)` and quotes in the value as its own: whoever chooses it runs programs of their choice on this machine.',
  advice: 'Start the program itself with its arguments in an array (`execFile`, `spawn` without `shell`), and choose the program from a fixed list.',
  cwe: [78],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['exec', 'zx', 'bash', 'Bun.$', 'spawn', 'shell', 'cmd', 'child_process', 'fork', 'Command'],
  *check(input) {
    for (const event of input.flow.calls) {
      if (event.api === undefined) continue;
      const shell = SHELL.get(event.api);
      if (shell) for (const one of argumentsOf(event, shell)) yield* judge(one, input, true);
      const program = PROGRAM.get(event.api);
      if (program) yield* judgeProgram(event, input);
    }
    for (const event of input.flow.tagged) yield* tagged(event, input);
  },
});

function* judge(reached: Reached, input: RuleInput, canFix: boolean): Iterable<Report> {
  const { event, node, value } = reached;
  const taint = worstTaint(value, 'shell', isComposed(value) ? ['remote', 'parameter', 'local', 'stored'] : ['remote']);
  if (taint === undefined) return;
  const exact = exactNode(node, value, taint);
  const name = calleeName(input.text, event);
  yield {
    node: exact, ...grade(taint, 'critical'), taint,
    message: `${sourceWords(taint, code(input.text, exact))} becomes part of the command line that \`${name}\` hands to a shell`,
    sink: `becomes part of the command line that ${name} hands to a shell`,
    fixes: canFix ? runWithoutShell({ event, node }, input) : [],
  };
}

/** A program named alone and its arguments in a list need no shell. */
function withoutShell(program: Value, shell: Value): readonly Repair[] {
  const name = program.literals?.length === 1 ? String(program.literals[0]) : '';
  const { node } = shell;
  return /^[\w./-]+$/.test(name) && node?.kind === 'constant' ? [{ title: 'Start it without a shell', kind: 'suggestion', change: [{ range: { start: node.start, end: node.end }, text: 'false' }] }] : [];
}

/** `` $`bash -c ${line}` ``: one word, which another shell then reads as a line. */
function* tagged({ node, api, values }: TaggedEvent, input: RuleInput): Iterable<Report> {
  if (!QUOTING.test(api ?? '')) return;
  for (const [index, value] of values.entries()) {
    const before = node.texts[index]?.value ?? '';
    const hole = node.values[index];
    if (!hole || !/\b(?:sh|bash|zsh|dash|ksh|cmd|powershell|pwsh|ssh\s+\S+|eval|su|sudo\s+sh)(?:\s+-\w*[cC]\w*|\s+\/c|(?<=eval)|(?<=ssh\s+\S+))\s*["']?\s*$/.test(before)) continue;
    const taint = worstTaint(value, 'shell', ['remote', 'parameter', 'local', 'stored']);
    if (taint === undefined) continue;
    yield { node: hole, ...grade(taint, 'critical'), taint, message: `${sourceWords(taint, code(input.text, hole))} becomes the command line of a second shell`, sink: 'becomes the command line of a second shell' };
  }
}

function* judgeProgram(event: CallEvent, input: RuleInput): Iterable<Report> {
  const options = event.args.find((arg, index) => index > 0 && arg.fields?.has('shell'));
  const shell = options?.fields?.get('shell');
  // On some platforms only (`process.platform === 'win32'`) is for scripts that need one there.
  const usesShell = shell !== undefined && !(shell.literals?.length === 1 && shell.literals[0] === false) && !(shell.type === 'boolean' && shell.literals === undefined);
  const [program, list] = event.args;
  if (program === undefined) return;
  if (usesShell) {
    yield* judge({ event, node: event.node.args[0]!, value: program }, input, false);
    const fixes = withoutShell(program, shell);
    for (const [item, node] of itemsOf(list, event)) for (const report of judge({ event, node, value: item }, input, false)) yield { ...report, fixes };
    return;
  }
  if (program.literals?.some((name) => SHELLS.test(String(name)))) {
    for (const [item, node] of scriptsOf(list, event)) yield* judge({ event, node, value: item }, input, false);
    return;
  }
  const taint = worstTaint(program, 'shell', ['remote']);
  if (taint === undefined || isComposed(program)) return;
  const node = event.node.args[0]!;
  yield {
    node, ...grade(taint, 'critical'), taint, message: `${sourceWords(taint, code(input.text, node))} is the program that \`${calleeName(input.text, event)}\` starts`,
    sink: 'chooses the program', why: 'Whoever chooses the program runs what they like on this machine.', advice: 'Choose the program from a fixed list by name.',
  };
}

/** What the shell reads as its program: the word behind `-c`, and all of a list whose words are not known. The words after it are `$0`, `$1` and so on. */
function scriptsOf(list: Value | undefined, event: CallEvent): ReturnType<typeof itemsOf> {
  const items = itemsOf(list, event);
  const keys = [...(list?.fields?.keys() ?? [])];
  if (keys.some((key) => !/^\d+$/.test(key))) return items;
  const flag = items.findIndex(([item]) => item.literals?.some((one) => /^(?:-\w*c|\/[cCkK]|-(?:C|c)ommand|-EncodedCommand)$/.test(String(one))));
  if (flag < 0) return [];
  const isPosix = items[flag]![0].literals?.some((one) => /^-\w*c$/.test(String(one)));
  return isPosix ? items.slice(flag + 1, flag + 2) : items.slice(flag + 1);
}

function itemsOf(list: Value | undefined, event: CallEvent): readonly (readonly [Value, CallEvent['node']['args'][number]])[] {
  const node = event.node.args[1];
  if (list?.fields === undefined || node === undefined) return list && node && list.taints.length > 0 ? [[list, node]] : [];
  return [...list.fields.values()].map((item) => [item, item.node && item.node.start >= node.start && item.node.end <= node.end ? item.node : node]);
}
