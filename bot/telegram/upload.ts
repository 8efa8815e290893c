import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Dispatcher, FormData, fetch } from 'undici'

/** Telegraf's InputFile: a path, bytes, or a stream as source, or an address to fetch it from. */
interface InputFile {
  source?: string | Uint8Array | AsyncIterable<string | Uint8Array>
  url?: string
  filename?: string
}

/** The names under which the Bot API's objects hold a file: in InputMedia, InputSticker, InputProfilePhoto and their kind. */
const HOLDERS = new Set(['media', 'thumbnail', 'thumb', 'cover', 'sticker', 'photo', 'animation', 'video'])

/** By the field, or the type of medium; Telegram tells a file's kind from its name. */
const EXTENSIONS: Record<string, string> = {
  animation: 'mp4',
  audio: 'mp3',
  photo: 'jpg',
  sticker: 'webp',
  thumbnail: 'jpg',
  video: 'mp4',
  video_note: 'mp4',
  voice: 'ogg',
}

/** The files of a payload: its fields, and those in a field's object or list of objects. */
export function filesOf(payload: object): InputFile[] {
  return Object.entries(payload).flatMap(([key, value]) => {
    if (typeof value !== 'object' || value === null) return []
    if (isFile(key, value)) return [value]
    const objects = (Array.isArray(value) ? value : [value]).filter(
      (item) => typeof item === 'object' && item,
    )
    return objects.flatMap((item) =>
      Object.entries(item).flatMap(([name, inner]) =>
        HOLDERS.has(name) && isFile(name, inner) ? [inner] : [],
      ),
    )
  })
}

function isFile(key: string, value: unknown): value is InputFile {
  if (key === 'link_preview_options') return false // its url is an address to show, not a file
  return typeof value === 'object' && value !== null && ('source' in value || 'url' in value)
}

/** What was read of it is gone, so that it can be sent only once. */
export function isStream({ source }: InputFile): boolean {
  return typeof source === 'object' && !(source instanceof Uint8Array)
}

/**
 * The multipart form of a payload with files, each read only when it is sent. @see https://core.telegram.org/bots/api#sending-files
 *
 * @param options.from fetches what is given as a url
 * @param options.onUnreadable called with the reason when a file cannot be read to its end
 * @throws what the file system says of a path, or an Error that names the host of a url
 */
export async function createForm(
  payload: object,
  options: { from: Dispatcher; signal: AbortSignal; onUnreadable: (error: unknown) => void },
): Promise<FormData> {
  const form = new FormData()
  const attached: [name: string, file: InputFile, kind: string][] = []
  const attach = (file: InputFile, kind: string) => {
    const name = `file${attached.length}`
    attached.push([name, file, kind])
    return `attach://${name}`
  }
  function withoutFiles(this: { type?: string }, key: string, value: unknown) {
    return HOLDERS.has(key) && isFile(key, value) ? attach(value, this.type ?? key) : (value ?? undefined)
  }
  for (const [key, value] of Object.entries(payload)) {
    if (value === undefined || value === null) continue
    if (typeof value !== 'object') form.append(key, String(value))
    else if (!isFile(key, value)) form.append(key, JSON.stringify(value, withoutFiles))
    else if (key.startsWith('thumb')) form.append(key, attach(value, 'thumbnail'))
    else attached.push([key, value, key])
  }
  for (const [name, file, kind] of attached) form.append(name, await open(file, kind, options))
  return form
}

async function open(
  { source, url, filename }: InputFile,
  kind: string,
  { from, signal, onUnreadable }: Parameters<typeof createForm>[1],
): Promise<File> {
  const name = filename ?? `${kind}.${EXTENSIONS[kind] ?? 'dat'}`
  if (source instanceof Uint8Array) return new File([new Uint8Array(source)], name)
  if (typeof source === 'string') {
    const stats = await stat(source)
    if (!stats.isFile()) throw new TypeError(`${source} cannot be sent: it is not a file`)
    return fileOf(filename ?? basename(source), () => createReadStream(source), onUnreadable, stats.size)
  }
  const bytes = url === undefined ? source : await download(url, from, signal)
  return fileOf(name, () => bytes ?? [], onUnreadable)
}

async function download(
  url: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { host } = new URL(url)
  const response = await fetch(url, { dispatcher, signal }).catch((error) => {
    throw new Error(`the file could not be fetched from ${host}`, { cause: error })
  })
  if (!response.ok || !response.body)
    throw new Error(`the file could not be fetched: ${host} answered ${response.status}`)
  return response.body
}

/** A File whose bytes come from elsewhere, when they are sent: undici's form asks for name, size and stream() alone. */
function fileOf(
  name: string,
  read: () => AsyncIterable<string | Uint8Array> | Iterable<never>,
  onUnreadable: (error: unknown) => void,
  size?: number,
): File {
  async function* stream() {
    try {
      for await (const chunk of read()) yield Buffer.from(chunk as Uint8Array)
    } catch (error) {
      onUnreadable(error)
      throw error
    }
  }
  return Object.defineProperties(new File([], name), { size: { value: size }, stream: { value: stream } })
}
