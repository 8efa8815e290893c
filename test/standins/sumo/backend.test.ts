import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Sumo, startSumo } from './backend.ts'
import { logsRequest } from './otlpBytes.ts'

let sumo: Sumo
beforeEach(async () => {
  sumo = await startSumo()
})
afterEach(() => sumo.close())

const otlp = (...bodies: string[]) =>
  logsRequest({ resource: { _sourceCategory: 'test/bot' }, records: bodies.map((body) => ({ body })) })

function send(url: string, body: Buffer | string, headers: Record<string, string> = {}) {
  return fetch(url, { method: 'POST', body, headers })
}

const bodies = () => sumo.received.map(({ body }) => body)

async function register(name: string): Promise<{ authorization: string }> {
  const response = await send(
    `${sumo.url}/api/v1/collector/register`,
    JSON.stringify({ collectorName: name, ephemeral: true }),
    { authorization: `Bearer ${sumo.installationToken}` },
  )
  const credentials = (await response.json()) as Record<string, string>
  const { collectorCredentialId: id, collectorCredentialKey: key } = credentials
  return { authorization: `Basic ${btoa(`${id}:${key}`)}` }
}

it('takes OTLP at its OTLP Source', async () => {
  const response = await send(`${sumo.sourceUrl}/v1/logs`, gzipSync(otlp('one', 'two')), {
    'content-encoding': 'gzip',
  })

  expect(response.status).toBe(200)
  expect(bodies()).toEqual(['one', 'two'])
  expect(sumo.received[0]?.category).toBe('test/bot')
})

it('takes lines of text at its HTTP Source', async () => {
  await send(sumo.textSourceUrl, '{"a":1}\n\n{"b":2}\n', {
    'x-sumo-category': 'prod/bot',
    'x-sumo-name': 'bot',
    'x-sumo-host': 'pod-1',
    'x-sumo-fields': 'team=a, equation=b=c',
  })

  expect(bodies()).toEqual(['{"a":1}', '{"b":2}'])
  expect(sumo.received[1]).toMatchObject({
    category: 'prod/bot',
    name: 'bot',
    host: 'pod-1',
    fields: { team: 'a', equation: 'b=c' },
  })
})

it('takes data from a registered collector', async () => {
  const headers = await register('pod-1')
  const heartbeat = await send(`${sumo.url}/api/v1/collector/heartbeat`, '', headers)
  const metadata = await send(`${sumo.url}/api/v1/otCollectors/metadata`, '{"hostDetails":{}}', headers)
  const data = await send(`${sumo.url}/api/v1/collector/logs`, otlp('one'), {
    ...headers,
    'content-type': 'application/x-protobuf',
  })

  expect([heartbeat.status, metadata.status, data.status]).toEqual([204, 200, 200])
  expect(bodies()).toEqual(['one'])
  expect(sumo.collectors()).toMatchObject([
    { name: 'pod-1', asked: { ephemeral: true }, heartbeats: 1, metadata: { hostDetails: {} } },
  ])
})

it('registers a taken name under another one', async () => {
  await register('pod-1')
  await register('pod-1')

  expect(sumo.collectors()[1]?.name).toMatch(/^pod-1-\d+$/)
})

it('refuses a wrong token, unknown credentials and the address of another Source', async () => {
  const wrong = { authorization: 'Bearer wrong' }
  const statuses = [
    await send(`${sumo.url}/api/v1/collector/register`, '{}', wrong),
    await send(`${sumo.url}/api/v1/collector/logs`, 'a line', { authorization: `Basic ${btoa('a:b')}` }),
    await send(`${sumo.url}/receiver/v1/http/guessed`, 'a line'),
    await send(`${sumo.textSourceUrl}/v1/logs`, otlp('one')),
  ].map(({ status }) => status)

  expect(statuses).toEqual([401, 401, 401, 401])
  expect(sumo.received).toEqual([])
})

it('refuses what is not OTLP', async () => {
  const response = await send(`${sumo.sourceUrl}/v1/logs`, 'a line')

  expect(response.status).toBe(400)
})

it('answers with a fault as many times as asked', async () => {
  sumo.fault({ path: 'receiver', answer: 503, times: 2 })

  const statuses = []
  for (const line of ['a', 'b', 'c']) statuses.push((await send(sumo.textSourceUrl, line)).status)

  expect(statuses).toEqual([503, 503, 200])
  expect(bodies()).toEqual(['c'])
})

it('keeps what it refuses when asked, as after a lost answer', async () => {
  sumo.fault({ answer: 503, keep: true, times: 1 })
  await send(sumo.textSourceUrl, 'twice')
  await send(sumo.textSourceUrl, 'twice')

  expect(bodies()).toEqual(['twice', 'twice'])
  expect(sumo.requests.map(({ status, records }) => [status, records])).toEqual([
    [503, 1],
    [200, 1],
  ])
})

it('breaks the connection while down, until it is up again', async () => {
  sumo.fault({ answer: 'down' })
  await expect(send(sumo.textSourceUrl, 'lost')).rejects.toThrow('fetch failed')

  sumo.clearFaults()
  expect((await send(sumo.textSourceUrl, 'found')).status).toBe(200)
  expect(bodies()).toEqual(['found'])
})

it('never answers while it hangs', async () => {
  sumo.fault({ answer: 'hang' })
  const leaving = new AbortController()
  const answer = fetch(sumo.textSourceUrl, { method: 'POST', body: 'a', signal: leaving.signal })
  await expect.poll(() => sumo.requests).toHaveLength(1)
  setTimeout(() => leaving.abort(), 100)

  await expect(answer).rejects.toThrow('aborted')
  expect(sumo.requests[0]?.status).toBe(0)
})

it('wakes those who wait for records', async () => {
  const third = sumo.waitForRecords(3)
  const b = sumo.waitForRecords(({ body }) => body === 'b')
  await send(sumo.textSourceUrl, 'a\nb')
  await b
  await send(sumo.textSourceUrl, 'c')
  await third

  await expect(sumo.waitForRecords(4, 50)).rejects.toThrow('3 records')
})
