// The ways out: mail by SMTP and text messages by Twilio where they are configured, else files that an operator can read.

import type { Config } from '../../pipeline/platform/config.js';
import { folderOutlet } from './folder-outlet.js';
import type { Channel } from './message.js';
import { smtpOutlet } from './smtp-outlet.js';
import { twilioOutlet } from './twilio-outlet.js';

export interface Letter {
  /** Stays the same from try to try, so that a repeated letter can be told. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Outlet {
  /** Resolves once the other side has taken it. @throws RefusedLetter where trying again is no use */
  send(letter: Letter): Promise<void>;
  close(): void;
}

export type Outlets = Readonly<Record<Channel, Outlet>>;

/** The receiver will never take it: the address is wrong, or barred. */
export class RefusedLetter extends Error {
  override readonly name = 'RefusedLetter';
}

export const openOutlets = ({
  mail,
  sms,
  dataDir,
}: Pick<Config, 'mail' | 'sms' | 'dataDir'>): Outlets => ({
  mail: mail.url ? smtpOutlet(mail.url, mail.from) : folderOutlet(`${dataDir}/mail`, mail.from),
  sms: sms ? twilioOutlet(sms) : folderOutlet(`${dataDir}/sms`, 'Video Window'),
});
