import { type ReactNode, useState } from 'react'
import {
  Badge,
  Button,
  Card,
  Checkbox,
  CopyLine,
  Dialog,
  Empty,
  FactRow,
  Facts,
  FaultNotice,
  Field,
  Form,
  FormRow,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatShort,
  Icon,
  IconButton,
  InlineStatus,
  Input,
  Kbd,
  LayerBar,
  layerColour,
  Menu,
  Notice,
  OutsideText,
  PageHead,
  Progress,
  RadioCards,
  RelativeTime,
  Section,
  Select,
  showInvisible,
  Skeleton,
  Sparkline,
  Spinner,
  StateWord,
  Table,
  Tabs,
  TBody,
  Td,
  TextArea,
  Th,
  THead,
  type Tone,
  Tooltip,
  Tr,
} from '../index.ts'

const TONES: readonly Tone[] = ['good', 'info', 'warn', 'bad', 'idle', 'accent']
const LONG = 'a-name-that-nobody-would-choose-and-somebody-did/with/parts/that-do-not-end'
const HOSTILE = `<b>bold</b> \u202etxet\u202c \u0007 ${'long '.repeat(30)}`

/** Every component in its states, without a word of any domain. */
export function Gallery() {
  return (
    <div className="flex min-w-0 flex-col gap-8">
      <PageHead title="Components" actions={<Button variant="primary">An act</Button>}>
        Each in its states, in the theme that is on. Built from tokens alone: a colour that is not one is a mistake.
      </PageHead>
      <Buttons />
      <Words />
      <Notices />
      <Fields />
      <Forms />
      <Figures />
      <Layers />
      <Tables />
      <Waiting />
      <Overlays />
      <Colours />
    </div>
  )
}

function Row({ children }: { children: ReactNode }) {
  return <div className="flex min-w-0 flex-wrap items-center gap-2.5">{children}</div>
}

function Buttons() {
  return (
    <Section title="Button, IconButton" hint="A disabled button says why. The hard act is red and stands apart from the gentle one.">
      <div className="flex flex-col gap-3">
        {(['md', 'sm'] as const).map((size) => (
          <Row key={size}>
            <Button size={size}>Default</Button>
            <Button size={size} variant="primary">
              Primary
            </Button>
            <Button size={size} variant="ghost">
              Ghost
            </Button>
            <Button size={size} icon="upload">
              With an icon
            </Button>
            <Button size={size} busy>
              Busy
            </Button>
            <Button size={size} disabledReason="Nothing is chosen">
              Disabled
            </Button>
            <Button size={size} variant="danger" className="ml-4">
              Danger
            </Button>
          </Row>
        ))}
        <Row>
          <IconButton icon="search" label="Search" />
          <IconButton icon="more" label="More" />
          <IconButton icon="close" label="Close" />
        </Row>
      </div>
    </Section>
  )
}

function Words() {
  return (
    <Section title="Badge, StateWord, Kbd, InlineStatus" hint="One calm colour for a state, and always a word beside it.">
      <div className="flex flex-col gap-3">
        <Row>
          {TONES.map((tone) => (
            <Badge key={tone} tone={tone}>
              {tone}
            </Badge>
          ))}
        </Row>
        <Row>
          {TONES.map((tone) => (
            <StateWord key={tone} tone={tone}>
              {tone}
            </StateWord>
          ))}
        </Row>
        <Row>
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
          <Icon name="home" /> <Icon name="layers" /> <Icon name="warning" className="text-warn" />
        </Row>
        <InlineStatus tone="good">It is done.</InlineStatus>
        <InlineStatus tone="bad">It was refused, and nothing changed.</InlineStatus>
      </div>
    </Section>
  )
}

function Notices() {
  return (
    <Section title="Notice, FaultNotice, Empty" hint="What is the matter, and the way out.">
      <div className="grid gap-3 md:grid-cols-2">
        {TONES.map((tone) => (
          <Notice key={tone} tone={tone} title={`A notice that is ${tone}`} actions={<Button size="sm">The way out</Button>}>
            And a line that says more.
          </Notice>
        ))}
        <Notice tone="info" title="One that can be dismissed" onDismiss={() => {}} />
        <FaultNotice sentence="Refused: it changed 9 s ago. Nothing was done." details={showInvisible(HOSTILE)} />
        <Empty title="Nothing is here yet" actions={<Button variant="primary">Bring the first</Button>}>
          An empty place says what would be here, and how to get it.
        </Empty>
      </div>
    </Section>
  )
}

