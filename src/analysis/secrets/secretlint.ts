/**
 * The rules of secretlint's recommended preset, without the one that obeys comments, run by a host of our own.
 * Invariants 7 and 9: no comment in the text silences a rule, and no rule is given a path it could read from disk.
 *
 * Why not `lintSource` of @secretlint/core: it marks every rule of every run on a profiler that keeps all marks for good and searches them
 * each time (a worker that runs it on each keystroke grows and slows down), compares all messages with all, and hands the raw text back.
 */
import type { SecretLintRuleContext, SecretLintRuleCreator, SecretLintSourceCode } from '@secretlint/types';
import type { Severity } from '#core/finding';
import type { Range } from '#core/text';
import { type Candidate, type SecretKind, WEIGHT } from './candidate.ts';
import type { Slice } from './slices.ts';

const FAMILY = '@secretlint/secretlint-rule-';
const OBEYS_COMMENTS = `${FAMILY}filter-comments`;

interface Named {
  readonly kind: SecretKind;
  readonly format: string;
  readonly what: string;
  readonly prefix: string;
  readonly severity: Severity;
}

interface Report {
  readonly id: string;
  readonly range: readonly [number, number];
  readonly data: Readonly<Record<string, unknown>>;
}

/** Shorter matches are beginnings: a pattern's own text, a prefix in a list. */
const SHORTEST = 12;

/** Message ids that do not speak of a secret: an account's number is no secret, and the file of a PKCS#12 store is never read here. */
const NO_SECRET = new Set(['AWSAccountID', 'PrivateKeyP12']);

const named = (kind: SecretKind, severity: Severity, format: string, what: string, prefix = ''): Named => ({ kind, severity, format, what, prefix });

