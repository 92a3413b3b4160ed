// Messages that the room has not acknowledged stay here and are sent again: it says each id once.
const waiting = new Map()
const [door, room, enter, say, said, state, people, refused] = ['door', 'room', 'enter', 'say', 'said', 'state', 'people', 'refused'].map(
  (id) => document.getElementById(id),
)
const RETRY_MS = 1_000

let socket
let entered
let nicks = []

enter.addEventListener('submit', (event) => {
  event.preventDefault()
  entered = Object.fromEntries(new FormData(enter))
  refused.textContent = ''
  if (socket === undefined) open()
  else send({ type: 'enter', ...entered })
})

say.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = new FormData(say).get('text')
  const id = crypto.randomUUID()
  waiting.set(id, text)
  line({ id, nick: entered.nick, text }).classList.add('sending')
  say.reset()
  send({ type: 'say', id, text })
})

setInterval(() => {
  for (const [id, text] of waiting) send({ type: 'say', id, text })
}, RETRY_MS)

function open() {
  socket = new WebSocket(`ws://${location.host}/`)
  socket.addEventListener('open', () => send({ type: 'enter', ...entered }))
  socket.addEventListener('message', ({ data }) => take(JSON.parse(data)))
  socket.addEventListener('close', () => {
    state.textContent = 'The connection is gone; trying again.'
    setTimeout(open, RETRY_MS)
  })
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

function take(message) {
  switch (message.type) {
    case 'joined_room':
      door.hidden = true
      room.hidden = false
      document.getElementById('title').textContent = message.room
      document.title = `${message.room} · Rooms`
      state.textContent = ''
      showPeople(message.nicks)
      for (const one of message.history) line(one)
      document.getElementById('text').focus()
      return
    case 'said':
      return place(line(message.said), message.said)
    case 'joined':
      state.textContent = `${message.nick} came in`
      return showPeople([...nicks, message.nick])
    case 'left':
      state.textContent = `${message.nick} left`
      return showPeople(without(nicks, message.nick))
    case 'ack':
      waiting.delete(message.id)
      document.getElementById(message.id)?.classList.remove('sending')
      return
    case 'refused':
      refused.textContent = message.why
  }
}

function showPeople(now) {
  nicks = now
  people.replaceChildren(...now.map((nick) => element('li', nick)))
}

/** One of them, for two may have the same name. */
function without(list, nick) {
  const at = list.indexOf(nick)
  return at === -1 ? list : list.toSpliced(at, 1)
}

/** Each message has one line, however often it is told. */
function line({ id, nick, text, at }) {
  const known = document.getElementById(id)
  if (known !== null) return known
  const item = element('div', '')
  item.id = id
  if (nick === entered.nick) item.classList.add('mine')
  item.append(element('small', ''), text)
  said.append(item)
  caption(item, nick, at)
  said.scrollTop = said.scrollHeight
  return item
}

/** The room's order is everybody's: what one wrote stands where the room said it. */
function place(item, { nick, at }) {
  said.append(item)
  caption(item, nick, at)
  said.scrollTop = said.scrollHeight
}

/** A later generation of the room knows when a message was said. */
function caption(item, nick, at) {
  const time = typeof at === 'string' ? new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : ''
  item.querySelector('small').textContent = time === '' ? nick : `${nick} · ${time}`
}

function element(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}
