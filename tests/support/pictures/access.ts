/** The pages of access with people, keys and sessions to show, for the screenshots. */
import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { framesFlow, newTab, pill, signedInTab } from '../browser.ts';
import { startServer } from '../server.ts';
import { password, setUp } from '../visitor.ts';
import type { Pictured } from './pictured.ts';

export async function accessPictures(browser: Browser): Promise<Pictured> {
  const zones = 'CBD-TRAFFIC-01,PARK-WEST-02';
  const settings = { ACCESS_MODE: 'accounts', TLS_ENABLED: 'false', ZONES_CONFIGURED: zones };
  const servers = await Promise.all([startServer(settings), startServer(settings)]);
  const [server, fresh] = servers;
  const { url } = server;
  const open = async (page: Page, path: string): Promise<Page> => {
    await page.goto(`${url}${path}`);
    return page;
  };
  const administrator = await setUp(server, 'ada');
  await administrator.addPerson('grace', [
    { role: 'operator', zones: 'CBD-*' },
    { role: 'supervisor', zones: 'PARK-*' },
  ]);
  await administrator.addPerson('lin', [{ role: 'operator', zones: '*' }]);
  await administrator.addKey('wall', '*');
  const { enrolment } = await administrator.addKey('camera', 'CBD-TRAFFIC-01');
  const camera = await open(await newTab(browser), `/enrol#${enrolment.token}`);
  await camera.getByRole('button', { name: 'Enrol this device' }).click();
  await camera.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await pill(camera, 'STREAMING');
  const operator = await open(
    await signedInTab(browser, url, { name: 'grace', password }),
    '/?zone=CBD-TRAFFIC-01&role=operator&start=1',
  );
  await framesFlow(operator);

  const signIn = await open(await newTab(browser), '/sign-in');
  const setUpPage = await newTab(browser);
  await setUpPage.goto(fresh.setUpLink ?? '');
  const enrol = await open(await newTab(browser), '/enrol#good-once');
  const ada = await signedInTab(browser, url, { name: 'ada', password });
  const tab = async (name: string): Promise<Page> =>
    open(await ada.context().newPage(), `/admin#${name}`);
  const [people, keys, sessions, zonesPage, audit] = [
    await tab('people'),
    await tab('keys'),
    await tab('sessions'),
    await tab('zones'),
    await tab('audit'),
  ];
  await people.getByRole('button', { name: 'Change: grace' }).click();
  await keys.getByRole('button', { name: 'Add a key' }).click();
  await keys.getByLabel('Name of the device').fill('North gate');
  await keys.getByRole('textbox', { name: 'Zones' }).fill('CBD-GATE-03');
  await keys.keyboard.press('Enter');
  await keys.getByRole('textbox', { name: 'Enrolment link' }).waitFor();
  await sessions.getByText('films CBD-TRAFFIC-01').waitFor();
  await zonesPage.getByRole('button', { name: 'Notice: PARK-WEST-02' }).click();
  const account = await open(ada, '/account');
  await account.getByRole('button', { name: 'Set up …' }).click();
  await account.getByLabel('Your password, to set it up', { exact: true }).fill(password);
  await account.keyboard.press('Enter');
  await account.getByRole('img', { name: /QR code/ }).waitFor();
  return {
    pages: {
      'sign-in': signIn,
      'second-factor': await secondFactor(browser, url),
      'set-up': setUpPage,
      enrol,
      account,
      'admin-people': people,
      'admin-keys': keys,
      'admin-sessions': sessions,
      'admin-zones': zonesPage,
      'admin-audit': audit,
    },
    stop: async () => {
      await Promise.all(servers.map((one) => one.stop()));
    },
  };
}

/** The sign-in of somebody who has switched on a second factor, at the question for its code. */
async function secondFactor(browser: Browser, url: string): Promise<Page> {
  const page = await signedInTab(browser, url, { name: 'lin', password });
  await page.goto(`${url}/account`);
  await page.getByRole('button', { name: 'Set up …' }).click();
  await page.getByLabel('Your password, to set it up', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  const secret = page.getByRole('textbox', { name: 'Secret to type' });
  const app = new TOTP({ secret: await secret.inputValue() });
  await page.getByLabel('Code of the app').fill(app.generate());
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('a code is asked for').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('Name').fill('lin');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByLabel('Code of your authenticator app').waitFor();
  return page;
}
