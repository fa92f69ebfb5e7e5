/** Code that is fetched and run in one go: in programs, scripts, container files and manifests. */
import type { Call, Expr } from '../flow/program.ts';
import { pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { calledName, wordOf } from '../shape.ts';
import type { Source } from '../source.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const FETCHES = /\b(?:curl|wget|Invoke-WebRequest|Invoke-RestMethod|iwr|irm|fetch|DownloadString)\b/i;
/** A download handed straight to an interpreter. Bounded, so that no line can make it slow. */
const PIPED: readonly RegExp[] = [
  /\b(?:curl|wget)\b[^\n|;]{0,400}\|\s*(?:tee\s[^\n|]{0,80}\|\s*)?(?:sudo\s+(?:-[\w=]+\s+){0,3})?(?:\w+=\S{1,80}\s+){0,3}(?:env\s+)?(?:\/(?:usr\/)?(?:local\/)?bin\/)?(?:(?:ba|z|da|k|a|fi)?sh|python[\d.]*|node|perl|ruby|php|bun|deno\s+run)\b/i,
  /\b(?:(?:ba|z|da|k)?sh|source|python[\d.]*|node|\.)\s+(?:-\w+\s+){0,2}<\(\s*(?:curl|wget)\b/i,
  /\b(?:(?:ba|z|da|k)?sh\s+-\w*c|eval|node\s+-e|python[\d.]*\s+-c)\s*["'`]?\s*(?:\$\(|`)\s*(?:curl|wget)\b/i,
  /\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b[^\n|]{0,300}\|\s*(?:iex|Invoke-Expression)\b/i,
  /\b(?:iex|Invoke-Expression)\b[^\n]{0,80}\b(?:DownloadString|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b/i,
  /\b(?:curl|wget)\b[^\n;|&]{0,300}(?:-o|-O|>|--output)\s*(\S{1,120})[^\n]{0,120}(?:&&|;)\s*(?:sudo\s+)?(?:chmod\s[^\n;&]{1,100}(?:&&|;)\s*)?(?:sudo\s+)?(?:(?:ba)?sh\s+)?\1\b(?![^\n]{0,80}sha\d+sum)/i,
];
const CHECKED = /sha(?:1|256|384|512)sum|shasum|gpg\s+--verify|cosign\s+verify|--checksum|minisign/i;
const INSTALLS = /\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add|exec|dlx)\b[^\n"'`]{0,120}\bhttp:\/\/|\bnpx\s+(?:-y\s+|--yes\s+)?https?:\/\/|\bpip3?\s+install\b[^\n"'`]{0,120}\bhttps?:\/\/(?!github\.com\/[\w.-]+\/[\w.-]+\/(?:archive|releases))/i;
const SHELLS = new Set(['shellscript', 'dockerfile', 'makefile', 'yaml', 'powershell', 'bat']);
const HOOK = /"(preinstall|install|postinstall|prepare|preprepare|postprepare|prepublish)"\s*:\s*"((?:[^"\\\n]|\\.){1,1000})"/g;
const DEPENDENCY = /"((?:@[\w.-]+\/)?[\w.-]+)"\s*:\s*"(http:\/\/[^"\n]{1,300}|git\+http:\/\/[^"\n]{1,300}|git:\/\/[^"\n]{1,300})"/g;

export default defineRule({
  id: 'no-remote-code',
  summary: 'Do not run code straight from the network.',
  why: 'Whoever controls the address, or the way to it, decides what runs here, and may decide anew each time.',
  advice: 'Fetch a fixed version, compare its checksum, and run it then; or install it as a package with a lock file.',
  cwe: [494, 829],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A03:2025 Software Supply Chain Failures', 'A08:2025 Software or Data Integrity Failures'],
  words: ['curl', 'wget', 'fetch(', 'axios', 'got(', 'http.get', 'https.get', 'https.request', 'http.request', 'needle', 'superagent', 'Invoke-', 'DownloadString', 'import(', 'importScripts'],
  needs: ['exec', 'spawn', 'eval(', 'eval)', 'Function(', 'vm.', 'runIn', 'Script(', 'import(', 'importScripts', '_compile', '$`', 'shell', 'system(', 'fork(', 'postinstall', 'preinstall', 'prepare:', 'setTimeout('],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const call of survey.of('call')) {
      yield* command(call, survey, input);
      yield* evaluated(call, survey, input);
    }
    yield* downloaded(survey, input);
    for (const object of survey.of('object')) yield* hooks(object);
    for (const template of survey.of('template')) if (template.tag !== undefined && /^(?:\$|sh|exec\w*|execa\w*)$/.test(oneLine(code(input.text, template.tag)).split('.')[0]!)) yield* piped(template, code(input.text, template));
  },
  *checkText(source) {
    if (SHELLS.has(source.language)) yield* lines(source);
    else if (/(?:^|\/)package\.json$/.test(source.path) || (source.language === 'json' && /"scripts"\s*:/.test(source.text))) yield* manifest(source);
  },
});

