import { escapeText, formatJson } from '../escape-text.ts'
import { textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const safeModeVerb: Verb = {
  name: 'safe-mode',
  summary: 'whether the system runs without its processes after crashes at start; leave starts them',
  usage: 'safe-mode [leave] [--reason T]',
  options: { reason: { type: 'string' } },
  help: `  --reason T      why, for the others

Without leave: says whether the system is in safe mode, and what was loaded last. Roll that back, then leave.
JSON: {safeMode: text|null, latest: [{module, number, loadedAt, loadedBy, note}]}; with leave {left: true}
`,
  async run(call) {
    const [word, more] = call.positionals
    if (more !== undefined || (word !== undefined && word !== 'leave'))
      throw new UsageError('./strata safe-mode, or ./strata safe-mode leave')
    if (word === 'leave') {
      const left = await call.client.system.leaveSafeMode.mutate({ reason: textOption(call, 'reason') ?? '' })
      call.io.out(call.json ? `${formatJson(left, 2)}\n` : 'Safe mode left: what is current was started.\n')
      return EXIT_DONE
    }
    const { runtime } = await call.client.system.info.query()
    const latest = (await call.client.modules.list.query())
      .flatMap(({ layers }) => layers.filter(({ status }) => status === 'current'))
      .toSorted((a, b) => b.loadedAt.localeCompare(a.loadedAt))
      .slice(0, 10)
      .map(({ module, number, loadedAt, loadedBy, note }) => ({ module, number, loadedAt, loadedBy, note }))
    if (call.json) call.io.out(`${formatJson({ safeMode: runtime.safeMode, latest }, 2)}\n`)
    else if (runtime.safeMode === null) call.io.out('Not in safe mode.\n')
    else {
      call.io.out(`In safe mode: ${escapeText(runtime.safeMode)}. No process of the system runs. Loaded last:\n`)
      for (const { module, number, loadedAt, loadedBy, note } of latest)
        call.io.out(`  ${loadedAt.slice(0, 19)}Z  ${module}@${number}  ${escapeText(`${loadedBy}${note === '' ? '' : `: ${note}`}`)}\n`)
      call.io.out('./strata rollback MODULE@N makes an older one current; then ./strata safe-mode leave starts what is current.\n')
    }
    return EXIT_DONE
  },
}