function Fields() {
  const [choice, setChoice] = useState<'one' | 'two' | 'three' | null>(null)
  return (
    <Section title="Field, Input, TextArea, Select, Checkbox, RadioCards">
      <div className="grid gap-4 md:grid-cols-2">
        <Field label="A text" hint="With a hint.">
          {(control) => <Input {...control} placeholder="something" />}
        </Field>
        <Field label="A text that is wrong" error="It has to begin with a letter">
          {(control) => <Input {...control} defaultValue="9 lives" />}
        </Field>
        <Field label="A longer text">{(control) => <TextArea {...control} rows={3} defaultValue={LONG} />}</Field>
        <Field label="One of a few">
          {(control) => (
            <Select {...control}>
              <option>first</option>
              <option>second</option>
            </Select>
          )}
        </Field>
        <div className="flex flex-col gap-2">
          <Checkbox>Off</Checkbox>
          <Checkbox defaultChecked>On</Checkbox>
          <Checkbox indeterminate aria-label="Some">
            Some
          </Checkbox>
        </div>
        <RadioCards
          label="What happens then"
          value={choice}
          onChange={setChoice}
          options={[
            { value: 'one', label: 'The gentle way', hint: 'nobody is hurt' },
            { value: 'two', label: 'The hard way', hint: 'ends 12' },
            { value: 'three', label: 'Not now', disabledReason: 'Somebody holds it' },
          ]}
        />
      </div>
    </Section>
  )
}

function Forms() {
  return (
    <Section title="Form, FormRow" hint="One width, one rhythm, and the buttons below, wherever a form stands.">
      <Form
        aria-label="An example"
        onSubmit={(event) => event.preventDefault()}
        actions={
          <>
            <Button type="submit" variant="primary">
              Save
            </Button>
            <Button disabledReason="Nothing was changed">Put it back</Button>
          </>
        }
        outcome={<InlineStatus tone="good">It is saved.</InlineStatus>}
      >
        <FormRow>
          <Field label="Left">{(control) => <Input {...control} />}</Field>
          <Field label="Right" hint="A hint under one of two moves neither.">
            {(control) => <Input {...control} />}
          </Field>
        </FormRow>
        <Field label="Over the whole width">{(control) => <Input {...control} />}</Field>
      </Form>
    </Section>
  )
}

function Figures() {
  const now = Date.now()
  return (
    <Section
      title="Format, RelativeTime, Facts, FactRow, CopyLine, OutsideText"
      hint="As a person would write them; exact on hover, focus or tap."
    >
      <div className="grid gap-4 md:grid-cols-2">
        <Card className="p-4">
          <Facts
            facts={[
              { term: 'Counts', value: [0, 1, 12, 4_312, 100_000, 1_234_567].map(formatCount).join(' · ') },
              { term: 'Short', value: [0, 999, 1_200, 34_000_000].map(formatShort).join(' · ') },
              { term: 'Bytes', value: [0, 812, 3_400, 27_000_000, 4_300_000_000].map(formatBytes).join(' · ') },
              { term: 'Durations', value: [340, 12_000, 245_000, 8_040_000, 273_600_000].map(formatDuration).join(' · ') },
              { term: 'A clock', value: [0, 42_000, 3_725_000].map(formatClock).join(' · ') },
              {
                term: 'Times',
                value: [now - 5_000, now - 7_200_000, now - 9 * 86_400_000].map((ms) => (
                  <RelativeTime key={ms} at={new Date(ms).toISOString()} className="mr-3" />
                )),
              },
              { term: 'From outside', value: showInvisible(HOSTILE) },
            ]}
          />
        </Card>
        <div className="flex min-w-0 flex-col gap-3">
          <Card className="px-4 py-3">
            <FactRow
              facts={[
                { term: 'By', value: 'somebody' },
                { term: 'Took', value: formatDuration(114) },
                { term: 'Reason', value: showInvisible(HOSTILE) },
              ]}
            />
          </Card>
          <CopyLine label="The same from a terminal" command="./strata --help" />
          <OutsideText label="Text from outside" text={HOSTILE} />
          <OutsideText label="A long text" text={`${LONG}\n`.repeat(40)} isCut className="max-h-32" />
          <CopyLine label="A long one" command={`./strata something ${LONG} --reason '${'why '.repeat(12)}'`} />
        </div>
      </div>
    </Section>
  )
}

