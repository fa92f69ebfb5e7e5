/** Whether a value beside a name that promises a secret is one. In doubt it is not: a false alarm costs more trust than it saves. */
import type { Promised } from './names.ts';
import { isPlaceholder, isReference } from './placeholder.ts';
import { entropy, isRandom, isWordy, snake, UUID_SHAPE } from './shape.ts';

export interface Beside {
  readonly name: string;
  readonly promised: Promised;
  /** How the value is bound: a fallback (`??`, `||`, a default argument) is what runs when the environment is not set. */
  readonly bound: 'assigned' | 'fallback' | 'compared' | 'argument';
  /** The code around it signs or opens sessions: a plain word is used as the secret, not as the name of one. */
  readonly signs: boolean;
  /** The text stands in a test, a fixture or an example: short passwords there log in nowhere. */
  readonly rehearsal: boolean;
}

/** True when the value, beside this name, is a secret that somebody wrote down. */
export function isSecret(value: string, beside: Beside): boolean {
  if (value.length < 4 || value.length > 1024) return false;
  if (isReference(value) || (isCode(value) && !isBase64Key(value)) || isKnownWord(value) || MADE_PUBLIC.test(value)) return false;
  if (snake(value) === snake(beside.name) || isForeignProse(value)) return false;
  switch (beside.promised) {
    case 'password':
      return !STANDS_FOR_PASSWORD.test(value) && !isPlaceholderPassword(value) && isPassword(value, beside);
    case 'signing':
      return isSigningSecret(value, beside);
    case 'key':
      return !isPlaceholder(value) && isKey(value);
    case 'token':
      return !isPlaceholder(value) && (isRandom(value) || (UUID_SHAPE.test(value) && /api|auth|access|secret|bearer/i.test(beside.name)));
    case 'weak':
      return !isPlaceholder(value) && value.length >= 24 && !/^[0-9a-f]+$/i.test(value) && !(value.includes('/') && /[-.]/.test(value)) && isRandom(value) && entropy(value) >= 3.8;
  }
}

