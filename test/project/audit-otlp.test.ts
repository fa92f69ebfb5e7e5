/** Sending the audit log to a collector: only where the user said, in the form of OTLP, all of it or a word about what is missing. */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { nextEntry, writeEntry, type AuditEntry } from '#core/audit';
import { nameCollector, sendToCollector } from '#project/audit-otlp';
import { dateOf, eventOf } from '../harness/audit.ts';

const SOURCE = { log: '0'.repeat(32), version: '1.2.3' };

interface Asked {
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

describe('the audit log for a collector', () => {
  let server: http.Server;
  let asked: Asked[];
  let answers: { status: number; body?: string; headers?: http.OutgoingHttpHeaders }[];
  beforeEach(async () => {
    asked = [];
    answers = [];
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
        const { status, body = '{}', headers } = answers.shift() ?? { status: 200 };
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterEach(() => new Promise((closed) => server.close(closed)));

  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const records = (count: number): { entry: AuditEntry; line: string }[] => {
    let last: AuditEntry | undefined;
    return Array.from({ length: count }, (_, i) => {
      last = nextEntry(last, eventOf(i), dateOf(i).toISOString());
      return { entry: last, line: writeEntry(last) };
    });
  };
  const send = (count: number, headers = '') => {
    const named = nameCollector(address(), headers);
    assert.equal(named.ok, true);
    return sendToCollector((named as Extract<typeof named, { ok: true }>).collector, records(count), SOURCE);
  };

  it('is one request of the shape that OTLP gives to logs', async () => {
    const sent = await send(1, 'authorization=Bearer%20abc, x-team = red');
    const [{ entry, line }] = records(1) as [{ entry: AuditEntry; line: string }];
    const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    assert.deepEqual(
      { sent, requests: asked.map(({ url, headers, body }) => ({ url, type: headers['content-type'], authorization: headers.authorization, team: headers['x-team'], body: JSON.parse(body) as unknown })) },
      {
        sent: { ok: true },
        requests: [
          {
            url: '/v1/logs',
            type: 'application/json',
            authorization: 'Bearer abc',
            team: 'red',
            body: {
              resourceLogs: [
                {
                  resource: { attributes: [text('service.name', 'vetmark'), text('service.version', '1.2.3')] },
                  scopeLogs: [
                    {
                      scope: { name: 'vetmark.audit', version: '1.2.3' },
                      logRecords: [
                        {
                          timeUnixNano: '1790000000000000000',
                          severityNumber: 9,
                          severityText: 'INFO',
                          eventName: 'vetmark.audit.agent-tool',
                          body: { stringValue: 'claude-code after Write on /shop/src/file-0.ts' },
                          attributes: [text('vetmark.audit.log', SOURCE.log), { key: 'vetmark.audit.seq', value: { intValue: '0' } }, text('vetmark.audit.digest', entry.digest), text('log.record.original', line)],
                        },
                      ],
                    },
                  ],
                },
              ],
            },
          },
        ],
      },
    );
  });

  it('is sent again where the collector is busy', async () => {
    answers = [{ status: 503, headers: { 'retry-after': '0' } }, { status: 429 }];
    assert.deepEqual([await send(2), asked.length, asked[0]!.body === asked[2]!.body], [{ ok: true }, 3, true]);
  });

  for (const [title, answer, says] of [
    ['was refused', { status: 401 }, 'it answered 401'],
    ['was taken in part', { status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"no"}}' }, '2 of them it did not keep'],
    ['was pointed elsewhere', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'it answered 307'],
  ] as const) {
    it(`says that it ${title}`, async () => {
      answers = [answer];
      const sent = await send(3);
      assert.equal(!sent.ok && sent.message.includes(says), true, JSON.stringify(sent));
    });
  }

  it('says that nobody is there', async () => {
    const named = nameCollector('http://127.0.0.1:1', '');
    const sent = named.ok ? await sendToCollector(named.collector, records(1), SOURCE) : undefined;
    assert.equal(sent?.ok, false);
  });

  for (const [address, ok] of [
    ['https://collector.example.com:4318', true],
    ['https://collector.example.com/otlp/v1/logs', true],
    ['http://localhost:4318', true],
    ['http://[::1]:4318', true],
    ['http://collector.example.com:4318', false],
    ['http://127.0.0.1.example.com', false],
    ['https://ann:secret@collector.example.com', false],
    ['file:///etc/passwd', false],
    ['collector', false],
  ] as const) {
    it(`${ok ? 'may go to' : 'does not go to'} ${address}`, () => assert.equal(nameCollector(address, '').ok, ok));
  }

  it('repeats no password of an address', () => {
    const named = nameCollector('https://ann:hunter2@collector.example.com', '');
    assert.equal(JSON.stringify(named).includes('hunter2'), false);
  });

  for (const headers of ['novalue', '=x', 'a b=c', 'a=%0d%0ax: y', 'a=%zz']) {
    it(`does not take "${headers}" for headers`, () => assert.equal(nameCollector('https://collector.example.com', headers).ok, false));
  }
});