function* piped(node: Expr, text: string): Iterable<Report> {
  if (!FETCHES.test(text) && !INSTALLS.test(text)) return;
  if ((PIPED.some((pattern) => pattern.test(text)) || INSTALLS.test(text)) && !CHECKED.test(text)) yield { node, severity: 'high', confidence: 'likely', message: 'What this downloads is run at once, whatever it is today' };
}

/** `exec('curl … | sh')`, `spawn('sh', ['-c', 'curl … | sh'])`. */
function* command(call: Call, survey: Survey, input: RuleInput): Iterable<Report> {
  if (!/^(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaSync|execaCommand|execaCommandSync|command|system|run|\$|sh|shell|execAsync|execPromise|runCommand)$/.test(calledName(call))) return;
  const text = call.args.slice(0, 2).map((arg) => words(arg, survey, input)).join(' ');
  yield* piped(call, text);
}

/** The written words of a command, whatever pieces they come in. */
function words(arg: Expr, survey: Survey, input: RuleInput, depth = 0): string {
  if (depth > 5) return '';
  const word = wordOf(arg);
  if (word !== undefined) return word;
  if (arg.kind === 'template') return arg.texts.map((piece, index) => piece.value + (arg.values[index] ? words(arg.values[index], survey, input, depth + 1) || 'x' : '')).join('');
  if (arg.kind === 'binary' && arg.op === '+') return (words(arg.left, survey, input, depth + 1) || 'x') + (words(arg.right, survey, input, depth + 1) || 'x');
  if (arg.kind === 'array') return arg.items.map((item) => (item ? words(item, survey, input, depth + 1) : '')).join(' ');
  if (arg.kind === 'name') {
    const definition = survey.definitions.get(arg.slot);
    return definition !== undefined && definition.picks.length === 0 ? words(definition.value, survey, input, depth + 1) : '';
  }
  if (arg.kind === 'call' && calledName(arg) === 'join' && arg.callee.kind === 'member') return words(arg.callee.object, survey, input, depth + 1);
  return '';
}

const RUNS = /^(?:eval|Function|runInThisContext|runInNewContext|runInContext|Script|compileFunction|_compile|requireFromString|importScripts|AsyncFunction|SourceTextModule|execScript|setTimeout|runScript)$/;
const FETCHED = /^(?:fetch|axios|got|ky|\$fetch|ofetch|request|superagent|needle|undici|https?|bent|phin)\b[^ ]*\(\)/;

/** `eval(await (await fetch(url)).text())`, `import('https://…')`. */
function* evaluated(call: Call, survey: Survey, input: RuleInput): Iterable<Report> {
  const name = calledName(call);
  if (name === 'import' || name === 'importScripts') {
    const first = call.args[0];
    if (first !== undefined && /^(?:https?:|data:text\/javascript)/.test(words(first, survey, input))) yield { node: call, severity: 'medium', confidence: 'likely', message: 'This runs whatever the address answers today' };
    return;
  }
  if (!RUNS.test(name)) return;
  for (const arg of call.args) {
    if (arg.kind === 'function' || arg.kind === 'object') continue;
    if (!isFetched(arg, survey)) continue;
    yield { node: arg, severity: 'high', confidence: 'likely', message: `\`${oneLine(code(input.text, arg))}\` was fetched over the network, and \`${name}\` runs it` };
    return;
  }
}

