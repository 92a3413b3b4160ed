import { Link } from 'react-router'
import { linkModule } from '../../links.ts'

/** Loaded generations that were built with a class or another value of a generation, each with its page. */
export function ReaderLinks({ readers }: { readers: readonly { module: string; number: number }[] }) {
  return (
    <span className="inline-flex flex-wrap gap-x-2 font-mono">
      {readers.map(({ module, number }) => (
        <Link key={`${module}@${number}`} to={linkModule(module, { generation: number })} className="underline underline-offset-2">
          {module}@{number}
        </Link>
      ))}
    </span>
  )
}
