import { Field, Select } from '@strata/ui'
import { ROLE_WORDS, roleOf, ROLES } from './role-words.ts'

type Role = (typeof ROLES)[number]

/** Chooses a role, and says what it may. */
export function RoleField({ role, onChoose }: { role: Role; onChoose: (role: Role) => void }) {
  return (
    <Field label="Role" hint={ROLE_WORDS[role]}>
      {(control) => (
        <Select {...control} value={role} onChange={(event) => onChoose(roleOf(event.target.value))}>
          {ROLES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
      )}
    </Field>
  )
}
