import type { Locator, Page } from '@playwright/test'

export type StepName =
  | 'Open a document in an old generation'
  | 'Load the next one under keep'
  | 'Upgrade one document'
  | 'Soft purge what has drained'
  | 'Force purge one and read the receipt'

/** The first thing seen: the sentence, what needs somebody, the stacks, the first steps, the charts. */
export class OverviewPage {
  readonly page: Page
  readonly sentence: Locator
  readonly steps: Locator
  readonly needs: Locator

  constructor(page: Page) {
    this.page = page
    this.sentence = page.getByRole('heading', { level: 1 })
    this.steps = page.getByRole('region', { name: /five/i })
    this.needs = page.getByRole('list', { name: 'Needs you' })
  }

  step(name: StepName): Locator {
    return this.steps.getByRole('listitem').filter({ hasText: name })
  }

  async takeStep(name: StepName): Promise<void> {
    await this.step(name).getByRole('link').click()
  }

  stack(module: string): Locator {
    return this.page.getByRole('article', { name: `Stack of ${module}`, exact: true })
  }

  /** One layer of a module's stack. */
  layer(module: string, number: number): Locator {
    return this.stack(module)
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('link', { name: new RegExp(`^${module} ?@${number}$`) }) })
  }

  softPurge(module: string, number: number): Locator {
    return this.stack(module).getByRole('button', { name: `Soft purge ${module}@${number}`, exact: true })
  }

  chart(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true })
  }

  /** The newest figure of one series, as it stands beside the chart. */
  figure(title: string, series: string): Locator {
    return this.chart(title).getByRole('listitem').filter({ hasText: series }).locator('span').last()
  }

  /** Marks drawn into a chart. */
  marks(title: string, kind: 'load' | 'purge'): Locator {
    return this.chart(title)
      .locator('svg')
      .getByText(kind === 'load' ? '▲' : '✕')
  }

  async showTable(title: string): Promise<void> {
    await this.page.getByRole('button', { name: `Show table of ${title}` }).click()
  }

  async showChart(title: string): Promise<void> {
    await this.page.getByRole('button', { name: `Show chart of ${title}` }).click()
  }

  /** Rows of a chart's table, the newest reading first. */
  readings(title: string): Locator {
    return this.page
      .getByRole('table', { name: `${title}, newest first` })
      .getByRole('row')
      .filter({ has: this.page.getByRole('cell') })
  }

  /** The newest reading of a chart's table, by the heads of its columns. */
  newestReading(title: string): Promise<Record<string, string>> {
    return this.page.getByRole('table', { name: `${title}, newest first` }).evaluate((table: HTMLTableElement) => {
      const heads = [...table.tHead!.rows[0]!.cells].map((cell) => cell.innerText.trim())
      const cells = [...table.tBodies[0]!.rows[0]!.cells].map((cell) => cell.innerText.trim())
      return Object.fromEntries(heads.map((head, index) => [head, cells[index] ?? '']))
    })
  }
}
