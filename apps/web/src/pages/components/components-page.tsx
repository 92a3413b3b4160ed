import { Gallery } from '@strata/ui/gallery'
import { usePageTitle } from '../../shell/use-page-title.ts'

/** The components of this console, each in its states. Ships as a part of its own that no other page loads. */
export function ComponentsPage() {
  usePageTitle('Components')
  return <Gallery />
}
