import { expect, test } from '../fixtures/test.ts'
import { ShellPage } from '../pages/shell.page.ts'

const SYSTEM = {
  'strata.config.ts': `export default { name: 'quiet', start: [{ module: 'quiet', export: 'wait', name: 'quiet' }] }\n`,
  'quiet.ts': `import { receive } from '@strata/runtime/process'\n\nexport async function wait(): Promise<void> {\n  await receive()\n}\n`,
}

test('a deep link opened signed out comes back after sign-in', async ({ page, start }) => {
  const server = await start(SYSTEM)
  await page.goto(`${server.url}/processes?module=quiet&generation=1`)
  await expect(page.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
  await expect(page).not.toHaveTitle(/quiet/)

  const { stdout } = await server.strata('sign-in')
  await page.goto(/http\S+/.exec(stdout)![0])
  await expect(page).toHaveURL(`${server.url}/processes?module=quiet&generation=1`)
  await expect(page.getByRole('heading', { name: 'Processes' })).toBeVisible()
})

test('a sign-in link works once, and says how to get another', async ({ page, browser, start }) => {
  const server = await start(SYSTEM)
  await page.goto(server.signInLink)
  await expect(page).toHaveURL(`${server.url}/`)
  await expect(new ShellPage(page).live).toBeVisible()

  const elsewhere = await browser.newContext()
  const second = await elsewhere.newPage()
  await second.goto(server.signInLink)
  await expect(second.getByRole('alert')).toContainText('used already')
  await expect(second.getByText('./strata sign-in')).toBeVisible()
  expect(await second.evaluate(() => location.hash)).toBe('')
  await elsewhere.close()

  await new ShellPage(page).signOut()
  await expect(page.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
  await page.goto(`${server.url}/modules`)
  await expect(page.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
})

test('who is signed in and follows a link on another site is not asked to sign in', async ({ page, start }) => {
  const server = await start(SYSTEM)
  await server.open(page)
  await page.route('http://elsewhere.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${server.url}/modules/quiet?generation=1">the incident</a>` }),
  )
  await page.goto('http://elsewhere.test/')
  // Its request carries no cookie, which is kept to the console's own site.
  const request = page.waitForRequest(/modules\/quiet/)
  await page.getByRole('link', { name: 'the incident' }).click()
  expect((await (await request).allHeaders())['cookie']).toBeUndefined()
  await expect(page).toHaveURL(`${server.url}/modules/quiet?generation=1`)
  await expect(page.getByRole('heading', { name: 'quiet', exact: true })).toBeVisible()
})
