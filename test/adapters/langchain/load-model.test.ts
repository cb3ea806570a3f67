import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { loadModel } from '../../../src/adapters/langchain/load-model.ts'

const access = { openaiKey: undefined, openaiUrl: undefined, ollamaUrl: 'http://127.0.0.1:1' }

describe('a model by its name', () => {
  test.each([
    ['openai:gpt-test', /OPENAI_API_KEY, which is not set/],
    [
      'groq:llama',
      /needs the npm package @langchain\/groq, which is not installed\. Run: npm install @langchain\/groq$/,
    ],
    ['nobody:model', /knows no provider "nobody", only openai, /],
    ['llama', /expected PROVIDER:MODEL/],
    ['ollama:', /expected PROVIDER:MODEL/],
  ])('%s is refused with what to do', async (name, message) => {
    await expect(loadModel(name, access)).rejects.toMatchObject({
      code: 'bad_config',
      message: expect.stringMatching(message),
    })
  })

  test('needs no key for a server that only speaks the API of OpenAI', async () => {
    const model = await loadModel('openai:local', { ...access, openaiUrl: 'http://127.0.0.1:1/v1' })
    expect(model.getName()).toBe('ChatOpenAI')
  })

  test('of another provider is made by LangChain', async () => {
    const names = ['AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_API_INSTANCE_NAME', 'AZURE_OPENAI_API_VERSION']
    for (const name of names) process.env[name] = 'x'
    const model = await loadModel('azure_openai:gpt-test', access)
    expect(model.bindTools).toBeTypeOf('function')
    for (const name of names) delete process.env[name]
    await expect(loadModel('azure_openai:gpt-test', access)).rejects.toMatchObject({
      code: 'bad_config',
      message: expect.stringContaining('could not be set up by @langchain/openai'),
    })
  })

  test('LangChain is loaded with it, and not before', async () => {
    const script = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
      await import('./src/app.ts')
      await import('./src/adapters/langchain/composer.ts')
      const { loadModel } = await import('./src/adapters/langchain/load-model.ts')
      const count = () => loaded.filter((url) => /node_modules\\/(@langchain|langchain|openai)\\//.test(url)).length
      const before = count()
      await loadModel('ollama:llama3.1', { ollamaUrl: 'http://127.0.0.1:1' })
      console.log(JSON.stringify([before, count() > 0]))
    `
    const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script])
    expect(JSON.parse(stdout)).toEqual([0, true])
  })
})
