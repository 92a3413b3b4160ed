import { showInvisible } from '@strata/ui'

/** The name of a process behind its pid. A phone shows its beginning below it, so that the next column is in sight too. */
export function NameBeside({ name }: { name: string }) {
  return <span className="ml-2 font-sans text-muted phone:ml-0 phone:block phone:max-w-32 phone:truncate">{showInvisible(name)}</span>
}
