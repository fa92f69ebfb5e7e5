/**
 * docs/rules/owasp.md: which rule covers what of the OWASP Top 10, 2021 and 2025, and what nothing covers.
 * The numbers of each category are OWASP's own lists of mapped CWEs (https://owasp.org/Top10/).
 */
import type { RuleFacts } from '../../src/analysis/catalogue.ts';
import { ruleFacts } from './rules.ts';
import type { Generated } from './section.ts';

interface Category {
  /** As rules name it. */
  readonly name: string;
  /** OWASP's own list of mapped CWEs. */
  readonly cwe: string;
  /** What no rule can see. */
  readonly open: string;
}

const CATEGORIES: readonly Category[] = [
  {
    name: 'A01:2021 Broken Access Control',
    cwe: '22 23 35 59 200 201 219 264 275 276 284 285 352 359 377 402 425 441 497 538 540 548 552 566 601 639 651 668 706 862 863 913 922 1275',
    open: 'Who may do what is the product\'s own decision: rules see a route that differs from its siblings, not a check that all of them lack, nor one that asks the wrong question.',
  },
  {
    name: 'A02:2021 Cryptographic Failures',
    cwe: '259 261 296 310 319 321 322 323 324 325 326 327 328 329 330 331 335 336 337 338 340 347 523 720 757 759 760 780 818 916',
    open: 'Where keys are kept, how they are changed, and what travels or lies unencrypted outside the code.',
  },
  {
    name: 'A03:2021 Injection',
    cwe: '20 74 75 77 78 79 80 83 87 88 89 90 91 93 94 95 96 97 98 99 100 113 116 138 184 470 471 564 610 643 644 652 917',
    open: 'LDAP, XPath and mail filters, and queries that another service puts together.',
  },
  {
    name: 'A04:2021 Insecure Design',
    cwe: '73 183 209 213 235 256 257 266 269 280 311 312 313 316 419 430 434 444 451 472 501 522 525 539 579 598 602 642 646 650 653 656 657 799 807 840 841 927 1021 1173',
    open: 'Whether the steps of a business process can be abused in ways nobody thought of: the logic rules ask questions, and a person answers them.',
  },
  {
    name: 'A05:2021 Security Misconfiguration',
    cwe: '2 11 13 15 16 260 315 520 526 537 541 547 611 614 756 776 942 1004 1032 1174',
    open: 'Settings of servers, clouds, databases and containers that are not in the code.',
  },
  {
    name: 'A06:2021 Vulnerable and Outdated Components',
    cwe: '937 1035 1104',
    open: 'Known flaws in the versions you use: an advisory scanner (`npm audit`, OSV) reads lock files for that.',
  },
  {
    name: 'A07:2021 Identification and Authentication Failures',
    cwe: '255 259 287 288 290 294 295 297 300 302 304 306 307 346 384 521 613 620 640 798 940 1216',
    open: 'Brute force, password rules, recovery by mail, second factors: what protects the sign-in as a whole.',
  },
  {
    name: 'A08:2021 Software and Data Integrity Failures',
    cwe: '345 353 426 494 502 565 784 829 830 915',
    open: 'Who may publish, who may change the pipeline, and whether its actions are pinned.',
  },
  {
    name: 'A09:2021 Security Logging and Monitoring Failures',
    cwe: '117 223 532 778',
    open: 'Whether the events that matter are logged at all, kept, and looked at.',
  },
  {
    name: 'A10:2021 Server-Side Request Forgery (SSRF)',
    cwe: '918',
    open: 'Requests whose address another service puts together.',
  },
  {
    name: 'A01:2025 Broken Access Control',
    cwe: '22 23 36 59 61 65 200 201 219 276 281 282 283 284 285 352 359 377 379 402 424 425 441 497 538 540 548 552 566 601 615 639 668 732 749 862 863 918 922 1275',
    open: 'Who may do what is the product\'s own decision: rules see a route that differs from its siblings, not a check that all of them lack, nor one that asks the wrong question.',
  },
  {
    name: 'A02:2025 Security Misconfiguration',
    cwe: '5 11 13 15 16 260 315 489 526 547 611 614 776 942 1004 1174',
    open: 'Settings of servers, clouds, databases and containers that are not in the code.',
  },
  {
    name: 'A03:2025 Software Supply Chain Failures',
    cwe: '447 1035 1104 1329 1357 1395',
    open: 'Known flaws and malicious releases of packages that are declared: an advisory scanner reads lock files for that. How releases are built and signed.',
  },
  {
    name: 'A04:2025 Cryptographic Failures',
    cwe: '261 296 319 320 321 322 323 324 325 326 327 328 329 330 331 332 334 335 336 337 338 340 342 347 523 757 759 760 780 916 1240 1241',
    open: 'Where keys are kept, how they are changed, and what travels or lies unencrypted outside the code.',
  },
  {
    name: 'A05:2025 Injection',
    cwe: '20 74 76 77 78 79 80 83 86 88 89 90 91 93 94 95 96 97 98 99 103 104 112 113 114 115 116 129 159 470 493 500 564 610 643 644 917',
    open: 'LDAP, XPath and mail filters, and queries that another service puts together.',
  },
  {
    name: 'A06:2025 Insecure Design',
    cwe: '73 183 256 266 269 286 311 312 313 316 362 382 419 434 436 444 451 454 472 501 522 525 539 598 602 628 642 646 653 656 657 676 693 799 807 841 1021 1022 1125',
    open: 'Whether the steps of a business process can be abused in ways nobody thought of: the logic rules ask questions, and a person answers them.',
  },
  {
    name: 'A07:2025 Authentication Failures',
    cwe: '258 259 287 288 289 290 291 293 294 295 297 298 299 300 302 303 304 305 306 307 308 309 346 350 384 521 613 620 640 798 940 941 1390 1391 1392 1393',
    open: 'Brute force, password rules, recovery by mail, second factors: what protects the sign-in as a whole.',
  },
  {
    name: 'A08:2025 Software or Data Integrity Failures',
    cwe: '345 353 426 427 494 502 506 509 565 784 829 830 915 926',
    open: 'Who may publish, who may change the pipeline, and whether its actions are pinned.',
  },
  {
    name: 'A09:2025 Security Logging and Alerting Failures',
    cwe: '117 221 223 532 778',
    open: 'Whether the events that matter are logged at all, kept, and looked at.',
  },
  {
    name: 'A10:2025 Mishandling of Exceptional Conditions',
    cwe: '209 215 234 235 248 252 274 280 369 390 391 394 396 397 460 476 478 484 550 636 703 754 755 756',
    open: 'Whether the program fails safely as a whole: half-done work, exhausted memory, resources that are never given back.',
  },
];

