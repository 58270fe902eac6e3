/** "It didn't work": the report itself is English in every language. */
export const report = {
  'report.title': 'It didn’t work?',
  'report.what':
    'This is what happened, without names of files, devices or people and without addresses. Nothing is sent: copy it and give it to whoever helps you.',
  'report.text': 'Report',
  'report.copy': 'Copy report',
} as const;
