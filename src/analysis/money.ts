/** Names of money, shared by the rules that ask about it. */

/** An amount of money, whatever its unit. */
export const MONEY = /(?:^|[a-z_])(?:price|amount|total|sub_?total|grand_?total|balance|cost|tax|vat|fee|discount|salary|wage|refund|payment|revenue|commission|tip|interest|deposit|invoice_?total|net|gross|shipping|surcharge|payout|rate_?per\w*|paid|owed|due)s?$/i;
/** The unit says that it is a whole number. */
export const MINOR = /cents?|minor|pence|pennies|micros|satoshi|wei|lamports|in_?cents|paise|sen\b|kobo|øre|ore\b|units?\b|bigint|basis_?points|bps/i;
/** Money that is the sender's to name. */
export const OWN_TO_GIVE = /donat|\btip\b|tips|top-?_?up|deposit|transfer|withdraw|\bbid|offer|gift|pledge|contribut|sponsor|budget|expense|claim|quote|estimate|payout|send-?money|fund/i;

/** True for `price`, `orderTotal`, `unit_amount`: a name of money that does not say it is in whole cents. */
export function isMoney(name: string): boolean {
  return MONEY.test(name.replace(/([a-z])([A-Z])/g, '$1_$2')) && !MINOR.test(name) && !/count|items|pages|rows|results|users|records|tasks|files|steps|bytes|size|length|time|ms$|seconds|width|height|score|token|retries|attempts|hits|requests|weight|volume|percent/i.test(name);
}
