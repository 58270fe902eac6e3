import { expect, test } from 'vitest';
import { listProjectFiles } from './project-files.ts';

test('the project is listed without what npm installs', () => {
  const files = listProjectFiles();
  expect(files).toContain('package.json');
  expect(files).toContain('tools/project-files.ts');
  expect(files.some((path) => path.includes('node_modules'))).toBe(false);
});
