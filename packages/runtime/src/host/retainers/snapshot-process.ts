import { findRetainers, type RetainerPath } from './find-retainers.ts'
import { SnapshotReader } from './read-snapshot.ts'

// A child process of its own, with a heap limit: reads a heap snapshot from its standard input and tells who retains the generation that it was asked for.

/** What the child tells: the graph is read once and thrown away. */
export type SnapshotAnswer =
  | { readonly status: 'read'; readonly objects: number; readonly bytes: number; readonly paths: readonly RetainerPath[] }
  | { readonly status: 'failed'; readonly why: string }

const label = process.argv[2] ?? ''
const tell = (answer: SnapshotAnswer): void => void process.send?.(answer, () => process.exit(0))
try {
  const reader = new SnapshotReader()
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length
    reader.push(chunk)
  }
  const graph = reader.end()
  tell({ status: 'read', objects: graph.types.length, bytes, paths: findRetainers(graph, label) })
} catch (error) {
  tell({ status: 'failed', why: error instanceof Error ? error.message : String(error) })
}
