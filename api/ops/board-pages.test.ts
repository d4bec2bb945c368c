import { expect } from 'chai';

import { useBrowser } from '../../fixtures/browser.js';
import { useApp } from '../../fixtures/test-app.js';

describe('the pages of operations, in a browser', function () {
  this.timeout(60_000);
  const app = useApp({ keepRows: true });
  const browser = useBrowser();

  it('let an admin in, show the queues and what waits in them, and let go', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const job = { media_id: 'a-clip', attempt: 1 };
    await app()
      .context.queues.queue('admit-upload')
      .add('admit-upload', job, { jobId: 'a-clip_1' });
    const { page, troubles } = await browser.newPage();
    await page.goto(`${app().origin}/ops/queues`);
    for (const password of ['not the password', admin.password]) {
      await page.fill('input[name=email]', admin.email);
      await page.fill('input[name=password]', password);
      await page.click('button');
      if (password !== admin.password) await page.waitForSelector('[role=alert]');
    }
    await page.waitForURL('**/ops/queues');
    await page.getByText('encode-media').first().waitFor();
    await page.goto(`${app().origin}/ops/queues/queue/admit-upload?status=waiting`);
    await page.getByText('a-clip_1').first().waitFor();
    await page.goto(`${app().origin}/ops/logout`);
    await page.click('button');
    await page.waitForURL('**/ops/login');
    // Two refused sign-ins, and the board's web font, which our policy keeps away.
    expect(troubles.filter((text) => !/status of 401|fonts\.googleapis/.test(text))).to.be.empty;
  });

  it('show the document of the API without breaking its policy', async () => {
    const { page, troubles } = await browser.newPage();
    await page.goto(`${app().origin}/api/docs`);
    await page.locator('.opblock', { hasText: '/api/v1/auth/login' }).waitFor();
    expect(troubles).to.be.empty;
  });
});
