import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { onTestFinished } from 'vitest'
import { createCertificate } from '../support/certificate.ts'

/** A certificate for one test, which this process trusts where nothing else is said. */
export function useCertificate({ trusted = true, host = '127.0.0.1' } = {}): { key: Buffer; cert: Buffer } {
  const dir = mkdtempSync(join(tmpdir(), 'certificate-'))
  const { key, cert } = createCertificate(dir, host)
  rmSync(dir, { recursive: true })
  if (trusted) {
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, cert.toString()])
    onTestFinished(() => setDefaultCACertificates(before))
  }
  return { key, cert }
}
