import { isModuleNameText, moduleOfFile, SET_FILES_MAX, SOURCE_BYTES_MAX } from './chosen-sources.ts'
import type { SourceFile } from '@strata/runtime'
import { Button, Field, formatBytes, Input, Notice, showInvisible } from '@strata/ui'
import { type ChangeEvent, useState } from 'react'

interface Upload {
  readonly file: string
  readonly module: string
  readonly text: string
}

interface UploadSourcesProps {
  readonly module: string | null
  readonly onChoose: (sources: readonly SourceFile[] | null) => void
}

/** Files from this machine, one or several as one set; they are read here and checked at once. */
export function UploadSources({ module, onChoose }: UploadSourcesProps) {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const [problem, setProblem] = useState<string | null>(null)

  const choose = (next: readonly Upload[]) => {
    setUploads(next)
    onChoose(
      next.length > 0 && next.every((upload) => isModuleNameText(upload.module))
        ? next.map((upload) => ({ module: upload.module, text: upload.text }))
        : null,
    )
  }
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])]
    const refused = refuseFiles(files)
    setProblem(refused)
    if (refused !== null) return choose([])
    const texts = await Promise.all(files.map((file) => file.text()))
    const lone = files.length === 1
    choose(
      files.map((file, index) => ({
        file: file.name,
        module: lone && module !== null ? module : (moduleOfFile(file.name) ?? ''),
        text: texts[index] ?? '',
      })),
    )
  }

  return (
    <div className="flex max-w-2xl flex-col gap-3">
      <Field
        label="TypeScript files"
        hint={`One module each; several become current together, or none. ${formatBytes(SOURCE_BYTES_MAX)} a file at most.`}
      >
        {(control) => (
          <input
            {...control}
            type="file"
            multiple
            accept=".ts,text/typescript"
            onChange={(event) => void read(event)}
            className="min-h-9 text-[13px] file:mr-3 file:min-h-8 file:cursor-pointer file:rounded-md file:border file:border-line-strong file:bg-raised file:px-3 file:text-text"
          />
        )}
      </Field>
      {problem !== null && (
        <Notice tone="bad" live="alert">
          {problem}
        </Notice>
      )}
      {uploads.map((upload, index) => (
        <Field
          key={upload.file}
          label={`Module for ${showInvisible(upload.file)}`}
          error={isModuleNameText(upload.module) ? undefined : 'A module name has parts of a–z, 0–9, _ and - joined by /'}
        >
          {(control) => (
            <Input
              {...control}
              value={upload.module}
              className="font-mono"
              onChange={(event) => setUploads(uploads.map((one, at) => (at === index ? { ...one, module: event.target.value } : one)))}
              onBlur={() => choose(uploads)}
            />
          )}
        </Field>
      ))}
      {uploads.length > 0 && (
        <div>
          <Button onClick={() => choose(uploads)}>Check again</Button>
        </div>
      )}
    </div>
  )
}

function refuseFiles(files: readonly File[]): string | null {
  if (files.length > SET_FILES_MAX) return `${files.length} files are too many: a set has ${SET_FILES_MAX} at most.`
  const large = files.find((file) => file.size > SOURCE_BYTES_MAX)
  return large === undefined
    ? null
    : `${showInvisible(large.name)} has ${formatBytes(large.size)}: a source has ${formatBytes(SOURCE_BYTES_MAX)} at most.`
}
