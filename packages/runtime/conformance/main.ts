import { runEcmascript } from './ecmascript/run.ts'
import { runGenerated } from './generated/run.ts'
import { runMutants } from './mutants/run.ts'
import { runOtp } from './otp/run.ts'
import { runSupervision } from './otp/run-supervision.ts'

interface Suite {
  readonly about: string
  /** The exit code: 0 as expected, 1 differences, 2 it could not run. */
  readonly run: (args: readonly string[]) => Promise<number>
}

const SUITES: Readonly<Record<string, Suite>> = {
  ecmascript: { about: 'compiled code against Node itself, by the ECMAScript conformance suite', run: runEcmascript },
  generated: { about: 'generated programs against Node itself, tick for tick', run: runGenerated },
  mutants: { about: 'small mistakes in the compiler and the scheduler, each noticed by a test', run: runMutants },
  otp: { about: 'loads, purges, calls, links and exits against real Erlang/OTP', run: runOtp },
  supervision: { about: 'supervisors against real Erlang/OTP', run: runSupervision },
}

const [name = '--help', ...args] = process.argv.slice(2)
const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined
if (suite === undefined) {
  console.log('usage: npm run conformance -- SUITE [--help]\n')
  for (const [key, { about }] of Object.entries(SUITES)) console.log(`  ${key.padEnd(12)} ${about}`)
  process.exitCode = name === '--help' ? 0 : 2
} else process.exitCode = await suite.run(args)
