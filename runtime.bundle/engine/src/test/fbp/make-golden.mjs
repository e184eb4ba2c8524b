// Makes golden/*.json: what the npm package fbp answers to every text of corpus/.
// Run it with node wherever it lies; it installs the package into node_modules beside it, which is not committed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = 'fbp@1.8.0';
const here = dirname(fileURLToPath(import.meta.url));

if (!existsSync(join(here, 'node_modules', 'fbp'))) {
  execFileSync('npm', ['install', '--no-save', '--no-package-lock', '--prefix', here, PACKAGE], { stdio: 'inherit' });
}
const fbp = createRequire(import.meta.url)('fbp');

function answer(text, caseSensitive) {
  try {
    return fbp.parse(text, { caseSensitive });
  } catch (refusal) {
    const start = refusal.location?.start;
    return { refused: refusal.message, ...(start && { line: start.line, column: start.column }) };
  }
}

mkdirSync(join(here, 'golden'), { recursive: true });
for (const part of ['valid', 'invalid', 'extension']) {
  const golden = {};
  for (const file of readdirSync(join(here, 'corpus', part)).sort()) {
    const text = readFileSync(join(here, 'corpus', part, file), 'utf8');
    golden[file.replace(/\.fbp$/, '')] = { default: answer(text, false), caseSensitive: answer(text, true) };
  }
  writeFileSync(join(here, 'golden', `${part}.json`), JSON.stringify(golden, null, 1) + '\n');
}
