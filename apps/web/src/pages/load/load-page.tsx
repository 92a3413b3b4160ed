import type { SourceFile } from '@strata/runtime'
import { Notice, PageHead, Tabs } from '@strata/ui'
import { useCallback, useState } from 'react'
import { Link, useParams } from 'react-router'
import { useMayNot } from '../../api/use-may.ts'
import { linkModule } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { useAddress } from '../../use-address.ts'
import { SET_FILES_MAX } from './chosen-sources.ts'
import { CheckedLoad } from './checked-load.tsx'
import { EditSource } from './edit-source.tsx'
import { FolderFiles } from './folder-files.tsx'
import { UploadSources } from './upload-sources.tsx'

type TabName = 'folder' | 'upload' | 'edit'

/** What is to be loaded, as it was when it was chosen. A new `id` is checked anew. */
export interface Chosen {
  readonly id: number
  readonly sources: readonly SourceFile[]
}

/** Loading: choose a source, see what it would do, decide. */
export function LoadPage() {
  const [search, change] = useAddress()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const module = useParams()['name'] ?? search.get('module')
  usePageTitle(module === null ? 'Load' : `Load ${module}`)

  const choose = useCallback(
    (sources: readonly SourceFile[] | null) => setChosen((before) => (sources === null ? null : { id: (before?.id ?? 0) + 1, sources })),
    [],
  )
  const tab = tabOf(search)
  const mayNot = useMayNot('load')

  return (
    <div className="flex flex-col gap-5">
      <PageHead title="Load">
        {module === null ? (
          'A load makes the next generation current. Processes inside older ones live on, unless you choose otherwise.'
        ) : (
          <>
            the next generation of{' '}
            <Link to={linkModule(module)} className="font-mono underline underline-offset-2">
              {module}
            </Link>
          </>
        )}
      </PageHead>
      {mayNot !== undefined && (
        <Notice tone="warn" title={`Loading ${mayNot}`}>
          You may look at what the folder holds; whoever has the role loads it.
        </Notice>
      )}
      <Tabs<TabName>
        label="Where the source comes from"
        value={tab}
        onChange={(next) => {
          choose(null)
          change({ tab: next, file: null })
        }}
        tabs={[
          {
            value: 'folder',
            label: 'From the folder',
            content: (
              <FolderFiles
                module={module}
                files={search.getAll('file').slice(0, SET_FILES_MAX)}
                onFiles={(file) => change({ file })}
                onModule={(name) => change({ module: name })}
                onChoose={choose}
              />
            ),
          },
          { value: 'upload', label: 'Upload', content: <UploadSources module={module} onChoose={choose} /> },
          {
            value: 'edit',
            label: 'Edit',
            content: (
              <EditSource
                module={module}
                generation={parseNumber(search.get('generation'))}
                chosen={chosen}
                onModule={(name) => change({ module: name, generation: null })}
                onChoose={choose}
              />
            ),
          },
        ]}
      />
      {chosen !== null && mayNot === undefined && tab !== 'edit' && (
        <CheckedLoad key={chosen.id} sources={chosen.sources} inFolder={tab === 'folder'} />
      )}
    </div>
  )
}

function tabOf(search: URLSearchParams): TabName {
  const tab = search.get('tab')
  if (tab === 'upload' || tab === 'edit' || tab === 'folder') return tab
  return search.has('generation') && !search.has('file') ? 'edit' : 'folder'
}

function parseNumber(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null
}
