/**
 * Sends audit entries to an OpenTelemetry collector that the user named: OTLP over HTTP, JSON encoding. Invariant 12: the one file that may name the network; it is
 * loaded when somebody asks for it, connects to the address given and to no other (redirects are not followed), and sends what the log holds, no more.
 */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry } from '#core/audit';
import { describe } from '#core/audit-event';

export interface Collector {
  /** Where the records go. */
  readonly endpoint: URL;
  /** Sent with each request: what the collector asks for, such as a token. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Named = { readonly ok: true; readonly collector: Collector } | { readonly ok: false; readonly message: string };
export type Sent = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** One record to send: an entry, and the line it stands in. */
export interface OtlpRecord {
  readonly entry: AuditEntry;
  readonly line: string;
}

const TIMEOUT_MS = 10_000;
const TRIES = 4;
/** Bytes of an answer that are read. */
const ANSWER_LIMIT = 64 * 1024;
/** The statuses after which OTLP lets a client try again. */
const AGAIN = [429, 502, 503, 504];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The collector a person named: an address without a path means its `/v1/logs`. `headers`: `name=value` with commas, as OTEL_EXPORTER_OTLP_HEADERS holds
 * them. Plain http is for this machine only.
 */
export function nameCollector(address: string, headers: string): Named {
  if (!URL.canParse(address)) return { ok: false, message: 'The collector must be an address such as https://collector.example.com:4318.' };
  const endpoint = new URL(address);
  if (endpoint.protocol !== 'https:' && endpoint.protocol !== 'http:') return { ok: false, message: `A collector is reached by http or https, not by ${endpoint.protocol.slice(0, -1)}.` };
  if (endpoint.protocol === 'http:' && !LOOPBACK.test(endpoint.hostname)) return { ok: false, message: `The log would cross the network in the clear to ${endpoint.host}. Use https, or a collector on this machine.` };
  if (endpoint.username !== '' || endpoint.password !== '') return { ok: false, message: 'A password in the address would be seen in the list of processes. Put it into OTEL_EXPORTER_OTLP_HEADERS.' };
  if (endpoint.pathname === '/') endpoint.pathname = '/v1/logs';
  const read: Record<string, string> = {};
  for (const pair of headers.split(',').filter((part) => part.trim() !== '')) {
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at).trim(), unescaped(pair.slice(at + 1).trim())];
    if (at < 1 || value === undefined || !/^[\w-]+$/.test(name) || /[^\t\x20-\x7e]/.test(value)) return { ok: false, message: 'OTEL_EXPORTER_OTLP_HEADERS must hold name=value pairs with commas between them.' };
    read[name] = value;
  }
  return { ok: true, collector: { endpoint, headers: read } };
}

/** Sends records at once; a few hundred are a good number. Waits and tries again where the collector asks for it. Never rejects. */
export async function sendToCollector(collector: Collector, records: readonly OtlpRecord[], source: { readonly log: string; readonly version: string }): Promise<Sent> {
  const body = Buffer.from(JSON.stringify(request(records, source)), 'utf8');
  const { host } = collector.endpoint;
  for (let tried = 1; ; tried++) {
    const answer = await post(collector, body);
    if ('error' in answer) return { ok: false, message: `${host} cannot be reached (${answer.error}).` };
    if (answer.status === 200) return accepted(host, answer.text);
    if (!AGAIN.includes(answer.status)) return { ok: false, message: `${host} refused the records: it answered ${answer.status}.` };
    if (tried === TRIES) return { ok: false, message: `${host} is too busy: it answered ${answer.status} ${TRIES} times.` };
    await sleep(Math.min(answer.wait ?? 250 * 2 ** tried, TIMEOUT_MS));
  }
}

/** A 200 may still say that some were not taken. */
function accepted(host: string, text: string): Sent {
  let rejected = 0;
  try {
    rejected = Number((JSON.parse(text) as { partialSuccess?: { rejectedLogRecords?: string | number } }).partialSuccess?.rejectedLogRecords ?? 0);
  } catch {
    // An empty answer, or one in another encoding, takes everything.
  }
  return rejected > 0 ? { ok: false, message: `${host} took the records, but ${rejected} of them it did not keep.` } : { ok: true };
}

type Answer = { readonly status: number; readonly text: string; readonly wait?: number } | { readonly error: string };

function post({ endpoint, headers }: Collector, body: Buffer): Promise<Answer> {
  return new Promise((resolve) => {
    const { request: open } = endpoint.protocol === 'https:' ? https : http;
    const sent = open(endpoint, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length }, timeout: TIMEOUT_MS, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= ANSWER_LIMIT) chunks.push(chunk);
      });
      answer.on('error', (error) => resolve({ error: error.message }));
      answer.on('end', () => {
        const seconds = Number(answer.headers['retry-after']);
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), ...(seconds > 0 && { wait: seconds * 1000 }) });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`)));
    sent.on('error', (error) => resolve({ error: error.message }));
    sent.end(body);
  });
}

/** An ExportLogsServiceRequest (opentelemetry-proto, logs/v1) in the JSON mapping of protocol buffers: 64-bit numbers are text. */
function request(records: readonly OtlpRecord[], { log, version }: { readonly log: string; readonly version: string }): unknown {
  return {
    resourceLogs: [
      {
        resource: { attributes: [text('service.name', 'vetmark'), text('service.version', version)] },
        scopeLogs: [{ scope: { name: 'vetmark.audit', version }, logRecords: records.map((record) => logRecord(record, log)) }],
      },
    ],
  };
}

function logRecord({ entry, line }: OtlpRecord, log: string): unknown {
  const warns = entry.event.kind === 'gap' || ('decision' in entry.event && entry.event.decision === 'deny') || (entry.event.kind === 'gate' && entry.event.outcome !== 'pass');
  return {
    timeUnixNano: `${Date.parse(entry.at)}000000`,
    severityNumber: warns ? 13 : 9,
    severityText: warns ? 'WARN' : 'INFO',
    eventName: `vetmark.audit.${entry.event.kind}`,
    body: { stringValue: describe(entry.event).toWellFormed() },
    attributes: [text('vetmark.audit.log', log), { key: 'vetmark.audit.seq', value: { intValue: String(entry.seq) } }, text('vetmark.audit.digest', entry.digest), text('log.record.original', line)],
  };
}

function text(key: string, stringValue: string): unknown {
  return { key, value: { stringValue } };
}

function unescaped(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
