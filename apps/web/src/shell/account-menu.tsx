import { IconButton, Menu } from '@strata/ui'
import type { MenuItem } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { queryClient, trpc } from '../api/client.ts'
import { linkSettings, linkSignIn } from '../links.ts'
import { usePreferences } from '../preferences.ts'

/** Theme, first steps, help, and who is signed in. */
export function AccountMenu({ who, role, openHelp }: { who: string | undefined; role: string | undefined; openHelp: () => void }) {
  const navigate = useNavigate()
  const { theme, setTheme, stripDismissed, setStripDismissed } = usePreferences()
  const signOut = useMutation(
    trpc.session.signOut.mutationOptions({
      onSuccess: async () => {
        await navigate(linkSignIn(), { replace: true })
        queryClient.clear()
      },
    }),
  )
  const items: (MenuItem | 'separator')[] = [
    {
      label: theme === 'dark' ? 'Light theme' : 'Dark theme',
      icon: theme === 'dark' ? 'sun' : 'moon',
      onSelect: () => setTheme(theme === 'dark' ? 'light' : 'dark'),
    },
    { label: 'Help and keys', icon: 'help', onSelect: openHelp },
  ]
  if (stripDismissed) items.push({ label: 'Show the first steps', icon: 'layers', onSelect: () => setStripDismissed(false) })
  if (who !== undefined) items.push('separator')
  items.push(
    { label: 'Password and sessions', icon: 'lock', onSelect: () => void navigate(linkSettings('sessions')) },
    { label: 'People', icon: 'process', onSelect: () => void navigate(linkSettings('people')) },
    { label: 'Tokens', icon: 'file', onSelect: () => void navigate(linkSettings('tokens')) },
    { label: 'Approvals', icon: 'check', onSelect: () => void navigate(linkSettings('approvals')) },
    { label: 'Limits', icon: 'warning', onSelect: () => void navigate(linkSettings('limits')) },
    { label: 'Environment', icon: 'info', onSelect: () => void navigate(linkSettings('environment')) },
  )
  items.push('separator', {
    label: who === undefined ? 'Sign out' : `Sign out ${who} (${role})`,
    icon: 'signOut',
    onSelect: () => signOut.mutate(),
  })
  return <Menu trigger={<IconButton icon="more" label="Settings" />} items={items} />
}