const NAMES: ReadonlyMap<string, Named> = new Map([
  ['AWSAccessKeyID', named('provider', 'high', 'aws-access-key-id', 'AWS access key id', 'AKIA')],
  ['AWSSecretAccessKey', named('provider', 'critical', 'aws-secret-access-key', 'AWS secret access key')],
  ['PrivateKeyJSON', named('private-key', 'critical', 'private-key', 'Private key of a Google Cloud service account')],
  ['PrivateKey', named('private-key', 'critical', 'private-key', 'Private key')],
  ['PackageJSON_xOauthToken', named('provider', 'critical', 'github-token', 'GitHub token')],
  ['Npmrc_authToken', named('provider', 'critical', 'npm-auth-token', 'npm registry token')],
  ['NPM_ACCESS_TOKEN', named('provider', 'critical', 'npm-access-token', 'npm access token', 'npm_')],
  ['BasicAuth', named('connection-string', 'high', 'url-credentials', 'Password in a URL')],
  ['SLACK_TOKEN', named('provider', 'critical', 'slack-token', 'Slack token', 'xox')],
  ['IncomingWebhook', named('provider', 'high', 'slack-webhook', 'Slack webhook address')],
  ['SENDGRID_KEY', named('provider', 'critical', 'sendgrid-api-key', 'SendGrid API key', 'SG.')],
  ['SHOPIFY_KEY', named('provider', 'critical', 'shopify-token', 'Shopify token', 'shp')],
  ['GITHUB_TOKEN', named('provider', 'critical', 'github-token', 'GitHub token', 'gh')],
  ['GITLAB_PERSONAL_ACCESS_TOKEN', named('provider', 'critical', 'gitlab-personal-access-token', 'GitLab personal access token', 'glpat-')],
  ['GRAFANA_CLOUD_API_TOKEN', named('provider', 'critical', 'grafana-cloud-api-token', 'Grafana Cloud API token', 'glc_')],
  ['GRAFANA_SERVICE_ACCOUNT_TOKEN', named('provider', 'critical', 'grafana-service-account-token', 'Grafana service account token', 'glsa_')],
  ['OPENAI_TOKEN', named('provider', 'critical', 'openai-api-key', 'OpenAI API key', 'sk-')],
  ['ANTHROPIC_API_KEY', named('provider', 'critical', 'anthropic-api-key', 'Anthropic API key', 'sk-ant-')],
  ['GROQ_API_KEY', named('provider', 'critical', 'groq-api-key', 'Groq API key', 'gsk_')],
  ['HUGGINGFACE_USER_ACCESS_TOKEN', named('provider', 'critical', 'huggingface-token', 'Hugging Face token', 'hf_')],
  ['LINEAR_API_TOKEN', named('provider', 'critical', 'linear-api-key', 'Linear API key', 'lin_api_')],
  ['NOTION_INTEGRATION_TOKEN', named('provider', 'critical', 'notion-token', 'Notion token', 'ntn_')],
  ['OPS_TOKEN', named('provider', 'critical', '1password-service-account-token', '1Password service account token', 'ops_')],
  ['MongoDBConnection', named('connection-string', 'high', 'mongodb-uri', 'MongoDB connection string with a password')],
  ['MySQLConnection', named('connection-string', 'high', 'mysql-uri', 'MySQL connection string with a password')],
  ['PostgreSQLConnection', named('connection-string', 'high', 'postgresql-uri', 'PostgreSQL connection string with a password')],
  ['HASHICORP_VAULT_SERVICE_TOKEN', named('provider', 'critical', 'vault-service-token', 'HashiCorp Vault token', 'hvs.')],
  ['HASHICORP_VAULT_BATCH_TOKEN', named('provider', 'critical', 'vault-batch-token', 'HashiCorp Vault batch token', 'hvb.')],
  ['HASHICORP_VAULT_RECOVERY_TOKEN', named('provider', 'critical', 'vault-recovery-token', 'HashiCorp Vault recovery token', 'hvr.')],
  ['VERCEL_AI_GATEWAY_API_KEY', named('provider', 'critical', 'vercel-ai-gateway-key', 'Vercel AI Gateway key', 'vck_')],
  ['DATABRICKS_PERSONAL_ACCESS_TOKEN', named('provider', 'critical', 'databricks-token', 'Databricks access token', 'dapi')],
  ['DOCKER_PERSONAL_ACCESS_TOKEN', named('provider', 'critical', 'docker-access-token', 'Docker access token', 'dckr_pat_')],
  ['FIGMA_PERSONAL_ACCESS_TOKEN', named('provider', 'critical', 'figma-access-token', 'Figma access token', 'figd_')],
]);

/** Runs every rule over one slice. Ranges are offsets in the slice. A rule that throws is named in `failed`, the others still speak. */
export async function runSecretlint(slice: Slice, path: string): Promise<{ readonly candidates: readonly Candidate[]; readonly failed: readonly string[] }> {
  const reports: Report[] = [];
  const failed: string[] = [];
  const source = sourceOf(slice.text, path);
  for (const rule of await loadRules()) {
    try {
      await rule.create(contextFor(reports), optionsOf(rule)).file?.(source);
    } catch {
      // The error's own text may quote the scanned text: only the rule's name goes on.
      failed.push(rule.meta.id.slice(FAMILY.length));
    }
  }
  const candidates = reports.flatMap((report) => candidateOf(slice.text, report) ?? []);
  return { candidates, failed };
}

let loading: Promise<readonly SecretLintRuleCreator[]> | undefined;

/** The preset is 200 KB of code: it is loaded with the first text, not with this file. */
export function loadRules(): Promise<readonly SecretLintRuleCreator[]> {
  loading ??= import('@secretlint/secretlint-rule-preset-recommend').then(({ rules }) =>
    rules.filter((rule) => rule.meta.id !== OBEYS_COMMENTS && rule.meta.type === 'scanner'),
  );
  return loading;
}

function optionsOf(rule: SecretLintRuleCreator): object {
  return rule.meta.id === `${FAMILY}aws` ? { enableIDScanRule: true } : {};
}

