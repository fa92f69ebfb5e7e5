/** Answers that every site may read with the user's session. */
import type { CallEvent } from '../flow/events.ts';
import { isHarmless, type Value } from '../flow/value.ts';
import { code, worstTaint } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { sourceWords } from '../words.ts';

const FACTORIES = new Set(['cors', '@koa/cors', 'koa2-cors', 'hono/cors.cors', '@fastify/cors', 'fastify-cors', '@elysiajs/cors.cors', 'cors.default']);
const EVERY_SITE = 'lets every site read the answers';

export default defineRule({
  id: 'no-permissive-cors',
  summary: 'Do not let every site read answers that belong to a user.',
  why: 'A page of anybody\'s, opened by a signed-in user, reads what the user may read, and changes it.',
  advice: 'Name the sites that may read, and answer only those with their own origin.',
  cwe: [942, 346],
  owasp: ['A05:2021 Security Misconfiguration', 'A02:2025 Security Misconfiguration'],
  words: ['cors', 'Cors', 'CORS', 'Access-Control-Allow-Origin', 'access-control-allow-origin'],
  *check(input) {
    for (const event of input.flow.calls) {
      if (FACTORIES.has(event.api ?? '') || event.name === 'enableCors') yield* options(event.args[0], event, input);
      else if (event.name === 'register' && event.args[0]?.api !== undefined && FACTORIES.has(event.args[0].api)) yield* options(event.args[1], event, input);
      else yield* header(event, input);
    }
    yield* written(input);
  },
});

function* options(value: Value | undefined, event: CallEvent, input: RuleInput): Iterable<Report> {
  const origin = value?.fields?.get('origin');
  const withCredentials = value?.fields?.get('credentials')?.literals?.includes(true) === true;
  if (origin === undefined) return;
  const node = origin.node ?? event.node;
  const one = origin.literals?.length === 1 ? origin.literals[0] : undefined;
  if ((one === true || (one === '*' && withCredentials)) && (withCredentials || one === true)) {
    yield { node, severity: withCredentials ? 'high' : 'medium', confidence: 'likely', message: `\`origin: ${code(input.text, node)}\` ${EVERY_SITE}${withCredentials ? ', with the cookies of its visitor' : ''}` };
  } else if (one === '*') {
    yield { node, severity: 'low', confidence: 'pattern', message: `\`origin: ${code(input.text, node)}\` ${EVERY_SITE}` };
  } else if (listed(origin).includes('null')) {
    yield { node, severity: 'medium', confidence: 'likely', message: 'Any page in a sandboxed frame has the origin `null`: it lets every site read the answers' };
  } else if (isLoosePattern(origin, input)) {
    yield { node, severity: 'medium', confidence: 'likely', message: 'This pattern is not anchored at both ends: it accepts names that only contain yours' };
  } else if (origin.closures?.some(({ fn }) => alwaysAccepts(input.text.slice(fn.start, fn.end)))) {
    yield { node, severity: withCredentials ? 'high' : 'medium', confidence: 'likely', message: `This check accepts every origin, and so ${EVERY_SITE}` };
  }
}

function listed(origin: Value): readonly unknown[] {
  return [...(origin.literals ?? []), ...[...(origin.fields?.values() ?? [])].flatMap((item) => item.literals ?? [])];
}

function isLoosePattern(origin: Value, { flow }: RuleInput): boolean {
  const node = origin.node?.kind === 'name' ? flow.definitions.get(origin.node.slot) : origin.node;
  return node?.kind === 'regex' && !(node.pattern.startsWith('^') && node.pattern.endsWith('$'));
}

/** Headers written as an object: `{ 'Access-Control-Allow-Origin': request.headers.get('origin') }`. */
function* written({ text, flow }: RuleInput): Iterable<Report> {
  for (const object of flow.program.objects) {
    for (const entry of object.entries) {
      if (!('key' in entry) || typeof entry.key !== 'string' || entry.key.toLowerCase() !== 'access-control-allow-origin') continue;
      const value = code(text, entry.value);
      if (/(?:headers?\.|headers?\[['"]|(?:get|header)\(\s*['"])origin\b/i.test(value) && !/includes|has\(|(?<!\?)\?(?![?.:])|test\(/.test(value)) yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `\`${value}\` is sent back as the origin that may read: that ${EVERY_SITE}` };
    }
  }
}

/** A function that calls back with `true` and looks at nothing. */
function alwaysAccepts(text: string): boolean {
  return text.length < 300 && /\(\s*null\s*,\s*(?:true|origin)\s*\)|=>\s*origin\s*$|=>\s*\w+\.(?:get|header)\(['"]origin['"]\)\s*$|=>\s*[\w.]+\.(?:headers?\.)?origin\s*$/i.test(text) && !/\bif\b|\?|includes|has\(|test\(|indexOf|===/.test(text);
}

function* header(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (!['setHeader', 'set', 'header', 'append'].includes(event.name)) return;
  const [name, value] = event.args;
  const node = event.node.args[1];
  if (String(name?.literals?.[0]).toLowerCase() !== 'access-control-allow-origin' || value === undefined || node === undefined) return;
  const credentials = input.flow.calls.some((other) => other.fn === event.fn && String(other.args[0]?.literals?.[0]).toLowerCase() === 'access-control-allow-credentials' && String(other.args[1]?.literals?.[0]) === 'true');
  if (!isHarmless(value)) {
    const taint = worstTaint(value, 'header', ['remote']) ?? worstTaint(value, 'redirect', ['remote']);
    if (taint === undefined) return;
    const what = 'is sent back as the origin that may read';
    yield { node, severity: credentials ? 'high' : 'medium', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} ${what}: that ${EVERY_SITE}`, sink: what };
  } else if (value.literals?.includes('*') === true && credentials) {
    yield { node, severity: 'medium', confidence: 'likely', message: `\`*\` ${EVERY_SITE}` };
  }
}
