import type { Client } from '../connection.ts'
import { parseDuration } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { choiceOption, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'
import { ROLES } from './people.ts'

type Token = Awaited<ReturnType<Client['tokens']['list']['query']>>[number]

export const tokensVerb: Verb = {
  name: 'tokens',
  summary: 'tokens for scripts: list, make, revoke',
  usage: 'tokens [make NAME --role ROLE [--for DURATION] [--verb V]… [--module M]… | revoke ID]',
  options: {
    role: { type: 'string' },
    for: { type: 'string' },
    verb: { type: 'string', multiple: true },
    module: { type: 'string', multiple: true },
  },
  help: `  --role ROLE     viewer, operator, deployer or admin; never more than yours
  --for DURATION  how long it works, such as 90d or 12h (default 90d); never: until it is revoked
  --verb V        only these verbs, beyond what a viewer may; again for more
  --module M      only these modules and those below them; again for more

make prints the token once; it is told nowhere else. Elsewhere STRATA_TOKEN carries it.
JSON: [{id, actor, role, verbs, modules, status: 'active'|'expired'|'revoked', createdAt, expiresAt, usedAt}]; make {token, secret}; revoke {token}
`,
  async run(call) {
    const { client, io } = call
    const [act, word, ...more] = call.positionals
    if (more.length > 0) throw new UsageError(`${more.join(' ')} is too much here`)
    switch (act) {
      case undefined: {
        const tokens = (await client.tokens.list.query()).map(tokenLine)
        print(call, tokens, () =>
          tokens.length === 0 ? 'No token. ./strata tokens make NAME --role ROLE makes one.\n' : formatTable(io, tokens, COLUMNS),
        )
        return EXIT_DONE
      }
      case 'make': {
        const role = choiceOption(call, 'role', ROLES)
        if (word === undefined || role === undefined)
          throw new UsageError('./strata tokens make NAME --role viewer|operator|deployer|admin')
        const { token, secret } = await client.tokens.make.mutate({
          name: word,
          role,
          expiresAt: readEnd(call),
          verbs: listOption(call, 'verb'),
          modules: listOption(call, 'module'),
        })
        print(call, { token: tokenLine(token), secret }, () => `${secret}\n${token.actor}, ${role}. It is not shown again.\n`)
        return EXIT_DONE
      }
      case 'revoke': {
        if (word === undefined) throw new UsageError('which one? ./strata tokens lists their ids')
        const token = await client.tokens.revoke.mutate({ id: word })
        print(call, { token: tokenLine(token) }, () => `${token.actor} is revoked.\n`)
        return EXIT_DONE
      }
      default:
        throw new UsageError(`tokens takes make or revoke, not ${act}`)
    }
  },
}

function readEnd(call: Call): string | null {
  const text = textOption(call, 'for') ?? '90d'
  if (text === 'never') return null
  const ms = parseDuration(text)
  if (ms === undefined) throw new UsageError(`--for takes a duration such as 90d or 12h, or never, not ${text}`)
  return new Date(call.io.now() + ms).toISOString()
}

function listOption(call: Call, name: string): string[] | null {
  const value = call.values[name]
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
  return texts.length === 0 ? null : texts
}

function tokenLine({ id, actor, role, verbs, modules, status, createdAt, expiresAt, usedAt }: Token) {
  return { id, actor, role, verbs, modules, status, createdAt, expiresAt, usedAt }
}

type Line = ReturnType<typeof tokenLine>

const COLUMNS = [
  { title: 'ID', cell: ({ id }: Line) => id },
  { title: 'TOKEN', cell: ({ actor }: Line) => actor },
  { title: 'ROLE', cell: ({ role }: Line) => role },
  { title: 'VERBS', max: 40, optional: true as const, cell: ({ verbs }: Line) => verbs?.join(', ') ?? null },
  { title: 'MODULES', max: 40, optional: true as const, cell: ({ modules }: Line) => modules?.join(', ') ?? null },
  { title: 'STATUS', cell: ({ status }: Line) => status },
  { title: 'ENDS', cell: ({ expiresAt }: Line) => expiresAt?.slice(0, 16) ?? 'when revoked' },
  { title: 'LAST USED', cell: ({ usedAt }: Line) => usedAt?.slice(0, 16) ?? 'never' },
]
