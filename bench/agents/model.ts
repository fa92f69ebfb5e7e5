/**
 * A model that says what it is told to: one server on the loopback address that answers the four protocols agents speak (Anthropic Messages, OpenAI Responses,
 * OpenAI Chat Completions, Gemini), each as a stream of events. Every other request is answered with an empty object, so that nothing asks elsewhere.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A tool call. `input` as a text is a call in free form, where the protocol has one. */
export interface Call {
  readonly name: string;
  readonly input: object | string;
}

export interface ScriptedModel {
  readonly url: string;
  /** What became of each call, as the agent told the model, in order. */
  readonly told: readonly string[];
  close(): Promise<void>;
}

interface Said {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly calls: readonly (Call & { readonly id: string })[];
}

/** Names with data: one server-sent event each. An empty name leaves the name out. */
type Events = readonly (readonly [name: string, data: object | string])[];

/** The n-th request that offers tools gets the n-th call, later ones the end. `onRequest` is awaited before each answer: the tool before it is done then. */
export async function startModel(calls: readonly Call[], onRequest: () => void): Promise<ScriptedModel> {
  const told: string[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const speak = request.method === 'POST' ? PROTOCOLS.find(([path]) => path.test(request.url ?? ''))?.[1] : undefined;
      if (speak === undefined) return send(response, 'application/json', JSON.stringify(request.url?.includes('count') === true ? { input_tokens: 1, totalTokens: 1 } : { data: [], models: [] }));
      const offers = hasTools(body);
      if (offers) {
        onRequest();
        told.splice(0, told.length, ...resultsIn(body));
      }
      const call = offers ? calls[asked++] : undefined;
      const id = `${asked}`;
      const events = speak({ id, model: String(body['model'] ?? 'scripted'), text: call === undefined ? 'Done.' : '', calls: call === undefined ? [] : [{ ...call, id: `call_${id}` }] });
      send(response, 'text/event-stream', events.map(([name, data]) => `${name === '' ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`).join(''));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

type Body = Readonly<Record<string, unknown>>;

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
  } catch {
    return {};
  }
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
  response.end(text);
}

function hasTools({ tools, input }: Body): boolean {
  // Newer models of OpenAI are offered their tools in an item of the input.
  return (Array.isArray(tools) && tools.length > 0) || (Array.isArray(input) && input.some((item) => (item as { type?: string }).type === 'additional_tools'));
}

/** What the agent says its tools answered, in any of the protocols. */
function resultsIn({ messages, input, contents }: Body): readonly string[] {
  const list = (value: unknown): readonly Record<string, unknown>[] => (Array.isArray(value) ? (value as Record<string, unknown>[]) : []);
  const flat = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return [
    ...list(messages).flatMap((message) => (message['role'] === 'tool' ? [flat(message['content'])] : list(message['content']).filter(({ type }) => type === 'tool_result').map(({ content }) => flat(content)))),
    ...list(input).filter(({ type }) => String(type).endsWith('_output')).map(({ output }) => flat(output)),
    ...list(contents).flatMap(({ parts }) => list(parts).flatMap(({ functionResponse }) => (functionResponse === undefined ? [] : [flat((functionResponse as { response: unknown }).response)]))),
  ];
}

const PROTOCOLS: readonly (readonly [path: RegExp, speak: (said: Said) => Events])[] = [
  [/\/messages(?:\?|$)/, messages],
  [/\/responses(?:\?|$)/, responses],
  [/\/chat\/completions(?:\?|$)/, completions],
  [/:streamGenerateContent/, gemini],
];

/** https://docs.anthropic.com/en/api/messages-streaming */
function messages({ id, model, text, calls }: Said): Events {
  const blocks = [...(text === '' ? [] : [{ start: { type: 'text', text: '' }, delta: { type: 'text_delta', text } }]), ...calls.map((call) => ({ start: { type: 'tool_use', id: call.id, name: call.name, input: {} }, delta: { type: 'input_json_delta', partial_json: JSON.stringify(call.input) } }))];
  return [
    ['message_start', { type: 'message_start', message: { id: `msg_${id}`, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } }],
    ...blocks.flatMap(({ start, delta }, index): Events => [
      ['content_block_start', { type: 'content_block_start', index, content_block: start }],
      ['content_block_delta', { type: 'content_block_delta', index, delta }],
      ['content_block_stop', { type: 'content_block_stop', index }],
    ]),
    ['message_delta', { type: 'message_delta', delta: { stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: 1 } }],
    ['message_stop', { type: 'message_stop' }],
  ];
}

/** https://platform.openai.com/docs/api-reference/responses-streaming */
function responses({ id, model, text, calls }: Said): Events {
  const output = [
    ...(text === '' ? [] : [{ type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] }]),
    ...calls.map((call) => (typeof call.input === 'string' ? { type: 'custom_tool_call', id: `ctc_${id}`, status: 'completed', call_id: call.id, name: call.name, input: call.input } : { type: 'function_call', id: `fc_${id}`, status: 'completed', call_id: call.id, name: call.name, arguments: JSON.stringify(call.input) })),
  ];
  const response = { id: `resp_${id}`, object: 'response', created_at: 0, model, status: 'completed', output, parallel_tool_calls: false, tools: [], usage: { input_tokens: 1, input_tokens_details: { cached_tokens: 0 }, output_tokens: 1, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 2 } };
  let sequence_number = 0;
  const event = (type: string, more: object): readonly [string, object] => [type, { type, sequence_number: sequence_number++, ...more }];
  return [
    event('response.created', { response: { ...response, status: 'in_progress', output: [] } }),
    ...output.flatMap((item, output_index) => [event('response.output_item.added', { output_index, item: { ...item, status: 'in_progress' } }), ...(item.type === 'message' ? [event('response.output_text.delta', { item_id: item.id, output_index, content_index: 0, delta: text })] : []), event('response.output_item.done', { output_index, item })]),
    event('response.completed', { response }),
  ];
}

/** https://platform.openai.com/docs/api-reference/chat-streaming */
function completions({ id, model, text, calls }: Said): Events {
  const chunk = (delta: object, finish_reason: string | null): readonly [string, object] => ['', { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created: 0, model, choices: [{ index: 0, delta, finish_reason }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }];
  const tool_calls = calls.map((call, index) => ({ index, id: call.id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.input) } }));
  return [chunk({ role: 'assistant', content: text }, null), ...(tool_calls.length === 0 ? [] : [chunk({ tool_calls }, null)]), chunk({}, tool_calls.length === 0 ? 'stop' : 'tool_calls'), ['', '[DONE]']];
}

/** https://ai.google.dev/api/generate-content */
function gemini({ id, model, text, calls }: Said): Events {
  const parts = [...(text === '' ? [] : [{ text }]), ...calls.map((call) => ({ functionCall: { id: call.id, name: call.name, args: call.input } }))];
  return [['', { responseId: id, modelVersion: model, candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 } }]];
}
