/** What the extension says to people, read from its sources: texts given to `l10n.t`, and literals that look like words for people and are not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface FileTexts {
  /** Relative to the root. */
  readonly file: string;
  /** Texts that `l10n.t` translates. */
  readonly translated: readonly string[];
  /** "12: Nothing to vet": texts for people that nobody translates, with their lines. */
  readonly bare: readonly string[];
  /** Lines where `l10n.t` is given something else than a literal. */
  readonly computed: readonly number[];
}

/** Calls whose texts are for the log, for developers or for the editor itself. */
const UNSEEN_CALLS: ReadonlySet<string> = new Set(['log', 'detached', 'Error', 'TypeError', 'RegExp', 'executeCommand', 'createDiagnosticCollection', 'prove', 'pick', 'test', 'replace', 'replaceAll', 'split', 'startsWith', 'includes']);
/** Members and variables that are shown as they are, so that even one word is for people. */
const SHOWN: ReadonlySet<string> = new Set(['title', 'tooltip', 'label', 'placeHolder', 'prompt', 'detail', 'description', 'message', 'heading', 'words']);
/** Not for people's eyes, each for its own reason; nor is the tracker, whose reasons stand in records and are worded by `reasonWords`. */
const FOR_OTHERS: ReadonlyMap<string, string> = new Map([
  ['contributes.ts', 'its texts go to package.nls.json'],
  ['contributes-views.ts', 'its texts go to package.nls.json'],
  ['contributes-welcome.ts', 'its texts go to package.nls.json'],
  ['review/prompt.ts', 'an agent reads it'],
  ['review/model-tools.ts', 'a model reads it'],
  ['review/page-html.ts', 'markup; its title comes translated'],
]);

/** Names, which are alike in every language, and texts that are for programs. */
const NAMES: ReadonlySet<string> = new Set(['Claude Code', 'GitHub Copilot', 'Copilot CLI', 'Gemini CLI', 'Amazon Q', 'GitHub Actions', 'GitLab CI', 'Codex', 'Cursor', 'Kiro', 'Vetmark', 'Vetmark worker', 'Open the shop']);
const COMMAND_LINE = /^(?:npx|git) /;

export function textsOf(root: string): readonly FileTexts[] {
  const folder = join(root, 'src/extension');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => name.replaceAll('\\', '/')).sort()
    .map((name) => read(`src/extension/${name}`, readFileSync(join(folder, name), 'utf8'), FOR_OTHERS.has(name) || name.startsWith('tracker/')));
}

function read(file: string, text: string, forOthers: boolean): FileTexts {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const translated: string[] = [];
  const bare: string[] = [];
  const computed: number[] = [];
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) && calledName(node) === 't') {
      const [first, ...rest] = node.arguments;
      if (first !== undefined && ts.isStringLiteralLike(first)) translated.push(first.text);
      else computed.push(lineOf(node));
      rest.forEach(visit);
      return;
    }
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && UNSEEN_CALLS.has(calledName(node))) {
      // A callback among the arguments is code like any other.
      for (const part of node.arguments ?? []) if (!ts.isStringLiteralLike(part) && !ts.isTemplateExpression(part)) visit(part);
      return;
    }
    if (!forOthers && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && isForPeople(node)) bare.push(`${lineOf(node)}: ${node.getText().slice(1, 60)}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { file, translated, bare, computed };
}

/** Two words in a row anywhere, or one word with a capital where it is shown as it is. */
function isForPeople(node: ts.StringLiteralLike | ts.TemplateExpression): boolean {
  if (isContext(node) || (ts.isPropertyAssignment(node.parent) && node.parent.name === node)) return false;
  const words = ts.isTemplateExpression(node) ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' ') : node.text;
  if (NAMES.has(words) || COMMAND_LINE.test(words)) return false;
  const plain = words.replaceAll(/\$\([\w-]+\)/g, ' ');
  if (/[\p{L}]{2,},? [\p{L}]{2,}/u.test(plain) && !/^[\w.]+ (?:==|&&)/.test(plain)) return true;
  return shownAs(node) && /\b[A-Z][a-z]+/.test(plain);
}

function shownAs(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent) || ts.isParenthesizedExpression(parent)) return shownAs(parent);
  if (ts.isPropertyAssignment(parent) && parent.initializer === node) return SHOWN.has(parent.name.getText());
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isPropertyAccessExpression(parent.left) && SHOWN.has(parent.left.name.text);
}

/** `item.contextValue = ...`, which menus match against. */
function isContext(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent)) return isContext(parent);
  return ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left) && parent.left.name.text === 'contextValue';
}

function calledName(node: ts.CallExpression | ts.NewExpression): string {
  const { expression } = node;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : ts.isIdentifier(expression) ? expression.text : '';
}
