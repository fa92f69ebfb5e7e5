/**
 * Attacks on the sign-off, each a script with the user's whole shell; how many the gate lets in (the target is none), and what notes and comment tags
 * would say of the same code. Controls show that the gate does let honest work in. Fails when one attack gets in or one control does not.
 */
import { ATTACKS, type Attack } from './forgery/attacks.ts';
import { notesAccept, tagsAccept } from './forgery/baselines.ts';
import { CONTROLS } from './forgery/controls.ts';
import { openShop, type Cast } from './forgery/shop.ts';
import type { World } from './forgery/world.ts';
import type { Bench } from './table.ts';

interface Outcome {
  readonly group: string;
  readonly name: string;
  /** The gate's exit code: 0 lets in. */
  readonly code: number;
  readonly reasons: string;
  readonly milliseconds: number;
  /** Absent: it is not about code, so there is nothing to compare. */
  readonly notes?: boolean;
  readonly tags?: boolean;
}

const AT_ONCE = 2;

export const bench: Bench = async () => {
  const { world: template, cast } = openShop();
  try {
    const attacks = await inParallel(ATTACKS, (attack) => play(template, cast, attack, attack.code ? 'compare' : 'gate'));
    const controls = await inParallel(CONTROLS, (control) => play(template, cast, { group: 'control', code: false, ...control }, 'gate'));
    const accepted = attacks.filter(({ code }) => code === 0);
    const refused = controls.filter(({ code }) => code !== 0);
    const broken = attacks.filter(({ code }) => code > 2);
    if (accepted.length > 0 || refused.length > 0 || broken.length > 0) process.exitCode = 1;
    const compared = attacks.filter(({ notes }) => notes !== undefined);
    const share = (count: number): string => `${count} of ${compared.length}`;
    return {
      tables: [
        { title: 'Attacks', columns: ['kind', 'attack', 'gate', 'why', 'notes', 'tags'], rows: attacks.map((each) => [each.group, each.name, said(each.code), each.reasons, word(each.notes), word(each.tags)]) },
        { title: 'Controls: honest work', columns: ['control', 'gate', 'why'], rows: controls.map(({ name, code, reasons }) => [name, said(code), reasons]) },
        { title: 'Let in', columns: ['by', 'attacks'], rows: [['Vetmark', `${accepted.length} of ${attacks.length}`], ['git-ai notes (standard v3)', share(compared.filter(({ notes }) => notes).length)], ['tags in comments', share(compared.filter(({ tags }) => tags).length)]] },
      ],
      figures: {
        attacks: attacks.length,
        accepted: accepted.length,
        crashed: broken.length,
        controls: controls.length,
        controlsRefused: refused.length,
        compared: compared.length,
        acceptedByNotes: compared.filter(({ notes }) => notes).length,
        acceptedByTags: compared.filter(({ tags }) => tags).length,
        slowestGateMilliseconds: Math.round(Math.max(...attacks.map(({ milliseconds }) => milliseconds))),
      },
    };
  } finally {
    template.dispose();
  }
};

async function play(template: World, cast: Cast, attack: Attack, mode: 'compare' | 'gate'): Promise<Outcome> {
  const world = template.copy();
  try {
    attack.run(world, cast);
    world.sh('if [ -n "$(git status --porcelain)" ]; then git add --all && git commit -q -m change; fi; git push -q --force origin HEAD:agent');
    const { code, out, milliseconds } = await world.gate('agent');
    return { group: attack.group, name: attack.name, code, reasons: reasonsOf(out), milliseconds, ...(mode === 'compare' && { notes: notesAccept(world), tags: tagsAccept(world) }) };
  } finally {
    world.dispose();
  }
}

function reasonsOf(out: string): string {
  try {
    const { reasons } = JSON.parse(out) as { reasons: readonly { kind: string }[] };
    return [...new Set(reasons.map(({ kind }) => kind))].join(', ');
  } catch {
    return out.trim().split('\n')[0]?.slice(0, 80) ?? '';
  }
}

function said(code: number): string {
  if (code === 0) return 'LETS IN';
  return code === 1 ? 'blocks' : code === 2 ? 'cannot judge' : `CRASHES (${code})`;
}

function word(accepted: boolean | undefined): string {
  return accepted === undefined ? '-' : accepted ? 'let in' : 'refuse';
}

async function inParallel<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await run(items[index]!);
    }
  }));
  return results;
}
