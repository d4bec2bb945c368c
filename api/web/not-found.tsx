import { Link, usePageTitle } from './navigation.js';

/** For addresses that no page has. */
export function NotFound() {
  usePageTitle('Nothing here');
  return (
    <div className="notice">
      <h1>There is nothing here</h1>
      <p>
        The address may be wrong, or what was here is gone. <Link href="/">See the stories</Link>
      </p>
    </div>
  );
}
