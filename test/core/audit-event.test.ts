/** What an event may hold when it is written: names, paths, numbers and digests. */
import assert from 'node:assert/strict';
import { fit, readEvent, type AuditEvent } from '#core/audit-event';
import { nextEntry, readEntry, writeEntry } from '#core/audit';
import { digestOf } from '#core/digest';

const AT = '2026-01-02T03:04:05.678Z';
const key = (start: string): string => start + 'a1B2c3D4e5F6g7H8'.repeat(2);
const tool = (fields: Partial<Extract<AuditEvent, { kind: 'agent-tool' }>>): AuditEvent => ({ kind: 'agent-tool', agent: 'claude-code', tool: 'Write', phase: 'after', paths: [], ...fields });

describe('an audit event', () => {
  for (const [title, event, expected] of [
    ['keeps names and paths', tool({ session: '3b14e8bb-d410', paths: ['/home/ann/my shop/ä.ts'] }), tool({ session: '3b14e8bb-d410', paths: ['/home/ann/my shop/ä.ts'] })],
    ['holds the digest of a tool name that is a text', tool({ tool: 'rm -rf /' }), tool({ tool: digestOf('rm -rf /') })],
    ['holds the digest of a name that is too long', tool({ session: 'x'.repeat(201) }), tool({ session: digestOf('x'.repeat(201)) })],
    ['masks a GitHub token in a path', tool({ paths: [`/tmp/${key('ghp_')}/x`] }), tool({ paths: ['/tmp/[masked]/x'] })],
    ['masks an access key in a tool name', tool({ tool: `mcp__${'AKIA' + 'ABCDEFGHIJKLMNOP'}` }), tool({ tool: 'mcp__[masked]' })],
    ['masks a password in an address', tool({ paths: ['https://ann:hunter2@example.com/x'] }), tool({ paths: ['https://ann:[masked]@example.com/x'] })],
    ['mends broken Unicode in a path', tool({ paths: ['a\ud800b'] }), tool({ paths: ['a\ufffdb'] })],
    ['is one line', { kind: 'gap', message: 'two\nlines\u001b[31m' }, { kind: 'gap', message: 'two lines [31m' }],
  ] as const satisfies readonly (readonly [string, AuditEvent, AuditEvent])[]) {
    it(title, () => assert.deepEqual(fit(event), expected));
  }

  for (const [title, event, expected] of [
    ['of every kind is read back', { kind: 'waived', reviewer: 'ann@example.com', file: 'a.json', findings: 2, until: '2026-12-31' }, 'waived'],
    ['of a kind that a newer version wrote is read as that', { kind: 'dreamt', of: 'sheep' }, 'strange'],
    ['that lacks a field is none', { kind: 'vetted', reviewer: 'ann@example.com' }, undefined],
    ['with a field more is none', { kind: 'gap', message: 'x', text: 'secret' }, undefined],
    ['named like a property of every object is strange', { kind: 'constructor' }, 'strange'],
  ] as const) {
    it(title, () => assert.equal(readEvent(event)?.kind, expected));
  }
});

describe('an audit entry', () => {
  it('of the first version still reads', () => {
    const golden = '{"at":"2026-01-02T03:04:05.678Z","digest":"sha256:c25f2fe76fb4026445ef42ab5781d968c51c232fabba12edf395f979738997ca","event":{"agent":"claude-code","decision":"deny","kind":"agent-tool","paths":["/shop/.env"],"phase":"before","session":"s1","tool":"Read"},"previous":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","seq":0,"v":1}';
    assert.equal(readEntry(golden)?.event.kind, 'agent-tool');
  });

  const line = writeEntry(nextEntry(undefined, { kind: 'gap', message: 'x' }, AT));
  for (const [title, changed] of [
    ['a space', line.replace(':', ': ')],
    ['keys in another order', JSON.stringify({ v: 1, ...(JSON.parse(line) as object) })],
    ['a key twice', line.replace('"seq":0', '"seq":0,"seq":0')],
    ['an escape that need not be', line.replace('"x"', '"\\u0078"')],
    ['a byte-order mark', `\ufeff${line}`],
    ['a carriage return', `${line}\r`],
    ['another digest', line.replace(/"digest":"sha256:./, (start) => `${start.slice(0, -1)}${start.endsWith('0') ? '1' : '0'}`)],
    ['a date that is none', line.replace(AT, 'yesterday')],
  ] as const) {
    it(`with ${title} is none`, () => assert.deepEqual([readEntry(changed), changed === line], [undefined, false]));
  }
});
