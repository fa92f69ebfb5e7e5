/** Checks whose answer may be old by the time it is acted on: files, rows, balances. A question for the reviewer. */
import type { Call, Expr, Fn, Slot } from '../flow/program.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, refuses, spanText } from '../shape.ts';
import { accessesIn, isAtomic, readsIn } from '../stores.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const FILE_CHECK = /^(?:exists|existsSync|access|accessSync|stat|statSync|lstat|lstatSync|pathExists|fileExists|pathExistsSync)$/;
const FILE_ACT = /^(?:writeFile|writeFileSync|unlink|unlinkSync|rename|renameSync|rm|rmSync|open|openSync|createWriteStream|copyFile|copyFileSync|chmod|chmodSync|chown|appendFile|appendFileSync|symlink|rmdir|rmdirSync|outputFile|move|remove|truncate)$/;
const FILE_READ = /^(?:readFile|readFileSync|createReadStream|open|openSync|sendFile|download)$/;
/** What runs out, or may be used once. */
const LIMITED = /balance|stock|quantity|qty|credits?|seats?|available|remaining|inventory|points|limit|(?<![a-z])count|capacity|used|redeemed|claimed|uses|quota|spots?|slots?|tickets?|funds|left|taken|booked|reserved|sold|winner|usage|running|pending|active|attempts|votes/i;

export default defineRule({
  id: 'no-check-then-act',
  summary: 'Check and act in one piece.',
  why: 'Between the check and the act another request does the same: the last seat is sold twice, the coupon used twice, the file is another one.',
  advice: 'Let the write itself carry the condition (`where balance >= amount`, a unique index, the flag `wx`), or do both in one transaction that locks.',
  cwe: [367, 362],
  owasp: ['A04:2021 Insecure Design', 'A06:2025 Insecure Design'],
  words: ['exists', 'access(', 'accessSync', 'stat(', '.find', 'findOne', 'findUnique', '.get(', 'get(', 'select', 'SELECT', '.fetch', '.load', '.first('],
  // What cannot be interrupted cannot be overtaken.
  needs: ['async ', 'existsSync', 'accessSync', 'lstatSync'],
  *check(input) {
    const survey = surveyOf(input.flow);
    yield* files(survey, input);
    yield* rows(survey, input);
  },
});

