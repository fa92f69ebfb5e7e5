/** Attacks on the sign-off. Each is a script in the clone of a user whose whole shell an agent has; what it leaves is committed and pushed. */
import { writeStatement } from '#core/review';
import { signText } from '#project/sshsig';
import { attacksOnContent } from './attacks-on-content.ts';
import { attacksOnDecisions } from './attacks-on-decisions.ts';
import { attacksOnPlace } from './attacks-on-place.ts';
import { EVIL_TS, TOTAL_TS, type Cast } from './shop.ts';
import { Signer, type World } from './world.ts';

export interface Attack {
  readonly group: string;
  readonly name: string;
  /** Whether it comes down to code of the agent's that ought not to get in: then the same can be tried on notes and tags. */
  readonly code: boolean;
  readonly run: (world: World, cast: Cast) => void;
}

const attack = (group: string, name: string, run: Attack['run'], code = true): Attack => ({ group, name, code, run });

/** The honest branch's record, taken into the clone. Its path. */
function honestRecord(world: World): string {
  world.sh('git checkout -q origin/honest -- .vetmark/reviews');
  return world.sh('git diff --cached --name-only | grep "json$"').trim();
}

/** Takes the honest record beside code that it does not speak of, and changes its bytes. */
function edited(change: (statement: string, world: World) => string | Uint8Array): Attack['run'] {
  return (world) => {
    const path = honestRecord(world);
    world.write('src/total.ts', EVIL_TS);
    world.write(path, change(world.read(path), world));
  };
}

/** The honest code with the honest record, of which only the signature is changed: it is as good as unsigned. */
function resigned(change: (signature: string, world: World, path: string) => string | undefined): Attack['run'] {
  return (world) => {
    const path = honestRecord(world);
    world.write('src/total.ts', TOTAL_TS);
    const signature = change(world.read(`${path}.sig`), world, path);
    if (signature === undefined) world.sh('rm "$FILE"', { FILE: `${path}.sig` });
    else world.write(`${path}.sig`, signature);
  };
}

/** Evil code with a well-formed record about it, signed by whom the caller says. */
function claimed(sign: (world: World, statementBy: (address: string, at?: string) => string, cast: Cast) => readonly [statement: string, signature: string | undefined], path = 'src/total.ts'): Attack['run'] {
  return (world, cast) => {
    world.write(path, EVIL_TS);
    const [statement, signature] = sign(world, (address, at) => writeStatement(world.review(address, [path], at === undefined ? {} : { at })), cast);
    world.record(statement, signature);
  };
}

/** Signs with the system's ssh-keygen, as anybody can. */
function keygen(world: World, type: string, statement: string, namespace = 'vetmark'): string {
  return world.sh('cd "$TOP/home" && rm -f k k.pub s s.sig && ssh-keygen -q -t "$TYPE" -N "" -f k && printf %s "$TEXT" > s && ssh-keygen -q -Y sign -f k -n "$NAMESPACE" s 2>/dev/null && cat s.sig', { TYPE: type, TEXT: statement, NAMESPACE: namespace });
}

function mallory(world: World, statement: string): string {
  return keygen(world, 'ed25519', statement);
}

const digestIn = (world: World): string => world.review('', ['src/total.ts']).units[0]!.digest.slice('sha256:'.length);

