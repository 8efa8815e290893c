import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Input } from 'telegraf'
import { expect, onTestFinished, test } from 'vitest'
import { startCalling } from './calling.ts'

const BYTES = Buffer.from('some bytes')

function useFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'upload-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  return dir
}

/** A web server with one file. */
async function serveBytes(status = 200): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(BYTES)).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.txt`
}

function writeFile(): string {
  const path = join(useFolder(), 'ñandú.txt')
  writeFileSync(path, BYTES)
  return path
}

test.for([
  ['memory', () => Input.fromBuffer(BYTES, 'a.txt'), 'a.txt'],
  ['a path', () => Input.fromLocalFile(writeFile()), 'ñandú.txt'],
  ['a path, by another name', () => Input.fromLocalFile(writeFile(), 'b.txt'), 'b.txt'],
  [
    'a stream',
    () => Input.fromReadableStream(Readable.from(['some ', Buffer.from('bytes')]), 'a.txt'),
    'a.txt',
  ],
  ['a url', async () => Input.fromURLStream(await serveBytes(), 'a.txt'), 'a.txt'],
  ['memory, without a name', () => Input.fromBuffer(BYTES), 'document.dat'],
] as const)('a file arrives from %s, with its name', async ([, source, file_name]) => {
  const { api, ana, account } = await startCalling()
  await api.call('sendDocument', { chat_id: ana.id, document: await source() })
  expect(ana.replies).toMatchObject([{ document: { file_name, file_size: BYTES.length } }])
  expect(account.calls[0]?.payload.document).toMatchObject({ bytes: BYTES })
})

test('a large file is read while it is sent', async () => {
  const { api, ana } = await startCalling()
  const source = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(65_536)))
  await api.call('sendDocument', { chat_id: ana.id, document: { source, filename: 'a.bin' } })
  expect(ana.replies).toMatchObject([{ document: { file_size: 6_553_600 } }])
})

test('an album, a thumbnail and a sticker set go along as attachments', async () => {
  const { api, ana, account } = await startCalling()
  const source = BYTES
  const album = [
    { type: 'photo', media: { source }, caption: 'uno' },
    { type: 'video', media: { source }, thumbnail: { source } },
    { type: 'photo', media: 'a-file-id' },
  ]
  await api.call('sendMediaGroup', { chat_id: ana.id, media: album as never }).catch(() => {})
  await api.call('sendDocument', { chat_id: ana.id, document: { source }, thumbnail: { source } as never })
  const stickers = [{ sticker: { source }, emoji_list: ['🐉'], format: 'static' }]
  await api
    .call('createNewStickerSet', { user_id: 1, name: 'a', title: 'a', stickers } as never)
    .catch(() => {})

  const [group, document, set] = account.calls.map(({ payload }) => payload)
  expect(JSON.parse(String(group?.media))).toEqual([
    { type: 'photo', media: 'attach://file0', caption: 'uno' },
    { type: 'video', media: 'attach://file1', thumbnail: 'attach://file2' },
    { type: 'photo', media: 'a-file-id' },
  ])
  expect(group).toMatchObject({
    file0: { name: 'photo.jpg' },
    file1: { name: 'video.mp4' },
    file2: { bytes: BYTES },
  })
  expect(document).toMatchObject({
    document: { bytes: BYTES },
    thumbnail: 'attach://file1',
    file1: { bytes: BYTES },
  })
  expect(JSON.parse(String(set?.stickers))).toMatchObject([{ sticker: 'attach://file0', emoji_list: ['🐉'] }])
})

test('a 429 of a file that can be read again is waited out', async () => {
  const { api, account, ana, clock } = await startCalling()
  account.fault({ status: 429, retry_after: 3 })
  await api.call('sendDocument', { chat_id: ana.id, document: { source: writeFile() } })
  expect(ana.replies).toMatchObject([{ document: { file_size: BYTES.length } }])
  expect(clock.sleeps).toEqual([3000])
})

test('a stream that was never sent is sent once there is a connection', async () => {
  const { telegram, api, ana, counted } = await startCalling({
    clock: { now: Date.now, random: () => 1, sleep: () => telegram.goOnline() },
  })
  await telegram.goOffline()
  await api.call('sendDocument', { chat_id: ana.id, document: { source: Readable.from([BYTES]) } })
  expect(counted()).toEqual(['sendDocument ECONNREFUSED', 'sendDocument 200'])
  expect(ana.replies).toMatchObject([{ document: { file_size: BYTES.length } }])
})

test.for<[what: string, source: () => object | Promise<object>, error: object]>([
  ['a path that leads nowhere', () => ({ source: '/nowhere/a.txt' }), { code: 'ENOENT' }],
  ['a folder', () => ({ source: useFolder() }), { message: expect.stringContaining('not a file') }],
  ['a stream that breaks', () => ({ source: failing() }), { message: 'broken' }],
  [
    'an address that answers 404',
    async () => ({ url: await serveBytes(404) }),
    { message: expect.stringMatching(/^the file could not be fetched: 127\.0\.0\.1:\d+ answered 404$/) },
  ],
  [
    'a host that is not there',
    () => ({ url: 'http://nowhere.invalid/secret' }),
    { message: 'the file could not be fetched from nowhere.invalid' },
  ],
])('%s is no fault of Telegram', async ([, source, error]) => {
  const { api, ana, counted } = await startCalling()
  const document = (await source()) as { source: string }
  await expect(api.call('sendDocument', { chat_id: ana.id, document })).rejects.toMatchObject(error)
  expect(counted()).toEqual(['sendDocument FILE'])
})

function failing(): Readable {
  return Readable.from(
    (async function* () {
      yield BYTES
      throw new Error('broken')
    })(),
  )
}
