/**
 * The walls: which room may import which, and what it may name from outside. One table serves dependency-cruiser, the test that proves each
 * wall, and the table in ARCHITECTURE.md. Everything absent is refused.
 */

/**
 * @typedef {{ imports: string[], outside: { name: string, only?: string }[] }} Room
 * `imports`: rooms. `outside`: packages, or `node:*` modules; `only` narrows a name to the files that match the pattern (below the room).
 * `node:*` is every module of node's but those of `NETWORK`.
 */

/**
 * Modules that can open a connection: invariant 12, nothing leaves the machine. One file may name two of them, and must: a collector that the user names on
 * the command line (`vetmark audit export --otlp <address>`) is reached over http or https, and there is no other way to it.
 */
export const NETWORK = ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'node:dgram', 'node:dns', 'node:dns/promises', 'node:inspector', 'node:inspector/promises', 'node:cluster', 'node:quic'];

/** @type {Record<string, Room>} */
export const ROOMS = {
  core: {
    imports: [],
    outside: [
      { name: 'node:crypto', only: 'digest.ts' },
      { name: 'zod' },
      { name: 'canonicalize' },
      { name: 'diff', only: 'diff.ts' },
      { name: 'js-tokens', only: 'unit.ts' },
      { name: 'minimatch', only: 'policy.ts' },
    ],
  },
  analysis: {
    imports: ['core'],
    outside: [{ name: '@secretlint/*' }, { name: '@typescript-eslint/*' }, { name: 'typescript', only: 'languages/ecmascript.ts' }, { name: 'js-tokens' }],
  },
  agents: { imports: ['core'], outside: [{ name: 'zod' }, { name: 'jsonc-parser' }, { name: 'smol-toml', only: 'shared/codex-trust.ts' }] },
  guard: { imports: ['core', 'agents'], outside: [{ name: 'minimatch' }] },
  protocol: { imports: ['core'], outside: [] },
  project: { imports: ['core'], outside: [{ name: 'node:*' }, { name: 'ulid' }, { name: 'zod' }, { name: 'canonicalize' }, { name: 'node:http', only: 'audit-otlp.ts' }, { name: 'node:https', only: 'audit-otlp.ts' }] },
  server: { imports: ['core', 'analysis', 'protocol'], outside: [{ name: 'vscode-languageserver' }, { name: 'vscode-languageserver-textdocument' }, { name: 'node:perf_hooks' }] },
  extension: { imports: ['core', 'agents', 'guard', 'protocol', 'project'], outside: [{ name: 'vscode' }, { name: 'vscode-languageclient' }, { name: 'node:path' }, { name: 'node:crypto' }, { name: 'node:perf_hooks' }] },
  webview: { imports: ['core', 'protocol'], outside: [] },
  cli: { imports: ['core', 'analysis', 'agents', 'guard', 'project'], outside: [{ name: 'node:process' }, { name: 'node:util' }, { name: 'node:path' }, { name: 'node:url' }, { name: 'node:module', only: 'start.ts' }, { name: 'node:perf_hooks' }, { name: 'node:v8' }, { name: 'node:worker_threads' }, { name: 'node:os' }, { name: 'node:readline/promises' }, { name: '@types/sarif' }] },
};

/** Layers of core, ground first: a file may import files of its own layer's ground only. Files not named stand on `text` and `digest`. */
export const CORE_LAYERS = [
  ['digest', 'text', 'path', 'language'],
  ['origin', 'span-tree', 'diff', 'unit', 'finding', 'provenance', 'transform', 'scar'],
  ['region', 'policy', 'review', 'checklist'],
  ['audit', 'gate'],
];

const rooms = Object.keys(ROOMS);
const escape = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** A pattern for the resolved path of an outside module, as dependency-cruiser prints it. */
function outsidePattern(/** @type {string} */ name) {
  if (name === 'node:*') return `^(?!(?:${NETWORK.map((module) => module.slice('node:'.length)).join('|')})$)[a-z_0-9/]+$`;
  if (name.startsWith('node:')) return `^${escape(name.slice(5))}$`;
  if (name === 'vscode') return '^vscode$|node_modules/@types/vscode/';
  if (name.endsWith('/*')) return `node_modules/${escape(name.slice(0, -1))}`;
  return `node_modules/${escape(name)}/`;
}

/** The rules for dependency-cruiser. */
export function rules() {
  const forbidden = [
    { name: 'no-circle', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'src-stands-alone', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench|scripts|demo)/' } },
    { name: 'a-room-is-known', severity: 'error', from: { path: '^src/', pathNot: `^src/(${rooms.join('|')})/` }, to: {} },
    { name: 'crossing-is-written', comment: 'Crossing a room is written #room/...', severity: 'error', from: { path: '^src/([^/]+)/' }, to: { path: '^src/', pathNot: '^src/$1/', dependencyTypesNot: ['aliased-subpath-import'] } },
    { name: 'rule-imports-no-rule', severity: 'error', from: { path: '^src/analysis/rules/(?!index\\.ts)' }, to: { path: '^src/analysis/rules/' } },
    { name: 'agent-imports-no-agent', severity: 'error', from: { path: '^src/agents/(?!index\\.ts|agent\\.ts)' }, to: { path: '^src/agents/(?!agent\\.ts|shared/)' } },
  ];
  for (const [room, { imports, outside }] of Object.entries(ROOMS)) {
    const refused = rooms.filter((other) => other !== room && !imports.includes(other));
    if (refused.length > 0) forbidden.push({ name: `${room}-rooms`, severity: 'error', from: { path: `^src/${room}/` }, to: { path: `^src/(${refused.join('|')})/` } });
    const everywhere = outside.filter(({ only }) => only === undefined).map(({ name }) => outsidePattern(name));
    forbidden.push({ name: `${room}-outside`, severity: 'error', from: { path: `^src/${room}/`, pathNot: outside.filter(({ only }) => only !== undefined).map(({ only }) => `^src/${room}/${escape(String(only))}$`) }, to: { pathNot: ['^src/', ...everywhere] } });
    for (const { name, only } of outside.filter(({ only }) => only !== undefined)) {
      const allowed = outside.filter((other) => other.only === undefined || other.only === only).map((other) => outsidePattern(other.name));
      forbidden.push({ name: `${room}-outside-${name.replace(/\W/g, '-')}`, severity: 'error', from: { path: `^src/${room}/${escape(String(only))}$` }, to: { pathNot: ['^src/', ...allowed] } });
    }
  }
  CORE_LAYERS.forEach((layer, index) => {
    const above = CORE_LAYERS.slice(index + 1).flat();
    if (above.length > 0) forbidden.push({ name: `core-layer-${index}`, severity: 'error', from: { path: `^src/core/(${layer.join('|')})\\.ts$` }, to: { path: `^src/core/(${above.join('|')})\\.ts$` } });
  });
  return forbidden;
}

/** The table for ARCHITECTURE.md. */
export function table() {
  const lines = ['| room | may import | may name outside |', '|---|---|---|'];
  for (const [room, { imports, outside }] of Object.entries(ROOMS)) {
    const names = outside.map(({ name, only }) => `\`${name}\`${name === 'node:*' ? ' without the network' : ''}${only === undefined ? '' : ` (${only} only)`}`);
    lines.push(`| ${room} | ${imports.join(', ') || 'nothing'} | ${names.join(', ') || 'nothing'} |`);
  }
  return lines.join('\n') + '\n';
}
