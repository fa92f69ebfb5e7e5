/** `vetmark audit`: show, verify and export, on what the real hook recorded. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Shop } from '../harness/cli.ts';

describe('vetmark audit', function () {
  this.timeout(60_000);
  let shop: Shop;
  beforeEach(() => (shop = new Shop()));
  afterEach(() => shop.dispose());

  const audit = (...args: string[]) => shop.vetmark(['audit', ...args]);
  const record = async (): Promise<void> => {
    for (const name of ['PreToolUse-Write', 'PostToolUse-Write', 'PreToolUse-Bash']) await shop.vetmark(['hook', 'claude-code'], shop.payload('claude', name));
  };
  const file = (): string => {
    const folder = join(shop.state, 'vetmark/audit');
    return join(folder, readdirSync(folder).find((name) => name.endsWith('.jsonl'))!);
  };
  const lines = (text: string): readonly string[] => text.split(/\r?\n/).slice(0, -1);

  it('shows what an agent did, one line an event', async () => {
    await record();
    const { code, stdout, stderr } = await audit('show');
    assert.deepEqual([code, stderr, lines(stdout).map((line) => line.replace(/\d{4}-[^ ]+/, 'WHEN'))], [0, '', [`     0  WHEN  claude-code before Write on ${shop.root}/src/new.js: allow`, `     1  WHEN  claude-code after Write on ${shop.root}/src/new.js`, '     2  WHEN  claude-code before Bash: allow']]);
  });

  it('shows the last events only when asked', async () => {
    await record();
    const { stdout } = await audit('show', '--last', '1');
    assert.deepEqual([lines(stdout).length, stdout.includes('Bash')], [1, true]);
  });

  for (const [args, seqs] of [
    [['--kind', 'agent-tool', '--who', 'CLAUDE', '--path', 'new.js'], [0, 1]],
    [['--path', 'new.js', '--last', '1'], [1]],
    [['--kind', 'vetted'], []],
    [['--since', '2026'], [0, 1, 2]],
    [['--since', '2999-01-01T10:00'], []],
  ] as const) {
    it(`shows what is asked for with ${args.join(' ')}`, async () => {
      await record();
      const { code, stdout } = await audit('show', ...args);
      assert.deepEqual([code, lines(stdout).map((line) => Number.parseInt(line, 10))], [0, seqs]);
    });
  }

  it('obeys no control character of a path', async () => {
    const payload = JSON.parse(shop.payload('claude', 'PreToolUse-Write')) as { tool_input: { file_path: string } };
    payload.tool_input.file_path = `${shop.root}/\u001b[2Jx\u202e.js`;
    await shop.vetmark(['hook', 'claude-code'], JSON.stringify(payload));
    const { stdout } = await audit('show');
    assert.equal(stdout.includes('<U+001B>[2Jx<U+202E>.js'), true, stdout);
  });

  it('never held what was written, nor a command', async () => {
    await record();
    const log = readFileSync(file(), 'utf8');
    const bash = JSON.parse(shop.payload('claude', 'PreToolUse-Bash')) as { tool_input: { command: string } };
    const write = JSON.parse(shop.payload('claude', 'PostToolUse-Write')) as { tool_input: { content: string } };
    assert.deepEqual([log.includes(bash.tool_input.command), log.includes(write.tool_input.content.trim()), log.includes('content')], [false, false, false]);
  });

  it('verifies a whole log, and says what that does not show', async () => {
    await record();
    const { code, stdout, stderr } = await audit('verify');
    assert.deepEqual([code, stderr, stdout.includes('3 entries in '), stdout.includes('form one unbroken chain'), stdout.includes('no checkpoint that an enrolled reviewer signed')], [0, '', true, true, true]);
  });

  it('says that nothing was recorded yet', async () => {
    const { code, stdout } = await audit('verify');
    assert.deepEqual([code, stdout.startsWith('Nothing was recorded yet')], [0, true]);
  });

  for (const command of [['show'], ['verify'], ['export'], ['export', '--format', 'ocsf']]) {
    it(`${command.join(' ')} fails on a log that was tampered with, and names the line`, async () => {
      await record();
      writeFileSync(file(), readFileSync(file(), 'utf8').replace('"phase":"after"', '"phase":"before"'));
      const { code, stderr } = await audit(...command);
      assert.deepEqual([code, stderr.includes('Line 2 of ')], [1, true], stderr);
    });
  }

  it('could not judge a log that cannot be read', async () => {
    await record();
    mkdirSync(file().replace('.jsonl', '.checkpoints'));
    const { code, stderr } = await audit('verify');
    assert.deepEqual([code, stderr.startsWith('The audit log cannot be read'), stderr.includes('    at ')], [2, true, false], stderr);
  });

  it('exports the lines of the log as they are', async () => {
    await record();
    const { stdout } = await audit('export');
    assert.equal(stdout, readFileSync(file(), 'utf8'));
  });

  it('exports a table that no spreadsheet runs', async () => {
    await record();
    const payload = JSON.parse(shop.payload('claude', 'PreToolUse-Bash')) as { tool_name: string };
    payload.tool_name = '=HYPERLINK("http://evil")';
    await shop.vetmark(['hook', 'claude-code'], JSON.stringify(payload));
    const { stdout } = await audit('export', '--format', 'csv');
    const rows = lines(stdout);
    assert.deepEqual([rows[0], rows.length, rows.slice(1).every((row) => /^\d+,\d{4}-/.test(row)), /(?:^|,)"?[=+@]/m.test(stdout)], ['seq,at,kind,who,what,paths,outcome,previous,digest', 5, true, false]);
  });

  it('exports OCSF events, one a line', async () => {
    await record();
    const { code, stdout } = await audit('export', '--format', 'ocsf');
    const events = lines(stdout).map((line) => JSON.parse(line) as { class_uid: number; attestation_list: { prev_event?: { uid: string } }[]; metadata: { uid: string } });
    assert.deepEqual([code, events.map(({ class_uid }) => class_uid), events.map(({ attestation_list: [one] }) => one!.prev_event?.uid)], [0, [6003, 6003, 6003], [undefined, ...events.slice(0, 2).map(({ metadata }) => metadata.uid)]]);
  });

  it('sends to the collector that was named, with the headers of the environment, and to nobody before', async () => {
    await record();
    const seen: { token: string | undefined; records: number }[] = [];
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[] };
        seen.push({ token: request.headers['x-token'] as string | undefined, records: body.resourceLogs[0]!.scopeLogs[0]!.logRecords.length });
        response.end('{}');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stdout } = await shop.vetmark(['audit', 'export', '--otlp', address], '', { env: { OTEL_EXPORTER_OTLP_HEADERS: 'x-token=abc' } });
    await new Promise((closed) => server.close(closed));
    assert.deepEqual([code, stdout, seen], [0, `3 entries were sent to ${new URL(address).host}.\n`, [{ token: 'abc', records: 3 }]]);
  });

  it('says where to go on when the collector does not answer', async () => {
    await record();
    const { code, stderr } = await audit('export', '--otlp', 'http://127.0.0.1:1');
    assert.deepEqual([code, stderr.includes('Nothing was sent before. Go on with --from 0.')], [2, true], stderr);
  });

  for (const args of [[], ['forget'], ['show', '--format', 'csv'], ['export', '--format', 'xml'], ['export', '--otlp', 'http://collector.example.com'], ['export', '--format', 'csv', '--otlp', 'http://localhost'], ['verify', '--copy', 'nowhere'], ['show', '--last', '-1'], ['verify', 'log'], ['show', '--kind', 'dream'], ['show', '--since', 'yesterday']]) {
    it(`is refused as "audit ${args.join(' ')}"`, async () => {
      const { code, stdout, stderr } = await audit(...args);
      assert.deepEqual([code, stdout, stderr === ''], [2, '', false]);
    });
  }
});
