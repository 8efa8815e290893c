import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'

/** Makes a self-signed certificate of a host with openssl, in a folder; its file is a value for NODE_EXTRA_CA_CERTS. */
export function createCertificate(
  dir: string,
  host = '127.0.0.1',
): { key: Buffer; cert: Buffer; file: string } {
  const keyFile = join(dir, 'key.pem')
  const file = join(dir, 'cert.pem')
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=${isIP(host) ? 'IP' : 'DNS'}:${host}`]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', keyFile, '-out', file], { stdio: 'pipe' })
  return { key: readFileSync(keyFile), cert: readFileSync(file), file }
}