/** Reports are collected, `ignore` does nothing, and the sentences of secretlint, which quote the secret, are never built. */
function contextFor(reports: Report[]): SecretLintRuleContext {
  return {
    sharedOptions: {},
    createTranslator: () => (id: unknown, data: unknown) => ({ message: '', messageId: String(id), data }) as never,
    ignore: () => {},
    report: ({ message, range }) => {
      const { messageId, data } = message as { messageId: string; data?: Record<string, unknown> };
      reports.push({ id: messageId, range, data: data ?? {} });
    },
  };
}

/** Only the last name of the path and, for JSON, the extension are told: some rules look at them, one would open the file. */
function sourceOf(content: string, path: string): SecretLintSourceCode {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:p12|pfx)$/i, '') || 'text';
  const unused = (): never => {
    throw new Error('secretlint asked for a location: the host of its rules must learn to answer');
  };
  return {
    hasBOM: false,
    content,
    filePath: name,
    physicalFilePath: undefined,
    contentType: 'text',
    ext: name.endsWith('.json') ? '.json' : '',
    getFilePath: () => name,
    getPhysicalFilePath: () => undefined,
    locationToRange: unused,
    rangeToLocation: unused,
    positionToIndex: unused,
    indexToPosition: unused,
  };
}

function candidateOf(text: string, report: Report): Candidate | undefined {
  if (NO_SECRET.has(report.id)) return undefined;
  const name = NAMES.get(report.id) ?? named('provider', 'critical', report.id.toLowerCase(), nameFrom(report.id));
  const range = report.id === 'PrivateKeyJSON' ? pemIn(text) : clip(text, valueRange(text, report));
  if (range === undefined || range.end - range.start < SHORTEST) return undefined;
  const value = text.slice(range.start, range.end);
  if (name.kind === 'connection-string' && !value.includes('@')) return undefined;
  const password = name.kind === 'connection-string' ? passwordIn(value) : undefined;
  return {
    ...name,
    range,
    prefix: publicPrefix(value, name.prefix),
    values: password === undefined ? [] : [password],
    weight: name.kind === 'connection-string' && report.id === 'BasicAuth' ? WEIGHT.url : WEIGHT.secretlint,
  };
}

/** A family's prefix grown to the member's own: `gh` to `ghp_`, `xox` to `xoxb-`. */
function publicPrefix(value: string, family: string): string {
  if (family === '' || !value.startsWith(family)) return '';
  if (/[-_.A-Z]$/.test(family)) return family;
  return /^[a-z]{2,6}[-_]/.exec(value)?.[0] ?? family;
}

/** Some rules report where the match starts with the length of the value alone: the value itself, told in the data, is looked up. */
function valueRange(text: string, { range: [start, end], data }: Report): Range {
  const told = Object.values(data).filter((value): value is string => typeof value === 'string' && value.length >= 8);
  const value = told.sort((a, b) => b.length - a.length)[0];
  const at = value === undefined ? -1 : text.indexOf(value, start);
  if (value === undefined || at < 0 || at > end) return { start, end };
  return { start: at, end: at + value.length };
}

/** A connection string's pattern runs on to the next space: it ends where its quotes do. */
function clip(text: string, { start, end }: Range): Range {
  const rest = text.slice(start, end);
  if (rest.startsWith('-----BEGIN')) return { start, end };
  const quote = rest.search(/["'`<>\\]/);
  return { start, end: quote < 0 ? end : start + quote };
}

function pemIn(text: string): Range | undefined {
  const start = text.indexOf('-----BEGIN');
  const end = text.indexOf('"', start);
  return start < 0 || end < 0 ? undefined : { start, end };
}

function passwordIn(uri: string): string | undefined {
  return /^[^:]{1,40}:\/\/[^:@/]{0,200}:([^@/]{1,300})@/.exec(uri)?.[1];
}

/** `VERCEL_APP_ACCESS_TOKEN` as "Vercel app access token", for rules that this file does not know by name. */
function nameFrom(id: string): string {
  const words = id.toLowerCase().split('_').join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
