/** Hands a text to the browser as a file. */
export function saveFile(text: string, type: string, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Now, in UTC, as it may stand in a file's name. */
export function fileTime(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(':', '-')
}
