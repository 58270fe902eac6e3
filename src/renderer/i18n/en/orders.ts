/** Copies that another of one's own devices has ordered here. */
export const orders = {
  'orders.first':
    '{{device}} has started a copy on this device for the first time: {{name}}. Your own devices may do that.',
  'orders.show': 'Show copy',
  'orders.trust': 'What it may do',
  'orders.dismiss': 'Dismiss',
  'orders.note': '{{device}} has started a copy here',
} as const;
