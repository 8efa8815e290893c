import { createComposer } from './composer.js'
import { element, stayAtEnd } from './element.js'
import { bubble } from './message.js'

const ACTION_MS = 5000
const NOTICE_MS = 6000

/** The phone: several chats with one bot. */
export function createChat({ act, trace }) {
  const tabs = document.querySelector('#chats')
  const scroller = document.querySelector('#messages')
  const list = scroller.querySelector('ol')
  const peer = document.querySelector('#peer')
  const doing = document.querySelector('#activity')
  const notice = document.querySelector('#notice')
  const speaker = document.querySelector('#speaker')
  const select = speaker.querySelector('select')
  const start = document.querySelector('#start')
  const follow = stayAtEnd(scroller)

  let bot = ''
  let chats = new Map()
  let current

  const here = () => ({ chat: current.id, as: Number(select.value) })
  const send = (text) => act({ do: 'send', ...here(), text })
  const composer = createComposer({
    send,
    command: (name) => send(current.group ? `/${name}@${bot}` : `/${name}`),
    share: (place) => act({ do: 'location', ...here(), ...place }),
    attach: (what) => act({ do: what, ...here() }),
  })
  const say = forAWhile(notice, NOTICE_MS)
  const idle = forAWhile(doing, ACTION_MS, () => `@${bot}`)

  const shown = (message) =>
    bubble(message, {
      mine: message.from.id === Number(select.value),
      group: current.group,
      trace,
      send,
      press: ({ text, callback_data }) =>
        act({ do: 'press', ...here(), message: message.message_id, text, data: callback_data }),
    })

  function draw() {
    start.hidden = current.messages.length > 0
    composer.keyboard(current.messages)
    list.replaceChildren(...current.messages.map(shown))
    scroller.scrollTop = scroller.scrollHeight
  }

  function choose(id) {
    current = chats.get(id)
    current.tab.classList.remove('new')
    current.tab.querySelector('input').checked = true
    speaker.hidden = !current.group
    select.replaceChildren(...current.people.map(({ id, name }) => element('option', { value: id }, name)))
    draw()
  }
  select.addEventListener('change', draw)
  tabs.addEventListener('change', (event) => choose(Number(event.target.value)))
  start.addEventListener('click', () => composer.command('start'))

  const tab = ({ id, title }) =>
    element(
      'label',
      {},
      element('input', { type: 'radio', name: 'chat', value: id }),
      element('span', {}, element('i', { class: 'face', 'aria-hidden': 'true' }, title[0]), title),
    )

  return {
    say,
    open({ bot: username, commands, chats: all }) {
      const before = current?.id
      bot = username
      peer.textContent = 'Bitácora'
      idle()
      chats = new Map(all.map((chat) => [chat.id, { ...chat, tab: tab(chat) }]))
      tabs.replaceChildren(tabs.firstElementChild, ...[...chats.values()].map((chat) => chat.tab))
      composer.menu(commands)
      choose(chats.has(before) ? before : all[0].id)
    },
    menu: composer.menu,
    /** A message that is new, or was edited. */
    put(id, message) {
      const chat = chats.get(id)
      if (!chat) return
      const index = chat.messages.findIndex(({ message_id }) => message_id === message.message_id)
      if (index >= 0) chat.messages[index] = message
      else chat.messages.push(message)
      if (chat !== current) return chat.tab.classList.toggle('new', true)
      start.hidden = true
      composer.keyboard(chat.messages)
      const item = shown(message)
      if (index >= 0) list.children[index].replaceWith(item)
      else {
        item.classList.add('new-here')
        list.append(item)
      }
      follow()
      if (message.from.is_bot) idle()
    },
    remove(id, messageId) {
      const chat = chats.get(id)
      if (!chat) return
      chat.messages = chat.messages.filter(({ message_id }) => message_id !== messageId)
      if (chat === current) draw()
    },
    activity: (id, action) => id === current?.id && idle(`${action.replaceAll('_', ' ')}…`),
  }
}

/** Shows a text for some time, then what is there `otherwise`. */
function forAWhile(place, ms, otherwise = () => '') {
  let timer
  return (text = otherwise()) => {
    clearTimeout(timer)
    place.textContent = text
    timer = setTimeout(() => {
      place.textContent = otherwise()
    }, ms)
  }
}