function isPassword(value: string, { rehearsal, bound }: Beside): boolean {
  if (/\s/.test(value) || value.length < 6) return false;
  if (rehearsal && !isRandom(value)) return false;
  const letters = /[A-Za-z]/.test(value);
  const digits = value.replace(/\D/g, '').length;
  if (/[!@#$%^&*+=?~]/.test(value) && letters) return !/^[#.][A-Za-z][A-Za-z-_]*$/.test(value) && !/^[A-Za-z ]+[!?]$/.test(value);
  if (!letters) return digits === value.length && digits >= 6 && bound !== 'argument';
  if (digits === 0) return /^[a-z]{16,40}$/.test(value) ? !VOCABULARY.test(value) : isRandom(value) || (value.length >= 10 && !isWordy(value) && !VOCABULARY.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value));
  if (/^[A-Za-z]+\d$/.test(value) || isVersion(value)) return false;
  return !(isWordy(value) && /[-_./:]/.test(value) && VOCABULARY.test(value));
}

/** Plain words count too, for whoever guesses them can sign; but not what is only the name of a place or a variable. */
function isSigningSecret(value: string, { name, bound, signs, rehearsal }: Beside): boolean {
  if (value.length < 6 || STANDS_FOR_SECRET.test(value)) return false;
  if (rehearsal && !isRandom(value)) return false;
  if (isRandom(value) || (value.length >= 12 && !isWordy(value) && /\d/.test(value) && !/\s/.test(value))) return !isPlaceholder(value);
  if (/^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/.test(value)) return false;
  if (bound === 'compared' || bound === 'argument') return false;
  if (/\d/.test(value) && /[a-z]/i.test(value) && value.length >= 8 && !/[\s/.:]/.test(value) && !isVersion(value)) return true;
  const certain = signs || /jwt|session|cookie|sign|encrypt|hmac|cipher/i.test(name) || bound === 'fallback';
  return certain && (VOCABULARY.test(value) || /keyboard cat/i.test(value)) && !/\s.*\s/.test(value);
}

/** Where a call takes the secret itself: every literal that is not a stand-in is one. */
export function isHandedSecret(value: string, rehearsal: boolean): boolean {
  if (value.length < 5 || value.length > 1024 || isReference(value) || MADE_PUBLIC.test(value) || isKnownWord(value)) return false;
  if (STANDS_FOR_SECRET.test(value) || /^(?:-----BEGIN PUBLIC|-----BEGIN CERT)/.test(value) || isForeignProse(value)) return false;
  return !rehearsal || isRandom(value);
}

function isKey(value: string): boolean {
  if (/\s/.test(value) || value.length < 12) return false;
  if (UUID_SHAPE.test(value)) return true;
  if (isRandom(value)) return true;
  if (isWordy(value) || isVersion(value)) return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 2.9;
}

/** Paths, addresses, code, selectors, expressions, file names: things that are looked up, not kept secret. */
function isCode(value: string): boolean {
  if (/^(?:[a-z][a-z\d+.-]*:\/\/|\[|\.{0,2}\/|~\/|@\/|[A-Za-z]:\\|\^|\(\?|#\/|sha\d{3}-|\$2[aby]\$|\$argon2|\$scrypt|\$pbkdf2|pbkdf2_|\{SSHA|data:|ssh-(?:rsa|ed25519)|-----BEGIN)/i.test(value)) return true;
  if (/\\[dwsb]|\[[a-z]-[a-z]|=>|\(\)|\bfunction\b|[<>{}]|\|\||::|;\s*$/.test(value)) return true;
  if (/\.(?:pem|key|crt|json|ya?ml|txt|ts|js|py|env|html?|css|svg|png|md|properties|conf|cfg|ini|p12|pfx|jks)$/i.test(value)) return true;
  if (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) && !isRandom(value.slice(value.lastIndexOf('.') + 1)) && !isRandom(value.slice(0, value.indexOf('.')))) return true;
  if (/^[a-z]+:[a-z]|^\w+\[.*\]$|^(?:min|max|required|string|nullable|len(?:gth)?)[:|]/i.test(value) && !/\d{3}/.test(value)) return true;
  return /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(value) && /\.(?:com|org|net|io|dev|local|test|de|uk)$/.test(value);
}

/** Base64 of random bytes may start like a path. */
function isBase64Key(value: string): boolean {
  return /^[A-Za-z\d+/]{40,200}={0,2}$/.test(value) && isRandom(value);
}

/** Formats that their vendors hand to browsers, and web tokens, of which another detector knows which are public. */
const MADE_PUBLIC = /^(?:pk\.eyJ|pk_(?:live|test)_|phc_|0x[0-9a-fA-F]{40}$|sb_publishable_|eyJ[\w-]+\.|ssh-|AAAAB3NzaC1|AC[0-9a-f]{32}$|G-[A-Z\d]{10}$|UA-\d)/;

/** A translated sentence without spaces. */
function isForeignProse(value: string): boolean {
  const foreign = value.replace(/[\0-\x7f]/g, '').length;
  return foreign > 3 || (foreign > 0 && !/\d/.test(value));
}

/** Algorithms, types, encodings and states that stand where a secret's kind or policy is named. */
function isKnownWord(value: string): boolean {
  return /^(?:(?:sha|md|hs|rs|es|ps|aes|utf|base|rsa|ed|secp|argon|hmac|rfc|oauth|saml|scram|pkcs|otp|totp)[-_]?\d{1,5}(?:[-_][\w-]{1,20})?|x509|x25519|p256|p384|p521)$/i.test(value) || KNOWN.has(value.toLowerCase());
}

const KNOWN: ReadonlySet<string> = new Set(
  'string number boolean object undefined null none true false any unknown void bearer basic digest token secret password passwd admin administrator root user guest required optional hidden disabled enabled default empty text email username public private readonly read write refresh access client_secret client_credentials authorization_code refresh_token access_token api_key apikey header query cookie body bcrypt argon2id argon2i scrypt pbkdf2 hmac-sha256 hmac_sha256 aws4-hmac-sha256 x-api-key current-password new-password one-time-code'.split(
    ' ',
  ),
);

/** Words that speak of secrets: a value made of them describes one, or is a lazy one. */
const VOCABULARY = /pass|pwd|secret|token|key|cred|auth|login|field|input|label|error|valid|session|cookie|jwt|sign/i;

/** `v1.2.3`, `2024-01-31`, `10.0.0.1`, `step-2`. */
function isVersion(value: string): boolean {
  return /^v?\d+(?:[.-]\d+){1,3}(?:[-+][\w.]+)?$|^\d{4}-\d{2}-\d{2}|^[A-Za-z]+(?:[-_][A-Za-z]+)*[-_]v?\d{1,2}$/.test(value);
}

const STANDS_FOR_PASSWORD =
  /^(?:pass|passw|password|passwort|passwd|pwd|secret|mypassword|my-password|my_password|test|tests|testing|testpass|testpassword|admin|root|user|guest|postgres|mysql|mongo|redis|rabbitmq|minio|changeme|change-?it|letmein|welcome)[-_]?\d{0,1}$/i;

/** Stand-ins among passwords: as elsewhere, but digits in a row are what people really choose. */
function isPlaceholderPassword(value: string): boolean {
  return isPlaceholder(value) && !/^(?:\d{6,12}|[A-Za-z]{3,12}@?(?:123|1234|12345|123456)!?)$/.test(value);
}

const STANDS_FOR_SECRET = /your|change|replace|example|placeholder|dummy|<|>|x{4,}|\.\.\.|\*{3}|^test|[-_ ]test$|insert|todo|redacted|process\.env|here$|fake|mock|sample/i;
