import { createBrowserRouter } from 'react-router'
import { OverviewPage } from './pages/overview/overview-page.tsx'
import { SignInPage } from './pages/sign-in/sign-in-page.tsx'
import { Blank } from './shell/blank.tsx'
import { NotFound } from './shell/not-found.tsx'
import { PageError } from './shell/page-error.tsx'
import { Shell } from './shell/shell.tsx'

export const router = createBrowserRouter([
  { path: '/sign-in', Component: SignInPage, ErrorBoundary: PageError },
  {
    path: '/',
    Component: Shell,
    HydrateFallback: Blank,
    ErrorBoundary: PageError,
    children: [
      {
        ErrorBoundary: PageError,
        children: [
          { index: true, Component: OverviewPage },
          { path: 'modules', lazy: async () => ({ Component: (await import('./pages/modules/modules-page.tsx')).ModulesPage }) },
          { path: 'modules/:name', lazy: async () => ({ Component: (await import('./pages/modules/module-page.tsx')).ModulePage }) },
          { path: 'modules/:name/load', lazy: async () => ({ Component: (await import('./pages/load/load-page.tsx')).LoadPage }) },
          { path: 'modules/*', lazy: async () => ({ Component: (await import('./pages/modules/module-page.tsx')).ModulePage }) },
          { path: 'load', lazy: async () => ({ Component: (await import('./pages/load/load-page.tsx')).LoadPage }) },
          { path: 'processes', lazy: async () => ({ Component: (await import('./pages/processes/processes-page.tsx')).ProcessesPage }) },
          { path: 'processes/:pid', lazy: async () => ({ Component: (await import('./pages/processes/process-page.tsx')).ProcessPage }) },
          {
            path: 'schedulers',
            lazy: async () => ({ Component: (await import('./pages/schedulers/schedulers-page.tsx')).SchedulersPage }),
          },
          {
            path: 'supervisors',
            lazy: async () => ({ Component: (await import('./pages/supervisors/supervisors-page.tsx')).SupervisorsPage }),
          },
          { path: 'crashes', lazy: async () => ({ Component: (await import('./pages/crashes/crashes-page.tsx')).CrashesPage }) },
          { path: 'acts', lazy: async () => ({ Component: (await import('./pages/acts/acts-page.tsx')).ActsPage }) },
          { path: 'acts/:id', lazy: async () => ({ Component: (await import('./pages/acts/act-page.tsx')).ActPage }) },
          { path: 'activity', lazy: async () => ({ Component: (await import('./pages/activity/activity-page.tsx')).ActivityPage }) },
          {
            path: 'components',
            lazy: async () => ({ Component: (await import('./pages/components/components-page.tsx')).ComponentsPage }),
          },
          { path: 'settings', lazy: async () => ({ Component: (await import('./pages/settings/settings-page.tsx')).SettingsPage }) },
          { path: 'settings/:place', lazy: async () => ({ Component: (await import('./pages/settings/settings-page.tsx')).SettingsPage }) },
          { path: '*', Component: NotFound },
        ],
      },
    ],
  },
])
