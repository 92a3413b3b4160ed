// Messages that the room has not acknowledged stay here and are sent again: it says each id once.
const waiting = new Map()
const enter = document.querySelector('#enter')
const say = document.querySelector('#say')
const said = document.querySelector('#said')
const state = document.querySelector('#state')
const RETRY_MS = 1_000

let socket
let entered

enter.addEventListener('submit', (event) => {
  event.preventDefault()
  entered = Object.fromEntries(new FormData(enter))
  open()
})

say.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = new FormData(say).get('text')
  const id = crypto.randomUUID()
  waiting.set(id, text)
  line(id, entered.nick, text).classList.add('sending')
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
      enter.hidden = true
      document.querySelector('#room').hidden = false
      document.querySelector('#title').textContent = message.room
      state.textContent = `In the room: ${message.nicks.join(', ')}`
      for (const one of message.history) show(one)
      return
    case 'said':
      return show(message.said)
    case 'joined':
      state.textContent = `${message.nick} came in.`
      return
    case 'left':
      state.textContent = `${message.nick} left.`
      return
    case 'ack':
      waiting.delete(message.id)
      document.getElementById(message.id)?.classList.remove('sending')
      return
    case 'refused':
      state.textContent = message.why
  }
}

function show({ id, nick, text }) {
  line(id, nick, text)
}

/** Each message has one line, however often it is told. */
function line(id, nick, text) {
  const known = document.getElementById(id)
  if (known !== null) return known
  const item = document.createElement('li')
  item.id = id
  item.textContent = `${nick}: ${text}`
  said.append(item)
  return item
}
