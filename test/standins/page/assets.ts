import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'

const CLIENT = new URL('client/', import.meta.url)
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** What draws the plots, from its package. */
const LIBRARY: Record<string, URL> = {
  '/uplot.js': new URL(import.meta.resolve('uplot/dist/uPlot.esm.js')),
  '/uplot.css': new URL(import.meta.resolve('uplot/dist/uPlot.min.css')),
}

/** A file of the page, or undefined. Read anew for each request, so that an edit needs a reload only. */
export async function readAsset(pathname: string): Promise<{ type: string; bytes: Buffer } | undefined> {
  const type = TYPES[extname(pathname)]
  if (!type || !/^\/[\w-]+\.\w+$/.test(pathname)) return undefined
  const bytes = await readFile(LIBRARY[pathname] ?? new URL(`.${pathname}`, CLIENT)).catch(() => undefined)
  return bytes && { type, bytes }
}
