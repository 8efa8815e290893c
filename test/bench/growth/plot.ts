import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

export interface Point {
  x: number
  y: number
}

/** Lines over one axis. */
export interface Diagram {
  title: string
  /** Whether the horizontal axis counts decades. */
  logarithmic: boolean
  series: { name: string; points: Point[] }[]
}

const WIDTH = 640
const HEIGHT = 280

/** The diagrams, one below the other, as one SVG file. */
export function plot(diagrams: Diagram[]): string {
  const { document } = parseHTML('<html></html>')
  const parts = diagrams.map(({ title, logarithmic, series }, index) => {
    const data = series.flatMap(({ name, points }) =>
      points.map((point) => ({ ...point, name: plain(name) })),
    )
    const svg = Plot.plot({
      document,
      width: WIDTH,
      height: HEIGHT,
      marginLeft: 50,
      marginRight: 110,
      x: { type: logarithmic ? 'log' : 'linear', label: null, grid: true },
      y: { zero: true, label: title, grid: true },
      color: { type: 'categorical' },
      marks: [
        Plot.lineY(data, { x: 'x', y: 'y', stroke: 'name', marker: logarithmic ? 'dot' : 'none' }),
        Plot.text(
          data,
          Plot.selectLast({
            x: 'x',
            y: 'y',
            z: 'name',
            text: 'name',
            fill: 'name',
            textAnchor: 'start',
            dx: 8,
          }),
        ),
      ],
    })
    svg.setAttribute('y', String(index * HEIGHT))
    return svg.outerHTML
  })
  const height = diagrams.length * HEIGHT
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" style="background:white">`
  return `${open}\n${parts.join('\n')}\n</svg>\n`
}

function plain(markdown: string): string {
  return markdown.replaceAll('*', '')
}
