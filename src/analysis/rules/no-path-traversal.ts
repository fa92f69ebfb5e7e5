/** Names from outside that lead out of the folder they were meant for. */
import { REMOTE_WORDS } from '../models/requests.ts';
import { defineFlowRule, valueReport } from '../flow-rule.ts';
import { wrappingWith } from '../fixes/wrap.ts';
import type { Expr, Node } from '../flow/program.ts';
import { sinks, worstTaint, type Reached } from '../reach.ts';
import type { Repair, Report, RuleInput } from '../rule.ts';

const ONE = `readFile readFileSync writeFile writeFileSync appendFile appendFileSync createReadStream createWriteStream unlink unlinkSync rm rmSync rmdir rmdirSync readdir readdirSync mkdir mkdirSync open openSync opendir
  stat statSync lstat lstatSync access accessSync exists existsSync chmod chmodSync chown truncate utimes watch watchFile readlink readlinkSync readJson readJsonSync writeJson writeJsonSync remove removeSync outputFile outputFileSync ensureDir ensureDirSync emptyDir pathExists readJSON`;
const TWO = 'copyFile copyFileSync rename renameSync link symlink symlinkSync cp cpSync copy copySync move moveSync';
const paths = (prefixes: string, names: string): string => prefixes.split(' ').flatMap((prefix) => names.trim().split(/\s+/).map((name) => `${prefix}.${name}`)).join(' ');
const MODULES = 'fs fs.promises fs-extra graceful-fs';

export default defineFlowRule({
  id: 'no-path-traversal',
  summary: 'Do not open files under names from outside without keeping them in their folder.',
  why: 'With `../` or an absolute path in the name, whoever sends it reads or overwrites files of their choice: keys, configuration, code.',
  advice: 'Take `path.basename(name)`, or resolve the path and refuse it unless it starts with the folder and a separator.',
  cwe: [22, 73],
  owasp: ['A01:2021 Broken Access Control', 'A01:2025 Broken Access Control'],
  words: ['fs', 'render', 'send', 'sendFile', 'sendfile', 'download', 'file', 'File', 'entry', 'unlink', 'createReadStream'],
  needs: REMOTE_WORDS,
  context: 'path',
  sinks: sinks(
    [paths(MODULES, ONE), { arg: 0 }],
    [paths(MODULES, TWO), { arg: 'any' }],
    ['http.res.file http.res.sendFile http.res.sendfile http.res.download http.res.render koa-send Bun.file Deno.readTextFile Deno.readFile Deno.writeTextFile Deno.remove Deno.open unzipper.Extract adm-zip mkdirp mkdirp.sync mkdirp.mkdirp rimraf rimraf.sync rimraf.rimraf del glob glob.sync glob.glob archiver().file archiver().directory vinyl-fs.src tar.create extract-zip http.req.sendFile', { arg: 0 }],
    ['send koa-send', { arg: 1 }],
  ),
  whole: ['remote'],
  composed: ['remote'],
  severity: 'high',
  becomes: (callee) => `becomes part of the path that \`${callee}\` opens`,
  // `res.sendFile(name, { root })` keeps to its root by itself.
  accepts: ({ event }) => !(event.name.toLowerCase() === 'sendfile' && event.args[1]?.fields?.has('root') === true && !event.args[1].fields.get('root')!.taints.length),
  fixes: (one, input) => baseName(one, input),
  also: uploadNames,
});

const PATH = { module: 'node:path', name: 'path' };

/** The name alone, where a name is what the path ends with. */
function baseName({ node, value, event }: Reached, input: RuleInput): readonly Repair[] {
  const taint = worstTaint(value, 'path', ['remote']);
  if (taint === undefined || event.node.args.filter((arg) => arg === node).length !== 1) return [];
  const inner = lastPart(node, taint.source, input);
  return inner === undefined ? [] : wrappingWith(inner, input, PATH, 'Take the file name alone (path.basename)', (text, path) => `${path}.basename(String(${text}))`);
}

/** The last thing a path is put together from, when the value comes in there and nowhere else. */
function lastPart(node: Expr, source: Node, input: RuleInput): Expr | undefined {
  const holds = (expr: Expr): boolean => expr.start <= source.start && source.end <= expr.end;
  if (node.kind === 'call' && node.callee.kind === 'member' && (node.callee.key === 'join' || node.callee.key === 'resolve')) {
    const last = node.args.at(-1);
    return last && !node.args.slice(0, -1).some(holds) && (holds(last) || last.kind === 'name') ? lastPart(last, source, input) : undefined;
  }
  if (node.kind === 'template' && node.tag === undefined) return node.values.filter(holds).length === 1 && holds(node.values.at(-1)!) ? node.values.at(-1) : undefined;
  if (node.kind === 'binary') return !holds(node.left) && (holds(node.right) || node.right.kind === 'name') ? lastPart(node.right, source, input) : undefined;
  if (node.kind !== 'name') return node.kind === 'member' ? node : undefined;
  // What a name was put together from is mended there.
  const made = input.flow.definitions.get(node.slot);
  return made === undefined || made.kind === 'member' || made.kind === 'name' ? node : lastPart(made, source, input);
}

/** multer asks a function for the name to store an upload under, and takes what it calls back with. */
function* uploadNames(input: RuleInput): Iterable<Report> {
  for (const event of input.flow.calls) {
    const [value, node] = [event.args[1], event.node.args[1]];
    if (event.node.callee.kind !== 'name' || (event.fn?.name !== 'filename' && event.fn?.name !== 'destination') || value === undefined || node === undefined) continue;
    const report = valueReport(value, node, 'path', ['remote'], 'high', 'becomes the name that an upload is stored under', input);
    if (report) yield report;
  }
}
