/**
 * Vue, Svelte and HTML: the text of their scripts alone, everything else blanked out, so that offsets stay; and the places in the markup that
 * hand a value over without escaping.
 */

export const MARKUP_LANGUAGES: ReadonlySet<string> = new Set(['vue', 'svelte', 'html', 'astro']);

export interface Markup {
  /** As long as the whole text: script where script is, spaces and line ends elsewhere. */
  readonly script: string;
  /** The language the scripts are read as. */
  readonly language: 'typescript' | 'javascript';
  /** Expressions that become markup as they are: `v-html="…"`, `{@html …}`. */
  readonly raw: readonly { readonly start: number; readonly end: number; readonly by: string }[];
}

/** Cuts a component or a page into its parts. */
export function readMarkup(text: string): Markup {
  const scripts: { start: number; end: number }[] = [];
  let isTyped = false;
  const opening = /<script\b([^>]*)>/gi;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const attributes = match[1]!;
    if (/\btype\s*=\s*["'](?!module|text\/javascript|text\/babel|application\/javascript)/i.test(attributes) || attributes.trimEnd().endsWith('/')) continue;
    const start = match.index + match[0].length;
    const close = text.slice(start).search(/<\/script\s*>/i);
    const end = close < 0 ? text.length : start + close;
    scripts.push({ start, end });
    isTyped ||= /\blang\s*=\s*["']?tsx?/i.test(attributes);
    opening.lastIndex = end;
  }
  let script = '';
  let at = 0;
  for (const { start, end } of scripts) {
    // Two scripts of one page are two programs in one scope.
    script += blank(text.slice(at, start)).replace(/ $/, ';') + text.slice(start, end);
    at = end;
  }
  script += blank(text.slice(at));
  const raw = [...text.matchAll(/\bv-html\s*=\s*"([^"]*)"|\{@html\s+([^}]*)\}|\[innerHTML\]\s*=\s*"([^"]*)"|set:html=\{([^}]*)\}/g)].map((match) => {
    const value = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
    const start = match.index + match[0].indexOf(value, match[0].search(/[="\s{]/));
    return { start, end: start + value.length, by: match[0].startsWith('v-html') ? 'v-html' : match[0].startsWith('{@html') ? '{@html}' : match[0].startsWith('set:') ? 'set:html' : '[innerHTML]' };
  });
  return { script, language: isTyped ? 'typescript' : 'javascript', raw };
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
