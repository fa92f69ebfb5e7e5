/** Passwords that everybody tries first, and doors left open for debugging. */
import type { Expr, Pattern } from '../flow/program.ts';
import { isClientPath, lastOf, pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, decisionOf, lastName, refuses, wordOf } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

/** The first that anybody tries. */
const DEFAULTS = new Set('admin administrator password passw0rd password1 password123 password1234 p@ssw0rd p@ssword changeme change_me change-me changeit 123456 12345 1234 12345678 123456789 qwerty letmein welcome welcome1 root toor test test123 guest demo default secret secret123 supersecret admin123 admin1234 admin@123 administrator1 pass pass123 user user123 debug master superuser superadmin temp temp123 temppass temporary dev development devpassword postgres mysql mongo redis rabbit rabbitmq minio minioadmin sa sysadmin oracle tomcat manager s3cret keyboard backdoor letmein123 iloveyou abc123 hunter2 dev-secret dev_secret my-secret mysecret jwt-secret jwtsecret jwt_secret your-secret-key your_secret_key secret-key secretkey devsecret'.split(' ').concat('keyboard cat', ''));
const PASSWORD = /(?:^|[._-])(?:\w*(?:password|passwd|passphrase|passcode|pwd|pass)|\w*secret|\w*secret_?key|pin)$|^(?:pw|pass)$/i;
const SWITCH = /^(?:debug|debugMode|debug_mode|showStack(?:Traces?)?|exposeStack|exposeErrors|includeStacktrace\w*|showErrors|verboseErrors|introspection|playground|graphiql|devMode|dev_mode|developmentMode|enableDebug|debugEnabled|exposeInternals|stacktrace)$/;
/** Calls that open something to the world: only there is a switch left on a door left open. */
const SERVERS = /^(?:ApolloServer|createYoga|graphqlHTTP|mercurius|createHandler|fastify|Fastify|express|createServer|Server|buildServer|NextAuth|betterAuth|createApp|startServer|listen|useServer|GraphQLModule|forRoot|forRootAsync|register|configure|createConfig|defineConfig|session|errorHandler|Hono|Koa|startStandaloneServer|NestFactory|graphqlServer|youch|ApolloServerPluginLandingPage\w*)$/;
const DEV = /NODE_ENV|\bisDev|\bdev\b|isTest|process\.env|config\.|seed.*test|localhost|127\.0\.0\.1/i;

export default defineRule({
  id: 'no-default-credentials',
  summary: 'Do not ship default passwords or debugging switches.',
  why: 'A password that is in every list of default passwords, or a switch that shows the inside, is the first thing an attacker tries.',
  advice: 'Take passwords from the environment and stop when there is none; turn debugging on by the environment alone.',
  cwe: [1392, 1393, 489, 521],
  owasp: ['A05:2021 Security Misconfiguration', 'A02:2025 Security Misconfiguration', 'A07:2025 Authentication Failures'],
  words: ['asicAuth', 'basic_auth', 'assword', 'ASSWORD', 'asswd', 'pwd', 'pass', 'PASS', 'ecret', 'SECRET', 'debug', 'Debug', 'introspection', 'playground', 'graphiql', 'showStack', 'inspector', 'NODE_ENV', 'devMode', 'exposeErrors', 'errorhandler', 'backdoor', 'bypass', 'skipAuth'],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const logical of survey.of('logical')) if (logical.op !== 'and') yield* fallback(logical.left, logical.right, survey, input);
    for (const declare of survey.of('declare')) yield* defaulted(declare.target, declare.value, input);
    for (const binary of survey.of('binary')) if (/^[=!]==?$/.test(binary.op)) yield* compared(binary, survey, input);
    for (const object of survey.of('object')) yield* members(object, survey, input);
    for (const declare of survey.of('declare')) {
      if (declare.target.kind !== 'bind' || declare.value === undefined) continue;
      const { name } = declare.target.slot;
      if (/default|admin|root|seed|initial|master|backdoor|temp/i.test(name) && PASSWORD.test(name) && isDefault(wordOf(declare.value))) yield guessable(declare.value, name);
    }
    for (const call of survey.of('call')) {
      yield* hashed(call, survey, input);
      if (survey.apiOf(call) === 'errorhandler' && !DEV.test(conditions(call, survey, input))) yield { node: call.callee, severity: 'medium', confidence: 'likely', message: '`errorhandler` is made for development: in production, too, it answers with the stack of the error' };
      if (survey.apiOf(call) === 'inspector.open' && !DEV.test(conditions(call, survey, input))) yield { node: call, severity: 'high', confidence: 'likely', message: 'A debugger listens here: whoever reaches it runs what they like' };
    }
    yield* doors(survey, input);
    for (const { key, value, valueNode, object } of input.flow.assigns) {
      if (key === 'NODE_ENV' && /^(?:dev|development|test)$/.test(String(value.literals?.[0])) && value.literals?.length === 1 && object.api === 'process.env') yield { node: valueNode, severity: 'medium', confidence: 'likely', message: 'This turns development mode on wherever the program runs' };
    }
  },
});

