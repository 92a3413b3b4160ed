/** Puts a text onto the clipboard, and answers whether that was possible: over plain http from elsewhere browsers have no clipboard at all. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Refused, or there is none: either way the text stands there to be selected.
    return false
  }
}
