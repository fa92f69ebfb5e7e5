/** Where secrets stand in real code: each context wraps a name and a value into a text of its language. */
import { ALNUM, type Draw } from './draw.ts';
import type { Positive } from './positives.ts';

export interface Sample {
  readonly text: string;
  readonly path: string;
  readonly language: string;
}

interface Context {
  readonly id: string;
  readonly language: string;
  readonly path: string;
  readonly wrap: (name: string, value: string, draw: Draw) => string;
  /** What it cannot hold: kinds whose value would not be a value here. */
  readonly not?: readonly Positive['kind'][];
}

const screaming = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toUpperCase();
const snake = (name: string): string => screaming(name).toLowerCase();
const split = (value: string, at = Math.floor(value.length / 2)): readonly [string, string] => [value.slice(0, at), value.slice(at)];

const TS = { language: 'typescript', path: 'src/services/client.ts' } as const;
const JS = { language: 'javascript', path: 'lib/config.js' } as const;

/** For single-line values. */
export const CONTEXTS: readonly Context[] = [
  { id: 'const', ...TS, wrap: (name, value) => `import { connect } from './net';\n\nexport const ${name} = '${value}';\nconnect(${name});\n` },
  { id: 'typed-const', ...TS, wrap: (name, value) => `const ${name}: string = "${value}";\n` },
  { id: 'property', ...TS, wrap: (name, value) => `export const config = {\n  port: 3000,\n  ${name}: '${value}',\n  retries: 2,\n};\n` },
  { id: 'quoted-property', ...JS, wrap: (name, value) => `module.exports = {\n  "${snake(name)}": "${value}",\n};\n` },
  { id: 'class-field', ...TS, wrap: (name, value) => `class Client {\n  private readonly ${name} = '${value}';\n  call() { return fetch('/x'); }\n}\n` },
  { id: 'template', ...TS, wrap: (name, value) => `const ${name} = \`${value}\`;\n` },
  { id: 'nullish-fallback', ...TS, wrap: (name, value) => `const ${name} = process.env.${screaming(name)} ?? '${value}';\n` },
  { id: 'or-fallback', ...JS, wrap: (name, value) => `const ${name} = process.env.${screaming(name)} || "${value}";\n` },
  { id: 'default-parameter', ...TS, wrap: (name, value) => `export function open(host: string, ${name} = '${value}') {\n  return dial(host, ${name});\n}\n` },
  { id: 'member', ...JS, wrap: (name, value) => `const settings = {};\nsettings.${name} = '${value}';\n` },
  { id: 'env-assign', ...JS, wrap: (name, value) => `process.env['${screaming(name)}'] = '${value}';\n` },
  { id: 'concatenation', ...JS, wrap: (name, value) => `const ${name} = '${split(value)[0]}' + '${split(value)[1]}';\n` },
  { id: 'concatenation-lines', ...TS, wrap: (name, value) => `const ${name} =\n  '${split(value, 9)[0]}' +\n  '${split(value, 9)[1]}';\n` },
  { id: 'array-join', ...JS, wrap: (name, value) => `const ${name} = ['${split(value)[0]}', '${split(value)[1]}'].join('');\n` },
  { id: 'json', language: 'json', path: 'config/production.json', wrap: (name, value) => JSON.stringify({ port: 80, [name]: value, debug: false }, null, 2) },
  { id: 'yaml', language: 'yaml', path: 'deploy/values.yaml', wrap: (name, value) => `service:\n  replicas: 2\n  ${name}: ${value}\n` },
  { id: 'yaml-env', language: 'yaml', path: 'k8s/app.yaml', wrap: (name, value) => `      env:\n        - name: ${screaming(name)}\n          value: "${value}"\n` },
  { id: 'dotenv', language: 'dotenv', path: '.env', wrap: (name, value) => `NODE_ENV=production\n${screaming(name)}=${value}\nPORT=80\n` },
  { id: 'dockerfile', language: 'dockerfile', path: 'Dockerfile', wrap: (name, value) => `FROM node:22\nENV ${screaming(name)}=${value}\nRUN npm ci\n` },
  { id: 'shell', language: 'shellscript', path: 'deploy.sh', wrap: (name, value) => `#!/bin/sh\nexport ${screaming(name)}="${value}"\n./run\n` },
  { id: 'python', language: 'python', path: 'app/settings.py', wrap: (name, value) => `import os\n\n${screaming(name)} = "${value}"\n` },
  { id: 'python-getenv', language: 'python', path: 'app/settings.py', wrap: (name, value) => `${snake(name)} = os.getenv("${screaming(name)}", "${value}")\n` },
  { id: 'go', language: 'go', path: 'cmd/main.go', wrap: (name, value) => `package main\n\nconst ${name} = "${value}"\n` },
  { id: 'java', language: 'java', path: 'src/App.java', wrap: (name, value) => `class App {\n  private static final String ${screaming(name)} = "${value}";\n}\n` },
  { id: 'notebook', language: 'json', path: 'study.ipynb', wrap: (name, value) => JSON.stringify({ cells: [{ cell_type: 'code', source: [`import os\n`, `${snake(name)} = "${value}"\n`] }] }, null, 1) },
  { id: 'base64', ...JS, wrap: (name, value) => `const ${name} = atob('${Buffer.from(`${screaming(name)}=${value}`).toString('base64')}');\n` },
  { id: 'silenced', ...TS, wrap: (name, value) => `// eslint-disable-next-line no-secrets\n// secretlint-disable-next-line\nconst ${name} = '${value}'; // gitleaks:allow\n` },
  { id: 'option', ...TS, wrap: (name, value, draw) => `const client = new Client({ region: 'eu', ${name}: "${value}", id: '${draw(ALNUM, 4)}' });\n` },
];

/** For private keys: how many lines become one text. */
export const KEY_CONTEXTS: readonly Context[] = [
  { id: 'template', ...TS, wrap: (name, value) => `const ${name} = \`${value}\`;\n` },
  { id: 'escaped', ...JS, wrap: (name, value) => `const ${name} = "${value.replaceAll('\n', '\\n')}";\n` },
  { id: 'concatenated', ...JS, wrap: (name, value) => `const ${name} =\n  ${value.split('\n').map((line) => `'${line}\\n'`).join(' +\n  ')};\n` },
  { id: 'array', ...TS, wrap: (name, value) => `const ${name} = [\n  ${value.split('\n').map((line) => `"${line}",`).join('\n  ')}\n].join('\\n');\n` },
  { id: 'json', language: 'json', path: 'service-account.json', wrap: (_name, value) => JSON.stringify({ type: 'service_account', private_key: `${value}\n` }) },
  { id: 'yaml-block', language: 'yaml', path: 'tls.yaml', wrap: (_name, value) => `tls:\n  key: |\n    ${value.replaceAll('\n', '\n    ')}\n` },
  { id: 'dotenv', language: 'dotenv', path: '.env.production', wrap: (name, value) => `${screaming(name)}="${value.replaceAll('\n', '\\n')}"\n` },
  { id: 'file', language: 'plaintext', path: 'id_key', wrap: (_name, value) => `${value}\n` },
  { id: 'python', language: 'python', path: 'keys.py', wrap: (name, value) => `${screaming(name)} = """${value}"""\n` },
  { id: 'base64', language: 'yaml', path: 'secret.yaml', wrap: (_name, value) => `data:\n  tls.pem: ${Buffer.from(value).toString('base64')}\n` },
];