function isDefault(word: string | undefined): boolean {
  return word !== undefined && word !== '' && DEFAULTS.has(word.toLowerCase());
}

function guessable(node: Expr, name: string): Report {
  return { node, severity: 'medium', confidence: 'likely', message: `The value of \`${oneLine(name)}\` stands in every list of default passwords` };
}

/** `process.env.ADMIN_PASSWORD ?? 'admin'`: a service that was not set up has the password everybody knows. */
function* fallback(left: Expr, right: Expr, survey: Survey, { text }: RuleInput): Iterable<Report> {
  if (!isDefault(wordOf(right))) return;
  const path = pathOf(left, survey) ?? '';
  if (!PASSWORD.test(lastOf(path).replace(/_(?:KEY|HASH)$/, '')) || isClientPath(path)) return;
  yield { node: right, severity: 'medium', confidence: 'likely', message: `Without \`${oneLine(code(text, left))}\` the password is one that everybody tries first` };
}

/** `const { ADMIN_PASSWORD = 'changeme' } = process.env`. */
function* defaulted(target: Pattern, value: Expr | undefined, { text }: RuleInput): Iterable<Report> {
  if (target.kind !== 'bind-record' || value === undefined || !/env|config|settings|options/i.test(code(text, value))) return;
  for (const { key, target: inner } of target.entries) {
    if (inner.kind !== 'bind-default' || typeof key !== 'string' || !PASSWORD.test(key.replace(/_(?:KEY|HASH)$/, '')) || !isDefault(wordOf(inner.fallback))) continue;
    yield { node: inner.fallback, severity: 'medium', confidence: 'likely', message: `Without \`${key}\` the password is one that everybody tries first` };
  }
}

