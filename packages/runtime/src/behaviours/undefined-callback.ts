/** What a process ends with (`undef`) that needs a callback which its module does not export. */
export function undefinedCallback(module: string, name: string): Error {
  return Object.assign(new Error(`${module} exports no ${name}`), { code: 'undef', module, export: name })
}
