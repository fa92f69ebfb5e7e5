/**
 * One analysis per text: the newest edit wins, an aborted run publishes nothing.
 * Invariant 8: neither texts nor messages of findings are logged.
 */
import { performance } from 'node:perf_hooks';
import { analyze } from '#analysis/analyze';
import { collectImports, type ReadImported } from '#analysis/imports';
import { mask } from '#analysis/mask';
import { ruleSetDigest } from '#analysis/rule-set';
import { modulesIn, type Packages } from '#core/packages';
import { FINDINGS, IMPORTED, PACKAGES, SURROUNDINGS, type FindingsParams, type ImportedParams, type ImportedResult, type PackagesParams, type PackagesResult, type SurroundingsParams, type SurroundingsResult } from '#protocol/server';
import type { Session } from './texts.ts';

const RULE_SET = ruleSetDigest(process.env.VETMARK_VERSION ?? '0.0.0-source');

/** Analyses the newest version of a text after `pause` milliseconds without a newer one. */
export function analyseSoon(session: Session, uri: string, pause: number): void {
  session.running.get(uri)?.abort();
  const run = new AbortController();
  session.running.set(uri, run);
  setTimeout(() => {
    const open = session.texts.get(uri);
    if (run.signal.aborted || open === undefined) return;
    // A copy: the document goes on changing in place.
    void analyse(session, { uri, language: open.languageId, version: open.version, text: open.getText() }, run.signal);
  }, pause);
}

interface Version {
  readonly uri: string;
  readonly language: string;
  readonly version: number;
  readonly text: string;
}

async function analyse(session: Session, { uri, language, version, text }: Version, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  try {
    const { path, models } = await surroundings(session, uri);
    if (signal.aborted) return;
    const read: ReadImported = async (candidates) => (await session.connection.sendRequest<ImportedResult>(IMPORTED, { uri, candidates } satisfies ImportedParams).catch(() => null)) ?? undefined;
    const imports = path === undefined ? undefined : await collectImports(path, text, read);
    const packages = path === undefined ? undefined : await packagesFor(session, uri, text);
    if (signal.aborted) return;
    const { findings, problems } = await analyze({ text, path: path ?? pathOf(uri), language }, { signal, now: () => performance.now(), models, ...(imports && { imports }), ...(packages && { packages }) });
    if (signal.aborted) return;
    const took = Math.round(performance.now() - started);
    session.took.set(uri, took);
    const params: FindingsParams = { uri, version, findings, problems, ruleSet: RULE_SET, took };
    await session.connection.sendNotification(FINDINGS, params);
    if (problems.length > 0) session.connection.console.warn(`${problems.length} part(s) of a ${language} text could not be judged: ${problems.map(({ where }) => where).join(', ')}`);
  } catch (error) {
    if (signal.aborted) return;
    // Analysis never throws; if it does, the text is not judged, and that is said.
    session.connection.console.error(`Analysis failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    await session.connection.sendNotification(FINDINGS, { uri, version, findings: [], problems: [{ where: 'analysis', message: mask('Vetmark could not analyse this text.', []) }], ruleSet: RULE_SET, took: Math.round(performance.now() - started) });
  }
}

/** An editor that says nothing of surroundings has the text judged by itself. */
async function surroundings(session: Session, uri: string): Promise<SurroundingsResult> {
  return session.connection.sendRequest<SurroundingsResult>(SURROUNDINGS, { uri } satisfies SurroundingsParams).catch(() => ({ models: [] }));
}

/** Milliseconds after which the editor is asked again: a manifest may have changed meanwhile. */
const KEEP = 10_000;

/** What the project declares; asked for when the text imports something else than before, or a while after. */
async function packagesFor(session: Session, uri: string, text: string): Promise<Packages | undefined> {
  const modules = [...new Set(modulesIn(text).filter((module) => !/^[./#]|^node:/.test(module)))].sort().join('\n');
  if (modules === '') return undefined;
  const known = session.packages.get(uri);
  const now = performance.now();
  if (known?.modules === modules && now - known.asked < KEEP) return known.packages;
  const told = await session.connection.sendRequest<PackagesResult>(PACKAGES, { uri } satisfies PackagesParams).catch(() => null);
  const packages = told === null ? undefined : { ...told, names: new Set(told.names) };
  if (session.texts.has(uri)) session.packages.set(uri, { modules, asked: now, packages });
  return packages;
}

function pathOf(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname).replace(/^\//, '');
  } catch {
    return uri;
  }
}
