import { defineConfig } from 'vitest/config'

const conditions = ['culpa-source', 'node']
/** Tests of the library as a user gets it; for these alone it is built and packed. */
const ofThePacked = ['test/package.test.ts', 'test/runtimes/**/*.test.ts']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 90_000,
    hookTimeout: 60_000,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'sources',
          include: ['packages/*/src/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...ofThePacked],
        },
      },
      { extends: true, test: { name: 'packed', include: ofThePacked, globalSetup: 'test/support/packed.ts' } },
    ],
  },
})