const RECORDS: readonly Attack[] = [
  attack('edited record', 'the digest replaced by that of other code', edited((text, world) => text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${digestIn(world)}"`))),
  attack('edited record', 'a subject appended', edited((text, world) => {
    const statement = JSON.parse(text) as { subject: object[]; predicate: { units: object[] } };
    statement.subject.push({ name: 'src/total.ts#function total', digest: { sha256: digestIn(world) } });
    statement.predicate.units.push({ path: 'src/total.ts', label: 'function total', claim: 'vetted', agents: [] });
    return JSON.stringify(statement);
  })),
  attack('edited record', 'a second "subject" member in the JSON', edited((text, world) => text.replace('{', `{"subject":[{"name":"src/total.ts#function total","digest":{"sha256":"${digestIn(world)}"}}],`))),
  attack('edited record', 'the path replaced', edited((text) => text.replaceAll('src/total.ts', 'src/evil.ts'))),
  attack('edited record', 'one byte flipped', edited((text) => text.replace(/.$/s, ' '))),
  attack('edited record', 'a byte order mark put before it', resigned((signature, world, path) => (world.write(path, `\ufeff${world.read(path)}`), signature))),
  attack('edited record', 'line ends changed', resigned((signature, world, path) => (world.write(path, world.read(path).replaceAll('\n', '\r\n')), signature))),
  attack('edited record', 'a space appended', resigned((signature, world, path) => (world.write(path, `${world.read(path)} `), signature))),
  attack('edited record', 'written anew with the members in another order', resigned((signature, world, path) => {
    const { _type, ...rest } = JSON.parse(world.read(path)) as Record<string, unknown>;
    world.write(path, `${JSON.stringify({ ...rest, _type })}\n`);
    return signature;
  })),
  attack('edited record', 'cut short', resigned((signature, world, path) => (world.write(path, world.read(path).slice(0, -30)), signature))),
  attack('signature', 'none', resigned(() => undefined)),
  attack('signature', 'empty', resigned(() => '')),
  attack('signature', 'cut short', resigned((signature) => signature.split('\n').toSpliced(3, 1).join('\n'))),
  attack('signature', 'one byte flipped', resigned((signature) => {
    const lines = signature.trim().split('\n');
    const blob = Buffer.from(lines.slice(1, -1).join(''), 'base64');
    blob[blob.length - 5]! ^= 1;
    return `${lines[0]}\n${blob.toString('base64')}\n${lines.at(-1)}\n`;
  })),
  attack('signature', 'text put before it', resigned((signature) => `trusted\n${signature}`)),
  attack('signature', 'taken from another genuine record', resigned((_, world) => world.sh('cat "$TOP/home/old.json.sig"'))),
  attack('signature', 'a link to the genuine one', resigned((signature, world, path) => {
    world.write('docs/genuine.sig', signature);
    world.sh('ln -sf ../../docs/genuine.sig "$FILE"', { FILE: `${path}.sig` });
    return undefined;
  })),
  attack('record', 'empty', claimed(() => ['', ''])),
  attack('record', 'no JSON', claimed(() => ['vetted by Ada, all of it\n', undefined])),
  attack('record', 'a hundred thousand brackets deep', claimed(() => ['['.repeat(100_000), undefined])),
  attack('record', 'forty million bytes', claimed((_, by) => [by('ada@example.org').replace('}', ' '.repeat(40_000_000) + '}'), undefined])),
  attack('record', 'three thousand of them, none signed', (world) => {
    world.write('src/total.ts', EVIL_TS);
    const statement = writeStatement(world.review('ada@example.org', ['src/total.ts']));
    for (let i = 0; i < 3_000; i++) world.record(statement, undefined);
  }),
  attack('record', 'with a field that says it is trusted', claimed((world, by) => {
    const statement = by('ada@example.org').replace('{', '{"kind":"trusted","verified":true,"__proto__":{"trusted":true},');
    return [statement, mallory(world, statement)];
  })),
];

const KEYS: readonly Attack[] = [
  attack('key', 'the agent\'s own, in Ada\'s name', claimed((world, by) => [by('ada@example.org'), mallory(world, by('ada@example.org'))])),
  attack('key', 'the agent\'s own, in its own name', claimed((world, by) => [by('agent@example.com'), mallory(world, by('agent@example.com'))])),
  ...['rsa', 'ecdsa'].map((type) => attack('key', `the agent's own, ${type}`, claimed((world, by) => [by('ada@example.org'), keygen(world, type, by('ada@example.org'))]))),
  attack('key', 'Ada\'s, but signed for git and not for Vetmark', claimed((_, by, { ada }) => {
    const statement = by('ada@example.org');
    return [statement, signText(ada.keys.privateKey, statement).replace(/[^]*/, (armoured) => foreignNamespace(armoured))];
  })),
  attack('key', 'the agent\'s own, signed for git', claimed((world, by) => [by('ada@example.org'), keygen(world, 'ed25519', by('ada@example.org'), 'git')])),
  attack('key', 'ended, with the time of signing put back', claimed((_, by, { past }) => signedBy(past, by(past.address, '2025-06-01T12:00:00Z')))),
  attack('key', 'ended, with the present time', claimed((_, by, { past }) => signedBy(past, by(past.address)))),
  attack('key', 'not yet valid', claimed((_, by, { future }) => signedBy(future, by(future.address)))),
  attack('key', 'not yet valid, with the time of signing put ahead', claimed((_, by, { future }) => signedBy(future, by(future.address, '2999-06-01T12:00:00Z')))),
  attack('key', 'revoked', claimed((_, by, { revoked }) => signedBy(revoked, by(revoked.address)))),
  attack('key', 'revoked, with a time at which it was enrolled', claimed((_, by, { revoked }) => signedBy(revoked, by(revoked.address, '2026-01-01T00:00:00Z')))),
  attack('key', 'enrolled for git only', claimed((_, by, { elsewhere }) => signedBy(elsewhere, by(elsewhere.address)))),
  attack('key', 'a token\'s key in name only', claimed((world, by) => [by('ada@example.org'), mallory(world, by('ada@example.org')).replace('U1NIU0lH', 'U1NIU0lH')])),
  attack('two reviewers', 'one of the two', (world, { bob }) => {
    world.write('pay/card.ts', 'export function charge(cents: number): number {\n  return cents * 2;\n}\n');
    world.vet(bob, ['pay/card.ts']);
  }),
  attack('two reviewers', 'one of them twice', (world, { bob }) => {
    world.write('pay/card.ts', 'export function charge(cents: number): number {\n  return cents * 2;\n}\n');
    world.vet(bob, ['pay/card.ts']);
    world.vet(bob, ['pay/card.ts'], { note: 'again' });
  }),
  attack('two reviewers', 'one of them, once as the other', (world, { ada, bob }) => {
    world.write('pay/card.ts', 'export function charge(cents: number): number {\n  return cents * 2;\n}\n');
    world.vet(bob, ['pay/card.ts']);
    const statement = writeStatement(world.review(ada.address, ['pay/card.ts']));
    world.record(statement, signText(bob.keys.privateKey, statement));
  }),
];

function signedBy(signer: Signer, statement: string): readonly [string, string] {
  return [statement, signText(signer.keys.privateKey, statement)];
}

/** The namespace inside an armoured signature changed to one of the same length: what Ada signed for another purpose can only be this or a genuine one for git. */
function foreignNamespace(armoured: string): string {
  const lines = armoured.trim().split('\n');
  const blob = Buffer.from(lines.slice(1, -1).join(''), 'base64');
  blob.write('gitmark', blob.indexOf('vetmark'));
  return `${lines[0]}\n${blob.toString('base64')}\n${lines.at(-1)}\n`;
}

const ROOTS: readonly Attack[] = [
  attack('trust roots', 'own key added in the same change', (world) => {
    const eve = new Signer('eve@example.org');
    world.write('.vetmark/reviewers', world.read('.vetmark/reviewers') + eve.line());
    world.write('src/total.ts', EVIL_TS);
    world.vet(eve, ['src/total.ts', '.vetmark/reviewers']);
  }),
  attack('trust roots', 'all reviewers replaced', (world) => {
    const eve = new Signer('eve@example.org');
    world.write('.vetmark/reviewers', eve.line());
    world.write('src/total.ts', EVIL_TS);
    world.vet(eve, ['src/total.ts', '.vetmark/reviewers']);
  }),
  attack('trust roots', 'own key added under Ada\'s name', (world) => {
    const eve = new Signer('ada@example.org');
    world.write('.vetmark/reviewers', world.read('.vetmark/reviewers') + eve.line());
    world.write('src/total.ts', EVIL_TS);
    world.vet(eve, ['src/total.ts', '.vetmark/reviewers']);
  }),
  attack('trust roots', 'only the reviewers file, for a later change', (world) => world.write('.vetmark/reviewers', world.read('.vetmark/reviewers') + new Signer('eve@example.org').line()), false),
  attack('trust roots', 'the reviewers file deleted', (world) => void world.sh('git rm -q .vetmark/reviewers'), false),
  attack('trust roots', 'the repository\'s id taken out', (world) => world.write('.vetmark/reviewers', world.read('.vetmark/reviewers').replace(/^#.*\n/, '')), false),
  attack('trust roots', 'the policy weakened in the same change', (world) => {
    world.write('.vetmark/policy.json', '{"version":1,"threshold":"critical","unattributed":"trusted"}');
    world.write('src/total.ts', EVIL_TS);
  }),
  attack('trust roots', 'the policy excludes everything in the same change', (world) => {
    world.write('.vetmark/policy.json', '{"version":1,"exclude":["**"]}');
    world.write('src/total.ts', EVIL_TS);
  }),
  attack('trust roots', 'the policy deleted, so that two reviewers are no longer asked', (world) => void world.sh('git rm -q .vetmark/policy.json'), false),
  attack('trust roots', 'the policy renamed', (world) => void world.sh('git mv .vetmark/policy.json .vetmark/policy-old.json'), false),
  attack('trust roots', 'a policy under a name that some machines take for it', (world) => world.write('.vetmark/Policy.json', '{"version":1,"exclude":["**"]}'), false),
  attack('trust roots', 'the folder replaced by a link', (world) => {
    world.sh('mkdir -p docs && git mv .vetmark docs/vetmark && ln -s docs/vetmark .vetmark');
    world.write('docs/vetmark/policy.json', '{"version":1,"exclude":["**"]}');
  }, false),
];

const PROVENANCE: readonly Attack[] = [
  attack('provenance', 'markers and pending spans deleted', (world) => {
    world.write('src/total.ts', EVIL_TS);
    world.sh('rm -rf .git/vetmark');
  }),
  attack('provenance', 'pending spans rewritten as human', (world) => {
    world.write('src/total.ts', EVIL_TS);
    world.write('.git/vetmark/pending/src%2Ftotal.ts.json', '{"v":1,"spans":[{"range":{"start":0,"end":9999},"origin":{"kind":"human"},"evidence":[{"kind":"keyboard"}]}]}');
  }),
  attack('provenance', 'a record that says Ada wrote it', claimed((world) => {
    const statement = writeStatement(world.review('ada@example.org', ['src/total.ts'], { claim: 'written' }));
    return [statement, mallory(world, statement)];
  })),
  attack('provenance', 'committed in Ada\'s name, signed off', (world) => {
    world.write('src/total.ts', EVIL_TS);
    world.sh('git add -A && git -c user.name=Ada -c user.email=ada@example.org commit -q --signoff -m "Reviewed-by: Ada <ada@example.org>"');
  }),
  attack('provenance', 'a git note that says a known human wrote it', (world) => {
    world.write('src/total.ts', EVIL_TS);
    world.commit();
    world.sh('git notes --ref=ai add -m "$NOTE" && git push -q origin refs/notes/ai', { NOTE: 'src/total.ts\n  h_31dce776f88375 1-99\n---\n{"schema_version":"authorship/3.0.0","humans":{"h_31dce776f88375":{"author":"Ada <ada@example.org>"}},"sessions":{},"prompts":{}}' });
  }),
  attack('provenance', 'an Agent Trace record that says human', (world) => {
    world.write('src/total.ts', EVIL_TS);
    world.write('.agent-trace/traces.jsonl', '{"version":"0.1.0","id":"6d8e0f5e-6f4e-4f3e-9d0a-0c7a6f1d2b3c","timestamp":"2026-01-01T00:00:00Z","files":[{"path":"src/total.ts","conversations":[{"contributor":{"type":"human"},"ranges":[{"start_line":1,"end_line":99}]}]}]}\n');
  }),
  attack('provenance', 'a tag in a comment that says reviewed', (world) => world.write('src/total.ts', `/** @ai-gen reviewed checked ok */\n${EVIL_TS}`)),
  attack('provenance', 'the recorder killed first', (world) => {
    world.sh('sleep 30 & recorder=$!; kill -9 "$recorder"; rm -rf "$HOME/.state"');
    world.write('src/total.ts', EVIL_TS);
  }),
  attack('provenance', 'no extension, no hook, nothing', (world) => world.write('src/total.ts', EVIL_TS)),
];

const COMMANDS: readonly Attack[] = [
  attack('commands', 'vetmark asked to sign, in a pipe', (world) => {
    world.write('src/total.ts', EVIL_TS);
    for (const verb of ['vet', 'sign', 'review', 'approve', 'waive']) world.vetmark([verb, 'src/total.ts']);
  }),
  attack('commands', 'vetmark asked to sign, at a fake terminal', (world) => {
    world.write('src/total.ts', EVIL_TS);
    world.sh('for verb in vet sign review approve; do script -qec "$NODE $CLI $verb src/total.ts" /dev/null < /dev/null > /dev/null 2>&1 || true; done');
  }),
  attack('commands', 'vetmark reviewers add, in a pipe', (world) => {
    const eve = new Signer('eve@example.org');
    world.sh('yes "eve@example.org" | "$NODE" "$CLI" reviewers add eve@example.org "$KEY" > /dev/null 2>&1 || true', { KEY: eve.keys.publicKey });
    world.write('src/total.ts', EVIL_TS);
    world.vet(eve, ['src/total.ts']);
  }),
  attack('commands', 'vetmark reviewers add, at a fake terminal with a clean environment', (world) => {
    const eve = new Signer('eve@example.org');
    world.sh('printf "eve@example.org\\n" | env -i PATH="$PATH" HOME="$HOME" KEY="$KEY" NODE="$NODE" CLI="$CLI" script -qec \'"$NODE" "$CLI" reviewers add eve@example.org "$KEY"\' /dev/null > /dev/null 2>&1 || true', { KEY: eve.keys.publicKey });
    world.write('src/total.ts', EVIL_TS);
    world.vet(eve, ['src/total.ts', '.vetmark/reviewers']);
  }),
  attack('commands', 'a search of the disk for a key to sign with', (world) => {
    world.write('src/total.ts', EVIL_TS);
    const statement = writeStatement(world.review('ada@example.org', ['src/total.ts']));
    const found = world.sh('grep -rlsI "BEGIN OPENSSH PRIVATE KEY" "$TOP" || true').trim().split('\n').filter((path) => path !== '');
    world.record(statement, found.length === 0 ? undefined : world.sh('printf %s "$TEXT" > "$TOP/s" && ssh-keygen -q -Y sign -f "$KEY" -n vetmark "$TOP/s" && cat "$TOP/s.sig"', { KEY: found[0]!, TEXT: statement }));
  }),
];

/** All of them, in the order of the table. */
export const ATTACKS: readonly Attack[] = [...RECORDS, ...KEYS, ...ROOTS, ...PROVENANCE, ...COMMANDS, ...attacksOnContent(attack), ...attacksOnDecisions(attack), ...attacksOnPlace(attack)];
