// One's own account: profile, addresses, password, two-step sign-in, where one is signed in, and the way out.

import { useAccount } from './account.js';
import { AccountContacts } from './account-contacts.js';
import { AccountDeletion } from './account-deletion.js';
import { AccountIdentities } from './account-identities.js';
import { AccountPassword } from './account-password.js';
import { AccountProfile } from './account-profile.js';
import { AccountSessions } from './account-sessions.js';
import { AccountTwoStep } from './account-two-step.js';
import './account-page.css';
import './forms.css';

export function AccountPage() {
  const { account, problem, reload } = useAccount();
  return (
    <div className="account">
      <h1>Your account</h1>
      {problem && (
        <p role="alert">
          {problem}{' '}
          <button type="button" onClick={() => void reload()}>
            Try again
          </button>
        </p>
      )}
      {!account && !problem && <p className="quiet">Loading…</p>}
      {account && (
        <>
          <AccountProfile account={account} reload={reload} />
          <AccountContacts account={account} reload={reload} />
          <AccountPassword />
          <AccountTwoStep account={account} reload={reload} />
          <AccountIdentities />
          <AccountSessions />
          <AccountDeletion account={account} />
        </>
      )}
    </div>
  );
}
