import { expect, test } from 'vitest'
import { listCommands, searchCommands } from './commands.ts'

test('what only a hint says stands below every label that says it', () => {
  const at = { icon: 'trash', to: '/' } as const
  const keep = { label: 'Mark frame@1 keep…', hint: 'leave out of soft purge', ...at }
  const purge = { label: 'Force purge session@2…', hint: 'pinned by 6', ...at }
  expect(searchCommands([keep, purge], 'pur')).toEqual([purge, keep])
})

test('every word must be found, labels that begin with the first come first', () => {
  const commands = listCommands([{ name: 'session', current: 1, generations: [1], pins: 0, layers: [], differsOnDisk: false, hold: null }])
  expect(searchCommands(commands, 'sess').map(({ label }) => label)).toEqual([
    'session',
    'Password and sessions',
    'Load session…',
    'Processes of session',
    'Hold session…',
    'Delete session…',
  ])
  expect(searchCommands(commands, 'load session').map(({ label }) => label)).toEqual(['Load session…'])
  expect(searchCommands(commands, 'nothing like it')).toEqual([])
  expect(searchCommands(commands, '  ')).toHaveLength(commands.length)
})
