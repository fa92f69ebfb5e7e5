/** A report in the format asked for; each reporter is loaded only when it is. */
import type { Format } from '../options.ts';
import type { Report } from '../report.ts';
import type { Terminal } from '../terminal.ts';

export async function printReport(report: Report, format: Format, terminal: Pick<Terminal, 'paint'>): Promise<string> {
  switch (format) {
    case 'pretty':
      return (await import('./pretty.ts')).pretty(report, terminal);
    case 'json':
      return (await import('./json.ts')).json(report);
    case 'sarif':
      return (await import('./sarif.ts')).sarif(report);
    case 'github':
    case 'gitlab':
    case 'junit':
      return (await import('./build-servers.ts'))[format]((await import('./notices.ts')).noticesOfReport(report));
  }
}
