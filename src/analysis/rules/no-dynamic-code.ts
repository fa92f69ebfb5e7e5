/** Text that runs as code. */
import { defineFlowRule, valueReport } from '../flow-rule.ts';
import { calleeName, code, sinks } from '../reach.ts';
import type { CallEvent } from '../flow/events.ts';
import { isHarmless } from '../flow/value.ts';
import type { Report, RuleInput } from '../rule.ts';
import { oneLine } from '../words.ts';

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
  accepts: ({ event, value }, taint) => taint.source.kind === 'remote' || (EVAL.has(event.api ?? '') && value.type !== 'function' && !value.closures),
  also: unknownText,
});

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
    if (!PROGRAM_FLAGS.has(String(item.literals?.[0])) || text === undefined) continue;
    const node = text.node && event.node.start <= text.node.start && text.node.end <= event.node.end ? text.node : event.node.args[1];
    const report = valueReport(text, node, 'code', ['remote', 'parameter'], 'critical', 'is run as a program', input);
    if (report) yield report;
  }
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
    const isEval = event.api === 'eval' || event.api === 'Function';
    const last = event.api === 'Function' ? event.args.length - 1 : 0;
    const value = event.args[last];
    const node = event.node.args[last];
    if (isEval && value && node && !isHarmless(value) && value.taints.length === 0 && node.kind !== 'function') {
      yield { node, severity: 'medium', confidence: 'pattern', message: `\`${oneLine(code(text, node))}\` runs as code in \`${calleeName(text, event)}\`` };
    } else if ((event.api === 'setTimeout' || event.api === 'setInterval') && event.args[0]?.type === 'string' && event.node.args[0]) {
      yield { node: event.node.args[0], severity: 'low', confidence: 'pattern', message: `\`${event.api}\` runs this text as code`, advice: 'Give it a function.' };
    }
  }
}