function Layers() {
  const bar = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      key: String(index),
      weight: 1 + ((index * 7) % 4),
      colour: layerColour(count - index),
      marked: index === 0,
      empty: index === count - 1,
      content: <p className="truncate px-3 py-2 text-[13px]">layer {count - index}</p>,
    }))
  const falling = Array.from({ length: 60 }, (_, index) => (index > 20 && index < 26 ? null : Math.round(40 * Math.exp(-index / 20))))
  return (
    <Section title="LayerBar, Sparkline" hint="Width by weight; hatched is empty; a hole is a hole.">
      <div className="flex flex-col gap-3">
        <LayerBar label="One layer" segments={bar(1)} />
        <LayerBar label="Eight layers" segments={bar(8)} />
        <Row>
          <Sparkline values={falling} colour={layerColour(2)} label="Falls from 40 to 2" />
          <Sparkline values={[3, 3, 3, 3]} colour={layerColour(4)} label="Stays at 3" />
          <Sparkline values={[]} colour={layerColour(5)} label="Nothing yet" />
        </Row>
      </div>
    </Section>
  )
}

function Tables() {
  const [sort, setSort] = useState<'ascending' | 'descending'>('descending')
  const rows = [LONG, 'short', '0'].map((name, index) => ({ name, count: [100_000, 1, 0][index] ?? 0 }))
  const shown = sort === 'descending' ? rows : rows.toReversed()
  return (
    <Section title="Table">
      <Table label="A table">
        <THead>
          <tr>
            <Th>Name</Th>
            <Th numeric sort={sort} onSort={() => setSort(sort === 'ascending' ? 'descending' : 'ascending')}>
              Count
            </Th>
            <Th>State</Th>
          </tr>
        </THead>
        <TBody>
          {shown.map(({ name, count }, index) => (
            <Tr key={name} selected={index === 1}>
              <Td mono>{name}</Td>
              <Td numeric>{formatCount(count)}</Td>
              <Td>
                <StateWord tone={count === 0 ? 'idle' : 'good'}>{count === 0 ? 'empty' : 'full'}</StateWord>
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

function Waiting() {
  return (
    <Section title="Progress, Spinner, Skeleton">
      <div className="flex flex-col gap-3">
        <Progress value={0} max={10} label="Nothing done" />
        <Progress value={4} max={10} label="Under way" />
        <Progress value={10} max={10} label="Done" />
        <Row>
          <Spinner />
          <Skeleton className="h-8 w-40" />
        </Row>
      </div>
    </Section>
  )
}

function Overlays() {
  const [open, setOpen] = useState(false)
  const [tab, setTab] = useState<'first' | 'second'>('first')
  return (
    <Section title="Dialog, Menu, Tooltip, Tabs" hint="What hovering shows, focus and tap show too.">
      <Row>
        <Button onClick={() => setOpen(true)}>Open a dialog…</Button>
        <Menu
          trigger={<IconButton icon="more" label="Open a menu" />}
          items={[
            { label: 'One', icon: 'check', onSelect: () => {} },
            { label: 'Off', disabledReason: 'Not now', onSelect: () => {} },
            'separator',
            { label: 'Hard', icon: 'trash', danger: true, onSelect: () => {} },
          ]}
        />
        <Tooltip content="What it says">
          <span tabIndex={0} className="underline decoration-dotted underline-offset-4">
            a word with a tooltip
          </span>
        </Tooltip>
      </Row>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="A dialog"
        description="It says what will happen, and the focus is on Cancel."
        footer={
          <>
            <Button variant="danger" className="mr-auto" onClick={() => setOpen(false)}>
              Do it
            </Button>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
          </>
        }
      >
        <Notice tone="warn" title="What cannot be undone stands first." />
      </Dialog>
      <div className="mt-4">
        <Tabs
          label="Two views"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'first', label: 'First', content: <p className="text-muted">The first view.</p> },
            { value: 'second', label: 'Second (2)', content: <p className="text-muted">The second view.</p> },
          ]}
        />
      </div>
    </Section>
  )
}

const TOKENS = [
  'bg',
  'surface',
  'raised',
  'hover',
  'line',
  'line-strong',
  'text',
  'muted',
  'faint',
  'accent',
  'good',
  'info',
  'warn',
  'bad',
  'idle',
]

function Colours() {
  return (
    <Section title="Tokens" hint="tokens.css has each once for each theme.">
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-2">
        {[...TOKENS, ...Array.from({ length: 8 }, (_, index) => `layer-${index + 1}`)].map((name) => (
          <li key={name} className="flex items-center gap-2 text-xs">
            <span aria-hidden="true" className="size-6 rounded border border-line-strong" style={{ background: `var(--${name})` }} />
            <code>--{name}</code>
          </li>
        ))}
      </ul>
    </Section>
  )
}
