import type { Pin } from '@strata/runtime'
import { RelativeTime, Section, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import { Link } from 'react-router'
import { linkModule } from '../../links.ts'
import { PIN_REASONS } from '../../pin-reasons.ts'

/** Why a process holds what it holds. */
export function ProcessPins({ pins, ended }: { pins: readonly Pin[]; ended: boolean }) {
  return (
    <Section
      title="Why it holds what it holds"
      hint="Each line is one reason why a generation cannot be soft-purged while this process lives on in it."
    >
      {pins.length === 0 ? (
        <p className="text-muted">{ended ? 'It holds nothing any more.' : 'It pins no generation.'}</p>
      ) : (
        <Table label="Pins of this process">
          <THead>
            <tr>
              <Th>Holds</Th>
              <Th>By</Th>
              <Th>Function</Th>
              <Th>At</Th>
              <Th>Since</Th>
            </tr>
          </THead>
          <TBody>
            {pins.map((pin) => (
              <Tr key={`${pin.module} ${pin.generation} ${pin.reason} ${pin.function} ${pin.at} ${pin.since}`}>
                <Td mono>
                  <Link
                    to={linkModule(pin.module, { generation: pin.generation })}
                    className="inline-flex min-h-6 items-center phone:min-h-11 underline underline-offset-2"
                  >
                    {pin.module}@{pin.generation}
                  </Link>
                </Td>
                <Td className="min-w-40">{PIN_REASONS[pin.reason]}</Td>
                <Td mono>{pin.function}</Td>
                <Td mono>{pin.at}</Td>
                <Td>
                  <RelativeTime at={pin.since} />
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
    </Section>
  )
}
