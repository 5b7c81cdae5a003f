import { expect, test } from './fixtures';

test('without the link nobody gets in, and the page says what to do', async ({
  page,
  willow,
  consoleErrors,
}) => {
  await page.goto(willow.api.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText('willow status')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeHidden();
  expect(consoleErrors).toEqual([expect.stringContaining('401')]);
});

test('the API asks for the token', async ({ request, willow }) => {
  const { url, headers } = willow.api;
  expect((await request.get(`${url}/api/sessions`)).status()).toBe(401);
  expect(
    (await request.get(`${url}/api/sessions`, { headers: { Authorization: 'Bearer no' } })).status(),
  ).toBe(401);
  expect((await request.get(`${url}/api/sessions`, { headers })).status()).toBe(200);
  expect(await (await request.get(`${url}/healthz`)).json()).toMatchObject({ status: 'ok' });
});

test('a page of another origin may not write', async ({ request, willow }) => {
  const { url, headers } = willow.api;
  const answer = await request.post(`${url}/api/sessions?name=a.csv`, {
    headers: { ...headers, Origin: 'http://evil.example' },
    data: 'a\n1\n',
  });
  expect(answer.status()).toBe(403);
});
