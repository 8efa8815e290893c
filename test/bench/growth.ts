// What a bot needs as its work grows, ours and its peers in the same run:
// npm run bench:growth -- [--most-updates N] [--most-chats N] [--soak N] [--rest SECONDS] [--only NAME,…]
//   [--scenes updates,chats,soak] [--write]
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { circumstances, markdownTable, writeSection } from './document.ts'
import { type Diagram, plot } from './growth/plot.ts'
import { type Decade, grow, PEOPLE, PER_SECOND, soak } from './growth/scenes.ts'
import { CLIENTS, leaveCoreToClient } from './updates/client.ts'

const PLOT = new URL('../../docs/growth.svg', import.meta.url)
const MB = 1024 * 1024

const { values } = parseArgs({
  options: {
    'most-updates': { type: 'string', default: '1000000' },
    'most-chats': { type: 'string', default: '100000' },
    soak: { type: 'string', default: '200000' },
    rest: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    scenes: { type: 'string', default: 'updates,chats,soak' },
    write: { type: 'boolean', default: false },
  },
})
const restMs = Number(values.rest) * 1000
const later = `${values.rest} s later`
const POLLING = ['telegraf, launch()', 'grammY + runner', '**bitácora**, polling']
const clients = CLIENTS.filter(
  ({ name }) => POLLING.includes(name) && values.only.split(',').some((part) => name.includes(part)),
)

const sections: string[] = []
const diagrams: Diagram[] = []

function decades(from: number, most: number): number[] {
  return Array.from({ length: Math.round(Math.log10(most / from)) + 1 }, (_, index) => from * 10 ** index)
}

/** The ratio of the last decade to the first. */
function growth(grown: Decade[], measure: 'cpu' | 'p99'): string {
  return ((grown.at(-1)?.[measure] ?? Number.NaN) / (grown[0]?.[measure] ?? Number.NaN)).toFixed(2)
}

async function scene(
  title: string,
  unit: string,
  work: Parameters<typeof grow>[1],
  remark: (grown: Decade[]) => string,
): Promise<void> {
  const rows: string[][] = []
  const remarks: string[] = []
  const diagram: Diagram = { title: `CPU µs an update, by ${unit}`, logarithmic: true, series: [] }
  for (const client of clients) {
    const grown = await grow(client, work, restMs)
    for (const { size, cpu, p99, rss, rested } of grown) {
      const figures = [cpu.toFixed(0), p99.toFixed(1), rss.toFixed(0), rested.toFixed(0)]
      rows.push([client.name, size.toLocaleString('en'), ...figures])
    }
    const [cpu, p99] = [growth(grown, 'cpu'), growth(grown, 'p99')]
    remarks.push(`- ${client.name}, last ÷ first: CPU ${cpu}, p99 ${p99}${remark(grown)}`)
    diagram.series.push({ name: client.name, points: grown.map(({ size, cpu }) => ({ x: size, y: cpu })) })
  }
  const header = ['client', unit, 'CPU µs/update', `p99 ms at ${PER_SECOND}/s`, 'RSS MB', `RSS MB ${later}`]
  sections.push(`### ${title}\n\n${markdownTable(header, rows)}\n\n${remarks.join('\n')}`)
  diagrams.push(diagram)
}

leaveCoreToClient()
if (values.scenes.includes('updates')) {
  const work = decades(1000, Number(values['most-updates'])).map((size) => ({
    size,
    updates: size,
    chats: PEOPLE,
  }))
  await scene('More updates, in one process', 'updates', work, () => '')
}

if (values.scenes.includes('chats')) {
  const most = Number(values['most-chats'])
  const work = decades(100, most).map((size) => ({ size, updates: most, chats: size }))
  const title = `More chats, in one process, ${most.toLocaleString('en')} updates each time`
  await scene(title, 'chats', work, (grown) => {
    const kept = ((grown.at(-1)?.rested ?? 0) - (grown[0]?.rested ?? 0)) * MB
    return `; bytes kept ${later} for each chat that came and went: ${(kept / most).toFixed(0)}`
  })
}

if (values.scenes.includes('soak')) {
  const updates = Number(values.soak)
  const rows: string[][] = []
  const diagram: Diagram = { title: 'RSS MB, by seconds of the soak', logarithmic: false, series: [] }
  for (const client of clients) {
    const { cpu, p99, memory, rested } = await soak(client, updates, restMs)
    const figures = [cpu, p99, memory[Math.floor(memory.length / 10)]?.y, memory.at(-1)?.y, rested]
    rows.push([client.name, ...figures.map((figure = Number.NaN) => figure.toFixed(0))])
    diagram.series.push({ name: client.name, points: memory })
  }
  const header = ['client', 'CPU µs/update', 'p99 ms', 'RSS MB after a tenth', 'at the end', later]
  const title = `A soak of ${updates.toLocaleString('en')} updates, ${PER_SECOND} a second`
  sections.push(`### ${title}\n\n${markdownTable(header, rows)}`)
  diagrams.push(diagram)
}

const about = `Each client is a process of its own on a core of its own and answers /start with one sendMessage; telegraf works on 100 at a time, the others on 256; bitácora as \`npm start\` runs it, with its log. Floods keep 500 messages open; ${PEOPLE} people where nothing else is said. One round: compare the lines of a table with one another.`
const picture = '![CPU an update and memory as the work grows](growth.svg)'
const body = [circumstances('npm run bench:growth -- --write'), about, picture, ...sections].join('\n\n')
console.log(body)
if (values.write) {
  writeFileSync(PLOT, plot(diagrams))
  writeSection('Growth', body)
}
