import uPlot from '/uplot.js'
import { clock, element } from './element.js'
import { PLOTS, readLatest, write } from './plots.js'

const WINDOW_S = 300
const HEIGHT_PX = 148

/** Live plots of the bot, and what the stand-in holds. Drawn only while they are seen. */
export function createFigures() {
  const section = document.querySelector('.figures')
  const place = document.querySelector('#plots')
  const held = document.querySelector('#held')
  let all = []
  let drawn = []

  const data = (curves) => [all.map(({ at }) => at), ...curves.map(({ read }) => all.map(read))]

  function build() {
    for (const { plot } of drawn) plot.destroy()
    drawn = PLOTS.map(({ title, named, curves }) => {
      const legend = element('p', { class: 'legend' })
      const canvas = element('div', { role: 'img' })
      const figure = element('figure', {}, element('figcaption', {}, title, legend), canvas)
      return { title, named, legend, canvas, figure, curves: curves(all) }
    })
    place.replaceChildren(...drawn.map(({ figure }) => figure))
    for (const one of drawn) {
      const newest = () => all.at(-1)?.at ?? 0
      one.plot = new uPlot(options(one.canvas.clientWidth, one.curves, newest), data(one.curves), one.canvas)
    }
  }

  function draw() {
    if (all.length === 0 || !section.checkVisibility()) return
    const outdated = drawn.some(({ curves }, index) => curves.length !== PLOTS[index].curves(all).length)
    if (drawn.length === 0 || outdated) build()
    for (const { title, named, legend, canvas, curves, plot } of drawn) {
      const { clientWidth: width } = canvas
      if (plot.width !== width) plot.setSize({ width, height: HEIGHT_PX })
      plot.setData(data(curves))
      const values = curves.map(({ name, hue, read }) => ({ name, hue, value: write(readLatest(all, read)) }))
      legend.replaceChildren(
        ...values.map(({ name, hue, value }) =>
          element('span', { 'data-hue': hue }, named ? `${name} ` : '', element('b', {}, value)),
        ),
      )
      const spoken = values.map(({ name, value }) => `${name} ${value}`).join(', ')
      canvas.setAttribute('aria-label', `${title}: ${spoken || 'nothing yet'}`)
    }
    held.replaceChildren(
      ...hold(all.at(-1)).map(([name, value]) =>
        element('div', {}, element('dt', {}, name), element('dd', {}, value)),
      ),
    )
  }

  new ResizeObserver(draw).observe(place)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (drawn.length > 0) build()
    draw()
  })

  return {
    open(recent) {
      all = recent
      draw()
    },
    add(figures) {
      all.push(figures)
      if (all.length > WINDOW_S) all.shift()
      draw()
    },
    draw,
  }
}

function options(width, curves, newest) {
  const axis = {
    stroke: colour('faded'),
    grid: { stroke: colour('rule'), width: 1 },
    ticks: { show: false },
    font: '11px sans-serif',
  }
  const time = (at) => new Date(at * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 4, 0, 0],
    scales: {
      x: { range: () => [newest() - WINDOW_S, newest()] },
      y: { range: (_plot, _least, most) => [0, Math.max(most || 0, 0.001) * 1.15] },
    },
    axes: [
      { ...axis, size: 26, space: 48, values: (_plot, ticks) => ticks.map(time) },
      { ...axis, size: 44, space: 34, values: (_plot, ticks) => ticks.map(write) },
    ],
    series: [
      {},
      ...curves.map(({ hue }) => ({
        stroke: colour(hue),
        width: 1.8,
        points: { show: (plot, index) => hasLonelyValue(plot.data[index]), size: 5, fill: colour(hue) },
      })),
    ],
  }
}

/** What the stand-in holds. */
function hold({ pending, calls, polled, latestCalls }) {
  const list = latestCalls.map(({ method, status, at }) =>
    element(
      'li',
      {},
      element('time', {}, clock(at, { second: '2-digit' })),
      element('b', { class: status >= 400 ? 'bad' : '' }, status === 0 ? '…' : String(status)),
      method,
    ),
  )
  return [
    ['Updates not confirmed', String(pending)],
    ['Long poll', polled ? 'held' : 'none'],
    ['Calls of the Bot API', String(calls)],
    ['The latest calls', element('ol', {}, ...list)],
  ]
}

/** Whether a curve has a value without a neighbour, which no line would show. */
function hasLonelyValue(values) {
  const missing = (index) => (values[index] ?? null) === null
  return values.some((_, index) => !missing(index) && missing(index - 1) && missing(index + 1))
}

/** A canvas does not know the page's custom properties. */
function colour(name) {
  const probe = element('i')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
