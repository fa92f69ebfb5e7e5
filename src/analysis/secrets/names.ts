/** What a name promises of its value: a password, a key that signs, a key to an interface, a token, or nothing. */
import { snake } from './shape.ts';

/** `signing`: the value alone lets anybody forge, so even a plain word in its place is a flaw. `weak`: the name alone says little. */
export type Promised = 'password' | 'signing' | 'key' | 'token' | 'weak';

/** What the name promises; undefined when it promises nothing secret. */
export function promiseOf(name: string): Promised | undefined {
  const parts = snake(name).split('_').filter((part) => part !== '');
  while (parts.length > 1 && (SAYS_WHICH.has(parts.at(-1)!) || /^v?\d+$/.test(parts.at(-1)!))) parts.pop();
  const words = parts.join('_').replace(/\d{1,4}$/, '');
  if (NOT_SECRET.test(words)) return undefined;
  const joined = words.replaceAll('_', '');
  if (PASSWORD.test(joined) || PASSWORD_WORD.test(words)) return 'password';
  if (SIGNING.test(words)) return 'signing';
  if (KEY.test(words)) return 'key';
  if (TOKEN.test(words)) return 'token';
  return WEAK.test(words) ? 'weak' : undefined;
}

/** Words at a name's end that say which secret it is, not that it is none. */
const SAYS_WHICH: ReadonlySet<string> = new Set(
  'dev prod production staging stage live local old new current value string str default base64 b64 hex plain plaintext literal raw'.split(' '),
);

/** Words that turn a secret's name into something else: who is shown, found or asked, what is public or meant to be wrong. */
const NOT_SECRET =
  /(?:^|_)(?:public|publishable|pub|is|has|csrf|xsrf|page|continuation|cache|primary|foreign|sort|partition|index|row|object|i18n|translation|query|cursor|lookup|site|anon|placeholder|label|mask|forgot|confirm|show|hide|toggle|invalid|wrong|weak|example|sample|mock|fake|dummy|bad|incorrect|no|without|missing|test|expected|design|sync|next|prev|stop|special|pad|bos|eos|unk|idempotency|registry|enum|map|dict|react|css|ssh_public|fingerprint|mint|erc20)(?:_|$)/;

const PASSWORD = /(?:password|passwd|passwort|passphrase|passcode|pswd|motdepasse|contrasena|senha|wachtwoord|requirepass|masterauth)$/;
const PASSWORD_WORD = /(?:^|_)(?:pass|pwd|pw|psw)$|(?:db|user|admin|root|smtp|mail|redis|mysql|pg|mongo|ftp|ssh|sql|my|master|login|rabbit|ldap)(?:pass|pwd|pw)$/;
const SIGNING =
  /(?:^|_)(?:jwt|session|sessions|cookie|cookies|hmac|signing|signature|sign|encryption|encrypt|encrypted|cipher|aes|crypto|app|nextauth|auth|better_auth|token|tokens|refresh|refresh_token|access_token|webhook|hash|django|flask|rails|server|keys?|csrf|master|data|field|payload|jws|jwe)_?(?:secret|secret_key|secret_key_base|encryption_key|signing_key|pepper)$|(?:^|_)(?:jwt|signing|encryption|encrypt|cipher|aes|hmac|crypto)_key$|^(?:secret|secret_key|secretkey|secret_key_base|secret_base|secrets|pepper|secret_or_key|secret_or_private_key|jwtsecret|sessionsecret|cookiesecret|app_key)$/;
const KEY =
  /(?:api_?key|app_?key|application_key|access_?key|secret|private_?key|account_?key|shared_?key|auth_?key|service_?key|master_?key|admin_?key|license_?key|licence_?key|credential|credentials|subscription_?key|function_?key|functions_key|deploy_?key|role_key|secret_?key|storage_?key|server_?key|client_?key|write_?key|ingest_?key|integration_key|encryption_key|security_key|webhook_key|host_key|rest_key|personal_key|secret_id|pat|cosmos_key|openai_key|azure_key|search_key|stripe_key|sendgrid_key)$/;
const TOKEN = /(?:token|bearer|jwt|authorization|auth|access_token|authtoken|sas|sig|hec|authkey|webhook_url|dsn)$/;
const WEAK = /(?:^|_)(?:key|cred|creds|license|licence|apikey)$/;
