/**
 * The whole contract of a rule. A rule is a value: metadata first, then `check`, which looks at one analysed source and yields reports.
 * Invariant 9: text in, findings out; no disk, net or clock. A rule that throws becomes a Problem.
 */
