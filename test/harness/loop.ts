/** The whole loop on a generated repository: two people, two agents, a rebase and a squash; every command with what came of it. */
import { join } from 'node:path';
import { Shop } from './cli.ts';
import { Person } from './person.ts';

export interface LoopStep {
  readonly who: string;
  /** As typed. */
  readonly command: string;
  /** Exit code of the gate; absent: no gate was asked. */
  readonly gate?: number;
  /** Kinds of reasons, each once. */
  readonly reasons?: readonly string[];
}

const CART = 'export function total(prices: readonly number[]): number {\n  return prices.reduce((sum, price) => sum + price, 0);\n}\n';
const MAIL = 'export function greeting(name: string): string {\n  return `Dear ${name.trim().slice(0, 80)}, your order is on its way.`;\n}\n';

export async function playLoop(): Promise<readonly LoopStep[]> {
  const shop = new Shop();
  const [ada, bob] = [new Person('ada@example.org'), new Person('bob@example.org')];
  const steps: LoopStep[] = [];
  const git = (who: string, ...args: string[]): void => {
    shop.git(...args);
    steps.push({ who, command: `git ${args.map((arg) => (/[\s]/.test(arg) ? `'${arg.split('\n')[0]}'` : arg)).join(' ').replaceAll(shop.top, '..')}` });
  };
  const gate = async (who: string, base: string, head = 'HEAD'): Promise<void> => {
    const args = ['gate', '--base', base, '--head', head];
    const { stdout } = await shop.vetmark([...args, '--format', 'json']);
    const { exitCode, reasons } = JSON.parse(stdout) as { exitCode: number; reasons: readonly { kind: string }[] };
    steps.push({ who, command: `vetmark ${args.join(' ')}`, gate: exitCode, reasons: [...new Set(reasons.map(({ kind }) => kind))] });
  };
  const vet = async (person: Person, path: string): Promise<void> => {
    await person.vet(shop, path);
    steps.push({ who: person.address, command: `(in the editor) Mark as vetted: ${path}` });
  };
  try {
    shop.write('README.md', '# Shop\n');
    shop.write('.vetmark/reviewers', ada.line + bob.line);
    const root = shop.commit('reviewers');
    shop.git('init', '--quiet', '--bare', join(shop.top, 'server'));
    shop.git('remote', 'add', 'origin', join(shop.top, 'server'));
    git('ada', 'push', '--quiet', 'origin', 'main');

    git('claude-code', 'switch', '--quiet', '--create', 'cart');
    shop.write('src/cart.ts', CART);
    const payload = JSON.parse(shop.payload('claude', 'PostToolUse-Write')) as { tool_input: object; tool_response: object };
    payload.tool_input = { file_path: `${shop.root}/src/cart.ts`, content: CART };
    payload.tool_response = { type: 'create', filePath: `${shop.root}/src/cart.ts`, content: CART, structuredPatch: [], originalFile: null, userModified: false };
    await shop.vetmark(['hook', 'claude-code'], JSON.stringify(payload));
    steps.push({ who: 'claude-code', command: 'vetmark hook claude-code < payload.json' });
    git('claude-code', 'add', '--all');
    git('claude-code', 'commit', '--quiet', '--message', 'Add the cart');
    await gate('build', 'origin/main');
    await vet(ada, 'src/cart.ts');
    git('ada', 'add', '--all');
    git('ada', 'commit', '--quiet', '--message', 'Vet the cart');
    await gate('build', 'origin/main');

    git('codex', 'switch', '--quiet', '--create', 'mail', 'main');
    shop.write('src/mail.ts', MAIL);
    git('codex', 'add', '--all');
    git('codex', 'commit', '--quiet', '--message', 'Add the greeting\n\nCo-authored-by: Codex <codex@openai.com>');
    await gate('build', 'origin/main');
    await vet(bob, 'src/mail.ts');
    git('bob', 'add', '--all');
    git('bob', 'commit', '--quiet', '--message', 'Vet the greeting');

    git('server', 'switch', '--quiet', 'main');
    git('server', 'merge', '--quiet', '--squash', 'cart');
    git('server', 'commit', '--quiet', '--message', 'Cart (squashed)');
    git('server', 'push', '--quiet', 'origin', 'main');

    git('bob', 'switch', '--quiet', 'mail');
    git('bob', 'rebase', '--quiet', 'main');
    await gate('build', 'origin/main');
    shop.write('src/mail.ts', MAIL.replace('slice(0, 80)', 'slice(0)'));
    git('codex', 'commit', '--quiet', '--all', '--message', 'Allow long names');
    await gate('build', 'origin/main');
    await vet(bob, 'src/mail.ts');
    git('bob', 'add', '--all');
    git('bob', 'commit', '--quiet', '--message', 'Vet the greeting again');
    await gate('build', 'origin/main');
    git('server', 'switch', '--quiet', 'main');
    git('server', 'merge', '--quiet', '--no-ff', '--no-edit', 'mail');
    git('server', 'push', '--quiet', 'origin', 'main');
    await gate('auditor', root, 'main');
    return steps;
  } finally {
    shop.dispose();
  }
}
