/** The name that a value is given where it stands: `apiKey` in `apiKey: "..."`, `const apiKey = "..."` and `API_KEY=...`. */

/** Characters looked at before a value: a name, a type and an operator fit. */
const REACH = 160;

const BEFORE_VALUE =
  /([A-Za-z_$][\w$.-]{0,79})["'\]]{0,2}\s{0,8}(?::\s{0,8}[\w.|<> ]{1,40})?\s{0,8}(?:=>|:=|\?\?=|\|\|=|==?=?|:|\?\?|\|\||,|\()\s{0,20}[\\"'`bfru]{0,4}(?:Bearer |Basic |token )?$/i;

/** The last name before `offset` that is given the value there, or an empty text. */
export function nameBefore(text: string, offset: number): string {
  return BEFORE_VALUE.exec(text.slice(Math.max(0, offset - REACH), offset))?.[1] ?? '';
}

/** `awsSecretAccessKey`, `aws-secret-access-key` and `config.awsSecretAccessKey` as `AWS_SECRET_ACCESS_KEY`; undefined when nothing is left to name. */
export function environmentName(name: string): string | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const words = last
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .split(/[^A-Za-z\d]/)
    .filter((word) => word !== '')
    .join('_')
    .toUpperCase();
  return /^[A-Z][A-Z\d_]*$/.test(words) ? words : undefined;
}
