import { buttonClass, Card, CopyLine, Section } from '@strata/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { linkLoad } from '../../links.ts'

const GREETER = `import { receive } from '@strata/runtime/process'

export async function start(): Promise<void> {
  const name = await receive<string>()
  console.log(\`Hello, \${name}\`)
  return start()
}`

const CONFIG = `export default {
  start: [{ module: 'greeter', export: 'start' }],
}`

/** What a system without any module begins with. */
export function FirstModule({ folder }: { folder: string | undefined }) {
  return (
    <Section title="How it begins" hint="Each TypeScript file of the system’s folder is a module.">
      <Card className="p-4">
        <ol className="grid gap-x-8 gap-y-6 lg:grid-cols-[5fr_5fr_3fr]">
          <Step number={1} title="Save a module as greeter.ts in the system’s folder">
            {folder !== undefined && <CopyLine label="The folder" command={folder} />}
            <CopyLine label="greeter.ts" command={GREETER} />
          </Step>
          <Step number={2} title="Load it: it becomes generation 1">
            <p>Nobody runs it yet. A process begins where another one spawns it, or at the start of the system:</p>
            <CopyLine label="strata.config.ts, read when Strata starts" command={CONFIG} />
            <Link to={linkLoad()} className={`${buttonClass({ variant: 'primary' })} self-start`}>
              Load…
            </Link>
          </Step>
          <Step number={3} title="Change the file, and load it again under “keep”">
            <p>
              Who is inside generation 1 lives on in it; who comes next enters generation 2. Both stand here side by side, with who holds
              which, until the old one has drained.
            </p>
          </Step>
        </ol>
      </Card>
    </Section>
  )
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="flex min-w-0 gap-3">
      <span
        aria-hidden="true"
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-full border border-accent text-xs font-semibold text-accent"
      >
        {number}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-2.5 text-[13px] text-muted">
        <h3 className="text-sm leading-6 font-medium text-text">{title}</h3>
        {children}
      </div>
    </li>
  )
}
