import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** What the source of the bot can say: read from its syntax, so that rare lines are among them, too. */
export interface Emitted {
  /** Messages of log lines, and of the errors that end the process. */
  messages: Set<string>
  outcomes: Set<string>
  /** Of the log lines, beside those that every line has. */
  fields: Set<string>
}

/** A template has its parameters as `…`. */
export function readEmitted(): Emitted {
  const messages = new Set<string>()
  const outcomes = new Set<string>()
  const fields = new Set<string>()

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText()
      const level = /\blogger(\.(error|warn|info|http|verbose|debug|silly|log)|\[.+\])$|^line$/.exec(callee)
      const message = node.arguments[level?.[0] === 'line' || level?.[2] === 'log' ? 1 : 0]
      if (level && message) {
        for (const text of textsOf(message)) messages.add(text)
        for (const argument of node.arguments.slice(1)) for (const name of keysOf(argument)) fields.add(name)
      }
    }
    // What update.ts says of an update is spread into its lines.
    if (ts.isInterfaceDeclaration(node) && node.name.text === 'Subject')
      for (const { name } of node.members) if (name) fields.add(name.getText())
    if (ts.isNewExpression(node) && /^Fatal/.test(node.expression.getText()) && node.arguments?.[0])
      for (const text of textsOf(node.arguments[0])) messages.add(text)
    if (ts.isTypeAliasDeclaration(node) && ['Outcome', 'Loss'].includes(node.name.text))
      for (const text of textsOf(node.type)) outcomes.add(text)
    ts.forEachChild(node, visit)
  }

  for (const file of globSync('bot/**/*.ts'))
    visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true))
  return { messages, outcomes, fields }
}

/** The literals that an expression or a type may be; the parts of a condition are none. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isLiteralTypeNode(node)) return textsOf(node.literal)
  if (ts.isUnionTypeNode(node)) return node.types.flatMap(textsOf)
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(textsOf)
  if (ts.isTemplateExpression(node))
    return [`${node.head.text}${node.templateSpans.map((span) => `…${span.literal.text}`).join('')}`]
  return []
}

/** The keys of an object literal, and of those that are spread into it. */
function keysOf(node: ts.Node): string[] {
  if (ts.isParenthesizedExpression(node)) return keysOf(node.expression)
  if (ts.isBinaryExpression(node)) return keysOf(node.right)
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(keysOf)
  if (!ts.isObjectLiteralExpression(node)) return []
  return node.properties.flatMap((property) =>
    ts.isSpreadAssignment(property) ? keysOf(property.expression) : [property.name.getText()],
  )
}