/** `password === 'letmein'`. */
function* compared(binary: Extract<Expr, { kind: 'binary' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  const [given, word] = wordOf(binary.right) !== undefined ? [binary.left, binary.right] : [binary.right, binary.left];
  const written = wordOf(word);
  if (written === undefined || written === '') return;
  const sent = pathOf(given, survey);
  const name = lastOf(sent ?? lastName(given));
  if (!PASSWORD.test(name) || /type|field|name|kind|strength|input|element|typeof/i.test(code(input.text, given).replace(/\.?\w*(?:password|pwd|pass|secret)\w*$/i, '').split('.').at(-1) ?? '')) return;
  // A check that refuses it is a check for weak passwords.
  const decision = decisionOf(binary, survey, input.text);
  const then = decision?.then.slice(0, 160).replaceAll('redirect', '') ?? '';
  if (decision !== undefined && (binary.op.startsWith('=') ? refuses(then) : !refuses(decision.then.slice(0, 160)))) return;
  if (isDefault(written) || (isClientPath(pathOf(given, survey)) && written.length > 2)) yield { ...guessable(binary, code(input.text, given)), severity: 'high', message: `Whoever sends the password that is written here gets in, and ${isDefault(written) ? 'it is one that everybody tries first' : 'everybody who reads the code knows it'}` };
}

function* members(object: Extract<Expr, { kind: 'object' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  for (const entry of object.entries) {
    if (!('key' in entry) || typeof entry.key !== 'string') continue;
    const { key, value } = entry;
    if (isDefault(wordOf(value)) && (isUsers(object, survey) || (PASSWORD.test(key) && !isForm(object, survey, input)))) yield guessable(value, key);
    else if (SWITCH.test(key) && value.kind === 'constant' && value.value === true && isServer(object, survey) && !DEV.test(conditions(object, survey, input))) yield { node: entry, severity: 'low', confidence: 'pattern', message: `\`${oneLine(code(input.text, entry))}\` is on in production too: it shows callers how the service is made inside` };
  }
}

/** `basicAuth({ users: { admin: 'admin' } })`: the keys are names, the values passwords. */
function isUsers(object: Expr, survey: Survey): boolean {
  const options = survey.parents.get(object);
  const call = options === undefined ? undefined : survey.parents.get(options);
  return options?.kind === 'object' && options.entries.some((entry) => 'key' in entry && entry.key === 'users' && entry.value === object) && call?.kind === 'call' && /basic_?auth/i.test(calledName(call));
}

/** Objects that hold words about passwords: types of fields, labels, messages. */
function isForm(object: Extract<Expr, { kind: 'object' }>, survey: Survey, { text }: RuleInput): boolean {
  const keys = object.entries.flatMap((entry) => ('key' in entry && typeof entry.key === 'string' ? [entry.key] : []));
  if (/\b(?:describe|it|test|expect)\(/.test(text) || keys.some((key) => /^(?:text|label|placeholder|icon|title|type|autocomplete|component|home|submit|cancel)$/i.test(key) && key !== 'type')) return true;
  const written = object.entries.flatMap((entry) => ('key' in entry && typeof entry.key === 'string' && wordOf(entry.value) !== undefined ? [[entry.key, wordOf(entry.value)!]] : []));
  // `{ password: 'password' }` names a field, and so do all that stand beside it.
  const isNamed = ([key, word]: readonly string[]): boolean => key!.toLowerCase().replace(/_/g, '') === word!.toLowerCase().replace(/[_-]/g, '');
  if (written.every(isNamed) || (written.some(isNamed) && !keys.some((key) => /^(?:user|username|host|port|database|email|role|isAdmin)$/i.test(key)))) return true;
  // Labels begin with a capital letter.
  if (written.length > 1 && written.every(([, word]) => /^[A-Z]/.test(word!))) return true;
  const hosts = object.entries.flatMap((entry) => ('key' in entry && /^(?:host|url|connectionString)$/i.test(String(entry.key)) ? [wordOf(entry.value) ?? ''] : []));
  if (hosts.some((host) => /localhost|127\.0\.0\.1|^db$|^postgres$|^mysql$|^mongo$|^redis$/.test(host))) return true;
  for (const around of survey.around(object)) if (around.kind === 'call' && /^(?:describe|it|test|mock\w*|expect|t|translate|fetch|request)$/.test(calledName(around))) return true;
  return false;
}

function isServer(object: Expr, survey: Survey): boolean {
  for (const around of survey.around(object)) {
    if (around.kind === 'call') return SERVERS.test(calledName(around)) || SERVERS.test(lastName(around.callee));
    if (around.kind === 'function' || around.kind === 'declare') return false;
  }
  return false;
}

function conditions(node: Expr, survey: Survey, { text }: RuleInput): string {
  let out = '';
  for (const around of survey.around(node)) {
    if (around.kind === 'if') out += text.slice(around.test.start, around.test.end);
    else if (around.kind === 'conditional') out += text.slice(around.test.start, around.test.end);
    else if (around.kind === 'logical') out += text.slice(around.left.start, around.left.end);
  }
  return out;
}

/** `bcrypt.hash('admin123', 10)`: an account is made with it. */
function* hashed(call: Extract<Expr, { kind: 'call' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  if (!/^(?:hash|hashSync|hashPassword|createUser|createAdmin|seedAdmin|setPassword|createSuperuser|register|addUser)$/.test(calledName(call)) || /\b(?:describe|it)\(/.test(input.text)) return;
  for (const [index, arg] of call.args.entries()) {
    const word = wordOf(arg) ?? (arg.kind === 'name' ? wordOf(survey.definitions.get(arg.slot)?.value) : undefined);
    if (arg.kind === 'constant' && isDefault(word) && (/hash|Password/i.test(calledName(call)) || index > 0)) yield guessable(arg, code(input.text, call.callee));
  }
}

/** `if (req.query.debug === 'true') req.user = admin`, `if (req.headers['x-debug']) return next()`. */
function* doors(survey: Survey, input: RuleInput): Iterable<Report> {
  for (const each of survey.of('if')) {
    if (!/debug|bypass|backdoor|skip|test|god|dev/i.test(code(input.text, each.test))) continue;
    const test = bare(code(input.text, each.test));
    const members = [...survey.inside('member', each.test), ...survey.inside('name', each.test), ...survey.inside('call', each.test)];
    const door = members.find((node) => {
      const path = pathOf(node, survey);
      return isClientPath(path) && /^(?:x[-_])?(?:debug(?:[-_]?(?:mode|key|token))?|bypass\w*|backdoor\w*|skip[-_]?auth\w*|test[-_]?(?:mode|user)|god[-_]?mode|internal[-_]?bypass|dev[-_]?mode)$/i.test(lastOf(path));
    });
    const then = bare(code(input.text, { start: each.then[0]?.start ?? each.end, end: each.then.at(-1)?.end ?? each.end }));
    if (door !== undefined && !/NODE_ENV|isDev/.test(test) && /next\(\)|\buser\s*=|return\s+true|isAdmin|role|process\.env|stack|authenticated|session/.test(then) && !refuses(then.slice(0, 60).replace(/return next\(\)/, ''))) yield { node: door, severity: 'high', confidence: 'likely', message: `\`${oneLine(code(input.text, door))}\` opens a door for whoever sends it` };
  }
}
