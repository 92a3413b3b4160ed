import type { Browser } from '@playwright/test'
import { expect, test } from '../fixtures/test.ts'
import type { StrataServer } from '../fixtures/strata-server.ts'
import { SettingsPage } from '../pages/settings.page.ts'
import { ShellPage } from '../pages/shell.page.ts'

const PASSWORD = 'correct horse battery staple'
const SOURCE = `import { receive } from '@strata/runtime/process'\n\nexport async function wait(): Promise<void> {\n  await receive()\n}\n`
const SYSTEM = {
  'strata.config.ts': `export default { name: 'quiet', start: [{ module: 'quiet', export: 'wait', name: 'quiet' }] }\n`,
  'quiet.ts': SOURCE,
  'next/quiet.ts': `${SOURCE}export const more = 1\n`,
}

/** A browser of somebody else's, who has accepted an invitation. */
async function arrive(browser: Browser, link: string) {
  const page = await (await browser.newContext()).newPage()
  const settings = new SettingsPage(page)
  await settings.accept(link, PASSWORD)
  await expect(new ShellPage(page).live).toBeVisible()
  return { page, settings }
}

test('PEOPLE4 somebody who is invited sees what their role allows, and each change of it at once', async ({ page, browser, start }) => {
  const server = await start(SYSTEM)
  await server.open(page, '/settings/people')
  const owner = new SettingsPage(page)
  const link = await owner.invite('anna', '<img src=x onerror=alert(1)> \u202eAnna', 'viewer')
  const anna = await arrive(browser, link)
  expect(await anna.page.evaluate(() => location.hash)).toBe('')

  await anna.page.goto(`${server.url}/modules/quiet`)
  const hold = anna.page.getByRole('button', { name: 'Hold…' })
  await hold.focus()
  await expect(anna.page.getByRole('tooltip')).toHaveText('needs deployer; you are viewer')
  await hold.click({ force: true })
  await expect(anna.settings.dialog).toHaveCount(0)
  await anna.settings.open(server.url, 'people')
  await expect(anna.page.getByText('The accounts are for admins; you are viewer')).toBeVisible()
  await expect(anna.page.getByText('Ask owner.')).toBeVisible()
  await anna.page.goto(`${server.url}/modules/quiet`)

  // Markup in a name is text, and what turns text around is shown.
  await expect(owner.person('anna')).toContainText('<img src=x onerror=alert(1)>')
  await owner.act('anna', 'Change role…')
  await owner.dialog.getByRole('combobox', { name: 'Role' }).selectOption('deployer')
  await owner.dialog.getByRole('button', { name: 'Make anna deployer' }).click()
  await expect(owner.person('anna')).toContainText('deployer')

  // Her page is not reloaded.
  await expect(hold).not.toHaveAttribute('aria-disabled')
  await hold.click()
  await expect(anna.settings.dialog).toContainText('Hold quiet')
  await anna.page.keyboard.press('Escape')

  await owner.act('anna', 'Disable…')
  await owner.dialog.getByRole('button', { name: 'Disable anna' }).click()
  await expect(anna.page.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
  await anna.page.getByLabel('Name').fill('anna')
  await anna.page.getByLabel('Password').fill(PASSWORD)
  await anna.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(anna.page.getByRole('alert')).toHaveText(/do not fit together/)
  await page.goto(`${server.url}/activity?type=people`)
  await expect(page.getByRole('list', { name: 'Events' })).toContainText('owner made anna deployer, before viewer.')
})

test('PEOPLE3 a person signs in by password, changes it, and is signed out elsewhere', async ({ page, browser, start }) => {
  const server = await start(SYSTEM)
  await server.open(page, '/settings/people')
  const link = await new SettingsPage(page).invite('ben', '', 'operator')
  const first = await arrive(browser, link)
  const second = await (await browser.newContext()).newPage()
  await second.goto(`${server.url}/processes?module=quiet`)
  await second.getByLabel('Name').fill('ben')
  await second.getByLabel('Password').fill(PASSWORD)
  await second.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(second).toHaveURL(`${server.url}/processes?module=quiet`)
  await expect(new ShellPage(second).live).toBeVisible()

  await first.settings.open(server.url, 'sessions')
  await expect(first.page.getByRole('heading', { name: 'You are ben' })).toBeVisible()
  await expect(first.page.getByRole('table', { name: 'Where you are signed in' }).getByRole('row')).toHaveCount(3)
  await first.page.getByLabel('Present password').fill(PASSWORD)
  await first.page.getByLabel('New password').fill('another staple of horses')
  await first.page.getByRole('button', { name: 'Change the password' }).click()
  await expect(first.page.getByText('The password is changed.')).toBeVisible()
  await expect(first.page.getByLabel('New password')).toHaveValue('')
  await expect(second.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
})

test('TOKEN1 a token is made, shown once, and revoked', async ({ page, start }) => {
  const server = await start(SYSTEM)
  await server.open(page, '/settings/tokens')
  await page.getByRole('textbox', { name: 'Name' }).fill('deploy')
  await page.getByRole('textbox', { name: 'Only these verbs' }).fill('load')
  await page.getByRole('button', { name: 'Make the token' }).click()
  const secret =
    (await page
      .getByRole('status')
      .getByText(/^strata_/)
      .textContent()) ?? ''
  expect((await whoami(server, secret)).actor).toBe('owner/deploy')
  await page.reload()
  const row = page.getByRole('table', { name: 'Made tokens' }).getByRole('row').filter({ hasText: 'owner/deploy' })
  await expect(row).toContainText('only load')
  expect(await page.content()).not.toContain(secret)
  await row.getByRole('button', { name: /^Revoke/ }).click()
  await expect(row).toContainText('revoked')
  expect((await whoami(server, secret)).actor).toBeUndefined()
})

test('APPR1 APPR5 APPR8 a purge waits for another person, who refuses, then approves; one that cannot wait is signed afterwards', async ({
  page,
  browser,
  start,
}) => {
  const server = await start(SYSTEM)
  await server.open(page, '/settings/people')
  const owner = new SettingsPage(page)
  const anna = await arrive(browser, await owner.invite('anna', '', 'deployer'))
  await server.json('load', 'next/quiet.ts', '--as', 'quiet', '--old', 'keep')

  await owner.open(server.url, 'approvals')
  await page.getByRole('button', { name: 'Ask for a second person…' }).click()
  await owner.dialog.getByLabel('Reason').fill('four eyes')
  await owner.dialog.getByRole('button', { name: 'Switch it on' }).click()
  await expect(page.getByText('A second person approves whatever purges by force')).toBeVisible()

  await anna.page.goto(`${server.url}/modules/quiet?generation=1&act=purge`)
  const dialog = anna.settings.dialog
  await dialog.getByLabel('Type quiet@1 to confirm').fill('quiet@1')
  await expect(dialog.getByText('A second person has to approve this plan first')).toBeVisible()
  await dialog.getByLabel('Reason').fill('it only waits')
  await dialog.getByRole('button', { name: 'Ask for approval' }).click()
  await expect(dialog.getByText('Waiting for a second person')).toBeVisible()
  const confirm = dialog.getByRole('button', { name: 'End 1 and purge' })
  await expect(confirm).toHaveAttribute('aria-disabled', 'true')

  await page.goto(server.url)
  const asks = page.getByRole('link', { name: /anna asks for a second person: purge quiet/ })
  await asks.click()
  await expect(owner.dialog).toContainText('anna wants this')
  await expect(owner.dialog).toContainText('Pin what is purged (1)')
  await owner.dialog.getByLabel('Note').fill('wait for the last edit')
  await owner.dialog.getByRole('button', { name: 'Refuse it' }).click()
  await expect(owner.dialog).toHaveCount(0)
  await expect(dialog.getByText('owner refused to approve this plan')).toBeVisible()
  await expect(dialog.getByText('wait for the last edit')).toBeVisible()
  await expect(confirm).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByRole('button', { name: 'Ask again' }).click()

  // Nobody reloads: it is told.
  await page.goto(server.url)
  await asks.click()
  await owner.dialog.getByRole('button', { name: 'Approve this plan' }).click()
  await expect(owner.dialog).toHaveCount(0)

  await expect(dialog.getByText('owner has approved this plan')).toBeVisible()
  await confirm.click()
  await expect(anna.page.getByRole('heading', { name: 'purge quiet@1' })).toBeVisible()
  await expect(anna.page.getByText('it only waits')).toBeVisible()

  // What cannot wait: everybody is told until somebody else has signed.
  await server.json('load', 'quiet.ts', '--as', 'quiet', '--old', 'keep')
  await anna.page.goto(`${server.url}/modules/quiet?generation=2&act=purge`)
  await dialog.getByLabel('Type quiet@2 to confirm').fill('quiet@2')
  await dialog.getByRole('checkbox', { name: /It cannot wait/ }).check()
  await dialog.getByLabel('Reason').fill('the house is on fire')
  await page.goto(server.url)
  await dialog.getByRole('button', { name: 'Purge', exact: true }).click()
  await expect(anna.page.getByRole('heading', { name: 'purge quiet@2' })).toBeVisible()
  await page.getByRole('link', { name: /anna did without a second person: purge quiet@2/ }).click()
  await page.getByRole('button', { name: 'Sign purge quiet@2…' }).click()
  await owner.dialog.getByLabel('Reason').fill('there was smoke')
  await owner.dialog.getByRole('button', { name: 'Sign it' }).click()
  await expect(page.getByText('signed by owner')).toBeVisible()
})

async function whoami(server: StrataServer, secret: string): Promise<{ actor?: string }> {
  const response = await fetch(`${server.url}/trpc/session.whoami`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: '{}',
  })
  const answer = (await response.json()) as { result?: { data: { actor: string } } }
  return answer.result?.data ?? {}
}
