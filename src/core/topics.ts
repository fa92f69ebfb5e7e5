/**
 * What a piece of code may touch, told by words that stand in it or by the name of its file, and what a person has to ask then.
 * Guards: every pattern is tried on one line of bounded length and repeats over bounded stretches only.
 */
import type { RiskLevel } from './policy.ts';

export interface Topic {
  readonly id: string;
  /** Two or three words, for lists: "SQL", "money paid back". */
  readonly name: string;
  /** How much harm a mistake does here. */
  readonly risk: RiskLevel;
  readonly pattern: RegExp;
  /** Files that are about this whatever stands in them. Absent: only the words count. */
  readonly files?: RegExp;
  /** Rules whose findings answer this question with no. */
  readonly rules: readonly string[];
  /** The question; `{0}` stands for the lines. */
  readonly ask: string;
  /** A topic that asks more narrowly about the same words: lines of it are not asked about here. Absent: none does. */
  readonly unless?: readonly string[];
}

/** In the order in which they are asked. */
export const TOPICS: readonly Topic[] = [
  {
    id: 'sql',
    name: 'SQL',
    risk: 'high',
    pattern: /\b(?:select\s.{0,200}\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+table|drop\s+table)\b|\.(?:query|execute|raw|prepare)\s*\(/i,
    rules: ['no-sql-injection', 'no-nosql-injection'],
    ask: 'Does every value reach the database on {0} as a parameter, and may this caller see or change exactly these rows?',
  },
  {
    id: 'shell',
    name: 'commands',
    risk: 'high',
    pattern: /\b(?:exec|execSync|execFile|spawn|spawnSync|fork|popen|system|subprocess|shell_exec)\s*[(.]|child_process|Runtime\.getRuntime/,
    rules: ['no-command-injection'],
    ask: 'Can nothing from outside become part of the command or its options on {0}?',
  },
  {
    id: 'code',
    name: 'code made at run time',
    risk: 'high',
    pattern: /\b(?:eval|Function|setTimeout\s*\(\s*['"`]|vm\.run\w{0,40}|compile)\s*\(/,
    rules: ['no-dynamic-code', 'no-template-injection', 'no-remote-code'],
    ask: 'Is nothing from outside run as code on {0}?',
  },
  {
    id: 'deserialization',
    name: 'deserialization',
    risk: 'high',
    pattern: /\b(?:pickle\.loads?|yaml\.(?:load|unsafe_load)|unserialize|deserialize|readObject|ObjectInputStream|Marshal\.load|v8\.deserialize)\b/,
    rules: ['no-unsafe-deserialization', 'no-external-entities', 'no-prototype-pollution'],
    ask: 'Is what is read back on {0} data of our own, or in a format that can make nothing but data?',
  },
  {
    id: 'files',
    name: 'files',
    risk: 'medium',
    pattern: /\b(?:readFile|writeFile|appendFile|unlink|rmdir|rm|mkdir|createReadStream|createWriteStream|sendFile|open|copyFile|rename)(?:Sync)?\s*\(|\bfs\.|path\.(?:join|resolve)\s*\(/,
    rules: ['no-path-traversal', 'no-unbounded-upload'],
    ask: 'Do the paths on {0} stay inside the folder they are meant for, whatever name comes in (`..`, absolute paths, links)?',
  },
  {
    id: 'network',
    name: 'network calls',
    risk: 'medium',
    pattern: /\b(?:fetch|axios|request|got|http\.get|https\.get|urlopen|requests\.(?:get|post|put|delete)|XMLHttpRequest|WebSocket)\b\s*[(.]/,
    rules: ['no-request-forgery', 'no-open-redirect', 'no-disabled-tls'],
    ask: 'Is the address on {0} one we chose, does the call have a timeout, and is a failure handled?',
  },
  {
    id: 'html',
    name: 'HTML',
    risk: 'medium',
    pattern: /\binnerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|v-html|res\.send\s*\(\s*[`'"]\s*<|<\/?[a-z][\w-]{0,60}[^<>]{0,200}>\s*\$\{/i,
    rules: ['no-cross-site-scripting'],
    ask: 'Is every value that reaches HTML on {0} escaped for the place where it lands (text, attribute, URL, script)?',
  },
  {
    id: 'access',
    name: 'login and permissions',
    risk: 'high',
    pattern: /\b(?:auth\w{0,40}|login|logout|session|cookie|jwt|token|password|passwd|permission|role|isAdmin|csrf|cors|oauth)\b/i,
    rules: ['no-unverified-token', 'use-secure-cookies', 'no-permissive-cors', 'no-client-role', 'no-disabled-csrf', 'no-unfinished-check'],
    ask: 'Who may call this, and what stops everybody else? Is that checked before the work on {0}?',
  },
  {
    id: 'whose',
    name: 'somebody\'s records',
    risk: 'high',
    pattern: /\b(?:req|request|ctx|event)\.(?:params|query|body)\b.{0,60}\b\w{0,30}id\b|\bparams\.\w{0,30}id\b|\b(?:user|account|customer|owner|tenant|order|invoice)_?id\b/i,
    rules: ['no-mass-assignment', 'no-missing-authorization'],
    ask: 'Who may call this for somebody else\'s id? Where, before {0}, is it checked that the record belongs to the caller?',
  },
  {
    id: 'secrets',
    name: 'credentials',
    risk: 'high',
    pattern: /\b(?:api_?key|secret|private_?key|access_?key|credential)\w{0,40}\s{0,8}[:=]/i,
    rules: ['no-hardcoded-secret', 'no-default-credentials'],
    ask: 'Do the credentials on {0} come from a secret store or the environment, never from the code, and never into a log?',
  },
  {
    id: 'crypto',
    name: 'cryptography',
    risk: 'high',
    pattern: /\b(?:createHash|createCipher\w{0,10}|createHmac|md5|sha1|Math\.random|randomBytes|pbkdf2|bcrypt|scrypt|argon2)\b/,
    rules: ['no-weak-cryptography', 'use-strong-randomness', 'no-timing-comparison'],
    ask: 'Is the algorithm on {0} right for its purpose (passwords: slow hash with salt; tokens: secure random), and compared in constant time?',
  },
  {
    id: 'refund',
    name: 'money paid back',
    risk: 'high',
    pattern: /(?:\b|_)(?:refund|chargeback|reimburse|pay_?out|cash_?back)\w{0,40}/i,
    rules: ['no-unbounded-refund'],
    ask: 'Is the refund on {0} bounded by what was paid and not yet paid back, taken from our own records and not from the request, and is asking twice harmless?',
  },
  {
    id: 'charge',
    name: 'money taken',
    risk: 'high',
    pattern: /\b(?:charge|capture|checkout|stripe|paypal|adyen|braintree|paymentIntent|pay)\w{0,40}\s{0,8}[(.]/i,
    rules: ['no-unsafe-retry'],
    ask: 'Is the charge on {0} idempotent (a retry or a double click charges once), with an amount from our own records, and what happens when it fails half-way?',
  },
  {
    id: 'money',
    name: 'amounts',
    risk: 'high',
    pattern: /\b(?:price|amount|total|invoice|payment|balance|discount|currency|charge|checkout)\w{0,40}\b/i,
    rules: ['no-client-price', 'no-float-money'],
    ask: 'Is the amount on {0} taken from our own records, never negative, in one currency, and rounded on purpose?',
    unless: ['refund', 'charge'],
  },
  {
    id: 'state',
    name: 'changes of state',
    risk: 'medium',
    pattern: /\b(?:status|state|stage|phase)\b\s{0,8}(?:=(?!=)|:\s{0,8}['"`])|\bset\s+(?:status|state)\s{0,8}=|\.(?:status|state)\s{0,8}[!=]==?/i,
    rules: ['no-unchecked-transition'],
    ask: 'Is the state on {0} checked in the same transaction as the write, and can it only go from where it may go?',
  },
  {
    id: 'personal-data',
    name: 'personal data',
    risk: 'medium',
    pattern: /\b(?:e-?mail|phone|address|birth\w{0,20}|ssn|passport|iban|customer|patient|first_?name|last_?name)\b/i,
    rules: ['no-log-injection', 'no-sensitive-logging', 'no-error-details'],
    ask: 'Is each piece of personal data on {0} needed, and does it stay out of logs, URLs and error messages?',
  },
  {
    id: 'concurrency',
    name: 'concurrency',
    risk: 'medium',
    pattern: /\b(?:Promise\.all|setInterval|Worker|Mutex|lock|transaction|atomic|threading|goroutine|synchronized)\b|\bbegin\b.{0,80}\bcommit\b/i,
    rules: ['no-check-then-act', 'no-lost-update', 'no-floating-promise', 'no-async-foreach'],
    ask: 'If this runs twice at the same time, is what was checked still true when it is written on {0} (one transaction, or a lock)?',
  },
  {
    id: 'dependencies',
    name: 'packages',
    risk: 'medium',
    pattern: /^\s{0,200}(?:import\s[^'"]{0,300}from\s{0,20}['"][^'"./#]|import\s{0,20}['"][^'"./#]|from\s+\w[\w.]{0,100}\s+import|require\s{0,20}\(\s{0,20}['"][^'"./#]|(?:const|let|var)\s.{0,120}require\s{0,20}\(\s{0,20}['"][^'"./#])|"(?:dev|peer)?[dD]ependencies"\s{0,20}:/,
    rules: ['no-undeclared-dependency'],
    ask: 'Does each package named on {0} exist under exactly this name, and is it one we want?',
  },
  {
    id: 'infrastructure',
    name: 'infrastructure',
    risk: 'high',
    pattern: /\b(?:privileged:\s{0,8}true|hostNetwork|0\.0\.0\.0\/0|cidr_blocks|public-read|iam_policy|aws_iam\w{0,60}|securityContext|runAsUser)\b/,
    files: /(?:^|\/)(?:Dockerfile[^/]{0,60}|(?:docker-)?compose[^/]{0,40}\.ya?ml|[^/]{1,200}\.(?:tf|tfvars|bicep)|Chart\.yaml|kustomization\.ya?ml)$|(?:^|\/)(?:k8s|kubernetes|helm|terraform|ansible)\//i,
    rules: [],
    ask: 'What does {0} open to the network or to other accounts, as which user does it run, and are versions pinned?',
  },
  {
    id: 'ci',
    name: 'build pipelines',
    risk: 'high',
    pattern: /\b(?:pull_request_target|workflow_run|GITHUB_TOKEN|CI_JOB_TOKEN|npm publish|docker push)\b/,
    files: /^(?:\.github\/(?:workflows|actions)\/|\.gitlab-ci\.yml$|\.circleci\/|azure-pipelines\.yml$|Jenkinsfile$|bitbucket-pipelines\.yml$|\.husky\/|\.buildkite\/)/,
    rules: [],
    ask: 'With which secrets and rights does {0} run, can text from a pull request reach a command there, and are actions pinned to a commit?',
  },
];
