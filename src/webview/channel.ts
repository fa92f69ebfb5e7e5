/** How the page answers the editor. */
import type { FromPage } from '#protocol/webview';

export interface Channel {
  /** The number that a press of the vet button has to bring. */
  readonly press: string;
  readonly send: (message: FromPage) => void;
}
