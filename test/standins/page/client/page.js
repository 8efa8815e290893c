import { createChat } from './chat.js'
import { createLog } from './log.js'

const status = document.querySelector('#status')

function show(state, text) {
  status.dataset.state = state
  status.querySelector('span').textContent = text
}

async function act(deed) {
  const answer = await fetch('/deeds', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(deed),
  }).catch(() => undefined)
  if (!answer?.ok) chat.say(answer ? await answer.text() : 'Not sent: the server of this page is gone.')
}

const WORDS = { running: 'Bot running', stopping: 'Bot stopping', exited: 'Bot not running' }
const shownNote = (note) => show(note?.state ?? 'waiting', WORDS[note?.state] ?? 'Waiting for a bot')

const log = createLog()
const chat = createChat({ act, trace: (updateId) => view('log') || log.reveal(updateId) })

function view(name) {
  document.body.dataset.view = name
  document.querySelector(`#views [value=${name}]`).checked = true
}
document.querySelector('#views').addEventListener('change', (event) => view(event.target.value))
view('chat')

const on = {
  everything({ bot, commands, chats, log: { name, hint, entries }, note }) {
    chat.open({ bot, commands, chats })
    log.open({ name, hint, entries })
    shownNote(note)
  },
  entries(entries) {
    log.add(entries)
    const note = entries.findLast((entry) => typeof entry !== 'string')
    if (note) shownNote(note)
  },
  message: ({ chat: id, message }) => chat.put(id, message),
  delete: ({ chat_id, message_id }) => chat.remove(chat_id, message_id),
  action: ({ chat_id, action }) => chat.activity(chat_id, action),
  answer: ({ answer }) => answer.text && chat.say(answer.text),
  commands: ({ commands }) => chat.menu(commands),
}

const feed = new EventSource('/feed')
for (const [name, handle] of Object.entries(on)) {
  feed.addEventListener(name, (event) => handle(JSON.parse(event.data)))
}
feed.addEventListener('error', () => show('gone', 'Disconnected'))
