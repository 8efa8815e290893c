import { createChat } from './chat.js'
import { createFigures } from './figures.js'
import { createLog } from './log.js'
import { createWeather } from './weather.js'

const status = document.querySelector('#status')

function show(state, text) {
  status.dataset.state = state
  status.querySelector('span').textContent = text
}

async function act(action) {
  const answer = await fetch('/actions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  }).catch(() => undefined)
  if (!answer?.ok) chat.say(answer ? await answer.text() : 'Not sent: the server of this page is gone.')
}

const WORDS = { running: 'Bot running', stopping: 'Bot stopping', exited: 'Bot not running' }
const shownNote = (note) => show(note?.state ?? 'waiting', WORDS[note?.state] ?? 'Waiting for a bot')

const log = createLog()
const figures = createFigures()
const showWeather = createWeather(act)
const chat = createChat({ act, trace: (updateId) => view('log') || log.reveal(updateId) })

/** A narrow window has room for one of three, a wide one shows the chat always. */
const narrow = matchMedia('(max-width: 820px)')
function view(name) {
  const shown = name === 'chat' && !narrow.matches ? 'log' : name
  document.body.dataset.view = shown
  document.querySelector(`#views [value=${shown}]`).checked = true
  figures.draw()
}
document.querySelector('#views').addEventListener('change', (event) => view(event.target.value))
narrow.addEventListener('change', () => view(document.body.dataset.view))
view('chat')

const on = {
  everything({ bot, commands, chats, log: lines, note, weather, figures: recent }) {
    chat.open({ bot, commands, chats })
    log.open(lines)
    showWeather(weather)
    figures.open(recent)
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
  weather: showWeather,
  figures: figures.add,
}

// What scrolls is reached by the keyboard, whether or not there is something in it to stop at.
for (const id of ['messages', 'figures']) document.getElementById(id).tabIndex = 0

const feed = new EventSource('/feed')
for (const [name, handle] of Object.entries(on)) {
  feed.addEventListener(name, (event) => handle(JSON.parse(event.data)))
}
feed.addEventListener('error', () => show('gone', 'Disconnected'))
