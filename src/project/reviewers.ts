/**
 * `.vetmark/reviewers`: who may vet, in OpenSSH `allowed_signers` format (ssh-keygen(1), ALLOWED SIGNERS).
 * Invariant 5: a line that cannot be read refuses the whole file.
 */
import { ulid } from 'ulid';
import { NAMESPACE } from './sshsig.ts';

export interface Reviewer {
  readonly principals: readonly string[];
  /** `ssh-ed25519 AAAA...`, without a comment. Of the kinds that may stand here, ssh-keys.ts says whose signatures count. */
  readonly publicKey: string;
  /** Milliseconds since 1970, UTC; absent: no limit. */
  readonly validAfter?: number;
  readonly validBefore?: number;
}

/** `repository`: the id of the repository, which its reviews name, so that they count nowhere else. Absent: the file gives none, and reviews need not name one. */
export type Reviewers = { readonly ok: true; readonly reviewers: readonly Reviewer[]; readonly repository?: string } | { readonly ok: false; readonly message: string };

const KEY_TYPE = /^(?:sk-)?(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521))(?:@openssh\.com)?$/;
/** A comment to ssh-keygen. The first one counts: a second cannot make the repository another. */
const REPOSITORY = /^# vetmark repository ([0-9A-Z]{26})$/m;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads the file; a line it cannot read is named and refuses the whole (fail closed). `namespaces=` without vetmark leaves a key out. */
export function readReviewers(text: string): Reviewers {
  const reviewers: Reviewer[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const read = readLine(line.trim());
    if (typeof read === 'string') return { ok: false, message: `Line ${index + 1} of the reviewers file cannot be read: ${read}. Nobody's review counts until it is mended; the format is that of ssh-keygen's allowed signers.` };
    if (read !== undefined) reviewers.push(read);
  }
  const repository = REPOSITORY.exec(text.replaceAll('\r', ''))?.[1];
  return { ok: true, reviewers, ...(repository !== undefined && { repository }) };
}

/** The text with one more reviewer at its end; the same text when the key is there already for that principal. A file's first reviewer gives the repository its id. */
export function addReviewer(text: string, principal: string, publicKey: string): string {
  const [type, key] = publicKey.split(' ');
  const known = readReviewers(text);
  if (known.ok && known.reviewers.some((reviewer) => reviewer.publicKey === `${type} ${key}` && reviewer.principals.includes(principal))) return text;
  const start = text === '' ? `# vetmark repository ${ulid()}\n` : text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${principal} namespaces="${NAMESPACE}" ${type} ${key}\n`;
}

/** Whether a key may sign for somebody at a time, in milliseconds since 1970. `ended` and `not-yet`: it is listed, with a date. */
export function standingOf(reviewers: readonly Reviewer[], principal: string, publicKey: string, at: number): 'valid' | 'ended' | 'not-yet' | 'unknown' {
  const listed = reviewers.filter((reviewer) => reviewer.publicKey === publicKey && reviewer.principals.includes(principal));
  if (listed.length === 0) return 'unknown';
  if (listed.some(({ validAfter = -Infinity, validBefore = Infinity }) => validAfter <= at && at < validBefore)) return 'valid';
  return listed.every(({ validBefore = Infinity }) => validBefore <= at) ? 'ended' : 'not-yet';
}

/** The text in which the keys of a principal end at a time, or one of them; a line of several addresses ends for all of them. The same text when nothing of theirs is still open then. */
export function endReviewer(text: string, principal: string, at: Date, publicKey?: string): string {
  const stamp = `${at.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`;
  return text.split('\n').map((line) => {
    const read = line.trim() === '' || line.trimStart().startsWith('#') ? undefined : readLine(line.trim());
    if (read === undefined || typeof read === 'string' || !read.principals.includes(principal) || (publicKey !== undefined && read.publicKey !== publicKey) || (read.validBefore ?? Infinity) <= at.getTime()) return line;
    const [names, ...rest] = fieldsOf(line.trim())!;
    const options = KEY_TYPE.test(rest[0]!) ? [] : optionsOf(rest.shift()!).filter((option) => !/^valid-before=/i.test(option));
    return [names, [...options, `valid-before="${stamp}"`].join(','), ...rest].join(' ');
  }).join('\n');
}

/** True for what may stand as a principal: no space, quote, comma, wildcard or control character, so that it means one person. */
export function isPrincipal(value: string): boolean {
  return value.length <= 200 && /^[^\s,"'*?!#\u0000-\u001f\u007f]+$/.test(value);
}

/** A reviewer; `undefined` for a key of another namespace; or what is wrong. */
function readLine(line: string): Reviewer | undefined | string {
  const fields = fieldsOf(line);
  if (fields === undefined) return 'a quotation mark is not closed';
  const principals = (fields[0] ?? '').replaceAll('"', '').split(',');
  if (!principals.every(isPrincipal)) return 'the name must be one address or several with commas, without wildcards';
  const at = KEY_TYPE.test(fields[1] ?? '') ? 1 : 2;
  const [type, key] = [fields[at], fields[at + 1]];
  if (type === undefined || !KEY_TYPE.test(type)) return 'there is no key type such as ssh-ed25519';
  if (key === undefined || !BASE64.test(key)) return 'the key is not base64';
  const limits: { validAfter?: number; validBefore?: number } = {};
  let ours = true;
  for (const option of at === 2 ? optionsOf(fields[1]!) : []) {
    const [name = '', value = ''] = [option.slice(0, option.includes('=') ? option.indexOf('=') : undefined).toLowerCase(), option.includes('=') ? option.slice(option.indexOf('=') + 1).replaceAll('"', '') : ''];
    if (name === 'namespaces') ours = value.split(',').includes(NAMESPACE);
    else if (name === 'valid-after' || name === 'valid-before') {
      const time = timeOf(value);
      if (time === undefined) return `"${value}" is not a date such as 20261231Z`;
      limits[name === 'valid-after' ? 'validAfter' : 'validBefore'] = time;
    } else return `the option "${name}" is not supported`;
  }
  return ours ? { principals, publicKey: `${type} ${key}`, ...limits } : undefined;
}

/** Fields between blanks; blanks inside quotation marks do not part. */
function fieldsOf(line: string): string[] | undefined {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    if ((character === ' ' || character === '\t') && !quoted) {
      if (field !== '') fields.push(field);
      field = '';
    } else field += character;
  }
  if (field !== '') fields.push(field);
  return quoted ? undefined : fields;
}

/** Options between commas; commas inside quotation marks do not part. */
function optionsOf(field: string): string[] {
  const options: string[] = [''];
  let quoted = false;
  for (const character of field) {
    if (character === '"') quoted = !quoted;
    if (character === ',' && !quoted) options.push('');
    else options[options.length - 1] += character;
  }
  return options;
}

/** `YYYYMMDD[HHMM[SS]][Z]`. Read as UTC with or without Z: a limit that moves with the reader's clock zone would be no limit. */
function timeOf(value: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?Z?$/.exec(value);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(time);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60 ? time : undefined;
}