/** `{ postinstall: 'curl … | sh' }`: a manifest that a program writes. */
function* hooks(object: Extract<Expr, { kind: 'object' }>): Iterable<Report> {
  for (const entry of object.entries) {
    const word = 'key' in entry && typeof entry.key === 'string' && /^(?:pre|post)?(?:install|prepare)$/.test(entry.key) ? wordOf(entry.value) : undefined;
    if (word !== undefined && fetchesCode(word)) yield { node: (entry as { value: Expr }).value, severity: 'high', confidence: 'likely', message: `\`${String((entry as { key: string }).key)}\` runs on every machine that installs the package, and takes what it runs from the network` };
  }
}

const STARTS = /^(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|execa|require|import|openPath|openExternal)$/;
const VERIFIED = /createHash|createVerify|\bverify\w*\(|sha\d{3}|checksum|integrity|signature|minisign/i;

/** Written to disk as it came, and started. */
function* downloaded(survey: Survey, { text }: RuleInput): Iterable<Report> {
  const writes = survey.of('call').filter((call) => /^(?:writeFile|writeFileSync|write)$/.test(calledName(call)) && call.args[1] !== undefined && isFetched(call.args[1], survey));
  if (writes.length === 0 || VERIFIED.test(text)) return;
  for (const start of survey.of('call')) {
    const [program] = start.args;
    if (program === undefined || !STARTS.test(calledName(start)) || program.kind === 'constant') continue;
    const mentioned = [...survey.inside('name', program), ...(program.kind === 'name' ? [program] : [])];
    const source = writes.find((write) => {
      const target = write.args[0]!;
      const isSame = target.kind === 'name' && mentioned.some(({ slot }) => slot === target.slot);
      const made = mentioned.map(({ slot }) => survey.definitions.get(slot)?.value).map((value) => (value?.kind === 'await' ? value.value : value));
      return isSame || code(text, target) === code(text, program) || made.some((value) => value?.kind === 'call' && survey.calleeOf(value) !== undefined && survey.calleeOf(value) === survey.fnOf(write));
    });
    if (source !== undefined) yield { node: start, severity: 'high', confidence: 'likely', message: `\`${oneLine(code(text, start.callee))}\` starts what was just downloaded, whatever it is today` };
  }
}

/** What a request answered: as text, through constants, helpers of this text and callbacks that collect it. */
function isFetched(expr: Expr, survey: Survey, depth = 0): boolean {
  if (depth > 6) return false;
  const path = pathOf(expr, survey);
  if (path !== undefined && FETCHED.test(path)) return true;
  if (expr.kind === 'await' || expr.kind === 'cast') return expr.value !== undefined && isFetched(expr.value, survey, depth + 1);
  if (expr.kind === 'template') return expr.values.some((value) => isFetched(value, survey, depth + 1));
  if (expr.kind === 'binary') return isFetched(expr.left, survey, depth + 1) || isFetched(expr.right, survey, depth + 1);
  if (expr.kind === 'member') return isFetched(expr.object, survey, depth + 1);
  if (expr.kind === 'call') {
    if (expr.callee.kind === 'member' && (isFetched(expr.callee.object, survey, depth + 1) || isKept(expr, survey, depth))) return true;
    if (expr.callee.kind !== 'name') return false;
    const { slot } = expr.callee;
    const value = survey.definitions.get(slot)?.value;
    const fn = survey.of('function-declaration').find((one) => one.slot === slot)?.fn ?? (value?.kind === 'function' ? value : undefined);
    return fn !== undefined && survey.inside('return', fn).some((ret) => ret.value !== undefined && isFetched(ret.value, survey, depth + 1));
  }
  if (expr.kind !== 'name') return false;
  const definition = survey.definitions.get(expr.slot);
  if (definition !== undefined && expr.slot.writes === 0) return isFetched(definition.value, survey, depth + 1);
  // `let body = ''; response.on('data', (chunk) => (body += chunk))`
  if (survey.of('assign').some((assign) => assign.target.kind === 'bind' && assign.target.slot === expr.slot && (isFetched(assign.value, survey, depth + 1) || isChunk(assign.value, survey)))) return true;
  const parameter = survey.parameters.get(expr.slot);
  const call = parameter === undefined ? undefined : survey.parents.get(parameter.fn);
  // `.then((code) => eval(code))`
  return call?.kind === 'call' && calledName(call) === 'then' && call.callee.kind === 'member' && isFetched(call.callee.object, survey, depth + 1);
}

/** `cache.get(url)`, where something fetched was put in. */
function isKept(call: Call, survey: Survey, depth: number): boolean {
  const { callee } = call;
  if (calledName(call) !== 'get' || callee.kind !== 'member' || callee.object.kind !== 'name') return false;
  const { slot } = callee.object;
  return survey.of('call').some((put) => calledName(put) === 'set' && put.callee.kind === 'member' && put.callee.object.kind === 'name' && put.callee.object.slot === slot && put.args[1] !== undefined && isFetched(put.args[1], survey, depth + 1));
}

function isChunk(expr: Expr, survey: Survey): boolean {
  const inner = expr.kind === 'call' && expr.callee.kind === 'member' ? expr.callee.object : expr;
  if (inner.kind !== 'name') return false;
  const fn = survey.parameters.get(inner.slot)?.fn;
  const call = fn && survey.parents.get(fn);
  return call?.kind === 'call' && calledName(call) === 'on' && wordOf(call.args[0]) === 'data' && /^(?:res|response|r|resp|msg)$/.test(call.callee.kind === 'member' && call.callee.object.kind === 'name' ? call.callee.object.slot.name : '');
}

/** Scripts, container files and pipelines, their continued lines joined. */
function* lines({ text, language }: Source): Iterable<Report> {
  if (!FETCHES.test(text) && !/^\s*ADD\s+https?:/m.test(text)) return;
  for (const { 0: line, index } of text.matchAll(/(?:[^\n\\]|\\[^\n]|\\\n){1,4000}/g)) {
    const start = index + line.search(/\S|$/);
    if (/^\s*(?:#|\/\/|rem\b)/i.test(line)) continue;
    const joined = line.replace(/\\\n/g, ' ');
    const node = { start, end: index + line.trimEnd().length };
    if (PIPED.some((pattern) => pattern.test(joined)) && !CHECKED.test(joined)) yield { node, severity: 'high', confidence: 'likely', message: 'What this downloads is run at once, whatever it is today' };
    else if (language === 'dockerfile' && /^\s*ADD\s+https?:\/\//.test(joined) && !CHECKED.test(joined)) yield { node, severity: 'low', confidence: 'likely', message: 'What this adds to the image may be something else at the next build' };
  }
}

function fetchesCode(command: string): boolean {
  return PIPED.some((pattern) => pattern.test(command)) || INSTALLS.test(command) || (FETCHES.test(command) && !CHECKED.test(command));
}

/** Scripts that run when the package is installed, and dependencies that come without TLS. */
function* manifest({ text }: Source): Iterable<Report> {
  for (const { 0: whole, 1: hook, 2: script, index } of text.matchAll(HOOK)) {
    const command = script!.replace(/\\(.)/g, '$1');
    const at = index + whole.length - script!.length - 1;
    const node = { start: at, end: at + script!.length };
    const isRemote = fetchesCode(command) || /\bnode\s+-e\b[^\n]{0,400}(?:https?:|fetch|request|Buffer\.from|eval)|base64\s+(?:-d|--decode)|\bnpx\s+(?:-y|--yes)\s+(?!husky|only-allow|simple-git-hooks|patch-package|prisma|playwright)/i.test(command);
    if (isRemote) yield { node, severity: 'high', confidence: 'likely', message: `\`${hook}\` runs on every machine that installs this package, and takes what it runs from the network` };
  }
  for (const { 0: whole, 1: name, 2: address, index } of text.matchAll(DEPENDENCY)) {
    if (/^(?:url|homepage|repository|bugs|funding|registry|author|license)$/.test(name!)) continue;
    const at = index + whole.length - address!.length - 1;
    yield { node: { start: at, end: at + address!.length }, severity: 'medium', confidence: 'likely', message: `\`${name}\` comes over a connection that anybody on the way can change` };
  }
}
