/** Line ends from outside in a log. */
import { REMOTE_WORDS } from '../models/requests.ts';
import type { CallEvent } from '../flow/events.ts';
import { calleeName, code, exactNode, worstTaint } from '../reach.ts';
import { wrapping } from '../fixes/wrap.ts';
import { defineRule } from '../rule.ts';
import type { Value } from '../flow/value.ts';
import { sourceWords } from '../words.ts';

const LEVELS = new Set('log info warn error debug trace fatal verbose notice http silly'.split(' '));
const LOGGERS = /^(?:console|logger|log|winston|pino|bunyan|log4js|tslog|fastify|loglevel|npmlog|signale|consola|debug|app\.log|request\.log|req\.log)$/i;

export default defineRule({
  id: 'no-log-injection',
  summary: 'Do not write request data into a log as text.',
  why: 'With a line end in the value whoever sends it writes lines of their own into the log: false entries, and none that can be trusted.',
  advice: 'Log the value as a field of an object, or through `JSON.stringify`, or take the line ends out.',
  cwe: [117],
  owasp: ['A09:2021 Security Logging and Monitoring Failures', 'A09:2025 Security Logging and Alerting Failures'],
  words: ['log', 'console', 'stdout', 'stderr', 'appendFile', 'winston', 'pino', 'bunyan'],
  needs: REMOTE_WORDS,
  *check(input) {
    for (const event of input.flow.calls) {
      if (!isLogger(event) && !isLogFile(event)) continue;
      for (const [index, value] of event.args.entries()) {
        if (index === 0 && event.name.startsWith('appendFile')) continue;
        const node = event.node.args[index];
        // Objects are written as fields, and a whole request part is one.
        if (node === undefined || value.fields !== undefined || value.type === 'object' || value.type === 'array') continue;
        if (/^http\.req(?:\.(?:body|query|params|headers|cookies))?$/.test(value.api ?? '')) continue;
        if (isFormatted(event, index)) continue;
        const taint = worstTaint(value, 'log', ['remote']);
        if (taint === undefined) continue;
        const exact = exactNode(node, value, taint);
        const what = `is written into the log by \`${calleeName(input.text, event)}\` with its line ends`;
        const fixes = wrapping(exact, input, 'Take the line ends out', (text) => `String(${text}).replace(/[\\r\\n]+/g, ' ')`);
        yield { node: exact, severity: 'low', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, exact))} ${what}`, sink: what.replaceAll('`', ''), fixes };
        break;
      }
    }
  },
});

/** `console.log('%j', value)`: written as JSON or as a number. */
function isFormatted(event: CallEvent, index: number): boolean {
  const format = event.args[0]?.literals?.length === 1 ? String(event.args[0].literals[0]) : '';
  const places = [...format.matchAll(/%([sdifjoOc%])/g)].map((match) => match[1]!).filter((kind) => kind !== '%');
  return index > 0 && 'jodifO'.includes(places[index - 1] ?? 's');
}

/** Lines written to a log by hand. */
function isLogFile(event: CallEvent): boolean {
  if (event.api === 'process.stdout.write' || event.api === 'process.stderr.write') return true;
  if (/^fs\.(?:promises\.)?appendFile(?:Sync)?$/.test(event.api ?? '')) return /log|audit|access|trace/i.test(String(event.args[0]?.literals?.[0] ?? partText(event.args[0])));
  return event.name === 'write' && event.api === 'fs.createWriteStream().write';
}

function partText(value: Value | undefined): string {
  return value?.parts?.map((part) => (part.kind === 'text' ? part.text : '')).join('') ?? '';
}

function isLogger(event: CallEvent): boolean {
  if (/^(?:console|winston|pino\(\)|loglevel|npmlog|signale|consola)\.(?:log|info|warn|error|debug|trace|fatal|verbose)$/.test(event.api ?? '')) return true;
  if (!LEVELS.has(event.name) || event.node.callee.kind !== 'member') return false;
  const { object } = event.node.callee;
  const name = object.kind === 'name' ? object.slot.name : object.kind === 'member' && typeof object.key === 'string' ? object.key : '';
  return LOGGERS.test(name) || /[lL]og(?:ger)?$/.test(name) || /^(?:winston|pino|bunyan|log4js)\b/.test(event.api ?? '');
}
