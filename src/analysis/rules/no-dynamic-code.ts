/** Text that runs as code. */
import { defineFlowRule, valueReport } from '../flow-rule.ts';
import type { Expr } from '../flow/program.ts';
import { calleeName, code, sinks, textBefore, type Reached } from '../reach.ts';
import type { CallEvent } from '../flow/events.ts';
import { CONTEXT, isHarmless, type Value } from '../flow/value.ts';
import type { Repair, Report, RuleInput } from '../rule.ts';
import { oneLine } from '../words.ts';

/** Take the name of a file, which can do no harm when it stays in its folder. */
const LOADERS = new Set(['require', 'import']);
const EVAL = new Set(['eval', 'Function', 'vm.runInThisContext', 'vm.runInNewContext', 'vm.runInContext', 'vm.Script', 'vm.compileFunction']);

export default defineFlowRule({
  id: 'no-dynamic-code',
  summary: 'Do not run text as code.',
  why: 'Whoever chooses the text runs code of their own with the rights of this program; Node\'s `vm` is no fence against that.',
  advice: 'Parse data with `JSON.parse`, look functions up in a table by name, or use an expression evaluator that knows no more than it must.',
  cwe: [94, 95],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['Worker', 'constructor', 'eval', 'Function', 'vm', 'setTimeout', 'setInterval', 'require', 'import(', 'executeJavaScript', 'compileFunction', 'evaluate', '$interpolate', '$parse', '$compile', 'injectJavaScript', 'executeScript', "'-e'", '"-e"', "'-c'", '"-c"', '--eval', "'-p'"],
  context: 'code',
  sinks: sinks(
    ['eval vm.runInThisContext vm.runInNewContext vm.runInContext vm.Script vm.compileFunction setTimeout setInterval setImmediate window.execScript execScript require import vm2.VM().run vm2.NodeVM().run electron.webContents.executeJavaScript safe-eval static-eval', { arg: 0 }],
    ['Function GeneratorFunction AsyncFunction', { arg: 'any' }],
  ),
  whole: ['remote', 'parameter', 'local', 'stored'],
  composed: ['remote', 'parameter', 'local', 'stored'],
  severity: 'critical',
  becomes: (callee) => `runs as code in \`${callee}\``,
  // A timer's or a loader's own argument may be a function or a module's name: only a stranger's text is a flaw there.
  accepts: ({ event, value }, taint) => !(LOADERS.has(event.api ?? '') && (taint.clean & CONTEXT.path) !== 0 && !textBefore(value, 'code').startsWith('data:')) && ( taint.source.kind === 'remote' || (EVAL.has(event.api ?? '') && value.type !== 'function' && !value.closures)),
  fixes: (one, input) => asJson(one, input),
  also: unknownText,
});

/** `eval('(' + text + ')')` reads JSON, as programs did before there was a parser. */
function asJson({ event, node }: Reached, input: RuleInput): readonly Repair[] {
  if (event.api !== 'eval' || node.kind !== 'binary' || node.op !== '+' || node.left.kind !== 'binary') return [];
  const { left, right } = node.left;
  const isOpened = left.kind === 'constant' && left.value === '(' && node.right.kind === 'constant' && node.right.value === ')';
  return isOpened ? [{ title: 'Read it as JSON', kind: 'suggestion', change: [{ range: { start: event.node.start, end: event.node.end }, text: `JSON.parse(${code(input.text, right)})` }] }] : [];
}

/** `setTimeout('tick()', 100)`: the text is written here, so it can be code as well. */
function asFunction(node: Expr): readonly Repair[] {
  if (node.kind !== 'constant' || typeof node.value !== 'string' || !/^[\w$.]+\([\w$., ]*\);?$/.test(node.value)) return [];
  return [{ title: 'Wrap in a function', kind: 'suggestion', change: [{ range: { start: node.start, end: node.end }, text: `() => { ${node.value.replace(/;?$/, ';')} }` }] }];
}

