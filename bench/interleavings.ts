/**
 * Hook, write, reload, save, format and typing in every order: 10,000 seeded worlds through the product's own fold. No character of the agent's may be
 * shown as human, whatever comes between; blanks apart, which are labelled as the text around them.
 */
import { isUntrusted, spanAt } from '#core/provenance';
import { World } from '../test/harness/provenance/world.ts';
import { generator } from '../test/harness/random.ts';
import type { Bench } from './table.ts';

const WORLDS = 10_000;
const ACTS = 40;

export const bench: Bench = () => {
  const first = Number(process.env['SEED'] ?? 1);
  const sums = { acts: 0, ai: 0, aiHuman: 0, aiTrusted: 0, aiNamed: 0, person: 0, personUntrusted: 0, drift: 0 };
  const worst: { seed: number; human: number; trusted: number; text: string }[] = [];
  for (let seed = first; seed < first + WORLDS; seed++) {
    const world = new World(generator(seed));
    world.run(ACTS);
    const { text, makers } = world.buffer;
    const { spans } = world.fold.text;
    sums.acts += ACTS;
    if (world.fold.text.text !== text) sums.drift++;
    let [human, trusted, shown] = [0, 0, ''];
    for (let at = 0; at < text.length; at++) {
      const origin = spanAt(spans, at)?.origin;
      const untrusted = origin !== undefined && isUntrusted(origin);
      const blank = text[at]!.trim() === '';
      // A blank takes the label of the text around it, whoever puts it there.
      if (blank) continue;
      if (makers[at] === 'a') {
        sums.ai++;
        if (origin?.kind === 'agent') sums.aiNamed++;
        if (origin?.kind === 'human') human++;
        if (!untrusted) [trusted, shown] = [trusted + 1, shown + text[at]!];
      } else if (makers[at] === 'p') {
        sums.person++;
        if (untrusted) sums.personUntrusted++;
      }
    }
    sums.aiHuman += human;
    sums.aiTrusted += trusted;
    if (human + trusted > 0) worst.push({ seed, human, trusted, text: JSON.stringify(shown.slice(0, 40)) });
  }
  return Promise.resolve({
    tables: [
      {
        title: `${WORLDS.toLocaleString('en-GB')} interleavings of ${String(ACTS)} acts, seeds from ${String(first)}`,
        columns: ['AI chars', 'shown human', 'shown trusted', 'named %', 'person chars', 'to review %', 'texts that drifted'],
        rows: [[sums.ai, sums.aiHuman, sums.aiTrusted, (100 * sums.aiNamed) / sums.ai, sums.person, (100 * sums.personUntrusted) / sums.person, sums.drift]],
      },
      ...(worst.length === 0 ? [] : [{ title: 'The first worlds that went wrong', columns: ['seed', 'human', 'trusted', 'text'], rows: worst.slice(0, 20).map(({ seed, human, trusted, text }) => [seed, human, trusted, text]) }]),
    ],
    figures: { worlds: WORLDS, aiCharacters: sums.ai, aiShownHuman: sums.aiHuman, aiShownTrusted: sums.aiTrusted, worldsWrong: worst.length, personToReviewPercent: (100 * sums.personUntrusted) / sums.person, drifted: sums.drift },
  });
};
