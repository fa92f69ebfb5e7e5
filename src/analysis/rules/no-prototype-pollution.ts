/** Member names from outside that reach `__proto__`. */
import type { AssignEvent, CallEvent } from '../flow/events.ts';
import type { Expr, Fn } from '../flow/program.ts';
import { dangers, isHarmless, type Taint, type Value } from '../flow/value.ts';
import { calleeName, code, isComposed } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { sourceWords } from '../words.ts';

/** Merge what they are given, prototypes included (or did for years). */
const MERGES = new Set('lodash.merge lodash.mergeWith lodash.defaultsDeep lodash.merge() merge extend deep-extend merge-deep jQuery.extend node.extend defaults-deep merge-options hoek.merge @hapi/hoek.merge hoek.applyToDefaults mixin-deep'.split(' '));
/** Set a member by a path. */
const SETTERS = new Set('lodash.set lodash.setWith lodash.zipObjectDeep set-value object-path.set dot-prop.set dot-prop.setProperty dottie.set set-in nested-property.set jsonpointer.set lodash.update'.split(' '));

export default defineRule({
  id: 'no-prototype-pollution',
  summary: 'Do not write members under names from outside.',
  why: 'Under the name `__proto__` the write reaches every object of the program: checks that ask for a missing member then find the attacker\'s.',
  advice: 'Refuse `__proto__`, `constructor` and `prototype`, keep such data in a `Map`, or in an object made with `Object.create(null)`.',
  cwe: [1321, 915],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A08:2025 Software or Data Integrity Failures'],
  words: ['] =', ']=', '] ??=', '] ||=', '] +=', '][', 'merge', 'Merge', 'extend', 'Extend', 'efaults', 'clone', 'Clone', 'assign', 'Assign', 'copy', 'Copy', 'body', 'Body', 'query', 'params', 'json()', 'formData', 'JSON.parse', 'location', 'split(', '.keys(', '.entries(', ' in ', 'set-value', 'object-path', 'dot-prop'],
  *check(input) {
    for (const event of input.flow.assigns) yield* member(event, input);
    for (const event of input.flow.calls) yield* call(event, input);
    for (const fn of input.flow.program.functions) yield* merges(fn, input);
  },
});

/** Nothing can be written to a prototype that is frozen. */
const FROZEN = /Object\.(?:freeze|seal|preventExtensions)\(\s*Object\.prototype\s*\)|delete Object\.prototype\.__proto__/;

function* member({ node, keyValue, object, value, fn }: AssignEvent, input: RuleInput): Iterable<Report> {
  if (keyValue === undefined || typeof node.key === 'string' || isHarmless(keyValue) || object.api === 'Object.create()') return;
  // With text of its own before or behind, a name is no longer `__proto__`; an array's members are its items.
  if (isComposed(keyValue) || object.type === 'array' || FROZEN.test(input.text)) return;
  // Two steps by names from outside reach the prototype; so does one into an object that was itself chosen by such a name.
  const taint = remote(keyValue);
  const outer = node.object.kind === 'member' && typeof node.object.key !== 'string' ? node.object : undefined;
  if (taint === undefined) return;
  const isChosen = object.chosen === true;
  // Into a member that was picked from a list, or as a number or a text of the program's own, no prototype is written.
  if (!isChosen && (outer !== undefined || isHarmless(value))) return;
  const isRecursive = fn !== undefined && fn.name !== '' && new RegExp(`\\b${fn.name.replace(/\W/g, '\\W')}\\s*\\(\\s*\\w+\\[`).test(code(input.text, fn));
  // Copying headers or a parsed object into a fresh one, name by name, is everyday code.
  if (!isChosen && !isRecursive && !/\.(?:body|query|params)\b/.test(taint.source.label)) return;
  const severity = isChosen ? 'high' : 'medium';
  yield { node: node.key, severity, confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node.key))} is the name of the member that is written, and may be \`__proto__\``, sink: 'names the member that is written', fixes: isChosen ? [] : bareObject(node.object, input) };
}

/** `const counts = {}` holds nothing but what is put there when it has no prototype. */
function bareObject(owner: Expr, { flow }: RuleInput): readonly Repair[] {
  const made = owner.kind === 'name' ? flow.definitions.get(owner.slot) : undefined;
  return made?.kind === 'object' && made.entries.length === 0 ? [{ title: 'Keep it in an object without a prototype', kind: 'safe', change: [{ range: { start: made.start, end: made.end }, text: 'Object.create(null)' }] }] : [];
}