/** Interpreters, and the flag behind which they take a program as text. */
const INTERPRETERS = /(?:^|[\\/])(?:node|nodejs|deno|bun|tsx|ts-node|python[\d.]*|ruby|perl|php|lua|osascript|Rscript)(?:\.exe)?$/i;
const PROGRAM_FLAGS = new Set(['-e', '--eval', '-p', '--print', '-pe', '-c', '-r', 'eval']);

/** `execFile('node', ['-e', text])`: no shell, and yet the text is a program. */
function* interpreted(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (!/^(?:child_process|execa|cross-spawn|Bun)\b/.test(event.api ?? '')) return;
  const [program, list] = event.args;
  const isInterpreter = program?.api === 'process.execPath' || program?.literals?.some((one) => INTERPRETERS.test(String(one))) === true;
  const items = [...(list?.fields ?? [])];
  if (!isInterpreter || !event.node.args[1]) return;
  for (const [index, [, item]] of items.entries()) {
    const text = items[index + 1]?.[1];
    // Behind the name of a script the words are the script's own.
    if (item.literals === undefined || !String(item.literals[0]).startsWith('-') && item.literals[0] !== 'eval') break;
    if (!PROGRAM_FLAGS.has(String(item.literals?.[0])) || text === undefined) continue;
    const node = text.node && event.node.start <= text.node.start && text.node.end <= event.node.end ? text.node : event.node.args[1];
    const report = valueReport(text, node, 'code', ['remote', 'parameter'], 'critical', 'is run as a program', input);
    if (report) yield report;
  }
}

/** Text and constants of other files, by their names in capitals. */
function isOfConstants(value: Value): boolean {
  const holes = value.parts?.filter((part) => part.kind === 'hole') ?? [];
  return holes.length > 0 && holes.every(({ node, value: held }) => isHarmless(held) || (node.kind === 'name' && /^[A-Z][A-Z0-9_]+$/.test(node.slot.name)));
}

/** Methods that run text, whoever they are called on. */
const RUNNERS = new Set(['$eval', '$evalAsync', '$interpolate', '$parse', '$compile', 'injectJavaScript', 'evaluateJavaScript', 'executeJavaScript', 'globalEval', 'executeScript']);

/** `eval` of something that is neither written here nor known to come from anywhere: a pattern worth a look. */
function* unknownText({ flow, text, raw }: RuleInput): Iterable<Report> {
  for (const event of flow.calls) {
    yield* interpreted(event, { flow, text, raw });
    // A browser's driver takes a selector and a function.
    if (RUNNERS.has(event.name) && !event.args[1]?.closures && event.args[0] && event.node.args[0]) {
      const report = valueReport(event.args[0], event.node.args[0], 'code', ['remote'], 'critical', `runs as code in \`${calleeName(text, event)}\``, { flow, text, raw });
      if (report) yield report;
    }
    if (event.api === 'worker_threads.Worker' && event.args[1]?.fields?.get('eval')?.literals?.includes(true) && event.args[0] && event.node.args[0]) {
      const report = valueReport(event.args[0], event.node.args[0], 'code', ['remote', 'parameter'], 'critical', 'runs as code in a worker', { flow, text, raw });
      if (report) yield report;
    }
    // `new Function` is what compilers of templates and schemas are made of: there only a source counts.
    const isEval = event.api === 'eval';
    const [value] = event.args;
    const [node] = event.node.args;
    if (isEval && value && node && !isHarmless(value) && value.taints.length === 0 && node.kind !== 'function' && !isOfConstants(value)) {
      yield { node, severity: 'medium', confidence: 'pattern', message: `\`${oneLine(code(text, node))}\` runs as code in \`${calleeName(text, event)}\`` };
    } else if ((event.api === 'setTimeout' || event.api === 'setInterval') && event.args[0]?.type === 'string' && event.node.args[0]) {
      yield { node: event.node.args[0], severity: 'low', confidence: 'pattern', message: `\`${event.api}\` runs this text as code`, advice: 'Give it a function.', fixes: asFunction(event.node.args[0]) };
    }
  }
}