export async function generated(root: string): Promise<Generated> {
  const rules = await ruleFacts(root);
  const unknown = rules.flatMap(({ id, owasp }) => owasp.filter((name) => !CATEGORIES.some((category) => category.name === name)).map((name) => `${id}: "${name}"`));
  if (unknown.length > 0) throw new Error(`OWASP has no such category: ${unknown.join(', ')}`);
  const years = ['2021', '2025'].map((year) => [`## ${year}`, '', ...CATEGORIES.filter(({ name }) => name.includes(`:${year} `)).flatMap((category) => section(category, rules))].join('\n'));
  const page = `# Vetmark and the OWASP Top 10

Which rule covers what of both lists, and what nothing covers. Generated from the rules by \`scripts/generate/owasp.ts\`; the numbers of each category are OWASP's own lists of
mapped weaknesses (<https://owasp.org/Top10/>). A weakness counts as covered when a rule names it: that rule finds some forms of it, in JavaScript and TypeScript, not all.

${years.join('\n')}`;
  return new Map([['docs/rules/owasp.md', page]]);
}

function section({ name, cwe, open }: Category, rules: readonly RuleFacts[]): readonly string[] {
  const own = rules.filter(({ owasp }) => owasp.includes(name));
  const numbers = cwe.split(' ').map(Number);
  const held = new Set(rules.flatMap((rule) => rule.cwe));
  const covered = numbers.filter((number) => held.has(number));
  const left = numbers.filter((number) => !held.has(number));
  const others = rules.filter((rule) => !own.includes(rule) && rule.cwe.some((number) => numbers.includes(number)));
  const links = (list: readonly RuleFacts[]): string => list.map(({ id }) => `[${id}](${id}.md)`).join(', ');
  return [
    `### ${name}`,
    '',
    own.length === 0 ? 'No rule names this category.' : `Rules: ${links(own)}.`,
    ...(others.length === 0 ? [] : ['', `By weakness also: ${links(others)}.`]),
    '',
    `Covered: ${covered.length} of ${numbers.length}${covered.length === 0 ? '' : ` (${covered.map(link).join(', ')})`}.`,
    '',
    left.length === 0 ? 'No weakness of the list is without a rule.' : `Covered by nothing: ${left.map(link).join(', ')}.`,
    '',
    `What no rule can see: ${open}`,
    '',
  ];
}

function link(number: number): string {
  return `[${number}](https://cwe.mitre.org/data/definitions/${number}.html)`;
}
