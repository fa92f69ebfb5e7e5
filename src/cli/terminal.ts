/**
 * What a command sees of the terminal it runs in, and how text is made fit for it: checked code is hostile, and a terminal obeys
 * control characters. Nothing of a checked file is printed but through `printable`.
 */
import process from 'node:process';
import { styleText } from 'node:util';

/** 0: clean, passed, done. 1: findings, blocked. 2: could not judge, or used wrongly. */
export type ExitCode = 0 | 1 | 2;

export interface Terminal {
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  /** Paints text for standard output where that is a terminal and NO_COLOR is not set; plain text otherwise. */
  paint(style: Parameters<typeof styleText>[0], text: string): string;
  /** Columns of the terminal on standard error. Absent: that is none, and nobody watches. */
  readonly watched: number | undefined;
  /** A person can be asked: standard input and output are both a terminal. */
  readonly interactive: boolean;
}

/** Nothing of it is touched before it is used: Node loads its streams only then, and a hook that says nothing never needs them. */
export function thisTerminal(): Terminal {
  let standing: NodeJS.WriteStream | undefined;
  const stdout = (): NodeJS.WriteStream => {
    // A reader that went away (`| head`) is not trouble of ours.
    standing ??= process.stdout.on('error', () => process.exit());
    return standing;
  };
  let complaining: NodeJS.WriteStream | undefined;
  const stderr = (): NodeJS.WriteStream => {
    // Nobody listens: then there is nobody to tell, and the exit code still speaks.
    complaining ??= process.stderr.on('error', () => undefined);
    return complaining;
  };
  const colour = (): boolean => stdout().isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  return {
    get cwd() {
      return process.cwd();
    },
    out: (text) => void stdout().write(text),
    err: (text) => void stderr().write(text),
    paint: (style, text) => (colour() ? styleText(style, text, { validateStream: false }) : text),
    get watched() {
      return process.stderr.isTTY === true ? process.stderr.columns : undefined;
    },
    get interactive() {
      return process.stdin.isTTY === true && stdout().isTTY === true;
    },
  };
}

/** Says on standard error what is wrong: the command could not judge, or was used wrongly. */
export function refuse(terminal: Terminal, message: string): 2 {
  terminal.err(`${printable(message)}\n`);
  return 2;
}

/** Characters a terminal obeys or hides: controls, bidirectional marks, invisible ones, lone surrogates. */
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}|[\u{e0000}-\u{e0fff}]/gu;

/** One line of text with everything that a terminal would obey or hide spelled out: `<U+001B>`. A tab becomes two spaces. */
export function printable(text: string): string {
  return text.replace(UNFIT, (character) => (character === '\t' ? '  ' : `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`));
}

/** Columns a printable text takes: wide characters take two. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1;
  return columns;
}