/** `if (!(await exists(path))) await writeFile(path, …)`. */
function* files(survey: Survey, input: RuleInput): Iterable<Report> {
  const checks = survey.of('call').filter((call) => call.args[0] !== undefined && ((FILE_CHECK.test(calledName(call)) && isFileCall(call, survey)) || isCheckHelper(call, survey)));
  const said = new Set<Fn | undefined>();
  for (const check of checks) {
    const fn = survey.fnOf(check);
    if (said.has(fn)) continue;
    const path = code(input.text, check.args[0]!);
    const isReal = /^lstat|^access/.test(calledName(check)) && isFileCall(check, survey);
    const act = survey.of('call').find((call) => call.start > check.end && survey.fnOf(call) === fn && isFileCall(call, survey) && ((FILE_ACT.test(calledName(call)) && (isReal || !/^(?:unlink|rm|remove)/.test(calledName(call)))) || (isReal && FILE_READ.test(calledName(call)))) && call.args.some((arg) => code(input.text, arg) === path));
    if (act === undefined || fn === undefined || !isServed(fn, survey, input) || /['"](?:wx|ax|r\+x)['"+]|O_EXCL|O_NOFOLLOW|COPYFILE_EXCL|fstat|\.stat\(\)|lock|mkdtemp|force:\s*true/i.test(bare(code(input.text, fn)))) continue;
    said.add(fn);
    yield { node: act, severity: 'info', confidence: 'pattern', message: `Is \`${oneLine(path)}\` still what \`${calledName(check)}\` saw when this runs?` };
  }
}

/** `const exists = (file) => access(file).then(…)`. */
function isCheckHelper(call: Call, survey: Survey): boolean {
  const fn = survey.calleeOf(call);
  return fn !== undefined && /exist|available|taken|free|present/i.test(fn.name) && fn.params.length === 1 && survey.inside('call', fn).some((inner) => FILE_CHECK.test(calledName(inner)) && isFileCall(inner, survey));
}

function isFileCall(call: Call, survey: Survey): boolean {
  const api = survey.apiOf(call) ?? '';
  return /^(?:node:)?fs\b|^fs-extra\b/.test(api) || (call.callee.kind === 'member' && /^(?:fs|fsp|fse|fsPromises|promises)$/.test(call.callee.object.kind === 'name' ? call.callee.object.slot.name : call.callee.object.kind === 'member' ? String(call.callee.object.key) : ''));
}

/** Others run at the same time: a server's handler, or anything that waits in between. */
function isServed(fn: Fn, survey: Survey, { flow }: RuleInput): boolean {
  if (fn.isAsync) return true;
  const outer = survey.outerFn(fn) ?? fn;
  return outer.params.some(({ target }) => target.kind === 'bind' && /^(?:req|request|ctx|context|c)$/.test(target.slot.name)) || flow.program.imports.some(({ module }) => /^(?:express|fastify|koa|hono)$/.test(module));
}

/** `const account = await find(…); if (account.balance < amount) throw …; await update(…)`. */
function* rows(survey: Survey, input: RuleInput): Iterable<Report> {
  const { text } = input;
  for (const fn of input.flow.program.functions) {
    if (!fn.isAsync) continue;
    const writes = accessesIn(fn, 'write', survey, text);
    if (writes.length === 0) continue;
    const read = readsIn(fn, survey, text);
    const tests = survey.inside('if', fn).filter((each) => survey.fnOf(each) === fn).map((each) => ({ test: each.test, kind: decides(each.test, spanText(text, each.then), read, survey, input) ?? (asksHelper(each.test, survey, input) ? ('limit' as const) : undefined) }));
    const test = tests.find(({ kind }) => kind !== undefined);
    if (test === undefined) continue;
    const write = writes.find((each) => each.start > test.test.end && !isOfOthers(each, text) && (test.kind === 'limit' || makesNew(each, text)));
    if (write === undefined || isAtomic(fn, survey, text)) continue;
    const [name] = [...survey.inside('name', test.test), ...(test.test.kind === 'name' ? [test.test] : [])].filter(({ slot }) => read.has(slot));
    yield { node: write, severity: 'info', confidence: 'pattern', message: `Is what was checked${name === undefined ? '' : ` of \`${name.slot.name}\``} still true when this is written, if the same request comes twice at once?` };
  }
}

/** `if (!(await inStock(id, n)))`: a helper of this text that reads and compares. */
function asksHelper(test: Expr, survey: Survey, { text }: RuleInput): boolean {
  return [...survey.inside('call', test), ...(test.kind === 'call' ? [test] : [])].some((call) => {
    const fn = survey.calleeOf(call);
    if (fn === undefined || readsIn(fn, survey, text).size === 0) return false;
    const read = readsIn(fn, survey, text);
    return survey.inside('return', fn).some(({ value }) => value?.kind === 'binary' && /[<>]/.test(value.op) && [...survey.inside('name', value)].some(({ slot }) => read.has(slot)) && LIMITED.test(code(text, value)));
  });
}

/** The condition looks at something limited that was read, or whether there is one already. */
function decides(test: Expr, then: string, read: ReadonlyMap<Slot, Expr>, survey: Survey, { text }: RuleInput): 'limit' | 'existence' | undefined {
  const names = [...survey.inside('name', test), ...(test.kind === 'name' ? [test] : [])].filter(({ slot }) => read.has(slot));
  if (names.length === 0) return undefined;
  const words = bare(code(text, test));
  const isLimited = names.some((name) => {
    if (LIMITED.test(name.slot.name)) return true;
    for (const around of survey.around(name)) {
      if (around.kind !== 'member') return false;
      if (typeof around.key === 'string' && LIMITED.test(around.key)) return true;
    }
    return false;
  });
  // Asking only whether it is the user's own, or whether it is there, changes nothing for others.
  if (isLimited && /[<>]|===|!==|!|used|redeemed|claimed|taken|booked/i.test(words) && !/userId|ownerId|role/i.test(words)) return 'limit';
  // There is one already: then none is made.
  const exists = names.some((name) => test === name || (test.kind === 'binary' && /length|> 0|!== null|!= null|!== undefined/.test(words))) && refuses(then) && !/^!/.test(words);
  return exists ? 'existence' : undefined;
}

/** What must not be there twice is made, not changed. */
function makesNew(write: Expr, text: string): boolean {
  return write.kind === 'call' ? /^(?:create|insert|save|add|put|write|values|upsert|book|reserve|register|store|set)/i.test(calledName(write)) || /\binsert\b/i.test(code(text, write).slice(0, 60)) : /^\s*insert/i.test(code(text, write).replace(/^[^`]*`/, ''));
}

/** Notes of what happened are no act. */
function isOfOthers(write: Expr, text: string): boolean {
  return /log|audit|event|notif|email|metric|session|cache/i.test(write.kind === 'call' ? code(text, write.callee) : code(text, write).slice(0, 80));
}
