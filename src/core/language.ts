/** Languages by file name: the ids of VS Code, decided the same way in every face. */

const BY_EXTENSION: ReadonlyMap<string, string> = new Map(Object.entries({
  js: 'javascript', mjs: 'javascript', cjs: 'javascript', es6: 'javascript',
  jsx: 'javascriptreact',
  ts: 'typescript', mts: 'typescript', cts: 'typescript',
  tsx: 'typescriptreact',
  py: 'python', pyi: 'python', pyw: 'python',
  java: 'java', kt: 'kotlin', kts: 'kotlin', scala: 'scala', groovy: 'groovy', gradle: 'groovy',
  c: 'c', h: 'c', cc: 'cpp', cpp: 'cpp', cxx: 'cpp', hpp: 'cpp', hh: 'cpp', hxx: 'cpp',
  cs: 'csharp', fs: 'fsharp', fsx: 'fsharp', vb: 'vb',
  go: 'go', rs: 'rust', rb: 'ruby', php: 'php', swift: 'swift', dart: 'dart', lua: 'lua', r: 'r', jl: 'julia', clj: 'clojure', hs: 'haskell',
  pl: 'perl', pm: 'perl', coffee: 'coffeescript',
  sh: 'shellscript', bash: 'shellscript', zsh: 'shellscript', ps1: 'powershell', psm1: 'powershell', bat: 'bat', cmd: 'bat',
  html: 'html', htm: 'html', vue: 'vue', svelte: 'svelte', xml: 'xml', svg: 'xml', pug: 'jade',
  css: 'css', scss: 'scss', sass: 'sass', less: 'less',
  json: 'json', jsonc: 'jsonc', yaml: 'yaml', yml: 'yaml', toml: 'toml', ini: 'ini', properties: 'properties', env: 'dotenv',
  sql: 'sql', graphql: 'graphql', gql: 'graphql', proto: 'proto3', tf: 'terraform', hcl: 'hcl',
  md: 'markdown', markdown: 'markdown', tex: 'latex', ipynb: 'jupyter',
}));

const BY_NAME: ReadonlyMap<string, string> = new Map(Object.entries({
  dockerfile: 'dockerfile', containerfile: 'dockerfile', makefile: 'makefile', gnumakefile: 'makefile',
  gemfile: 'ruby', rakefile: 'ruby', jenkinsfile: 'groovy', jakefile: 'javascript',
  'tsconfig.json': 'jsonc', 'jsconfig.json': 'jsonc', '.eslintrc.json': 'jsonc', '.bashrc': 'shellscript', '.zshrc': 'shellscript', '.profile': 'shellscript',
}));

/** `typescript`, `python`, ... `plaintext` when nothing is known. */
export function languageOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (name === '.env' || name.startsWith('.env.')) return 'dotenv';
  if (name.startsWith('dockerfile.')) return 'dockerfile';
  const dot = name.lastIndexOf('.');
  return (dot < 0 ? undefined : BY_EXTENSION.get(name.slice(dot + 1))) ?? 'plaintext';
}

/** True for the languages that are read token by token: JavaScript and TypeScript, with or without JSX. */
export function isEcmascript(language: string): boolean {
  return language === 'javascript' || language === 'typescript' || language === 'javascriptreact' || language === 'typescriptreact';
}
