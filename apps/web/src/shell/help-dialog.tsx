import { Checkbox, Dialog, Kbd } from '@strata/ui'
import { usePreferences } from '../preferences.ts'
import { PLACES } from './navigation.tsx'

const KEYS: readonly { readonly keys: readonly string[]; readonly does: string; readonly single: boolean }[] = [
  { keys: ['Ctrl', 'K'], does: 'Palette: every page and every act (on a Mac: Cmd K)', single: false },
  { keys: ['/'], does: "The page's search", single: true },
  ...PLACES.map(({ key, label }) => ({ keys: ['g', key], does: label, single: true })),
  { keys: ['↑', '↓'], does: 'In a table: from row to row (Home, End, Page too); above the first its heads', single: false },
  { keys: ['←', '→'], does: 'In a row or the heads: from one thing to the next', single: false },
  { keys: ['Enter'], does: 'Open the row', single: false },
  { keys: ['x', 'Space'], does: 'Select the row', single: false },
  { keys: ['p'], does: 'Pause, and go on', single: true },
  { keys: ['?'], does: 'This help', single: true },
  { keys: ['Esc'], does: 'Close what is open', single: false },
]

const WORDS: readonly (readonly [string, string])[] = [
  ['Generation', 'One loaded version of a module. Each load makes one more; numbers are never reused.'],
  ['Current, old', 'New calls enter the current one. Processes inside an old one go on living there.'],
  ['Pin', 'A reason why a process holds a generation: a function it is inside, a timer.'],
  ['Drained', 'An old generation that no process pins.'],
  ['Soft purge', 'Removes an old generation only if it is drained. Ends nobody.'],
  ['Force purge', 'Ends exactly the processes that pin it, then removes it. Shows them first.'],
]

/** The keys, and the words of this console. */
export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const singleKeys = usePreferences((state) => state.singleKeys)
  const setSingleKeys = usePreferences((state) => state.setSingleKeys)
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Help" width="lg">
      <div className="grid gap-6 sm:grid-cols-2">
        <section aria-label="Keys" className="min-w-0">
          <h3 className="mb-2 font-semibold">Keys</h3>
          <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5">
            {KEYS.map(({ keys, does, single }) => (
              <div key={does} className="contents">
                <dt className="flex gap-1">
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dt>
                <dd className={single && !singleKeys ? 'text-faint line-through' : 'text-muted'}>{does}</dd>
              </div>
            ))}
          </dl>
          <Checkbox className="mt-3" checked={singleKeys} onChange={(event) => setSingleKeys(event.target.checked)}>
            Keys pressed alone act
          </Checkbox>
        </section>
        <section aria-label="Words" className="min-w-0">
          <h3 className="mb-2 font-semibold">Words</h3>
          <dl className="flex flex-col gap-2">
            {WORDS.map(([word, meaning]) => (
              <div key={word}>
                <dt className="font-medium">{word}</dt>
                <dd className="text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  )
}
