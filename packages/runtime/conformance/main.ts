import { runOtp } from './otp/run.ts'

interface Suite {
  readonly about: string
  /** The exit code: 0 as expected, 1 differences, 2 it could not run. */
  readonly run: (args: readonly string[]) => Promise<number>
}

const SUITES: Readonly<Record<string, Suite>> = {
  otp: { about: 'loads, purges, calls, links and exits against real Erlang/OTP', run: runOtp },
}

const [name = '--help', ...args] = process.argv.slice(2)
const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined
if (suite === undefined) {
  console.log('usage: npm run conformance -- SUITE [--help]\n')
  for (const [key, { about }] of Object.entries(SUITES)) console.log(`  ${key.padEnd(12)} ${about}`)
  process.exitCode = name === '--help' ? 0 : 2
} else process.exitCode = await suite.run(args)