function* call(event: CallEvent, input: RuleInput): Iterable<Report> {
  const api = event.api ?? '';
  const isJqueryDeep = api !== 'jQuery.extend' || event.args[0]?.literals?.includes(true) === true;
  if (MERGES.has(api) && isJqueryDeep) {
    for (const [index, value] of event.args.entries()) {
      const taint = remote(value);
      const node = event.node.args[index];
      if (taint === undefined || node === undefined || index === 0) continue;
      yield { node, severity: 'medium', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} is merged by \`${calleeName(input.text, event)}\`, member by member, \`__proto__\` included`, sink: 'merged here' };
    }
  } else if (SETTERS.has(api)) {
    const taint = event.args[1] && remote(event.args[1]);
    if (taint && event.node.args[1]) yield { node: event.node.args[1], severity: 'high', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, event.node.args[1]))} is the path that \`${calleeName(input.text, event)}\` writes to, and may lead through \`__proto__\``, sink: 'names the members that are written' };
  }
}

function remote(value: Value): Taint | undefined {
  return isHarmless(value) ? undefined : dangers(value, 'key').find((taint) => taint.source.kind === 'remote');
}

/** A function that copies members from one object to another and calls itself for those that are objects, with no look at their names. */
function* merges(fn: Fn, { text }: RuleInput): Iterable<Report> {
  if (!/^\w+$/.test(fn.name) || fn.end - fn.start > 3000) return;
  const body = code(text, fn);
  if (/\bhasOwn|Object\.create\(null\)|new Map\b/.test(body) || (/__proto__/.test(body) && /constructor|prototype['"`]/.test(body)) || /\bis(?:Unsafe|Safe|Forbidden|Blocked|Allowed|Dangerous|Reserved|Polluting|Prototype)\w*\(|(?:FORBIDDEN|BLOCKED|DANGEROUS|UNSAFE|REFUSED|RESERVED)\w*\.(?:has|includes)/i.test(body)) return;
  for (const key of keysOf(body)) {
    // The name itself is asked about: by a list, a set or a helper.
    if (new RegExp(`\\b\\w+\\.(?:has|includes|test)\\(\\s*${key}\\s*\\)|\\bif\\s*\\([^)]*\\b(?!${fn.name}\\b|typeof\\b)\\w+\\(\\s*${key}\\s*\\)|__proto__:\\s*null|setPrototypeOf\\(`).test(body) || FROZEN.test(text)) continue;
    // The last write is the one of the member itself; those before make the place for it.
    const written = [...body.matchAll(new RegExp(`[\\w.]+\\[\\s*${key}\\s*\\]\\s*=(?!=)`, 'g'))].at(-1);
    if (written === undefined) continue;
    // It goes down into what the target holds already; a copy into fresh objects reaches no prototype.
    const into = /^[\w.]+/.exec(written[0])![0].replaceAll('.', '\\.');
    const called = new RegExp(`\\b${fn.name}\\s*\\(\\s*\\(?\\s*(?:${into}\\[\\s*${key}\\s*\\][^,]*,|\\w+\\[\\s*${key}\\s*\\][^,()]*,\\s*${into}\\[)`).test(body) || new RegExp(`(?:const|let|var)\\s+(\\w+)\\s*=\\s*${into}\\[\\s*${key}\\s*\\][\\s\\S]*\\b${fn.name}\\s*\\(\\s*\\1\\b`).test(body);
    if (!called) continue;
    const start = fn.start + written.index;
    yield { node: { start, end: start + written[0].replace(/\s*=$/, '').length }, severity: 'medium', confidence: 'pattern', message: `\`${fn.name}\` copies members of every name, \`__proto__\` included, and goes down into them` };
    return;
  }
}

/** Variables that take every name of an object in turn. */
function keysOf(body: string): readonly string[] {
  const loops = /for\s*\(\s*(?:const|let|var)\s+(?:\[\s*)?(\w+)[^()]{0,40}\s(?:in\b|of\s+(?:Object|Reflect)\.(?:keys|entries|ownKeys|getOwnPropertyNames)\()|(?:keys|entries)\([^()]{0,60}\)\.(?:forEach|map)\(\s*(?:function\s*\w*\s*)?\(?\s*(?:\[\s*)?(\w+)|(?:keys|entries)\([^()]{0,60}\)\.reduce\(\s*(?:function\s*\w*\s*)?\(\s*\w+\s*,\s*(?:\[\s*)?(\w+)/g;
  return [...body.matchAll(loops)].map((match) => match[1] ?? match[2] ?? match[3]!);
}
