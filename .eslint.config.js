// Biome formats and lints; this adds the one rule that needs the types of Telegraf: a reply that nobody awaits
// fails where no error boundary sees it.
import tseslint from 'typescript-eslint'

export default tseslint.config({
  files: ['bot/**/*.ts', 'docs/**/*.ts', 'infra/**/*.ts', 'test/**/*.ts'],
  ignores: ['test/bench/node_modules/**'],
  plugins: { '@typescript-eslint': tseslint.plugin },
  languageOptions: { parser: tseslint.parser, parserOptions: { project: './tsconfig.json' } },
  rules: {
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
  },
})
