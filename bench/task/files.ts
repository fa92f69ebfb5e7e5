/** The change under review: twenty functions of an agent in eight files, each after a function that stood there before; three build a query by hand. */
import type { World } from '../../test/vscode/journeys/journey.ts';

export interface Piece {
  readonly name: string;
  readonly kind: 'plain' | 'query';
}

export interface ChangedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly pieces: readonly Piece[];
}

/** Functions of the agent in each file: twenty in all. */
const COUNTS = [3, 2, 3, 2, 3, 2, 3, 2];
/** Which of the twenty build a query by hand. */
const QUERIES: ReadonlySet<number> = new Set([2, 9, 16]);
const NOUNS = ['Banner', 'Basket', 'Counter', 'Label', 'Ladder', 'Parcel', 'Shelf', 'Window'];

export const CHANGE: readonly ChangedFile[] = COUNTS.map((count, index) => {
  const noun = NOUNS[index]!;
  const first = COUNTS.slice(0, index).reduce((sum, each) => sum + each, 0);
  const pieces = Array.from({ length: count }, (_, at): Piece => ({ name: `made${noun}${at + 1}`, kind: QUERIES.has(first + at) ? 'query' : 'plain' }));
  const head = "import { pool } from '../src/db.ts';\n\nexport const table = pool;\n";
  const stood = (at: number): string => `\nexport function old${noun}${at + 1}(width: number): number {\n  return width * ${at + 2};\n}\n`;
  return {
    path: `shelves/${noun.toLowerCase()}.ts`,
    before: head + pieces.map((_, at) => stood(at)).join(''),
    after: head + pieces.map((piece, at) => stood(at) + codeOf(piece)).join(''),
    pieces,
  };
});

/** The line that a query has to end with once its value is a parameter. */
export const FIXED = "$1', [maker]);";

function codeOf({ name, kind }: Piece): string {
  if (kind === 'query') return `\nexport async function ${name}(maker: string) {\n  return table.query('SELECT id FROM parts WHERE maker = ' + maker);\n}\n`;
  return `\nexport function ${name}(width: number): number {\n  const wider = width + 1;\n  return wider * 2;\n}\n`;
}

/** Where the agent's work stands, in the words of git. */
export async function staged(world: World): Promise<readonly string[]> {
  return (await world.shop.git('diff', '--cached', '--name-only')).trim().split('\n');
}
