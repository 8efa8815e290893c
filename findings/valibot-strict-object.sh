#!/usr/bin/env bash
# valibot 1.5.0: v.strictObject reports one unknown key only, the first, whatever else is wrong; nothing aborts early by
# default otherwise (both wrong values of known keys are reported). Two mistyped settings therefore cost two rounds.
# v.objectWithRest(entries, v.never()) reports each of them. Seen:
#   strictObject: 1 unknown, objectWithRest: 2 unknown
# Exits 1 once that is no longer so.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund valibot@1.5.0
cat >try.mjs <<'JS'
import * as v from 'valibot'
const entries = { replicas: v.number(), level: v.string() }
const input = { replicas: 'two', level: 5, levle: 'info', replica: 2 }
const unknown = (schema) =>
  v.safeParse(schema, input).issues.filter(({ expected }) => expected === 'never').length
const seen = `strictObject: ${unknown(v.strictObject(entries))} unknown, objectWithRest: ${unknown(v.objectWithRest(entries, v.never()))} unknown`
console.log(seen)
process.exit(seen === 'strictObject: 1 unknown, objectWithRest: 2 unknown' ? 0 : 1)
JS
node try.mjs
